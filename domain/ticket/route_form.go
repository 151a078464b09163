package ticket

import (
	"strings"

	"docket/domain"
	"docket/domain/form"
)

// field finds a field of the template's form by its key.
func (s State) field(key string) (form.Field, bool) {
	if s.Rules == nil {
		return form.Field{}, false
	}
	for _, f := range s.Rules.Fields {
		if f.Key == key {
			return f, true
		}
	}
	return form.Field{}, false
}

// same reports whether two values of a field say the same.
func (s State) same(_ form.Field, a, b string) bool {
	return strings.TrimSpace(a) == strings.TrimSpace(b)
}

// fits notes what is wrong with a value that is to be written into a field.
func (s State) fits(v *domain.Checks, name string, f form.Field, value string) {
	if value == "" {
		if f.Required {
			v.Fail(name, "required", "must not be empty")
		}
		return
	}
	v.Text(name, value, maxText)
}
