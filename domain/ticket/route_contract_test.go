package ticket_test

import (
	"docket/domain/route"
	"docket/domain/ticket"
)

// signature and judgement have everything set.
var (
	signature = ticket.Signature{
		By: "bob", OnBehalfOf: "axel", Delegation: "axel/2", Role: "approver", Unit: "u1", Authority: "permit/1", At: noon, Form: 3,
	}
	judgement = ticket.Judgement{
		Accuracy: ticket.Met, Compliance: ticket.NotMet, Completeness: ticket.Met, Identity: ticket.Met, Truth: ticket.Met,
		FirstOpinion: ticket.OpinionRefuse, View: ticket.Disagrees, Risk: ticket.RiskHigh,
	}
)

// routeRecorded holds the events of stages and corrections; see recorded.
var routeRecorded = map[string]ticket.Event{
	"TicketStagesPlanned.v1": ticket.StagesPlanned{Holds: map[string]bool{"second": true}, Form: 3, Risk: ticket.RiskLow, Urgency: ticket.Urgent},
	"TicketStagePassed.v1": ticket.StagePassed{
		Stage: "approval", When: route.Before, Round: 2, Opinion: "同意", Judgement: judgement,
		Conditions: []ticket.Condition{{Number: 1, Text: "keep the door free"}}, Last: true, Signature: signature, Digest: "d41d8c",
	},
	"TicketStageReturned.v1": ticket.StageReturned{
		Stage: "check", When: route.After, Round: 2, Fault: ticket.FaultStaff, Reason: "wrong date", Items: []string{"date"},
		Fields: []string{"shop"}, AskOnce: true, Judgement: judgement, To: "bob", Signature: signature,
	},
	"TicketItemsAnswered.v1": ticket.ItemsAnswered{Round: 2, By: "ann", Items: []int{1, 2}, Answers: []string{"dated", "stamped"}},
	"TicketApplicationResubmitted.v1": ticket.ApplicationResubmitted{
		Round: 2, By: "cleo", Fields: []string{"amount", "id_number"}, Values: map[string]string{"amount": "5000"},
		Marked: map[string]string{"id_number": "110105194912310039"}, Customer: "c-17",
	},
	"TicketApplicationRefused.v1": ticket.ApplicationRefused{
		Stage: "approval", Round: 1, Reasons: []string{"太近"}, Remedies: []string{"another place"}, Objection: "within 60 days",
		Signature: signature, Digest: "d41d8c",
	},
	"TicketSecondReviewRequired.v1": ticket.SecondReviewRequired{Stage: "second", By: "eve", Reason: "in the news"},
	"TicketConditionsAnswered.v1":   ticket.ConditionsAnswered{By: "ann", Conditions: []int{1}, Answers: []string{"kept"}},
	"TicketFieldCorrected.v1": ticket.FieldCorrected{
		Field: "shop", Old: "茶館", New: "飯館", OldMarked: "11010519491231002X", NewMarked: "110105194912310039",
		Fault: ticket.FaultCustomer, Reason: "misread", Corrector: "eve", Unit: "u1", Stamp: "CS-07", Form: 4, Addendum: true,
		Customer: "c-17",
	},
	"TicketStagesVoided.v1": ticket.StagesVoided{Stages: []string{"first", "approval"}, Field: "shop"},
}
