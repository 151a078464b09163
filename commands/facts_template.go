package commands

import (
	"docket/domain/form"
	"docket/domain/template"
	"docket/domain/ticket"
)

// Templates is what the directory tells about templates.
type Templates interface {
	// Template gives a template with all its versions; false when nothing has been drafted under the id.
	Template(id string) (template.Facts, bool)
	// Templates gives all of them, in any order.
	Templates() []template.Facts
}

// Template is a template with all its versions.
func (f Facts) Template(id string) (template.Facts, bool) { return f.lookups.Template(id) }

// InForce is the version of a template that tickets opened at the effective time follow; false when there is no such
// template or none of its versions is approved and in force then (mission row T2).
func (f Facts) InForce(id string) (template.Edition, bool) {
	t, _ := f.lookups.Template(id)
	return t.InForce(f.At)
}

// migration is what moving a ticket to a version of its template needs. Conditions are looked at over the form as that version
// fills it in.
func (f Facts) migration(s ticket.State, version int) ticket.MigrateFacts {
	if !s.Planned() {
		return ticket.MigrateFacts{}
	}
	var facts ticket.MigrateFacts
	if t, ok := f.Template(s.Template.Template); ok {
		_, facts.Known = t.Edition(version)
	}
	e, ok := f.InForce(s.Template.Template)
	if !ok || e.Number != version {
		return facts
	}
	facts.InForce, facts.Template, facts.Rules = true, e.Ref(s.Template.Template), &e.Definition.Rules
	facts.Procedure = f.procedureOf(facts.Rules)
	s.Template, s.Rules = facts.Template, facts.Rules
	facts.Conditions = f.stageConditions(s, form.Filled(s.Rules.Fields, s.Route.Form.Values), s.Route.Risk)
	facts.Calendar = f.Clocks(s).Calendar
	return facts
}
