package ticket_test

import (
	"strings"
	"testing"

	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/ticket"
)

var inForce = ticket.OpenFacts{UnitKnown: true, UnitActive: true, TemplateKnown: true, InForce: true, Template: ref, Rules: &plan}

var manual = casetype.ProcedureRef{Procedure: "p1", Version: 2}

// opening is a well-formed command, changed.
func opening(change func(*ticket.Open)) ticket.Open {
	c := ticket.Open{
		Template: "t1", Unit: "u1", Channel: ticket.Window, Title: "permit", Description: "a tea shop", Customer: "c-17",
		CustomerName: "王小明", CustomerPhone: "13800138000", CustomerIDNumber: "11010519491231002X", Reference: "12345/7", Facts: inForce,
	}
	change(&c)
	return c
}

var openCases = domaintest.Cases{
	"at the window": given().When(opening(func(*ticket.Open) {})).As(ann).Then(func() ticket.Opened { e := opened; e.By = "ann"; return e }()),
	"with the procedure in force": given().When(opening(func(c *ticket.Open) { c.Facts.Procedure = manual })).As(ann).
		Then(func() ticket.Opened { e := opened; e.By, e.Procedure = "ann", manual; return e }()),
	"with values, the marked ones apart": given().When(opening(func(c *ticket.Open) {
		c.Values = map[string]string{"shop": "茶館", "id_number": "11010519491231002X"}
	})).As(ann).Then(opened, ticket.FormFilled{
		Values: map[string]string{"shop": "茶館"}, Marked: map[string]string{"id_number": "11010519491231002X"}, Customer: "c-17", By: "ann",
	}),
	"by mail, with its message": given().When(opening(func(c *ticket.Open) { c.Channel, c.Message = ticket.Mail, "<1@example.org>" })).
		Then(byMail()),
	"values of no such type": given().When(opening(func(c *ticket.Open) {
		c.Title, c.Values = "", map[string]string{"area": "wide", "id_number": "110105194912310021"}
	})).Invalid("title required", "values.area not_a_number", "values.id_number mistyped"),
	"twice":            onPlan(drafted...).When(opening(func(*ticket.Open) {})).Refused(ticket.ErrExists),
	"over a plain one": given(registered...).When(opening(func(*ticket.Open) {})).Refused(ticket.ErrExists),
	"before it is in force": given().When(opening(func(c *ticket.Open) { c.Facts.InForce, c.Facts.Rules = false, nil })).
		Refused(ticket.ErrNotInForce),
	"all that is wrong": given().When(ticket.Open{
		Channel: "smoke", Description: tooLong, CustomerName: strings.Repeat("王", 201), CustomerPhone: strings.Repeat("1", 33),
		CustomerIDNumber: strings.Repeat("1", 33), Message: strings.Repeat("m", 999),
		Values: map[string]string{"zz": "", "shop": tooLong}, Facts: ticket.OpenFacts{Rules: &plan},
	}).Invalid("unit unknown", "template unknown", "title required", "description too_long", "customer_name too_long",
		"customer_phone too_long", "customer_id_number too_long", "channel not_allowed", "message too_long",
		"values.shop too_long", "values.zz unknown_field"),
	"at a closed unit": given().When(opening(func(c *ticket.Open) { c.Facts.UnitActive = false })).Invalid("unit inactive"),
}

func byMail() ticket.Opened {
	e := opened
	e.Channel, e.Message, e.By = ticket.Mail, "<1@example.org>", ""
	return e
}

var fillCases = domaintest.Cases{
	"what differs": onPlan(filled...).When(ticket.Fill{Values: map[string]string{"shop": "茶館", "area": "31", "id_number": "11010519491231002X"}}).As(ann).
		Then(ticket.FormFilled{Values: map[string]string{"area": "31"}, Marked: map[string]string{"id_number": "11010519491231002X"}, Customer: "c-17", By: "ann"}),
	"taking a value away": onPlan(filled...).When(ticket.Fill{Values: map[string]string{"area": ""}}).
		Then(ticket.FormFilled{Values: map[string]string{"area": ""}, Customer: "c-17"}),
	"title and description": onPlan(filled...).When(ticket.Fill{Title: "licence", Description: "a tea house"}).
		Then(ticket.FormFilled{Title: "licence", Description: "a tea house", Customer: "c-17"}),
	"the same again": onPlan(filled...).When(ticket.Fill{Values: map[string]string{"area": "30"}, Title: "permit"}).Nothing(),
	"nothing":        onPlan(filled...).When(ticket.Fill{}).Invalid("values required"),
	"all that is wrong": onPlan(filled...).When(ticket.Fill{
		Values: map[string]string{"zz": "1", "shop": tooLong}, Title: strings.Repeat("長", 201), Description: tooLong,
	}).Invalid("values.shop too_long", "values.zz unknown_field", "title too_long", "description too_long"),
	"values of no such type": onPlan(filled...).When(ticket.Fill{Values: map[string]string{"area": "wide", "id_number": "110105194912310021"}}).
		Invalid("values.area not_a_number", "values.id_number mistyped"),
	"before it is opened":    given().When(ticket.Fill{Title: "x"}).Refused(ticket.ErrNotDraft),
	"once it is registered":  onPlan(then(filled, numbered)...).When(ticket.Fill{Title: "x"}).Refused(ticket.ErrNotDraft),
	"on one that is plain":   given(registered...).When(ticket.Fill{Title: "x"}).Refused(ticket.ErrNotDraft),
	"once it is cancelled":   onPlan(then(filled, withdrawn)...).When(ticket.Fill{Title: "x"}).Refused(ticket.ErrNotDraft),
	"a draft is not handled": onPlan(filled...).When(ticket.Take{Facts: fit}).As(ann).Refused(ticket.ErrNotOpen),
	"a draft is withdrawn":   onPlan(filled...).When(ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: "no longer wanted"}).Then(withdrawn),
}

var withdrawn = ticket.Cancelled{Code: ticket.CancelWithdrawn, Reason: "no longer wanted"}

func TestOpen(t *testing.T) { t.Parallel(); openCases.Run(t) }
func TestFill(t *testing.T) { t.Parallel(); fillCases.Run(t) }
