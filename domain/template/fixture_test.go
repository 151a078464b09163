package template_test

import (
	"slices"
	"time"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/edition"
	"docket/domain/form"
	"docket/domain/template"
	"docket/domain/worktime"
)

var given = domaintest.Of(template.Decider)

// The people: two designers, the department head, two of the management.
var (
	ann  = domain.Actor{Staff: "ann"}
	ben  = domain.Actor{Staff: "ben"}
	head = domain.Actor{Staff: "head"}
	max  = domain.Actor{Staff: "max"}
	mia  = domain.Actor{Staff: "mia"}
)

var (
	noon  = domaintest.Noon
	owner = edition.OwnerFacts{Known: true, Active: true, IsUnit: true}
)

// sound is the least that a definition may say, changed.
func sound(changes ...func(*casetype.Definition)) casetype.Definition {
	hours, day := worktime.WorkingHours(4*time.Hour), worktime.WorkingDays(1)
	d := casetype.Definition{Labels: map[string]casetype.Text{}, Rules: casetype.Rules{
		Type: "CERT", Owner: "u1", Calendar: "office",
		Fields: []form.Field{
			{Key: "item", Type: form.Text, Block: form.BusinessType, Required: true},
			{Key: "name", Type: form.Text, Block: form.Customer, Required: true},
			{Key: "content", Type: form.Text, Block: form.Content, Required: true},
			{Key: "handled_on", Type: form.Date, Block: form.HandlingTime},
			{Key: "handled_by", Type: form.Text, Block: form.Handler},
		},
		Handover: casetype.Handover{Limit: hours}, Raise: hours, Supplement: day, Archive: day,
		Retention: casetype.Retention{Class: "general", Years: 5, From: "closing"},
	}}
	for _, urgency := range casetype.Urgencies {
		d.Rules.Limits = append(d.Rules.Limits, casetype.ClassLimits{Urgency: urgency, Response: hours, Handling: day})
	}
	for _, change := range changes {
		change(&d)
	}
	for _, key := range d.Rules.Keys() {
		if d.Labels[key] == nil {
			d.Labels[key] = casetype.Text{"zh-Hant": "欄目"}
		}
	}
	return d
}

// identified has a field for an identity number, which nobody has marked.
func identified(d *casetype.Definition) {
	d.Rules.Fields = append(d.Rules.Fields, form.Field{Key: "id_number", Type: form.IDNumber})
}

func retyped(d *casetype.Definition)  { d.Rules.Type = "LICENCE" }
func weighted(d *casetype.Definition) { d.Rules.Weight = 200 }

// A template on its way.
var (
	first  = sound()
	second = sound(weighted)
	digest = first.Digest()

	drafted   = []template.Event{template.Drafted{Version: 1, Definition: first, Digest: digest, Author: "ann", Department: "u1", Reason: "new"}}
	revised   = then(drafted, template.Revised{Version: 1, Definition: second, Digest: second.Digest(), Author: "ben", Reason: "weight"})
	submitted = then(drafted, template.Submitted{Version: 1, Digest: digest, By: "ann"})
	reviewed  = then(submitted, template.Reviewed{Version: 1, Digest: digest, Reviewer: "head", Opinion: "good"})
	approved  = then(reviewed, template.Approved{Version: 1, Digest: digest, Approver: "max", Opinion: "yes", EffectiveAt: noon})
	retired   = then(approved, template.Retired{Version: 1, By: "max", Reason: "over"})
	next      = then(approved, template.Drafted{Version: 2, Definition: second, Digest: second.Digest(), Author: "ben", Department: "u1", Reason: "weight"})
)

func then(history []template.Event, more ...template.Event) []template.Event {
	return slices.Concat(history, more)
}
