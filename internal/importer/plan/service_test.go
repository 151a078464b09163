package plan_test

import (
	"fmt"
	"slices"

	"docket/domain"
	"docket/domain/ticket"
	"docket/internal/importer/plan"
)

// service decides planned commands by the ticket's own rules, with a directory that holds the planned organisation.
type service struct {
	organisation *plan.Organisation
	state        ticket.State
	events       []ticket.Event
}

func newService(o *plan.Organisation) *service { return &service{organisation: o} }

// carry runs all commands of a case; it fails at the first that is refused.
func (s *service) carry(steps []plan.Step) error {
	for _, step := range steps {
		for _, c := range step.Commands {
			meta := domain.Meta{
				ID: "ticket-1", Now: step.At(), Effective: step.At(),
				Actor: domain.Actor{Principal: "service-import", Staff: c.By, OnBehalfOf: c.By},
			}
			events, err := domain.Run(s.command(c), s.state, meta)
			if err != nil {
				return fmt.Errorf("row %d: %s: %w", step.Row.Order, c.Verb, err)
			}
			if len(events) == 0 {
				return fmt.Errorf("row %d: %s changes nothing", step.Row.Order, c.Verb)
			}
			for _, e := range events {
				s.state = ticket.Decider.Evolve(s.state, e)
			}
			s.events = append(s.events, events...)
		}
	}
	return nil
}

func (s *service) command(c plan.Command) domain.Command[ticket.State, ticket.Event] {
	b := c.Body
	switch c.Verb {
	case plan.Register:
		return ticket.Register{
			Unit: "SN", Type: b.Type, Channel: b.Channel, Urgency: b.Urgency, Title: b.Title, Reference: b.Reference,
			Facts: ticket.RegisterFacts{UnitKnown: true, UnitActive: true, UnitCode: "SN", Number: "1", Policy: ticket.Policy{
				AcceptOnRegister: true, CompleteUnassigned: true, WaiveReview: true, WaiveDelivery: true,
			}},
		}
	case plan.AssignGroup:
		known := slices.Contains(s.organisation.Groups(), b.Group)
		return ticket.AssignToGroup{Group: b.Group, Facts: ticket.GroupFacts{Known: known, Active: known, Unit: "SN"}}
	case plan.Take:
		return ticket.Take{Facts: s.person(c.By)}
	case plan.OfferHandover:
		return ticket.OfferHandover{To: b.To, Facts: s.person(b.To)}
	case plan.AcceptHandover:
		return ticket.AcceptHandover{}
	case plan.RecordWork:
		return ticket.RecordWork{Content: b.Content}
	case plan.Note:
		return ticket.Note{Text: b.Text}
	case plan.Pause:
		return ticket.Pause{Kind: b.Kind, Reason: b.Reason}
	case plan.Resume:
		return ticket.Resume{Reason: b.Reason}
	case plan.Complete:
		return ticket.Complete{Outcome: b.Outcome, Summary: b.Summary}
	case plan.Reopen:
		return ticket.Reopen{Fault: b.Fault, Reason: b.Reason}
	case plan.Close:
		return ticket.Close{Reason: b.Reason}
	}
	panic("unknown verb " + string(c.Verb))
}

func (s *service) person(key string) ticket.Person {
	known := slices.Contains(s.organisation.People(), key)
	return ticket.Person{
		Known: known, Active: known, Member: slices.Contains(s.organisation.Memberships(key), s.state.Group),
	}
}
