package demo

import (
	"time"

	"docket/domain/authority"
	"docket/domain/authz"
	"docket/domain/casetype"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/template"
	"docket/domain/worktime"
)

// templates has the designer draft the demo's templates, the department head review and the manager approve them: one for each
// of the rules' four routes.
func (s *seeder) templates() {
	s.authorities()
	for _, t := range []struct {
		key string
		of  func(*seeder) casetype.Definition
	}{{"s0", resultTwice}, {"s1", intakeAndResult}, {"s2", applicationFirst}, {"s3", circulated}} {
		d := t.of(s)
		d.Rules.Procedure = s.procedure(t.key)
		s.approved(t.key, d)
	}
}

// authorities says who may sign subsidies: the approver up to half a million at up to medium risk, the supervisor up to two
// millions, the manager all others.
func (s *seeder) authorities() {
	for _, row := range []authority.Row{
		{Kind: "subsidy", Role: authz.Approver, Amount: "500000", Risk: "medium"},
		{Kind: "subsidy", Role: authz.Supervisor, Amount: "2000000", Risk: "high"},
		{Kind: "subsidy", Role: authz.Manager, Risk: "high"},
	} {
		s.issue("authority.grant", "", "authority-"+row.Role, &authority.Grant{Row: row, Reason: "審批權限表"}, s.as("manager"), nil)
	}
}

// approved carries a definition from its draft to its approval. Another definition in a later program is another template
// here, so that one that is in use stays as it is.
func (s *seeder) approved(word string, d casetype.Definition) {
	digest := d.Digest()
	key := "template-" + word + "-" + digest[:8]
	drafted := s.issue("template.draft", "", key, &template.DraftVersion{Definition: d, Reason: "示範模板"}, s.as("designer"), nil)
	s.ids[word] = drafted.ID
	submitted := s.issue("template.submit", drafted.ID, key+"-submit", &template.Submit{}, s.as("designer"), nil)
	reviewed := s.issue("template.review", drafted.ID, key+"-review",
		&template.Review{Digest: digest, Verdict: template.Pass, Opinion: "欄目齊全，流程與時限合規，同意。"}, s.as("head"), &submitted.Revision)
	s.issue("template.approve", drafted.ID, key+"-approve",
		&template.Approve{Digest: digest, Opinion: "批准，即日起使用。"}, s.as("manager"), &reviewed.Revision)
}

// sheet is a definition being written.
type sheet struct{ casetype.Definition }

// newSheet begins a definition with what the demo's templates have in common: the owner, limits for every class, pauses,
// handovers, extensions, objections and retention.
func newSheet(s *seeder, code, title, english string) *sheet {
	hours := func(n int) worktime.Limit { return worktime.WorkingHours(time.Duration(n) * time.Hour) }
	days := worktime.WorkingDays
	t := &sheet{casetype.Definition{Labels: map[string]casetype.Text{}, Rules: casetype.Rules{
		Type: code, Owner: s.ids[centre], Calendar: s.ids[office],
		Limits: []casetype.ClassLimits{
			{Urgency: "critical", Response: hours(1), Handling: days(1), Acknowledge: worktime.WorkingHours(15 * time.Minute)},
			{Urgency: "urgent", Response: hours(2), Handling: days(3), Acknowledge: worktime.WorkingHours(30 * time.Minute)},
			{Urgency: "normal", Response: hours(8), Handling: days(10)},
			{Urgency: "low", Response: days(2), Handling: days(20)},
		},
		Groups: []casetype.Choice{{Value: s.ids[first]}},
		Pauses: []casetype.Pause{
			{Kind: "customer", Max: days(10)},
			{Kind: "external", Max: days(20), Evidence: true},
			{Kind: "force_majeure", Max: days(60), Evidence: true},
		},
		Extension:  casetype.Extension{Count: 2, Total: days(10), Role: "leader"},
		Handover:   casetype.Handover{Limit: hours(4), Refusals: 2, Arbiter: "deputy_manager"},
		Raise:      hours(8),
		Supplement: days(5),
		Objection:  casetype.Objection{Days: 30, Limit: days(10), Role: "deputy_manager", Tries: 3},
		Archive:    days(30),
		Retention:  casetype.Retention{Class: "general", Years: 10, From: "closing"},
		Duplicates: 30,
		Reminders:  []int{50, 80, 100},
	}}}
	t.label("title", title, english)
	return t
}

// label writes a label in traditional Chinese and English; the simplified one follows.
func (t *sheet) label(key, hant, english string) {
	t.Labels[key] = casetype.Text{"zh-Hant": hant, "zh-Hans": simplified(hant), "en": english}
}

// words is a key with its labels.
type words struct{ key, hant, english string }

func (t *sheet) field(f form.Field, hant, english string, choices ...words) {
	t.label(f.Key, hant, english)
	for _, c := range choices {
		f.Choices = append(f.Choices, c.key)
		t.label(f.Key+"."+c.key, c.hant, c.english)
	}
	t.Rules.Fields = append(t.Rules.Fields, f)
}

// core writes the five core blocks (業務類型、客戶信息、業務內容、辦理時間、辦理人員); the customer's identity number and telephone
// are marked.
func (t *sheet) core(items ...words) {
	t.field(form.Field{Key: "item", Type: form.Enum, Block: form.BusinessType, Required: true}, "業務類型", "Business type", items...)
	t.field(form.Field{Key: "customer_name", Type: form.Text, Block: form.Customer, Required: true, MaxLength: 100}, "客戶姓名", "Customer's name")
	t.field(form.Field{Key: "id_number", Type: form.IDNumber, Block: form.Customer, Marked: true}, "身份證號碼", "Identity number")
	t.field(form.Field{Key: "phone", Type: form.Phone, Block: form.Customer, Required: true, Marked: true}, "聯繫電話", "Telephone")
	t.field(form.Field{Key: "content", Type: form.Text, Block: form.Content, Required: true, MaxLength: 2_000}, "業務內容", "Matter")
	t.field(form.Field{Key: "handled_on", Type: form.Date, Block: form.HandlingTime}, "辦理時間", "Handled on")
	t.field(form.Field{Key: "handled_by", Type: form.Text, Block: form.Handler, MaxLength: 100, Harmless: true}, "辦理人員", "Handled by")
}

func (t *sheet) material(m form.Material, hant, english string) {
	t.label(m.Key, hant, english)
	t.Rules.Materials = append(t.Rules.Materials, m)
}

func (t *sheet) stage(g route.Stage, hant, english string) {
	t.label(g.Key, hant, english)
	t.Rules.Stages = append(t.Rules.Stages, g)
}

func (t *sheet) step(p casetype.Step, hant, english string) {
	t.label(p.Key, hant, english)
	t.Rules.Steps = append(t.Rules.Steps, p)
}
