package ticket_test

import (
	"maps"
	"slices"

	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/ticket"
)

// command is any command on a ticket.
type command = domain.Command[ticket.State, ticket.Event]

var (
	people   = rapid.SampledFrom([]string{"ann", "bob", "eve"})
	texts    = rapid.SampledFrom([]string{"done", "again", "so it is", ""})
	facts    = rapid.SampledFrom([]ticket.Person{fit, fit, fit, guest, absent})
	handover = rapid.SampledFrom([]int{0, 0, 0, 0, 1, 2})
	groups   = rapid.SampledFrom([]string{"g1", "g2"})
	actors   = rapid.SampledFrom([]domain.Actor{ann, bob, eve, robot, annAsEve})
)

// policies draws what a unit may ask of its tickets.
func policies(t *rapid.T) ticket.Policy {
	draw := func(label string) bool { return rapid.Bool().Draw(t, label) }
	return ticket.Policy{
		AcceptOnRegister: draw("accept_on_register"), CompleteUnassigned: draw("complete_unassigned"),
		WaiveReview: draw("waive_review"), WaiveDelivery: draw("waive_delivery"),
	}
}

// draws makes any command, mostly one that is well formed, so that what refuses it is the state.
var draws = []func(*rapid.T) command{
	func(t *rapid.T) command {
		return with(func(c *ticket.Register) { c.Facts.Policy = policies(t) })
	},
	func(t *rapid.T) command { return ticket.Accept{Opinion: texts.Draw(t, "opinion")} },
	func(t *rapid.T) command {
		return ticket.AssignToGroup{Group: groups.Draw(t, "group"), Facts: ticket.GroupFacts{Known: true, Active: true, Unit: "u1"}}
	},
	func(t *rapid.T) command {
		return ticket.AssignToHandler{Handler: people.Draw(t, "handler"), Reason: texts.Draw(t, "reason"), Facts: facts.Draw(t, "facts")}
	},
	func(t *rapid.T) command { return ticket.Take{Facts: facts.Draw(t, "facts")} },
	func(t *rapid.T) command { return ticket.RecordWork{Content: texts.Draw(t, "content")} },
	func(t *rapid.T) command { return ticket.Note{Text: texts.Draw(t, "text")} },
	func(t *rapid.T) command {
		return ticket.OfferHandover{To: people.Draw(t, "to"), Facts: facts.Draw(t, "facts")}
	},
	func(t *rapid.T) command { return ticket.AcceptHandover{Handover: handover.Draw(t, "handover")} },
	func(t *rapid.T) command { return ticket.AcceptHandover{} },
	func(t *rapid.T) command {
		return ticket.RefuseHandover{Handover: handover.Draw(t, "handover"), Code: ticket.RefusedIncomplete, Reason: texts.Draw(t, "reason")}
	},
	func(t *rapid.T) command {
		return ticket.Pause{Kind: rapid.SampledFrom(ticket.PauseKinds).Draw(t, "kind"), Reason: texts.Draw(t, "reason")}
	},
	func(t *rapid.T) command { return ticket.Resume{Reason: texts.Draw(t, "reason")} },
	func(t *rapid.T) command {
		return ticket.Complete{Outcome: rapid.SampledFrom(ticket.Outcomes).Draw(t, "outcome"), Summary: texts.Draw(t, "summary")}
	},
	func(t *rapid.T) command { return ticket.PassReview{Opinion: texts.Draw(t, "opinion")} },
	func(t *rapid.T) command {
		return ticket.ReturnReview{Fault: ticket.FaultStaff, Reason: texts.Draw(t, "reason"), Items: []string{"stamp"}}
	},
	func(t *rapid.T) command {
		return ticket.DeliverResult{Channel: ticket.Mail, Text: texts.Draw(t, "text")}
	},
	func(t *rapid.T) command {
		return ticket.Reopen{Fault: ticket.FaultSystem, Reason: texts.Draw(t, "reason")}
	},
	func(t *rapid.T) command { return ticket.Close{} },
	func(t *rapid.T) command {
		if rapid.IntRange(0, 3).Draw(t, "rarely") > 0 {
			return ticket.Note{Text: "not yet"}
		}
		return ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: texts.Draw(t, "reason")}
	},
}

func commands(t *rapid.T) command { return rapid.SampledFrom(draws).Draw(t, "command")(t) }

// events draws any event, whether or not it could have become true.
func events(t *rapid.T) ticket.Event {
	names := slices.Sorted(maps.Keys(recorded))
	return recorded[rapid.SampledFrom(names).Draw(t, "event")]
}
