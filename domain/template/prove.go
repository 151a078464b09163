package template

import (
	"docket/domain"
	"docket/domain/casetype"
)

// Proofs are what approving a definition depends on beside the definition itself, as of the time of the act: conditions that
// do not compile, and things it names that do not exist then.
type Proofs struct {
	Failures []domain.FieldError // what was found wrong by those who can compile conditions and look things up

	Procedure string // that the rules name, and its version that is in force from the approval's date on; for the guard alone
	Relied    int
	Version   int // of the template
}

// prove notes everything that keeps a definition from being approved: what [casetype.Definition.Check] finds, fields left
// unmarked (mission row T5), and what the facts tell.
func (p Proofs) prove(v *domain.Checks, d casetype.Definition) {
	d.Check(v, "definition.")
	d.CheckMarks(v, "definition.")
	for _, f := range p.Failures {
		v.Fail(f.Field, f.Code, f.Msg)
	}
}
