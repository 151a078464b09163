package ticket

import (
	"fmt"
	"slices"
	"strings"

	"docket/domain"
	"docket/domain/form"
)

// Check judges fields and materials of a draft, as many at once as somebody has looked at (初步審核, mission row I3).
type Check struct {
	Findings []CheckItem `json:"findings" minItems:"1" maxItems:"400"`
}

// CheckItem is what somebody finds of one field or material.
type CheckItem struct {
	Path    string     `json:"path" doc:"form.<field> or materials.<material>" minLength:"1" maxLength:"60"`
	Verdict Assessment `json:"verdict" enum:"present,valid,defective"`
	Defect  string     `json:"defect,omitempty" doc:"what is wrong; required for defective" maxLength:"1000"`
	Cure    string     `json:"cure,omitempty" doc:"what would cure it; required for defective" maxLength:"1000"`
}

// maxRemark is the longest text about one defect.
const maxRemark = 1000

// May wants a draft and a person who judges.
func (c Check) May(s State, m domain.Meta) error {
	if m.Actor.Staff == "" {
		return ErrNoPerson
	}
	return draft(s)
}

// Decide records the verdicts that are new.
func (c Check) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if len(c.Findings) == 0 {
		v.Fail("findings", "required", "must not be empty")
	}
	e := Checked{Verdicts: map[string]Assessment{}, Defects: map[string]string{}, Cures: map[string]string{}, By: m.Actor.Staff}
	for i, f := range c.Findings {
		field := fmt.Sprintf("findings[%d]", i)
		if _, twice := e.Verdicts[f.Path]; twice {
			v.Fail(field+".path", "repeated", "must be given once")
		}
		s.judge(&v, field, f)
		e.Verdicts[f.Path] = f.Verdict
		if f.Defect != "" {
			e.Defects[f.Path] = f.Defect
		}
		if f.Cure != "" {
			e.Cures[f.Path] = f.Cure
		}
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	for path, verdict := range e.Verdicts {
		if s.Intake.Verdicts[path] == (Judged{verdict, e.Defects[path], e.Cures[path]}) {
			delete(e.Verdicts, path)
			delete(e.Defects, path)
			delete(e.Cures, path)
		}
	}
	switch {
	case len(e.Verdicts) == 0:
		return nil, nil
	case len(e.Defects) == 0:
		e.Defects = nil
	}
	if len(e.Cures) == 0 {
		e.Cures = nil
	}
	return s.settled(m, e), nil
}

// judge notes what is wrong with one finding: nothing can be found of what is not there, but that it is defective.
func (s State) judge(v *domain.Checks, field string, f CheckItem) {
	kind, key, _ := strings.Cut(f.Path, ".")
	var known, there bool
	switch kind {
	case "form":
		_, known = fieldOf(s.Rules, key)
		there = s.Route.Form.Values[key] != ""
	case "materials":
		known = slices.ContainsFunc(s.Rules.Materials, func(m form.Material) bool { return m.Key == key })
		_, there = s.material(key)
	}
	domain.OneOf(v, field+".verdict", f.Verdict, Assessments...)
	switch {
	case !known:
		v.Fail(field+".path", "unknown", "neither the form nor the list of materials has it")
	case !there && f.Verdict != Defective:
		v.Fail(field+".path", "missing", "is missing")
	}
	if f.Verdict == Defective {
		v.Required(field+".defect", f.Defect)
		v.Required(field+".cure", f.Cure)
	}
	v.Text(field+".defect", f.Defect, maxRemark)
	v.Text(field+".cure", f.Cure, maxRemark)
}
