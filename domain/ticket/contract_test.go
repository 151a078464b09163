package ticket_test

import (
	"maps"
	"testing"

	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/ticket"
)

// ref is the version of a template that tickets of the cases are opened on.
var ref = casetype.Ref{Template: "t1", Version: 2, Digest: "d2"}

// recorded holds every event ever written, by wire name and version: what its golden file means today. Each family of
// events has its own.
var recorded = union(coreRecorded, routeRecorded, clockRecorded, dutyRecorded, intakeRecorded)

func union(all ...map[string]ticket.Event) map[string]ticket.Event {
	one := map[string]ticket.Event{}
	for _, m := range all {
		maps.Copy(one, m)
	}
	return one
}

var coreRecorded = map[string]ticket.Event{
	"TicketRegistered.v1": ticket.Registered{
		Number: "CS-INC-2026-000042-K", Unit: "u1", Type: "INC", Channel: ticket.Window, Urgency: ticket.Urgent,
		Title: "樹木傾倒 <路口>", Description: "a \"big\" tree\nacross the road", Customer: "c-17", CustomerName: "王小明",
		CustomerPhone: "13800138000", CustomerIDNumber: "11010519491231002X", Reference: "12345/7", DueAt: &later,
		Policy:   ticket.Policy{AcceptOnRegister: true, CompleteUnassigned: true, WaiveReview: true, WaiveDelivery: true},
		Template: ref,
	},
	"TicketAccepted.v1":          ticket.Accepted{Opinion: "complete"},
	"TicketAssignedToGroup.v1":   ticket.AssignedToGroup{Group: "g2", Unit: "u2", Previous: "g1", Reason: "roads", Rule: "groups[0]"},
	"TicketTaken.v1":             ticket.Taken{Handler: "ann"},
	"TicketAssignedToHandler.v1": ticket.AssignedToHandler{Handler: "bob", Previous: "ann", Reason: "ill"},
	"TicketWorkRecorded.v1":      ticket.WorkRecorded{Content: "inspected", Result: "sound", StartedAt: &earlier, EndedAt: &noon, Step: "visit", Files: []string{digest}, By: "ann"},
	"TicketNoted.v1":             ticket.Noted{Text: "rang back", Visible: true},
	"TicketHandoverOffered.v1":   ticket.HandoverOffered{Handover: 1, From: "ann", To: "bob", Note: "map inside", Pages: 3, Paper: true, Items: []string{"map"}, Status: ticket.StatusInProgress},
	"TicketHandoverAccepted.v1":  ticket.HandoverAccepted{Handover: 1, From: "ann", To: "bob"},
	"TicketHandoverRefused.v1": ticket.HandoverRefused{
		Handover: 1, From: "ann", To: "bob", Code: ticket.RefusedOverloaded, Reason: "full desk",
	},
	"TicketPaused.v1":       ticket.Paused{Kind: ticket.AwaitingCustomer, Reason: "asked for the deed"},
	"TicketResumed.v1":      ticket.Resumed{Kind: ticket.AwaitingCustomer, Reason: "deed came"},
	"TicketCompleted.v1":    ticket.Completed{Handler: "ann", By: "eve", Outcome: ticket.NotFulfilled, Summary: "no title"},
	"TicketReviewPassed.v1": ticket.ReviewPassed{Reviewer: "eve", Opinion: "good"},
	"TicketReviewReturned.v1": ticket.ReviewReturned{
		Reviewer: "eve", Fault: ticket.FaultStaff, Reason: "no stamp", Items: []string{"stamp", "date"}, Round: 2,
	},
	"TicketResultDelivered.v1": ticket.ResultDelivered{Channel: ticket.Phone, Text: "your permit is ready"},
	"TicketReopened.v1":        ticket.Reopened{Fault: ticket.FaultRuleChange, Reason: "new by-law", Round: 3},
	"TicketClosed.v1":          ticket.Closed{Reason: "confirmed"},
	"TicketFileAttached.v1": ticket.FileAttached{
		Digest: "9f86d081", Kind: ticket.FileMaterial, Material: "id_copy", Name: "身份證.pdf", Size: 4096, MediaType: "application/pdf", Scan: ticket.ScanClean,
	},
	"TicketFieldRevealed.v1": ticket.FieldRevealed{Field: "customer_phone", Purpose: "call back"},
	"TicketNoticeRequested.v1": ticket.NoticeRequested{
		Notice: 1, Kind: ticket.NoticeResult, Language: "zh-Hant", Channels: []ticket.Channel{ticket.SMS, ticket.Mail}, Customer: "c-17",
		To: map[string]string{"sms": "13912345678"}, Subject: "settled", Text: "ready", Cause: "e-1", Defects: 2,
	},
	"TicketNoticeDelivered.v1":    ticket.NoticeDelivered{Notice: 1, Channel: ticket.Window, Attempts: 1, Message: "gw-7", Teller: "ann", Told: "Ann Lee", Party: ticket.TheAgent},
	"TicketNoticeFailed.v1":       ticket.NoticeFailed{Notice: 1, Channel: ticket.SMS, Attempts: 5, Code: "unreachable", Detail: "no answer"},
	"TicketNoticeExhausted.v1":    ticket.NoticeExhausted{Notice: 1},
	"TicketObjected.v1":           ticket.Objected{Objection: 1, Number: "N-O1", Channel: ticket.Window, Grounds: "wrong name", Party: ticket.TheCustomer},
	"TicketObjectionDecided.v1":   ticket.ObjectionDecided{Objection: 1, Reviewer: "eve", Verdict: ticket.Upheld, Fault: ticket.FaultStaff, Reasons: "so it is"},
	"TicketObjectionContacted.v1": ticket.ObjectionContacted{Objection: 1, Try: 2, Reached: true, Summary: "content"},
	"TicketObjectionClosed.v1":    ticket.ObjectionClosed{Objection: 1, Confirmed: true, Reason: "thanks"},
	"TicketReviewVoided.v1":       ticket.ReviewVoided{Stage: "approval", Status: ticket.StatusRegistered},
	"TicketCancelled.v1":          ticket.Cancelled{Code: ticket.CancelOutOfScope, Reason: "not ours"},
}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, ticket.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, ticket.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, ticket.Decider) }

func TestMarkedFieldsAreTheCustomers(t *testing.T) {
	t.Parallel()
	for customer, subject := range map[string]string{"c-17": "customer-c-17", "": ""} {
		if got := (ticket.Registered{Customer: customer}).MarkedSubject(); got != subject {
			t.Errorf("marked fields of customer %q are sealed under %q, want %q", customer, got, subject)
		}
	}
}
