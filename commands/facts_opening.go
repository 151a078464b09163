package commands

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"docket/domain/ticket"
	"docket/domain/unit"
)

// opening is what has to be known before a draft is opened, whoever opens it: the unit, the version of the template that is
// in force, and that of its procedure.
func (f Facts) opening(template, receiver string) ticket.OpenFacts {
	u, ok := f.Unit(receiver)
	facts := ticket.OpenFacts{UnitKnown: ok && u.Kind == unit.Department, UnitActive: u.Active}
	_, facts.TemplateKnown = f.Template(template)
	if e, in := f.InForce(template); in {
		facts.InForce, facts.Template, facts.Rules = true, e.Ref(template), &e.Definition.Rules
		facts.Procedure = f.procedureOf(facts.Rules)
	}
	return facts
}

// messageKey is the key of a command that a message caused; empty without the message's id, which is then told to be missing.
func messageKey(parts ...string) string {
	if parts[len(parts)-1] == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "message:" + hex.EncodeToString(sum[:])
}
