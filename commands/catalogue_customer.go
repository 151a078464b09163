package commands

import (
	"fmt"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/customer"
	"docket/domain/merges"
	"docket/domain/unit"
)

var customerCommands = []Entry{
	Define(customer.Decider, Spec[customer.State, customer.Register]{
		Name: "customer.register", Route: "/v1/customers", Creates: true, Allow: authz.CustomerManage, Confidential: true,
		Doc:     "Opens a file for a person or an organisation, be it only a prospect.",
		Refuses: []*domain.Error{ErrNoAgreement, customer.ErrExists},
		Example: customer.Register{
			Unit: exampleID, Kind: customer.Person, Stage: customer.Prospect, Need: "asks about a residence permit",
			Fields: []customer.Entry{
				{Field: customer.Name, Value: "Ann Lee", Source: customer.FromCustomer, Purpose: customer.ForService},
				{Field: customer.Phone, Value: "13912345678", Source: customer.FromCustomer, Purpose: customer.ForContact},
			},
		},
		Enrich: func(f Facts, _ customer.State, c *customer.Register) {
			u, ok := f.Unit(c.Unit)
			c.Facts = customer.UnitFacts{Known: ok && u.Kind == unit.Department, Active: u.Active}
		},
	}),
	Define(customer.Decider, Spec[customer.State, customer.Update]{
		Name: "customer.update", Route: "/v1/customers/{id}/update", Allow: authz.CustomerManage, Confidential: true,
		Doc:     "Records what is known of a customer now, each value with its source and purpose.",
		Refuses: []*domain.Error{ErrNoAgreement, customer.ErrMerged},
		Example: customer.Update{
			Fields: []customer.Entry{{Field: customer.Address, Value: "8 Queen's Road", Source: customer.FromDocument, Purpose: customer.ForContract}},
			Reason: "moved house",
		},
	}),
	Define(customer.Decider, Spec[customer.State, customer.Classify]{
		Name: "customer.classify", Route: "/v1/customers/{id}/classify", Allow: authz.CustomerManage, Confidential: true,
		Doc:     "Puts a file into its class.",
		Refuses: []*domain.Error{ErrNoAgreement, customer.ErrMerged},
		Example: customer.Classify{Stage: customer.Client, Tier: customer.Regular, Tags: []string{"export"}},
	}),
	Define(customer.Decider, Spec[customer.State, customer.NoteNeed]{
		Name: "customer.note_need", Route: "/v1/customers/{id}/note-need", Allow: authz.CustomerManage, Confidential: true,
		Doc:     "Writes down what the customer wants of us.",
		Refuses: []*domain.Error{ErrNoAgreement, customer.ErrMerged},
		Example: customer.NoteNeed{Text: "wants to renew next spring"},
	}),
	Define(customer.Decider, Spec[customer.State, customer.Merge]{
		Name: "customer.merge", Route: "/v1/customers/{id}/merge", Allow: authz.CustomerMerge, Confidential: true,
		Doc:     "Says that a file is of the same customer as another, with which one goes on; both ids live for ever.",
		Refuses: []*domain.Error{ErrNoAgreement, customer.ErrMergedElsewhere, merges.ErrContrary},
		Example: customer.Merge{Into: exampleID, Reason: "same identity number"},
		Enrich: func(f Facts, _ customer.State, c *customer.Merge) {
			_, c.Facts.Known = f.Customer(c.Into)
		},
		Guard: &Guard[customer.Merge]{
			Stream: merges.Stream,
			Claim: func(history []domain.Envelope, id string, c customer.Merge) ([]any, error) {
				s, err := relation(history)
				if err != nil {
					return nil, err
				}
				events, err := s.Claim(id, c.Into)
				return erased(events), err
			},
		},
	}),
	Define(customer.Decider, Spec[customer.State, customer.Unmerge]{
		Name: "customer.unmerge", Route: "/v1/customers/{id}/unmerge", Allow: authz.CustomerMerge, Confidential: true,
		Doc:     "Takes a merge back: the files are of two customers after all.",
		Refuses: []*domain.Error{ErrNoAgreement},
		Example: customer.Unmerge{Reason: "father and son of the same name"},
		Guard: &Guard[customer.Unmerge]{
			Stream: merges.Stream, After: true,
			Claim: func(history []domain.Envelope, id string, _ customer.Unmerge) ([]any, error) {
				s, err := relation(history)
				return erased(s.Release(id)), err
			},
		},
	}),
	Define(customer.Decider, Spec[customer.State, customer.Confirm]{
		Name: "customer.confirm", Route: "/v1/customers/{id}/confirm", Allow: authz.CustomerManage, Confidential: true,
		Doc:     "Says that a file has been looked through and is still right.",
		Refuses: []*domain.Error{ErrNoAgreement, customer.ErrNoPerson, customer.ErrMerged},
		Example: customer.Confirm{Note: "asked by telephone"},
	}),
	Define(customer.Decider, Spec[customer.State, customer.FallDue]{
		Name: "customer.fall_due", Route: "/v1/customers/{id}/fall-due", Allow: authz.ServiceFollow,
		Doc:     "Notes that a file has been left alone for long and is to be looked through; the timer's own.",
		Refuses: []*domain.Error{customer.ErrNotDue},
		Example: customer.FallDue{Change: 2, At: exampleTime},
		Enrich:  func(f Facts, _ customer.State, c *customer.FallDue) { c.Destroyed = f.destroyed() },
	}),
	Define(customer.Decider, Spec[customer.State, customer.Reveal]{
		Name: "customer.reveal", Route: "/v1/customers/{id}/reveal", Allow: authz.CustomerReveal, Confidential: true,
		Doc:     "Shows a marked value in plain, for a stated purpose; it is recorded who saw which field and why.",
		Refuses: []*domain.Error{ErrNoAgreement, customer.ErrNoPerson, customer.ErrNothingThere, domain.ErrDestroyed},
		Example: customer.Reveal{Field: customer.Phone, Purpose: "calling the customer back"},
		Reveal:  func(s customer.State, c customer.Reveal) (string, string) { return string(c.Field), c.Value(s) },
	}),
}

// relation folds the guard of merges.
func relation(history []domain.Envelope) (merges.State, error) {
	var s merges.State
	for i := range history {
		e, ok := history[i].Event.(merges.Event)
		if !ok {
			return s, fmt.Errorf("event %d of %s is a %T", history[i].Revision, history[i].Stream, history[i].Event)
		}
		s = merges.Decider.Evolve(s, e)
	}
	return s, nil
}

func erased[E any](events []E) []any {
	all := make([]any, len(events))
	for i, e := range events {
		all[i] = e
	}
	return all
}
