package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Checks collects the failing fields of one command, so that all are told at once (mission: V = 422).
// The zero value is ready to use.
type Checks struct{ fields []FieldError }

// Fail notes one failing field.
func (c *Checks) Fail(field, code, msg string) {
	c.fields = append(c.fields, FieldError{Field: field, Code: code, Msg: msg})
}

// Required wants a text that is not blank.
func (c *Checks) Required(field, value string) {
	if strings.TrimSpace(value) == "" {
		c.Fail(field, "required", "must not be empty")
	}
}

// Text wants at most so many characters (code points); an empty text passes.
func (c *Checks) Text(field, value string, longest int) {
	if utf8.RuneCountInString(value) > longest {
		c.Fail(field, "too_long", fmt.Sprintf("must have at most %d characters", longest))
	}
}

// RequiredText is Required and Text.
func (c *Checks) RequiredText(field, value string, longest int) {
	c.Required(field, value)
	c.Text(field, value, longest)
}

// Code wants so many upper-case letters and digits, as parts of ticket numbers are.
func (c *Checks) Code(field, value string, shortest, longest int) {
	foreign := func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }
	if len(value) < shortest || len(value) > longest || strings.ContainsFunc(value, foreign) {
		c.Fail(field, "not_a_code", fmt.Sprintf("must be %d to %d upper-case letters and digits", shortest, longest))
	}
}

// OneOf wants one of the allowed values.
func OneOf[T ~string](c *Checks, field string, value T, allowed ...T) {
	for _, a := range allowed {
		if a == value {
			return
		}
	}
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = string(a)
	}
	c.Fail(field, "not_allowed", "must be one of "+strings.Join(names, ", "))
}

// ParseCode reads a coded value, for the UnmarshalText of its type; what is not listed never reaches a decision.
func ParseCode[T ~string](into *T, text []byte, values []T) error {
	if v := T(text); slices.Contains(values, v) {
		*into = v
		return nil
	}
	return fmt.Errorf("%w: not one of %v", ErrInvalid, values)
}

// NotAfter wants an instant that is not later than limit.
func (c *Checks) NotAfter(field string, value, limit time.Time, what string) {
	if value.After(limit) {
		c.Fail(field, "too_late", "must not be after "+what)
	}
}

// Err is nil when nothing failed, else ErrInvalid with every field.
func (c *Checks) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return ErrInvalid.With(c.fields...)
}
