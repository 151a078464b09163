package ticket

import (
	"errors"
	"strings"

	"docket/domain"
	"docket/domain/form"
)

// field finds a field of the template's form by its key.
func (s State) field(key string) (form.Field, bool) {
	if s.Rules == nil {
		return form.Field{}, false
	}
	return form.Find(s.Rules.Fields, key)
}

// fits notes what is wrong with a value that is to be written into a field, under the name that the command gives it.
func fits(v *domain.Checks, name string, f form.Field, value string) {
	var found domain.Checks
	form.Validate(&found, "", []form.Field{f}, map[string]string{f.Key: value}, true)
	var refused *domain.Error
	if errors.As(found.Err(), &refused) {
		for _, e := range refused.Fields {
			v.Fail(name+strings.TrimPrefix(e.Field, f.Key), e.Code, e.Msg)
		}
	}
}
