package commands

import (
	"fmt"
	"time"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/procedure"
	"docket/domain/template"
)

// Procedures is what the directory tells about procedures.
type Procedures interface {
	// Procedure gives a procedure with all its versions; false when nothing has been drafted under the id.
	Procedure(id string) (procedure.Facts, bool)
}

// Procedure is a procedure with all its versions.
func (f Facts) Procedure(id string) (procedure.Facts, bool) { return f.lookups.Procedure(id) }

// procedureOf names the version that a ticket follows which is opened at the effective time; none where the rules name no
// procedure, or none of its versions is in force then (mission row T6).
func (f Facts) procedureOf(r *casetype.Rules) casetype.ProcedureRef {
	p, _ := f.Procedure(r.Procedure)
	if e, ok := p.InForce(f.At); ok {
		return e.Ref(r.Procedure)
	}
	return casetype.ProcedureRef{}
}

// checkProcedure wants the procedure that rules name to be there: published, not retired, in force at the date the rules are
// (zero: at some date), and telling of every mandatory step what is done at it.
func (f Facts) checkProcedure(v *domain.Checks, path string, r casetype.Rules, from time.Time) {
	if r.Procedure == "" {
		return
	}
	p, ok := f.Procedure(r.Procedure)
	if !ok {
		v.Fail(path+"procedure", "unknown", "no such procedure")
		return
	}
	e, standing := p.Standing()
	if standing && !from.IsZero() {
		inForce, ok := p.InForce(from)
		if !ok {
			v.Fail(path+"procedure", "not_in_force", "no version of the procedure is in force from that date on")
			return
		}
		e = inForce
	}
	switch {
	case !standing && everPublished(p):
		v.Fail(path+"procedure", "retired", "the procedure has been retired")
		return
	case !standing:
		v.Fail(path+"procedure", "unpublished", "no version of the procedure has been published")
		return
	}
	for i, s := range r.Steps {
		if _, told := e.Document.Step(s.Key); s.Mandatory && !told {
			v.Fail(fmt.Sprintf("%ssteps[%d].key", path, i), "no_instruction", "the procedure does not tell what is done at this step")
		}
	}
}

func everPublished(p procedure.Facts) bool {
	for _, e := range p.Versions {
		if e.Published() {
			return true
		}
	}
	return false
}

// followed reports whether tickets can be opened, now or from a later date on, by rules that name the procedure.
func (f Facts) followed(id string) bool {
	for _, t := range f.lookups.Templates() {
		current, _ := t.InForce(f.At)
		for _, e := range t.Versions {
			coming := e.Status == template.InUse && e.EffectiveAt.After(f.At)
			if e.Definition.Rules.Procedure == id && (coming || e.Number == current.Number) {
				return true
			}
		}
	}
	return false
}
