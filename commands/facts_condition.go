package commands

import (
	"docket/domain/casetype"
	"docket/internal/condition"
)

// conditions keeps what approved definitions' conditions compile to; definitions never change, so neither does it.
var conditions condition.Cache

// Holds evaluates a condition of an approved version; an empty one always holds. One that cannot be evaluated, because it
// divides by nothing or costs too much, counts as holding: a stage too many does less harm than a stage too few.
func (f Facts) Holds(ref casetype.Ref, rules *casetype.Rules, expression string, in condition.Input) bool {
	holds, err := conditions.Holds(ref.Digest, rules.Fields, expression, in)
	return holds || err != nil
}

// Stages tells by key of which stages the conditions hold (mission row R5).
func (f Facts) Stages(ref casetype.Ref, rules *casetype.Rules, in condition.Input) map[string]bool {
	hold := make(map[string]bool, len(rules.Stages))
	for _, s := range rules.Stages {
		hold[s.Key] = f.Holds(ref, rules, s.Condition, in)
	}
	return hold
}

// Choose gives the value of the first choice whose condition holds, such as the urgency (mission row I10) or the group (mission
// row A1); false when none does. Here a condition that cannot be evaluated counts as not holding: the next choice stands in.
func (f Facts) Choose(ref casetype.Ref, rules *casetype.Rules, choices []casetype.Choice, in condition.Input) (string, bool) {
	for _, c := range choices {
		if holds, err := conditions.Holds(ref.Digest, rules.Fields, c.Condition, in); holds && err == nil {
			return c.Value, true
		}
	}
	return "", false
}
