package ticket

import (
	"maps"
	"slices"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/worktime"
)

// Migrate moves an open ticket to the version of its template that is in force (mission row T3); a ticket that nobody moves
// stays on its own version for ever.
//
// The form: every required field of the other version has to be filled in or have a default, and what stands in it has to
// be a value of the field; what it has no field for stays in the history. A value that is sealed does not move to a field
// that is not.
//
// The route: a stage that has been passed stays passed where the other version has a stage of the same key, on the same side
// of handling, with the same role; any other is asked (again), and the ticket goes back to it. Where no stage is left before
// handling, the ticket is accepted; one whose result waits for stages that the other version lacks is not moved.
//
// The procedure: a ticket keeps the version it was opened under while the other version of the template names the same
// procedure; another procedure is followed in the version in force.
//
// The clocks: the stages' own follow the route; all others keep the limit and calendar that they were started by, until
// somebody re-bases them ([Rebase]).
type Migrate struct {
	Version int    `json:"version" doc:"of the same template; it has to be in force" minimum:"1" maximum:"100000"`
	Reason  string `json:"reason" minLength:"1" maxLength:"10000"`

	Facts MigrateFacts `json:"-"`
}

// MigrateFacts are what the pipeline looks up before a ticket is moved.
type MigrateFacts struct {
	Known      bool               // the template has the version
	InForce    bool               // and new tickets follow it
	Template   casetype.Ref       // that version
	Rules      *casetype.Rules    // of that version
	Conditions map[string]bool    // whether the conditions of its stages hold over the form as it will be
	Calendar   *worktime.Calendar // of its limits

	Procedure casetype.ProcedureRef // version in force of the procedure that its rules name
}

// Migrated: the ticket follows another version of its template from now on. Defaults are what that version filled in where
// nothing stood: its own words, and none of the customer's.
type Migrated struct {
	Template casetype.Ref      `json:"template" class:"skeleton"`
	From     casetype.Ref      `json:"from" class:"skeleton"` // the version it followed before
	Defaults map[string]string `json:"defaults,omitempty" class:"content"`
	Reason   string            `json:"reason" class:"content"`
	By       string            `json:"by,omitempty" class:"skeleton"`

	Procedure casetype.ProcedureRef `json:"procedure,omitzero" class:"skeleton"` // that its handlers work by from now on
}

func (Migrated) isTicket() {}
func (Migrated) isIntake() {}

// ErrNotMigratable: what follows no template, or is over, follows no other version.
var ErrNotMigratable = domain.Refusal(domain.Conflict, "ticket.not_migratable", "only a planned ticket that is open moves to another version of its template")

// May wants an open ticket that follows a template, and a person. An application that has been refused is over but for
// telling it.
func (c Migrate) May(s State, m domain.Meta) error {
	switch {
	case !s.Exists() || !s.Planned() || s.Status.Finished() || s.Status == StatusRefused:
		return ErrNotMigratable
	case m.Actor.Staff == "":
		return ErrNoPerson
	}
	return nil
}

// Decide moves; to the version it follows already changes nothing.
func (c Migrate) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if !c.Facts.Known {
		v.Fail("version", "unknown", "the template has no such version")
	}
	v.RequiredText("reason", c.Reason, maxText)
	if c.Facts.Known && c.Facts.InForce {
		c.checkForm(&v, s)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	switch {
	case c.Version == s.Template.Version:
		return nil, nil
	case !c.Facts.InForce:
		return nil, ErrNotInForce
	}
	e := Migrated{Template: c.Facts.Template, From: s.Template, Defaults: s.defaults(c.Facts.Rules), Reason: c.Reason, By: signs(m.Actor)}
	e.Procedure = c.Facts.Procedure
	if kept := s.Intake.Procedure; kept.Procedure == c.Facts.Rules.Procedure {
		e.Procedure = kept
	}
	voided := s.unmatched(c.Facts.Rules)
	s.Rules = c.Facts.Rules
	if s.Status == StatusDraft {
		return s.settled(m, e), nil
	}
	events := append([]Event{e}, evolve(s, e).reconsidered(voided, "", c.Facts.Conditions)...)
	return s.timed(events, m.Effective, c.Facts.Calendar), nil
}

// checkForm notes every field of the other version that is not filled in, or not rightly. A core block that handling fills in
// is not asked for before its time.
func (c Migrate) checkForm(v *domain.Checks, s State) {
	values := form.Filled(c.Facts.Rules.Fields, s.Route.Form.Values)
	marked := s.markedFields()
	for _, f := range c.Facts.Rules.Fields {
		wanted := f
		wanted.Required = f.Required && f.Block != form.HandlingTime && f.Block != form.Handler
		form.Validate(v, "values.", []form.Field{wanted}, map[string]string{f.Key: values[f.Key]}, true)
		if marked[f.Key] && !f.Marked && s.Route.Form.Values[f.Key] != "" {
			v.Fail("values."+f.Key, "unmarked", "the value is sealed, and the field of the other version is not")
		}
	}
}

// defaults are what another version fills in where nothing stands; nil when it fills in nothing.
func (s State) defaults(rules *casetype.Rules) map[string]string {
	added := form.Filled(rules.Fields, s.Route.Form.Values)
	maps.DeleteFunc(added, func(key, value string) bool { return s.Route.Form.Values[key] == value })
	if len(added) == 0 {
		return nil
	}
	return added
}

// unmatched are the stages with decisions that do not stand under other rules, since these have no stage of the same key, on
// the same side, with the same role; in the order in which they were first decided.
func (s State) unmatched(rules *casetype.Rules) []string {
	var keys []string
	for _, p := range s.Route.Passes {
		if slices.Contains(keys, p.Stage) {
			continue
		}
		was, known := s.stage(p.Stage)
		if !known || !slices.ContainsFunc(rules.Stages, func(st route.Stage) bool {
			return st.Key == was.Key && st.When == was.When && st.Role == was.Role
		}) {
			keys = append(keys, p.Stage)
		}
	}
	return keys
}
