package casetype

import (
	"fmt"
	"slices"
	"strings"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/worktime"
)

// Urgencies are the classes that limits are set for, the most urgent first.
var Urgencies = []string{"critical", "urgent", "normal", "low"}

// PauseKinds are the reasons that may stop a clock: the customer, an external body, statutory inspection or hearing, force
// majeure (mission row L4).
var PauseKinds = []string{"customer", "external", "inspection", "force_majeure"}

// The years that a record is kept without a legal source for less (S3 四(五)1, mission row D1), and the longest period.
const (
	leastYears = 5
	mostYears  = 100
)

// How much a definition may hold.
const (
	maxLabel     = 200
	maxLabels    = 2_000
	maxCondition = 1_000
	maxChoices   = 50
	maxSteps     = 100
	maxCount     = 1_000
)

// Check notes everything that makes the definition incomplete or contradictory in itself (mission rows T1, I10, D1): missing
// core blocks, keys given twice, unknown types, limits left empty, an empty retention class, a period under five years
// without a legal source, a label left out. What only its approval needs to know is [Definition.CheckMarks] and what the
// template proves beside it.
func (d Definition) Check(c *domain.Checks, path string) {
	r := d.Rules
	at := path + "rules."
	c.Code(at+"type", r.Type, 2, 8)
	c.RequiredText(at+"owner", r.Owner, 64)
	c.RequiredText(at+"calendar", r.Calendar, 64)
	if r.Start != "" {
		domain.OneOf(c, at+"start", r.Start, worktime.StartRules...)
	}
	form.Check(c, at, r.Fields, r.Materials)
	if f, ok := form.Find(r.Fields, r.Amount); r.Amount != "" && (!ok || f.Type != form.Money && f.Type != form.Number) {
		c.Fail(at+"amount", "unknown", "must be the key of a field that holds an amount or a number")
	}
	route.Check(c, at+"stages", r.Stages)
	r.checkReliance(c, at+"stages")
	r.checkLimits(c, at+"limits")
	r.checkChoices(c, at)
	r.checkPauses(c, at+"pauses")
	r.checkSteps(c, at+"steps")
	r.checkAfterwards(c, at)
	r.Retention.check(c, at+"retention.")
	r.checkFigures(c, at)
	d.checkLabels(c, path+"labels")
}

// checkReliance wants stages to rely on fields that there are.
func (r Rules) checkReliance(c *domain.Checks, path string) {
	for i, s := range r.Stages {
		for j, key := range s.ReliesOn {
			if !slices.ContainsFunc(r.Fields, func(f form.Field) bool { return f.Key == key }) {
				c.Fail(fmt.Sprintf("%s[%d].relies_on[%d]", path, i, j), "unknown", "no field has this key")
			}
		}
	}
}

// checkLimits wants limits for every class of urgency, once.
func (r Rules) checkLimits(c *domain.Checks, path string) {
	seen := map[string]bool{}
	for i, l := range r.Limits {
		at := fmt.Sprintf("%s[%d].", path, i)
		domain.OneOf(c, at+"urgency", l.Urgency, Urgencies...)
		if seen[l.Urgency] {
			c.Fail(at+"urgency", "repeated", "must be given once")
		}
		seen[l.Urgency] = true
		l.Response.Check(c, at+"response")
		l.Handling.Check(c, at+"handling")
		l.Statutory.CheckOptional(c, at+"statutory")
		l.Acknowledge.CheckOptional(c, at+"acknowledge")
		if l.Statutory.Unit == l.Handling.Unit && l.Statutory.Amount < l.Handling.Amount && !l.Statutory.Zero() {
			c.Fail(at+"handling", "too_long", "must not be longer than what the law allows")
		}
	}
	for _, urgency := range Urgencies {
		if !seen[urgency] {
			c.Fail(path+"."+urgency, "required", "must have limits for every class of urgency")
		}
	}
}

// checkChoices looks at what conditions choose between; whether the conditions compile is told at approval.
func (r Rules) checkChoices(c *domain.Checks, path string) {
	for i, choice := range r.Urgencies {
		domain.OneOf(c, fmt.Sprintf("%surgencies[%d].value", path, i), choice.Value, Urgencies...)
	}
	for i, choice := range r.Groups {
		c.RequiredText(fmt.Sprintf("%sgroups[%d].value", path, i), choice.Value, 64)
	}
	checkConditions(c, path+"urgencies", r.Urgencies)
	checkConditions(c, path+"groups", r.Groups)
}

func checkConditions(c *domain.Checks, path string, choices []Choice) {
	if len(choices) > maxChoices {
		c.Fail(path, "too_many", fmt.Sprintf("must be at most %d", maxChoices))
	}
	for i, choice := range choices {
		at := fmt.Sprintf("%s[%d].condition", path, i)
		c.Text(at, choice.Condition, maxCondition)
		if choice.Condition == "" && i < len(choices)-1 {
			c.Fail(at, "required", "one that always holds must be the last")
		}
	}
}

// checkPauses wants each kind once, with a maximum.
func (r Rules) checkPauses(c *domain.Checks, path string) {
	seen := map[string]bool{}
	for i, p := range r.Pauses {
		at := fmt.Sprintf("%s[%d].", path, i)
		domain.OneOf(c, at+"kind", p.Kind, PauseKinds...)
		if seen[p.Kind] {
			c.Fail(at+"kind", "repeated", "must be given once")
		}
		seen[p.Kind] = true
		p.Max.Check(c, at+"max")
	}
}

// checkSteps wants steps with keys of their own.
func (r Rules) checkSteps(c *domain.Checks, path string) {
	if len(r.Steps) > maxSteps {
		c.Fail(path, "too_many", fmt.Sprintf("must be at most %d", maxSteps))
	}
	seen := map[string]bool{}
	for i, s := range r.Steps {
		at := fmt.Sprintf("%s[%d].key", path, i)
		form.CheckKey(c, at, s.Key)
		if seen[s.Key] {
			c.Fail(at, "duplicate_key", "must be given once")
		}
		seen[s.Key] = true
	}
}

// checkAfterwards looks at extensions, handovers, questions to superiors, supplements, objections and filing.
func (r Rules) checkAfterwards(c *domain.Checks, path string) {
	if r.Extension.Count < 0 || r.Extension.Count > maxCount {
		c.Fail(path+"extension.count", "out_of_range", "must not be negative")
	}
	if r.Extension.Count > 0 {
		r.Extension.Total.Check(c, path+"extension.total")
	}
	optionalRole(c, path+"extension.role", r.Extension.Role)
	r.Handover.Limit.Check(c, path+"handover.limit")
	switch {
	case r.Handover.Refusals < 0 || r.Handover.Refusals > maxCount:
		c.Fail(path+"handover.refusals", "out_of_range", "must not be negative")
	case r.Handover.Refusals > 0:
		c.Required(path+"handover.arbiter", r.Handover.Arbiter)
	}
	optionalRole(c, path+"handover.arbiter", r.Handover.Arbiter)
	r.Raise.Check(c, path+"raise")
	r.Supplement.Check(c, path+"supplement")
	r.Archive.Check(c, path+"archive")
	o := r.Objection
	if o.Days < 0 || o.Days > 3_660 {
		c.Fail(path+"objection.days", "out_of_range", "must be between 0 and 3660")
	}
	if o.Tries < 0 || o.Tries > maxCount {
		c.Fail(path+"objection.tries", "out_of_range", "must not be negative")
	}
	if o.Days > 0 {
		o.Limit.Check(c, path+"objection.limit")
		c.Required(path+"objection.role", o.Role)
	}
	optionalRole(c, path+"objection.role", o.Role)
}

func optionalRole(c *domain.Checks, field, role string) {
	if role != "" && !authz.Known(role) {
		c.Fail(field, "unknown", "no such role")
	}
}

func (r Retention) check(c *domain.Checks, path string) {
	c.Required(path+"class", r.Class)
	if r.Class != "" {
		form.CheckKey(c, path+"class", r.Class)
	}
	c.Text(path+"legal", r.Legal, 500)
	switch {
	case r.Years < 1 || r.Years > mostYears:
		c.Fail(path+"years", "out_of_range", fmt.Sprintf("must be between 1 and %d", mostYears))
	case r.Years < leastYears && strings.TrimSpace(r.Legal) == "":
		c.Fail(path+"years", "too_short", fmt.Sprintf("must be at least %d without a legal source", leastYears))
	}
	domain.OneOf(c, path+"from", r.From, "closing", "archiving")
}

// checkFigures bounds the plain numbers.
func (r Rules) checkFigures(c *domain.Checks, path string) {
	if r.Duplicates < 0 || r.Duplicates > 3_660 {
		c.Fail(path+"duplicates", "out_of_range", "must be between 0 and 3660")
	}
	if r.Weight < 0 || r.Weight > 100_000 {
		c.Fail(path+"weight", "out_of_range", "must be between 0 and 100000")
	}
	c.Text(path+"procedure", r.Procedure, 64)
	c.Text(path+"qualified", r.Qualified, 64)
	last := 0
	for i, share := range r.Reminders {
		if share <= last || share > 1_000 {
			c.Fail(fmt.Sprintf("%sreminders[%d]", path, i), "out_of_range", "must ascend, from 1 to 1000 percent")
		}
		last = share
	}
}

// CheckMarks notes fields that hold an identity or a card and are not marked as sensitive, which no approval passes (mission
// row T5).
func (d Definition) CheckMarks(c *domain.Checks, path string) {
	for i, f := range d.Rules.Fields {
		at := fmt.Sprintf("%srules.fields[%d]", path, i)
		if f.Type.Personal() && !f.Marked {
			c.Fail(at+".marked", "unmarked", "a field of this type holds what must be kept confidential")
		}
		for j, column := range f.Columns {
			if column.Type.Personal() && !f.Marked {
				c.Fail(fmt.Sprintf("%s.columns[%d].marked", at, j), "unmarked", "a table with a column of this type must be marked as a whole")
			}
		}
	}
}
