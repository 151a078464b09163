package commands

import "docket/domain/casetype"

// chosen is the first of a template's choices whose condition holds over the form, and its place; -1 when none does.
func chosen(choices []casetype.Choice, values map[string]string) (int, string) {
	for i, c := range choices {
		if holds(c.Condition, values) {
			return i, c.Value
		}
	}
	return -1, ""
}

// holds reports whether a condition holds over the values of a form; the empty one always does.
func holds(condition string, _ map[string]string) bool { return condition == "" }
