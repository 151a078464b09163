package commands_test

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain/authz"
	"docket/domain/casetype"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/staff"
	"docket/domain/template"
	"docket/domain/ticket"
	"docket/domain/unit"
	"docket/domain/view"
	"docket/domain/worktime"
)

// life is a way that a thing can go: each act brings it into the next state.
type life struct {
	name string
	from int // acts before it are the same as in another life
	acts []act
}

// act is one command by somebody. Without a payload it is the catalogue's example; a function makes it for the stream.
type act struct {
	who, command string
	payload      any
}

func (l life) category() string {
	category, _, _ := strings.Cut(l.acts[0].command, ".")
	return category
}

// then is a longer life.
func (l life) then(name string, acts ...act) life {
	return life{name, len(l.acts) + 1, append(slices.Clip(l.acts), acts...)}
}

// first is the beginning of a life.
func (l life) first(n int) life { return life{l.name, n, l.acts[:n]} }

func valid(paths ...string) ticket.Check {
	var c ticket.Check
	for _, p := range paths {
		c.Findings = append(c.Findings, ticket.CheckItem{Path: p, Verdict: ticket.Valid})
	}
	return c
}

var (
	allMet = ticket.Judgement{Accuracy: ticket.Met, Compliance: ticket.Met, Completeness: ticket.Met}

	atWork = life{name: "plain", acts: []act{
		{"clerk", "ticket.register", func(o *office, _ string) any {
			r := o.registration()
			r.CustomerPhone = "13912345678"
			return r
		}},
		{"clerk", "ticket.accept", nil},
		{"clerk", "ticket.assign_group", nil},
		{"handler", "ticket.take", nil},
	}}
	offered = atWork.then("plain, offered",
		act{"handler", "ticket.offer_handover", func(o *office, _ string) any { return ticket.OfferHandover{To: o.all, Note: "please"} }})
	done = atWork.then("plain, to its end",
		act{"handler", "ticket.complete", nil},
		act{"leader", "ticket.pass_review", nil},
		act{"handler", "ticket.deliver", nil},
	)

	drafted = life{name: "planned", acts: []act{
		{"clerk", "ticket.open", nil},
		{"clerk", "ticket.fill", ticket.Fill{Values: map[string]string{
			"item": "permit", "customer_name": "王小明", "content": "a tea shop", "shop": "茶館", "area": "30", "amount": "400.00",
		}}},
		{"clerk", "ticket.receive_material", nil},
	}}
	submitted = drafted.then("planned, submitted",
		act{"clerk", "ticket.check", valid("form.item", "form.customer_name", "form.content", "form.shop", "form.area", "materials.lease")},
		act{"clerk", "ticket.decide_scope", nil},
		act{"clerk", "ticket.check_identity", nil},
		act{"clerk", "ticket.submit", nil},
	)
	approved = submitted.then("planned, approved",
		act{"reviewer", "ticket.pass_stage", ticket.PassStage{Stage: "first_review", Opinion: "in order", Judgement: allMet, Conditions: []string{"keep the door free"}}},
		act{"approver", "ticket.pass_stage", ticket.PassStage{Stage: "approval", Opinion: "granted", Judgement: ticket.Judgement{Risk: ticket.RiskLow}}},
	)
	planned = approved.then("planned, at work",
		act{"handler", "ticket.take", nil},
	)
	finished = planned.then("planned, to its end",
		act{"handler", "ticket.answer_conditions", nil},
		act{"handler", "ticket.skip_step", nil},
		act{"handler", "ticket.complete", nil},
		act{"leader", "ticket.pass_stage", ticket.PassStage{Stage: "result_review", Opinion: "good", Judgement: allMet}},
		act{"handler", "ticket.notify_result", ticket.NotifyResult{Channels: []ticket.Channel{ticket.Phone}, Told: "Ann Lee", FollowUp: []string{"keep the door free"}}},
	)

	lives = []life{
		{name: "plain", acts: atWork.acts[:1]},
		offered.first(4),
		offered,
		atWork.then("plain, informed", act{"handler", "ticket.note", ticket.Note{Text: "it is on its way", Visible: true}}),
		atWork.first(2).then("plain, raised",
			act{"clerk", "ticket.assign_group", func(o *office, _ string) any { return ticket.AssignToGroup{Group: o.second} }},
			act{"handler3", "ticket.take", nil}, act{"handler3", "ticket.raise", nil}),
		atWork.then("plain, circulated", act{"dispatcher", "ticket.prepare_circulation", nil}, act{"dispatcher", "ticket.release_circulation", nil}),
		atWork.then("plain, shared",
			act{"handler", "ticket.open_subtask", func(o *office, _ string) any {
				return ticket.OpenSubtask{Unit: o.second, Title: "measure the plot", DueAt: o.clock.now().AddDate(0, 0, 9), Blocking: true}
			}},
			act{"all", "ticket.accept_subtask", nil}),
		atWork.then("plain, helped", act{"handler", "ticket.name_helper", nil}),
		planned.then("planned, disputed",
			act{"handler", "ticket.offer_handover", nil}, act{"handler2", "ticket.refuse_handover", nil}),
		atWork.then("plain, paused", act{"handler", "ticket.pause", nil}),
		done,
		done.then("plain, closed", act{"handler", "ticket.close", nil}, act{"leader", "ticket.reopen", nil}),
		atWork.then("plain, returned", act{"handler", "ticket.complete", nil}, act{"leader", "ticket.return_review", nil}),
		atWork.first(1).then("plain, cancelled", act{"clerk", "ticket.cancel", nil}),
		drafted.first(1),
		submitted,
		approved,
		planned,
		finished,
		submitted.then("planned, returned", act{"reviewer", "ticket.return_stage", nil}, act{"clerk", "ticket.answer_items", nil}),
		submitted.then("planned, refused",
			act{"reviewer", "ticket.pass_stage", ticket.PassStage{Stage: "first_review", Opinion: "in order", Judgement: allMet}},
			act{"approver", "ticket.refuse_application", nil}),
		planned.then("planned, paused", act{"handler", "ticket.pause", ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "a signature"}}),
		planned.then("planned, longer", act{"handler", "ticket.request_extension", nil}, act{"leader", "ticket.approve_extension", nil}),
		finished.first(len(finished.acts)-1).then("planned, told by message", act{"handler", "ticket.notify_result", nil}),
		finished.then("planned, objected to", act{"clerk", "ticket.object", nil},
			act{"supervisor", "ticket.decide_objection", ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "it is right"}},
			act{"clerk", "ticket.contact_objector", nil}),
		drafted.then("planned, defective",
			act{"clerk", "ticket.check", valid("form.item", "form.customer_name", "form.content", "materials.lease")},
			act{"clerk", "ticket.check", nil}, act{"clerk", "ticket.notify_defects", ticket.NotifyDefects{Channel: ticket.Mail}}, act{"clerk", "ticket.record_notice_delivery", nil}),
		drafted.first(1).then("planned, declined", act{"clerk", "ticket.decide_scope", ticket.DecideScope{
			Scope: ticket.OutOfScope, Reason: "not ours", Text: "apply at the town hall"}}),
		drafted.first(1).then("planned, joined", act{"clerk", "ticket.join", nil}),

		{name: "unit", acts: []act{{"admin", "unit.open", nil}, {"admin", "unit.plan_duty", func(o *office, _ string) any {
			return unit.PlanDuty{Person: o.all, From: o.clock.now(), Until: o.clock.now().Add(time.Hour)}
		}}, {"admin", "unit.register_stamp", func(o *office, _ string) any {
			return unit.RegisterStamp{Number: "CS-07", Keeper: o.all}
		}}, {"admin", "unit.close", nil}}},
		{name: "group", from: 1, acts: []act{{"admin", "unit.open", func(o *office, _ string) any {
			return unit.Open{Kind: unit.Group, Name: "Third", Parent: o.unit}
		}}}},
		{name: "person", acts: []act{
			{"admin", "staff.join", nil}, {"admin", "staff.start_membership", nil}, {"admin", "staff.grant_post", nil}, {"admin", "staff.enter_absence", nil}, {"admin", "staff.certify", nil}, {"admin", "staff.leave", nil},
		}},
		{name: "person whose certificate ends", from: 1, acts: []act{{"admin", "staff.join", nil}, {"admin", "staff.certify", func(o *office, _ string) any {
			return staff.Certify{Kind: "counter", Issuer: "city", Reference: "C-1", ValidUntil: o.clock.now().AddDate(0, 0, 20)}
		}}}},
		{name: "customer", acts: []act{{"clerk", "customer.register", nil}, {"manager", "customer.merge", nil}}},
		{name: "template", acts: []act{
			{"designer", "template.draft", nil}, {"designer", "template.submit", nil}, {"head", "template.review", nil},
			{"manager", "template.approve", nil}, {"manager", "template.retire", nil},
		}},
		{name: "procedure", acts: []act{{"designer", "procedure.draft", nil}, {"head", "procedure.publish", nil}, {"head", "procedure.retire", nil}}},
		{name: "quarantine", acts: []act{{"all", "quarantine.enter", nil}, {"clerk", "quarantine.settle", nil}}},
		{name: "calendar", acts: []act{{"admin", "calendar.publish", nil}, {"admin", "calendar.revise", nil}}},
		{name: "authority", acts: []act{{"manager", "authority.grant", nil}, {"manager", "authority.withdraw", nil}}},
		{name: "closing", acts: []act{
			{"analyst." + abroad, "closing.freeze", freezing}, {"manager", "closing.publish", publishing}, {"handler", "closing.appeal", nil},
			{"manager", "closing.answer_appeal", nil}, {"manager", "closing.close", nil},
		}},
		{name: "scorecard", acts: []act{
			{"analyst", "scorecard.draft", nil}, {"headoffice", "scorecard.review", nil}, {"manager", "scorecard.approve", nil},
		}},
		{name: "alert", acts: []act{{"all", "alert.raise", nil}, {"all", "alert.acknowledge", nil}}},
		{name: "batch", acts: []act{{"all", "batch.start", nil}}},
		{name: "view", acts: []act{{"all", "view.save", nil}, {"all", "view.share", func(o *office, _ string) any {
			return view.Share{Level: view.UnitWide, Unit: o.unit}
		}}, {"all", "view.withdraw", nil}}},
		{name: "export", acts: []act{{"all", "export.request", nil}}},
	}
)

// prepare makes what lives refer to: a template whose keys are those of the catalogue's examples, and a ticket to join.
func (o *office) prepare() {
	e, ok := commands.Lookup("template.draft")
	require.True(o.t, ok)
	d := e.Example.(template.DraftVersion).Definition
	d.Labels = maps.Clone(d.Labels)
	r := &d.Rules
	r.Type, r.Owner, r.Calendar = "PER", o.unit, o.ids["calendar"]
	r.Fields = append(slices.Clone(r.Fields),
		form.Field{Key: "shop", Type: form.Text, Required: true}, form.Field{Key: "area", Type: form.Number, Required: true},
		form.Field{Key: "amount", Type: form.Money},
	)
	r.Amount = "amount"
	r.Materials = []form.Material{{Key: "lease", Required: true}}
	r.Groups = []casetype.Choice{{Value: o.group}}
	r.Pauses = []casetype.Pause{{Kind: "customer", Max: worktime.WorkingDays(10)}}
	r.Handover = casetype.Handover{Limit: worktime.WorkingDays(1), Refusals: 1, Arbiter: authz.DeputyManager}
	r.Steps = []casetype.Step{{Key: "site_visit", Mandatory: true}}
	r.Extension = casetype.Extension{Count: 2, Total: worktime.WorkingDays(10), Role: authz.Leader}
	r.Objection = casetype.Objection{Days: 30, Limit: worktime.WorkingDays(10), Role: authz.Supervisor, Tries: 1}
	judged := []string{"accuracy", "compliance", "completeness"}
	for _, st := range []route.Stage{
		{Key: "first_review", When: route.Before, Kind: route.Review, Role: authz.Reviewer, Opinion: judged},
		{Key: "second_review", When: route.Before, Kind: route.Review, Role: authz.Specialist, Condition: "form.amount >= 50000.0"},
		{Key: "approval", When: route.Before, Kind: route.Approval, Role: authz.Approver, Authority: "subsidy"},
		{Key: "result_review", When: route.After, Kind: route.Review, Role: authz.Leader, Opinion: judged},
	} {
		st.Limit = worktime.WorkingDays(2)
		r.Stages = append(r.Stages, st)
	}
	for _, key := range r.Keys() {
		d.Labels[key] = casetype.Text{"en": key}
	}
	o.ids["PER"] = o.approve(d)
	twin := o.must("ticket.open", "", &ticket.Open{
		Template: o.ids["PER"], Unit: o.unit, Channel: ticket.Window, Title: "the first application", Customer: "C-1001",
	}, by(o.as(o.clerk)))
	o.ids["twin"] = twin.ID
}

// stamp gives who has every post a stamp to correct under.
func (o *office) stamp() {
	o.settle(o.head())
	o.settle(o.must("unit.register_stamp", o.unit, &unit.RegisterStamp{Number: "CS-99", Keeper: o.all}, by(o.as(o.ids["admin"]))).Position)
}

// approve carries a definition through the two steps of approval.
func (o *office) approve(d casetype.Definition) string {
	a := o.must("template.draft", "", &template.DraftVersion{Definition: d, Reason: "new"}, by(o.as(o.ids["designer"])))
	id, digest := a.ID, d.Digest()
	a = o.must("template.submit", id, &template.Submit{}, by(o.as(o.ids["designer"])))
	a = o.must("template.review", id, &template.Review{Digest: digest, Verdict: template.Pass, Opinion: "good"}, by(o.as(o.ids["head"])), matching(a.Revision))
	a = o.must("template.approve", id, &template.Approve{Digest: digest, Opinion: "approved"}, by(o.as(o.chief)), matching(a.Revision))
	o.settle(a.Position)
	return id
}
