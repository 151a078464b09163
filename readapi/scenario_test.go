package readapi_test

import (
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/security"
	"docket/domain/series"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
)

// The people and places of the scenario, by the keys of their streams.
const (
	service  = "00000000-0000-4000-8000-0000000000a1" // a unit
	printing = "00000000-0000-4000-8000-0000000000b1" // its groups
	network  = "00000000-0000-4000-8000-0000000000b2"
	other    = "00000000-0000-4000-8000-0000000000a2" // another unit
	ann      = "00000000-0000-4000-8000-0000000000c1" // handlers of printing
	bob      = "00000000-0000-4000-8000-0000000000c2"
	eve      = "00000000-0000-4000-8000-0000000000c3" // a leader of printing
	carl     = "00000000-0000-4000-8000-0000000000c4" // a clerk of the other unit
	dora     = "00000000-0000-4000-8000-0000000000c5" // a handler of network
	max      = "00000000-0000-4000-8000-0000000000c6" // the manager
	audrey   = "00000000-0000-4000-8000-0000000000c7" // the auditor
	anton    = "00000000-0000-4000-8000-0000000000c8" // an analyst

	first  = "00000000-0000-4000-8000-000000000001" // goes all the way, and round again
	second = "00000000-0000-4000-8000-000000000002" // changes hands by order, waits
	third  = "00000000-0000-4000-8000-000000000003" // withdrawn
	fourth = "00000000-0000-4000-8000-000000000004" // offered, not answered
)

var began = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// step is what one command stored.
type step struct {
	stream domain.StreamID
	meta   domain.Metadata
	events []any
}

// teller writes steps one after the other, ten minutes apart.
type teller struct {
	at    time.Time
	steps []step
}

// told adds a step of somebody's; effective times are those of the decision.
func (t *teller) told(actor, role, command, category, key string, events ...any) *domain.Metadata {
	t.at = t.at.Add(10 * time.Minute)
	m := domain.Metadata{
		Principal: "staff-" + actor, Actor: actor, Role: role, Unit: service, Channel: "api", Source: "192.0.2.7",
		Effective: t.at, Decided: t.at, Command: command, Key: "key", Rule: role + ":" + command,
	}
	if actor == "" {
		m.Principal, m.Unit, m.Channel = "service-import", "", "import"
	}
	t.steps = append(t.steps, step{domain.Stream(category, key), m, events})
	return &t.steps[len(t.steps)-1].meta
}

func (t *teller) ticket(actor, role, verb, key string, events ...any) *domain.Metadata {
	return t.told(actor, role, "ticket."+verb, "ticket", key, events...)
}

// organisation opens the places and hires the people, effective a year before the tickets.
func organisation() []step {
	t := &teller{at: began.AddDate(-1, 0, 0)}
	open := func(key string, e unit.Opened) { t.told("", authz.Importer, "unit.open", "unit", key, e) }
	open(service, unit.Opened{Kind: unit.Department, Code: "CS", Name: "Customer service"})
	open(other, unit.Opened{Kind: unit.Department, Code: "XX", Name: "Archive"})
	open(printing, unit.Opened{Kind: unit.Group, Name: "Printing", Parent: service})
	open(network, unit.Opened{Kind: unit.Group, Name: "Network", Parent: service})
	hire := func(key, name, role, where string, groups ...string) {
		events := []any{staff.Joined{Name: name}, staff.PostGranted{Post: domain.Post{Role: role, Unit: where}}}
		for _, g := range groups {
			events = append(events, staff.MembershipStarted{Group: g})
		}
		t.told("", authz.Importer, "staff.join", "staff", key, events...)
	}
	hire(ann, "Ann", authz.Handler, service, printing)
	hire(bob, "Bob", authz.Handler, service, printing)
	hire(eve, "Eve", authz.Leader, printing)
	hire(carl, "Carl", authz.Clerk, other)
	hire(dora, "Dora", authz.Handler, service, network)
	hire(max, "Max", authz.Manager, "")
	hire(audrey, "Audrey", authz.Auditor, "")
	hire(anton, "Anton", authz.Analyst, "")
	return t.steps
}

// numberOf is the number of the scenario's n-th ticket.
func numberOf(n uint64) string { return series.Name{Unit: "CS", Type: "INC", Year: 2026}.Number(n) }

// tickets is what happens to four tickets, and a denied attempt.
func tickets() []step {
	t := &teller{at: began}
	due := began.Add(72*time.Hour + 123456789*time.Nanosecond)
	start, end := began.Add(52*time.Minute), began.Add(57*time.Minute)

	t.told(eve, authz.Clerk, "ticket.register", "series", "CS-INC-2026", series.Taken{Ticket: first})
	t.ticket(eve, authz.Clerk, "register", first, ticket.Registered{
		Number: numberOf(1), Unit: service, Type: "INC", Channel: ticket.Window, Urgency: ticket.Urgent, Title: "Printer 列印機",
		Description: "It jams.", Customer: "c-1", CustomerName: "Customer One", CustomerPhone: "13912345678",
		CustomerIDNumber: "440101199001011234", Reference: "INC0000045", DueAt: &due,
	})
	t.ticket(eve, authz.Clerk, "accept", first, ticket.Accepted{Opinion: "complete"})
	t.ticket(eve, authz.Leader, "assign_group", first, ticket.AssignedToGroup{Group: printing, Unit: service, Reason: "printers"})
	t.ticket(ann, authz.Handler, "take", first, ticket.Taken{Handler: ann})
	t.ticket(ann, authz.Handler, "record_work", first, ticket.WorkRecorded{Content: "looked", Result: "paper", StartedAt: &start, EndedAt: &end})
	t.ticket(ann, authz.Handler, "pause", first, ticket.Paused{Kind: ticket.AwaitingExternal, Reason: "spare part"})
	t.ticket(ann, authz.Handler, "resume", first, ticket.Resumed{Kind: ticket.AwaitingExternal, Reason: "part came"})
	t.ticket(ann, authz.Handler, "offer_handover", first, ticket.HandoverOffered{Handover: 1, From: ann, To: bob, Note: "holiday", Pages: 3, Paper: true})
	t.ticket(bob, authz.Handler, "refuse_handover", first, ticket.HandoverRefused{Handover: 1, From: ann, To: bob, Code: ticket.RefusedOverloaded, Reason: "full"})
	t.ticket(ann, authz.Handler, "offer_handover", first, ticket.HandoverOffered{Handover: 2, From: ann, To: bob})
	// The acceptance came on paper: it happened three minutes after the offer and was keyed in later.
	accepted := t.ticket(bob, authz.Handler, "accept_handover", first, ticket.HandoverAccepted{Handover: 2, From: ann, To: bob})
	accepted.Effective = accepted.Decided.Add(-7 * time.Minute)
	t.ticket(bob, authz.Handler, "complete", first, ticket.Completed{Handler: bob, Outcome: ticket.Fulfilled, Summary: "mended"})
	t.ticket(eve, authz.Leader, "return_review", first, ticket.ReviewReturned{
		Reviewer: eve, Fault: ticket.FaultStaff, Reason: "no test page", Items: []string{"print one", "attach it"}, Round: 2,
	})
	t.ticket(bob, authz.Handler, "complete", first, ticket.Completed{Handler: bob, Outcome: ticket.Fulfilled, Summary: "tested"})
	t.ticket(eve, authz.Leader, "pass_review", first, ticket.ReviewPassed{Reviewer: eve, Opinion: "good"})
	t.ticket(bob, authz.Handler, "deliver", first, ticket.ResultDelivered{Channel: ticket.Phone, Text: "It prints."})
	t.ticket(bob, authz.Handler, "close", first, ticket.Closed{Reason: "done"})
	t.ticket(eve, authz.Leader, "note", first, ticket.Noted{Text: "thanks came"})
	t.ticket(eve, authz.Leader, "reopen", first, ticket.Reopened{Fault: ticket.FaultUndetermined, Reason: "jams again", Round: 3})

	t.ticket("", authz.Importer, "register", second, ticket.Registered{
		Number: numberOf(2), Unit: service, Type: "INC", Channel: ticket.System, Urgency: ticket.Normal, Title: "Network",
		Policy: ticket.Policy{AcceptOnRegister: true},
	}, ticket.Accepted{})
	t.ticket("", authz.Importer, "assign_group", second, ticket.AssignedToGroup{Group: printing, Unit: service})
	onBehalf := t.ticket(eve, authz.Leader, "assign_handler", second, ticket.AssignedToHandler{Handler: ann, Reason: "she knows it"})
	onBehalf.Principal, onBehalf.OnBehalfOf = "service-import", eve
	t.ticket(ann, authz.Handler, "offer_handover", second, ticket.HandoverOffered{Handover: 1, From: ann, To: bob})
	t.ticket(eve, authz.Leader, "assign_handler", second, ticket.AssignedToHandler{Handler: eve, Previous: ann, Reason: "urgent"})
	t.ticket(eve, authz.Leader, "assign_group", second, ticket.AssignedToGroup{Group: network, Unit: service, Previous: printing})
	t.ticket(eve, authz.Leader, "pause", second, ticket.Paused{Kind: ticket.AwaitingCustomer, Reason: "asked for a date"})

	t.ticket(eve, authz.Clerk, "register", third, ticket.Registered{
		Number: numberOf(3), Unit: other, Type: "INC", Channel: ticket.Mail, Urgency: ticket.Low, Title: "Lost file", CustomerPhone: "123",
	})
	t.ticket(eve, authz.Clerk, "cancel", third, ticket.Cancelled{Code: ticket.CancelWithdrawn, Reason: "found it"})

	soon := began.Add(24 * time.Hour)
	t.ticket(eve, authz.Clerk, "register", fourth, ticket.Registered{
		Number: numberOf(4), Unit: service, Type: "REQ", Channel: ticket.Online, Urgency: ticket.Critical, Title: "Toner", DueAt: &soon,
	})
	t.ticket(eve, authz.Clerk, "accept", fourth, ticket.Accepted{})
	t.ticket(eve, authz.Leader, "assign_group", fourth, ticket.AssignedToGroup{Group: printing, Unit: service})
	t.ticket(ann, authz.Handler, "take", fourth, ticket.Taken{Handler: ann})
	t.ticket(ann, authz.Handler, "offer_handover", fourth, ticket.HandoverOffered{Handover: 1, From: ann, To: bob, Note: "please"})

	t.told(carl, "", "ticket.read", "security", "20260302", security.Denied{
		Operation: "ticket.read", Permission: string(authz.TicketRead), Target: "ticket-" + first, Rule: "not_allowed", Suppressed: 2,
	})
	return t.steps
}
