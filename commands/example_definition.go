package commands

import (
	"strings"
	"time"

	"docket/domain/casetype"
	"docket/domain/form"
	"docket/domain/worktime"
)

// exampleDigest stands for any digest.
var exampleDigest = strings.Repeat("0123456789abcdef", 4)

// exampleDefinition is the least that a definition may say.
var exampleDefinition = func() casetype.Definition {
	hours, day := worktime.WorkingHours(4*time.Hour), worktime.WorkingDays(1)
	d := casetype.Definition{Labels: map[string]casetype.Text{}, Rules: casetype.Rules{
		Type: "CERT", Owner: exampleID, Calendar: "default",
		Fields: []form.Field{
			{Key: "item", Type: form.Text, Block: form.BusinessType, Required: true},
			{Key: "customer_name", Type: form.Text, Block: form.Customer, Required: true},
			{Key: "content", Type: form.Text, Block: form.Content, Required: true},
			{Key: "handled_on", Type: form.Date, Block: form.HandlingTime},
			{Key: "handled_by", Type: form.Text, Block: form.Handler},
		},
		Handover: casetype.Handover{Limit: hours}, Raise: hours, Supplement: worktime.WorkingDays(5), Archive: worktime.WorkingDays(30),
		Retention: casetype.Retention{Class: "general", Years: 5, From: "closing"},
	}}
	for _, urgency := range casetype.Urgencies {
		d.Rules.Limits = append(d.Rules.Limits, casetype.ClassLimits{Urgency: urgency, Response: hours, Handling: day})
	}
	for _, key := range d.Rules.Keys() {
		d.Labels[key] = casetype.Text{"en": strings.ReplaceAll(key, "_", " ")}
	}
	return d
}()
