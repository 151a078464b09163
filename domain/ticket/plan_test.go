package ticket_test

import (
	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/form"
	"docket/domain/ticket"
)

// plan is what the template of the cases asks for.
var plan = casetype.Rules{
	Type: "PER", Owner: "u1", Calendar: "cn",
	Fields: []form.Field{
		{Key: "shop", Type: form.Text, Block: form.Content, Required: true},
		{Key: "area", Type: form.Number, Required: true},
		{Key: "id_number", Type: form.IDNumber, Block: form.Customer, Marked: true},
		{Key: "remark", Type: form.Text},
	},
}

// knowing gives a planned ticket its rules, as the pipeline does before May.
func knowing(s ticket.State) ticket.State {
	if s.Planned() {
		s.Rules = &plan
	}
	return s
}

// onPlan is what has happened to a ticket with a template.
func onPlan(history ...ticket.Event) domaintest.History[ticket.State, ticket.Event] {
	return given(history...).Knowing(knowing)
}

// A planned ticket on its way. Each history is the one before and one more event.
var (
	opened = ticket.Opened{
		Template: ref, Unit: "u1", Type: "PER", Channel: ticket.Window, Title: "permit", Description: "a tea shop", Customer: "c-17",
		CustomerName: "王小明", CustomerPhone: "13800138000", CustomerIDNumber: "11010519491231002X", Reference: "12345/7",
	}
	drafted = []ticket.Event{opened}
	filled  = then(drafted, ticket.FormFilled{Values: map[string]string{"shop": "茶館", "area": "30"}, Customer: "c-17"})
)
