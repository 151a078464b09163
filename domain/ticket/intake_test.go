package ticket_test

import (
	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/ticket"
)

// intakeCases are the cases of intake's own commands.
var intakeCases = []domaintest.Cases{
	bringInCases, openCases, fillCases, checkCases, materialCases, identityCases, scopeCases, reopenIntakeCases, lapseCases, defectNoticeCases,
	overrideCases, deliveryCases, submitCases, acknowledgeCases, joinCases, unjoinCases, migrateCases,
}

// intakeRecorded holds every event of intake ever written.
var intakeRecorded = map[string]ticket.Event{
	"TicketOpened.v1": ticket.Opened{
		Template: ref, Unit: "u1", Type: "PER", Channel: ticket.Mail, Title: "開業許可", Description: "a tea shop", Customer: "c-17",
		CustomerName: "王小明", CustomerPhone: "13800138000", CustomerIDNumber: "11010519491231002X", Reference: "12345/7",
		Message: "<1@example.org>", By: "ann", Procedure: casetype.ProcedureRef{Procedure: "p1", Version: 2},
	},
	"TicketFormFilled.v1": ticket.FormFilled{
		Values: map[string]string{"shop": "茶館", "area": ""}, Marked: map[string]string{"id_number": "11010519491231002X"},
		Title: "開業許可", Description: "a tea shop", Customer: "c-17", By: "ann",
	},
	"TicketMaterialReceived.v1": ticket.MaterialReceived{
		Item: 2, Material: "lease", Copies: 1, Pages: 3, Original: true, Issuer: "房管局", ValidUntil: "2026-03-31", File: "d41d8c",
		Unreadable: true, Verdict: ticket.Defective, Defect: "no seal", Cure: "have it sealed", By: "ann", Supplement: true,
	},
	"TicketChecked.v1": ticket.Checked{
		Verdicts: map[string]ticket.Assessment{"form.area": ticket.Defective}, Defects: map[string]string{"form.area": "too small"},
		Cures: map[string]string{"form.area": "measure again"}, By: "ann",
	},
	"TicketScopeDecided.v1": ticket.ScopeDecided{Scope: ticket.OtherUnit, Unit: "u2", Previous: "u1", Reason: "theirs"},
	"TicketDeclined.v1":     ticket.Declined{Reason: "roads", RightPlace: "road office", Text: "please go there", Channel: ticket.Phone},
	"TicketDefectsNotified.v1": ticket.DefectsNotified{
		Notice: 2, Paths: []string{"form.area"}, Defects: []ticket.Defect{{Path: "form.area", Code: ticket.GapDefective, Text: "too small", Cure: "measure again"}},
		On: "2026-03-02", Channel: ticket.Mail, Override: true, Unit: "u1", Reason: "our mistake", Text: "please",
	},
	"TicketDefectNoticeDelivered.v1": ticket.DefectNoticeDelivered{Notice: 2, At: noon, Evidence: "receipt"},
	"TicketDefectsCured.v1":          ticket.DefectsCured{Notice: 2},
	"TicketLapsed.v1":                ticket.Lapsed{Notice: 2, DueAt: noon, Paths: []string{"materials.lease"}, Channel: ticket.Mail},
	"TicketIntakeReopened.v1":        ticket.IntakeReopened{From: ticket.StatusLapsed, Reason: "the post was late"},
	"TicketIdentityChecked.v1": ticket.IdentityChecked{
		Method: ticket.SeenOnVideo, Document: ticket.Passport, Passed: true, Note: "clear", Agent: "李四", Authority: "power of attorney",
		Acts: []ticket.AgentAct{ticket.MayApply, ticket.MayCollect}, Expires: &later, By: "ann",
	},
	"TicketGroupFallback.v1": ticket.GroupFallback{Rule: "groups[0]", Wanted: "g1", Cause: "inactive", Group: "g9"},
	"TicketPaged.v1":         ticket.Paged{Level: 2, Person: "max", Group: "g1", Urgency: ticket.Urgent, DueAt: &later},
	"TicketJoined.v1":        ticket.Joined{Into: "t2", Was: ticket.StatusInProgress, Clocks: []string{"handling"}, Reason: "the same"},
	"TicketMigrated.v1": ticket.Migrated{
		Template: ref, From: casetype.Ref{Template: "t1", Version: 1, Digest: "d1"}, Defaults: map[string]string{"delivery": "post"},
		Reason: "new law", By: "eve", Procedure: casetype.ProcedureRef{Procedure: "p1", Version: 2},
	},
	"TicketUnjoined.v1": ticket.Unjoined{From: "t2", Status: ticket.StatusInProgress, Reason: "another shop"},
}
