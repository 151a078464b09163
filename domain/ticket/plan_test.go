package ticket_test

import (
	"time"

	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// plan is what the template of the cases asks for. Its limits run by the calendar of the clocks' cases.
var plan = casetype.Rules{
	Type: "PER", Owner: "u1", Calendar: "office",
	Fields: []form.Field{
		{Key: "shop", Type: form.Text, Block: form.Content, Required: true},
		{Key: "area", Type: form.Number, Required: true},
		{Key: "id_number", Type: form.IDNumber, Block: form.Customer, Marked: true},
		{Key: "remark", Type: form.Text},
		{Key: "handler", Type: form.Text, Block: form.Handler, Required: true},
	},
	Materials: []form.Material{
		{Key: "lease", Required: true, Original: true},
		{Key: "photo", Copies: 2},
	},
	Limits: []casetype.ClassLimits{
		{Urgency: "normal", Response: worktime.WorkingHours(time.Hour), Handling: worktime.WorkingHours(14 * time.Hour)},
		{
			Urgency: "urgent", Response: worktime.WorkingHours(time.Hour), Handling: worktime.WorkingHours(7 * time.Hour),
			Acknowledge: worktime.WorkingHours(30 * time.Minute),
		},
	},
	Groups: []casetype.Choice{{Value: "g1"}}, Fallback: "g9",
	Supplement: worktime.WorkingHours(7 * time.Hour),
	Identity:   true,
}

// knowing gives a planned ticket its rules, as the pipeline does before May.
func knowing(s ticket.State) ticket.State {
	if s.Planned() {
		s.Rules = &plan
	}
	return s
}

// reviewedPlan is the plan with a stage before handling.
func reviewedPlan(s ticket.State) ticket.State {
	rules := plan
	rules.Stages = []route.Stage{{Key: "first", When: route.Before, Kind: route.Review, Role: "reviewer"}}
	s.Rules = &rules
	return s
}

// onPlan is what has happened to a ticket with a template.
func onPlan(history ...ticket.Event) domaintest.History[ticket.State, ticket.Event] {
	return given(history...).Knowing(knowing)
}

// A planned ticket on its way. Each history is the one before and what came next.
var (
	opened = ticket.Opened{
		Template: ref, Unit: "u1", Type: "PER", Channel: ticket.Window, Title: "permit", Description: "a tea shop", Customer: "c-17",
		CustomerName: "王小明", CustomerPhone: "13800138000", CustomerIDNumber: "11010519491231002X", Reference: "12345/7", By: "ann",
	}
	drafted   = []ticket.Event{opened}
	filled    = then(drafted, ticket.FormFilled{Values: map[string]string{"shop": "茶館", "area": "30"}, Customer: "c-17", By: "ann"})
	lease     = ticket.MaterialReceived{Item: 1, Material: "lease", Original: true, ValidUntil: "2026-03-31", Verdict: ticket.Valid, By: "ann"}
	brought   = then(filled, lease)
	formValid = ticket.Checked{Verdicts: map[string]ticket.Assessment{"form.shop": ticket.Valid, "form.area": ticket.Valid}, By: "ann"}
	inScope   = ticket.ScopeDecided{Scope: ticket.InScope, Reason: "ours"}
	ready     = then(brought, formValid, inScope)

	// The area is wrong, the lease has not come.
	badArea = ticket.Checked{
		Verdicts: map[string]ticket.Assessment{"form.shop": ticket.Valid, "form.area": ticket.Defective},
		Defects:  map[string]string{"form.area": "not the area of the plan"}, Cures: map[string]string{"form.area": "state the floor area"},
		By: "ann",
	}
	defective = then(filled, inScope, badArea)
	notice    = ticket.DefectsNotified{
		Notice: 1, Paths: []string{"form.area", "materials.lease"}, Defects: []ticket.Defect{
			{Path: "form.area", Code: ticket.GapDefective, Text: "not the area of the plan", Cure: "state the floor area"},
			{Path: "materials.lease", Code: ticket.GapMissing},
		}, On: "2026-03-02", Channel: ticket.Phone, Unit: "u1",
	}
	supplementDue = time.Date(2026, time.March, 3, 12, 0, 0, 0, time.UTC)
	supplementing = ticket.ClockStarted{
		Clock: ticket.SupplementClock, Round: 1, Since: noon, Limit: worktime.WorkingHours(7 * time.Hour),
		Deadline: ticket.Deadline{Calendar: "office", Version: 1, DueAt: &supplementDue, AllowedMs: 25_200_000},
	}
	notified = then(defective, notice, supplementing)
)
