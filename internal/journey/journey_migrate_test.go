package journey_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain/casetype"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/template"
	"docket/domain/ticket"
)

// nextVersion has version 2 of a template approved that says something else besides, in force from now on.
func (o *office) nextVersion(id string, change func(*casetype.Rules)) {
	o.Helper()
	var whole struct{ Definition casetype.Definition }
	o.Get("designer", "/v1/templates/"+id+"/versions/1", &whole)
	d := whole.Definition
	d.Rules.Fields = slices.Clone(d.Rules.Fields)
	change(&d.Rules)
	for _, key := range d.Rules.Keys() {
		d.Labels[key] = casetype.Text{"zh-Hant": key}
	}
	o.Do("designer", "template.revise", id, template.Revise{Definition: d, Reason: "a second version"})
	o.Do("designer", "template.submit", id, template.Submit{})
	o.Do("head", "template.review", id, template.Review{Digest: d.Digest(), Verdict: template.Pass, Opinion: "同意"})
	o.Do("manager", "template.approve", id, template.Approve{Digest: d.Digest(), Opinion: "批准"})
}

// TestTicketsStayOnTheirVersion: a ticket follows the version that it was opened on, until a supervisor moves it with a reason,
// which needs every field that the other version asks for (mission row T3). What fields cannot hold is refused all at once
// (mission row T4).
func TestTicketsStayOnTheirVersion(t *testing.T) {
	t.Parallel()
	o := Office(t)
	of := o.onRoute("MIG", nil, route.Stage{Key: "intake_review", When: route.Before, Kind: route.Review, Role: "supervisor"})
	o.Invalid("clerk", "ticket.open", "", ticket.Open{
		Template: of, Unit: o.Unit("客戶服務中心"), Channel: ticket.Window, Title: "開業許可",
		Values: map[string]string{"amount": "about ten", "handled_on": "someday", "nope": "x"},
	}, []string{"values.amount not_an_amount", "values.handled_on not_a_date", "values.nope unknown_field"})

	id, other := o.applied(of, "100").ID, o.applied(of, "200").ID
	o.Do("supervisor", "ticket.pass_stage", id, ticket.PassStage{Stage: "intake_review", Opinion: "齊全"})
	o.nextVersion(of, func(r *casetype.Rules) {
		i := slices.IndexFunc(r.Fields, func(f form.Field) bool { return f.Key == "remark" })
		r.Fields[i].Required = true
		r.Fields = append(r.Fields, form.Field{Key: "delivery", Type: form.Text, Required: true, Default: "window"})
	})

	to := ticket.Migrate{Version: 2, Reason: "新版表單要求備註"}
	o.Refused("handler", "ticket.migrate", id, to, http.StatusForbidden, "not_allowed")
	o.Refused("clerk", "ticket.migrate", id, to, http.StatusForbidden, "not_allowed")
	o.Refused("supervisor", "ticket.migrate", id, to, http.StatusPreconditionRequired, "match.required", unmatched())
	o.Refused("supervisor", "ticket.migrate", id, to, http.StatusPreconditionFailed, "match.moved", at(1))
	o.Invalid("supervisor", "ticket.migrate", id, ticket.Migrate{Version: 3}, []string{"version unknown", "reason required"})
	o.Invalid("supervisor", "ticket.migrate", id, to, []string{"values.remark required"})
	o.Do("supervisor", "ticket.correct", id, ticket.Correct{
		Field: "remark", Value: "郵寄", Fault: ticket.FaultRuleChange, Reason: "新版要求", Stamp: "CS-07",
	})
	require.Equal(t, []string{"TicketMigrated"}, o.Do("supervisor", "ticket.migrate", id, to).types(), "what was passed stays passed")
	o.Do("handler", "ticket.take", id, ticket.Take{})
	// The field has to be filled in on the version that it follows now, and may be empty on the one that the other stayed on.
	empty := ticket.Correct{Field: "remark", Fault: ticket.FaultStaff, Reason: "多填", Stamp: "CS-07"}
	o.Invalid("supervisor", "ticket.correct", id, empty, []string{"value required"})
	correct := ticket.Correct{Field: "remark", Value: "自取", Fault: ticket.FaultStaff, Reason: "補填", Stamp: "CS-07"}
	o.Do("supervisor", "ticket.correct", other, correct)
	o.Do("supervisor", "ticket.correct", other, empty)
	o.Do("supervisor", "ticket.correct", id, ticket.Correct{
		Field: "delivery", Value: "post", Fault: ticket.FaultCustomer, Reason: "改為郵寄", Stamp: "CS-07",
	})
	o.Invalid("supervisor", "ticket.correct", other, ticket.Correct{
		Field: "delivery", Value: "post", Fault: ticket.FaultCustomer, Reason: "改為郵寄", Stamp: "CS-07",
	}, []string{"field unknown"})

	var page struct{ Timeline []struct{ Type string } }
	o.Get("supervisor", "/v1/tickets/"+id, &page)
	types := make([]string, len(page.Timeline))
	for i, e := range page.Timeline {
		types[i] = e.Type
	}
	require.Contains(t, types, "TicketMigrated")
}
