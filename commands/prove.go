package commands

import (
	"docket/domain/casetype"
	"docket/domain/template"
)

// proofs tells what keeps a definition from working as things stand at the effective time, beside what it says itself.
func (f Facts) proofs(casetype.Definition) template.Proofs { return template.Proofs{} }
