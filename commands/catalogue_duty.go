package commands

import (
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
)

// dutyCommands are a ticket's commands about who has to do what.
var dutyCommands = []Entry{
	Define(ticket.Decider, Spec[ticket.State, ticket.Release]{
		Name: "ticket.release", Route: "/v1/tickets/{id}/release", Allow: authz.TicketAssign,
		Doc:     "Takes the ticket from a handler who can no longer look after it, for the queue or a deputy.",
		Example: ticket.Release{Handler: exampleID, Code: ticket.ReleasedAbsent, To: exampleID},
		Enrich: func(f Facts, s ticket.State, c *ticket.Release) {
			c.Facts = person(f, s, c.To, s.Group)
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.NameHelper]{
		Name: "ticket.name_helper", Route: "/v1/tickets/{id}/name-helper", Allow: authz.TicketHandle,
		Doc:     "Names somebody of the group who works on the ticket beside its handler.",
		Refuses: []*domain.Error{ticket.ErrNoPerson, ticket.ErrNotHandling, ticket.ErrNoHandler, ticket.ErrHelps},
		Example: ticket.NameHelper{Helper: exampleID, Task: "measure the shop"},
		Enrich: func(f Facts, s ticket.State, c *ticket.NameHelper) {
			c.Facts = person(f, s, c.Helper, s.Group)
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ReleaseHelper]{
		Name: "ticket.release_helper", Route: "/v1/tickets/{id}/release-helper", Allow: authz.TicketWork,
		Doc:     "Ends somebody's help; who helps may step back by themselves.",
		Refuses: []*domain.Error{ticket.ErrNoPerson, ticket.ErrNoHelper, ticket.ErrNotYourHelper},
		Example: ticket.ReleaseHelper{Helper: exampleID, Reason: "the shop has been measured"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.RecordContact]{
		Name: "ticket.record_contact", Route: "/v1/tickets/{id}/record-contact", Allow: authz.TicketNote,
		Doc:     "Records a contact with the customer: who turned to whom, how, about what, and what came of it.",
		Refuses: []*domain.Error{ticket.ErrNotOpen},
		Example: ticket.RecordContact{Direction: ticket.Outbound, Channel: ticket.Phone, Outcome: ticket.ContactReached, Summary: "asked for the deed"},
		Enrich:  func(f Facts, s ticket.State, c *ticket.RecordContact) { c.Facts = f.Clocks(s) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ReportProgress]{
		Name: "ticket.report_progress", Route: "/v1/tickets/{id}/report-progress", Allow: authz.TicketNote,
		Doc:     "Writes the plain line about progress that the customer may read.",
		Refuses: []*domain.Error{ticket.ErrNotOpen},
		Example: ticket.ReportProgress{Text: "the certificate is being printed"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.SendNote]{
		Name: "ticket.send_note", Route: "/v1/tickets/{id}/send-note", Allow: authz.TicketNote,
		Doc:     "Sends the customer a note that was written for them; internal notes never go out.",
		Refuses: []*domain.Error{ticket.ErrNoNote, ticket.ErrInternalNote},
		Example: ticket.SendNote{Note: 1, Channel: ticket.Mail},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Raise]{
		Name: "ticket.raise", Route: "/v1/tickets/{id}/raise", Allow: authz.TicketHandle,
		Doc:     "Puts a problem to the direct superior; no clock stops.",
		Refuses: []*domain.Error{ticket.ErrNotOpen, ticket.ErrNoSuperior},
		Example: ticket.Raise{Category: ticket.ProblemRule, Situation: "two regulations differ", Ask: "which one applies?"},
		Enrich: func(f Facts, s ticket.State, c *ticket.Raise) {
			asker := f.Actor.Staff
			if asker == "" {
				asker = s.Handler
			}
			c.Facts = above(f, s, asker)
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.AnswerRaise]{
		Name: "ticket.answer_raise", Route: "/v1/tickets/{id}/answer-raise", Allow: authz.TicketAnswer,
		Doc:     "Answers a problem: decides it, takes the ticket over, or passes it to the next superior.",
		Refuses: []*domain.Error{ticket.ErrNotOpen, ticket.ErrNoProblem, ticket.ErrNotAsked, ticket.ErrNoSuperior},
		Example: ticket.AnswerRaise{Raise: 1, Answer: ticket.AnswerDecide, Text: "the newer one"},
		Enrich: func(f Facts, s ticket.State, c *ticket.AnswerRaise) {
			c.Facts = above(f, s, f.Actor.Staff)
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Escalate]{
		Name: "ticket.escalate", Route: "/v1/tickets/{id}/escalate", Allow: authz.TicketTimer,
		Doc:     "Puts a problem that was not answered in time to the next superior.",
		Refuses: []*domain.Error{ticket.ErrNotDue},
		Example: ticket.Escalate{Raise: 1, From: exampleID},
		Enrich:  func(f Facts, s ticket.State, c *ticket.Escalate) { c.Facts = above(f, s, c.From) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.SkipStep]{
		Name: "ticket.skip_step", Route: "/v1/tickets/{id}/skip-step", Allow: authz.TicketHandle,
		Doc:     "Leaves out a key step of the procedure for a reason, which is flagged as a deviation.",
		Refuses: []*domain.Error{ticket.ErrNoSteps, ticket.ErrNotHandling, ticket.ErrStepSettled},
		Example: ticket.SkipStep{Step: "site_visit", Reason: "the photographs show it all"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.OpenSubtask]{
		Name: "ticket.open_subtask", Route: "/v1/tickets/{id}/open-subtask", Allow: authz.TicketHandle,
		Doc:     "Asks another unit or group to help, by a time of its own.",
		Refuses: []*domain.Error{ticket.ErrNotHandling},
		Example: ticket.OpenSubtask{Unit: exampleID, Title: "measure the plot", DueAt: exampleTime.AddDate(10, 0, 0), Blocking: true},
		Enrich: func(f Facts, _ ticket.State, c *ticket.OpenSubtask) {
			u, ok := f.Unit(c.Unit)
			c.Facts = ticket.SubtaskFacts{Known: ok, Active: u.Active, Leader: u.Leader}
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.AcceptSubtask]{
		Name: "ticket.accept_subtask", Route: "/v1/tickets/{id}/accept-subtask", Allow: authz.TicketReceive,
		Doc:     "Takes a sub-task on, for oneself or a colleague.",
		Refuses: []*domain.Error{ticket.ErrNotOpen, ticket.ErrNoSubtask, ticket.ErrNotYourTask},
		Example: ticket.AcceptSubtask{Subtask: 1},
		Enrich: func(f Facts, _ ticket.State, c *ticket.AcceptSubtask) {
			c.Facts = person(f, ticket.State{}, c.Handler, "")
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.FinishSubtask]{
		Name: "ticket.finish_subtask", Route: "/v1/tickets/{id}/finish-subtask", Allow: authz.TicketReceive,
		Doc:     "Gives the help that a sub-task asked for.",
		Refuses: []*domain.Error{ticket.ErrNotOpen, ticket.ErrNoSubtask, ticket.ErrNotYourTask},
		Example: ticket.FinishSubtask{Subtask: 1, Result: "420 square metres"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.CancelSubtask]{
		Name: "ticket.cancel_subtask", Route: "/v1/tickets/{id}/cancel-subtask", Allow: authz.TicketHandle,
		Doc:     "Asks for the help of a sub-task no longer.",
		Refuses: []*domain.Error{ticket.ErrNoSubtask},
		Example: ticket.CancelSubtask{Subtask: 1, Reason: "found in the archive"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.RemindSubtask]{
		Name: "ticket.remind_subtask", Route: "/v1/tickets/{id}/remind-subtask", Allow: authz.TicketTimer,
		Doc:     "Notes that a share of the time of a sub-task is over; the timer's own.",
		Refuses: []*domain.Error{ticket.ErrNotDue},
		Example: ticket.RemindSubtask{Subtask: 1, Percent: 80, At: exampleTime},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ChaseReceipt]{
		Name: "ticket.chase_receipt", Route: "/v1/tickets/{id}/chase-receipt", Allow: authz.TicketTimer,
		Doc:     "Notes that the receipt of what went outside has not come; the timer's own.",
		Refuses: []*domain.Error{ticket.ErrNotDue},
		Example: ticket.ChaseReceipt{Circulation: 1, Days: 7, At: exampleTime},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.TimeOutHandover]{
		Name: "ticket.time_out_handover", Route: "/v1/tickets/{id}/time-out-handover", Allow: authz.TicketTimer,
		Doc:     "Tells both superiors of a handover that was not answered in time.",
		Refuses: []*domain.Error{ticket.ErrNotDue},
		Example: ticket.TimeOutHandover{Handover: 1},
		Enrich: func(f Facts, s ticket.State, c *ticket.TimeOutHandover) {
			c.Facts = ticket.TimeOutFacts{Superiors: superiors(f, s)}
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Arbitrate]{
		Name: "ticket.arbitrate", Route: "/v1/tickets/{id}/arbitrate", Allow: authz.TicketArbitrate, Match: MatchRequired,
		Doc:     "Decides once and finally who is responsible for a ticket that nobody takes.",
		Refuses: []*domain.Error{ticket.ErrNotOpen, ticket.ErrNoDispute, ticket.ErrNoPerson, ticket.ErrNotArbiter},
		Example: ticket.Arbitrate{To: exampleID, Reason: "it concerns their register"},
		Enrich: func(f Facts, s ticket.State, c *ticket.Arbitrate) {
			c.Facts = person(f, s, c.To, s.Group)
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.PrepareCirculation]{
		Name: "ticket.prepare_circulation", Route: "/v1/tickets/{id}/prepare-circulation", Allow: authz.TicketCirculate,
		Doc:     "Confirms the content check and seals a copy of what is to be sent to an outside body.",
		Refuses: []*domain.Error{ticket.ErrNoPerson, ticket.ErrNotOpen},
		Example: ticket.PrepareCirculation{Checked: true, Documents: []ticket.Enclosure{{Name: "site plan", Pages: 2, Digest: exampleFile}}},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ReleaseCirculation]{
		Name: "ticket.release_circulation", Route: "/v1/tickets/{id}/release-circulation", Allow: authz.TicketCirculate, Match: MatchRequired,
		Doc:     "Sends what was checked and sealed to the outside body.",
		Refuses: []*domain.Error{ticket.ErrNotPrepared, ticket.ErrNotOpen, ticket.ErrStaleCopy},
		Example: ticket.ReleaseCirculation{
			Circulation: 1, Body: "Land registry", Contact: "counter 3", Channel: ticket.SentByCourier, Basis: ticket.ByLaw, Source: "Registration Act, art. 12",
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.AttachReceipt]{
		Name: "ticket.attach_receipt", Route: "/v1/tickets/{id}/attach-receipt", Allow: authz.TicketCirculate,
		Doc:     "Attaches the receipt of the outside body, which has to name what was sent.",
		Refuses: []*domain.Error{ticket.ErrNotOutside},
		Example: ticket.AttachReceipt{
			Circulation: 1, Kind: ticket.ReceiptScan, Reference: "CS-INC-2026-000042-K/1", Signer: "Lam", SignedAt: exampleTime, File: exampleFile,
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ReturnCirculation]{
		Name: "ticket.return_circulation", Route: "/v1/tickets/{id}/return-circulation", Allow: authz.TicketCirculate,
		Doc:     "Records that what had gone to an outside body is back.",
		Refuses: []*domain.Error{ticket.ErrNotOutside},
		Example: ticket.ReturnCirculation{Circulation: 1, Condition: "complete"},
	}),
}

const exampleFile = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
