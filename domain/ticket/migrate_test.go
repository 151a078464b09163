package ticket_test

import (
	"slices"
	"testing"

	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/ticket"
)

var ref3 = casetype.Ref{Template: "t1", Version: 3, Digest: "d3"}

// moving moves to the third version of the template, which has these rules.
func moving(rules casetype.Rules, change func(*casetype.Rules), holds map[string]bool) ticket.Migrate {
	rules.Fields, rules.Stages = slices.Clone(rules.Fields), slices.Clone(rules.Stages)
	change(&rules)
	return ticket.Migrate{Version: 3, Reason: "new law", Facts: ticket.MigrateFacts{
		Known: true, InForce: true, Template: ref3, Rules: &rules, Conditions: holds, Calendar: office,
	}}
}

// unchanged leaves the rules as they are.
func unchanged(*casetype.Rules) {}

// lacking takes stages out of the rules.
func lacking(keys ...string) func(*casetype.Rules) {
	return func(r *casetype.Rules) {
		r.Stages = slices.DeleteFunc(r.Stages, func(st route.Stage) bool { return slices.Contains(keys, st.Key) })
	}
}

// demanding adds a field that has to be filled in.
func demanding(f form.Field) func(*casetype.Rules) {
	return func(r *casetype.Rules) { f.Required = true; r.Fields = append(r.Fields, f) }
}

func migrated(by string, defaults map[string]string) ticket.Migrated {
	return ticket.Migrated{Template: ref3, From: ref, Defaults: defaults, Reason: "new law", By: by}
}

var (
	floor    = form.Field{Key: "floor", Type: form.Number}
	delivery = form.Field{Key: "delivery", Type: form.Text, Default: "window"}
	byPost   = map[string]string{"delivery": "window"}
)

var migrateCases = domaintest.Cases{
	"a draft": onPlan(filled...).When(moving(plan, unchanged, nil)).As(eve).Then(migrated("eve", nil)),
	"another procedure is followed": onRoute(atFirst...).When(func() ticket.Migrate {
		c := moving(routed, func(r *casetype.Rules) { r.Procedure = "p1" }, usual)
		c.Facts.Procedure = manual
		return c
	}()).As(eve).Then(func() ticket.Migrated { e := migrated("eve", nil); e.Procedure = manual; return e }()),
	"the same procedure stays at its version": onRoute(then(atFirst, func() ticket.Migrated {
		e := migrated("eve", nil)
		e.From, e.Template, e.Procedure = casetype.Ref{Template: "t1", Version: 1}, ref, casetype.ProcedureRef{Procedure: "p1", Version: 1}
		return e
	}())...).When(func() ticket.Migrate {
		c := moving(routed, func(r *casetype.Rules) { r.Procedure = "p1" }, usual)
		c.Facts.Procedure = manual
		return c
	}()).As(eve).Then(func() ticket.Migrated {
		e := migrated("eve", nil)
		e.Procedure = casetype.ProcedureRef{Procedure: "p1", Version: 1}
		return e
	}()),
	"what is filled": onRoute(atFirst...).When(moving(routed, unchanged, usual)).As(eve).Then(migrated("eve", nil)),
	"with a default": onRoute(atFirst...).When(moving(routed, demanding(delivery), usual)).As(eve).Then(migrated("eve", byPost)),
	"a stage of the same key and role stays passed": onRoute(cameThrough...).When(moving(routed, unchanged, usual)).As(eve).
		Then(migrated("eve", nil)),
	"the only open stage is gone": onRoute(firstPassed...).When(moving(routed, lacking("approval"), usual)).As(eve).
		Then(migrated("eve", nil), ticket.Accepted{}),
	"a passed stage is gone": onRoute(firstPassed...).When(moving(routed, lacking("first"), usual)).As(eve).
		Then(migrated("eve", nil), ticket.StagesVoided{Stages: []string{"first"}}),
	"a passed stage is another role's": onRoute(inHand...).When(moving(routed, func(r *casetype.Rules) { r.Stages[0].Role = "supervisor" }, usual)).As(eve).
		Then(migrated("eve", nil), ticket.StagesVoided{Stages: []string{"first"}}, ticket.ReviewVoided{Stage: "first", Status: ticket.StatusRegistered}),
	"a stage more after handling": onRoute(cleared...).When(moving(routed, func(r *casetype.Rules) {
		r.Stages = append(r.Stages, route.Stage{Key: "third", When: route.After, Kind: route.Review, Role: "manager"})
	}, usual)).As(eve).Then(migrated("eve", nil), ticket.ReviewVoided{Stage: "third", Status: ticket.StatusCompleted}),
	"conditions come out another way": onRoute(firstPassed...).When(moving(routed, unchanged, weighty)).As(eve).
		Then(migrated("eve", nil), ticket.StagesPlanned{Holds: weighty, Form: 1, Urgency: ticket.Normal}),

	"to the version it follows": onRoute(atFirst...).When(func() ticket.Migrate {
		c := moving(routed, unchanged, usual)
		c.Version = ref.Version
		return c
	}()).As(eve).Nothing(),
	"everything that is missing or wrong": onRoute(atFirst...).When(moving(routed, func(r *casetype.Rules) {
		demanding(floor)(r)
		demanding(form.Field{Key: "colour", Type: form.Text})(r)
		demanding(form.Field{Key: "signed_by", Type: form.Text, Block: form.Handler})(r)
		r.Fields[0] = form.Field{Key: "shop", Type: form.Date}
		r.Fields[2].Marked = false
	}, usual)).As(eve).Invalid("values.shop not_a_date", "values.id_number unmarked", "values.floor required", "values.colour required"),
	"no such version, no reason": onRoute(atFirst...).When(ticket.Migrate{Version: 9}).As(eve).Invalid("version unknown", "reason required"),
	"one that is not in force": onRoute(atFirst...).When(ticket.Migrate{Version: 3, Reason: "x", Facts: ticket.MigrateFacts{Known: true}}).As(eve).
		Refused(ticket.ErrNotInForce),
	"by no person":    onRoute(atFirst...).When(moving(routed, unchanged, usual)).As(robot).Refused(ticket.ErrNoPerson),
	"a plain one":     given(registered...).When(moving(routed, unchanged, usual)).As(eve).Refused(ticket.ErrNotMigratable),
	"a closed one":    onRoute(filedAway...).When(moving(routed, unchanged, usual)).As(eve).Refused(ticket.ErrNotMigratable),
	"a refused one":   onRoute(denied...).When(moving(routed, unchanged, usual)).As(eve).Refused(ticket.ErrNotMigratable),
	"before it opens": given().When(moving(routed, unchanged, usual)).As(eve).Refused(ticket.ErrNotMigratable),
}

// TestMigratedTicketFollowsTheOtherVersion: the state names the other version, and holds what that filled in.
func TestMigratedTicketFollowsTheOtherVersion(t *testing.T) {
	t.Parallel()
	s := ticket.State{}
	for _, e := range then(atFirst, migrated("eve", byPost)) {
		s = ticket.Decider.Evolve(s, e)
	}
	if s.Template != ref3 || s.Route.Form.Values["delivery"] != "window" || s.Route.Form.Revision != 2 || s.Status != ticket.StatusRegistered {
		t.Errorf("follows %v with %v at revision %d, %s", s.Template, s.Route.Form.Values, s.Route.Form.Revision, s.Status)
	}
}

func TestMigrate(t *testing.T) { t.Parallel(); migrateCases.Run(t) }
