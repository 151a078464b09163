package ticket_test

import (
	"strings"
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

// at the desk: registration and acceptance.

func application() ticket.Register {
	return ticket.Register{
		Unit: "u1", Type: "INC", Channel: ticket.Window, Urgency: ticket.Normal, Title: "permit",
		Facts: ticket.RegisterFacts{UnitKnown: true, UnitActive: true, UnitCode: "CS", Number: "CS-INC-2026-000001-Q"},
	}
}

func with(change func(*ticket.Register)) ticket.Register {
	c := application()
	change(&c)
	return c
}

var registerCases = domaintest.Cases{
	"gives a number": given().When(application()).Then(registered...),
	"accepts at once where the unit says so": given().
		When(with(func(c *ticket.Register) { c.Facts.Policy.AcceptOnRegister = true })).
		Then(then(on(ticket.Policy{AcceptOnRegister: true}), ticket.Accepted{})...),
	"keeps the unit's policy": given().When(with(func(c *ticket.Register) { c.Facts.Policy = lenient })).Then(on(lenient)...),
	"promised for this very moment": given().When(with(func(c *ticket.Register) { c.DueAt = &noon })).
		Then(func() ticket.Event {
			e := registered[0].(ticket.Registered)
			e.DueAt = &noon
			return e
		}()),
	"a second time":       given(registered...).When(application()).Refused(ticket.ErrExists),
	"after it was closed": given(closed...).When(application()).Refused(ticket.ErrExists),

	"unknown unit":  given().When(with(func(c *ticket.Register) { c.Facts.UnitKnown = false })).Invalid("unit unknown"),
	"closed unit":   given().When(with(func(c *ticket.Register) { c.Facts.UnitActive = false })).Invalid("unit inactive"),
	"group as unit": given().When(with(func(c *ticket.Register) { c.Facts.UnitCode = "" })).Invalid("unit no_code"),
	"promised before it was registered": given().When(with(func(c *ticket.Register) { c.DueAt = &earlier })).
		Invalid("due_at too_early"),
	"promised before it happened, though after it was keyed in": given().
		When(with(func(c *ticket.Register) { c.DueAt = &noon })).At(earlier).Effective(later).Invalid("due_at too_early"),
	"type that would break the number": given().When(with(func(c *ticket.Register) { c.Type = "IN-C" })).Invalid("type not_a_code"),
	"type in small letters":            given().When(with(func(c *ticket.Register) { c.Type = "inc" })).Invalid("type not_a_code"),
	"type too short":                   given().When(with(func(c *ticket.Register) { c.Type = "I" })).Invalid("type not_a_code"),
	"every failing field at once": given().When(with(func(c *ticket.Register) {
		*c = ticket.Register{
			Description: tooLong, CustomerName: tooLong, CustomerPhone: tooLong, CustomerIDNumber: tooLong, DueAt: &earlier,
		}
	})).Invalid("unit unknown", "type not_a_code", "title required", "description too_long", "customer_name too_long",
		"customer_phone too_long", "customer_id_number too_long", "channel not_allowed", "urgency not_allowed", "due_at too_early"),
	"title of blanks": given().When(with(func(c *ticket.Register) { c.Title = " \t" })).Invalid("title required"),
	"title of 200 characters, not bytes": given().When(with(func(c *ticket.Register) { c.Title = strings.Repeat("照", 200) })).
		Then(func() ticket.Event {
			e := registered[0].(ticket.Registered)
			e.Title = strings.Repeat("照", 200)
			return e
		}()),
	"title of 201 characters": given().When(with(func(c *ticket.Register) { c.Title = strings.Repeat("照", 201) })).
		Invalid("title too_long"),
}

var acceptCases = domaintest.Cases{
	"takes the application on": given(registered...).When(ticket.Accept{Opinion: "complete"}).Then(ticket.Accepted{Opinion: "complete"}),
	"twice":                    given(accepted...).When(ticket.Accept{}).Refused(ticket.ErrNotRegistered),
	"once closed":              given(closed...).When(ticket.Accept{}).Refused(ticket.ErrNotRegistered),
	"once cancelled":           given(cancelled...).When(ticket.Accept{}).Refused(ticket.ErrNotRegistered),
	"with too much to say":     given(registered...).When(ticket.Accept{Opinion: tooLong}).Invalid("opinion too_long"),
}

func TestRegister(t *testing.T) { t.Parallel(); registerCases.Run(t) }
func TestAccept(t *testing.T)   { t.Parallel(); acceptCases.Run(t) }

func TestRegisteredTicketLiesWithItsUnit(t *testing.T) {
	t.Parallel()
	if got := application().Scope(); got.Unit != "u1" || got.Group != "" || got.Parties != nil {
		t.Errorf("scope %+v", got)
	}
}
