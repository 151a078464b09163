package domain

import (
	"errors"
	"slices"
	"strings"
)

// Code says what kind of refusal an [Error] is. The set is closed; anything else is an internal failure.
type Code string

// The refusals of mission.md: V = Invalid, F = Forbidden, C = Conflict, N = NotFound, G = Gone.
const (
	Invalid      Code = "invalid"      // 422: every failing field at once
	Forbidden    Code = "forbidden"    // 403: and the attempt is recorded
	NotFound     Code = "not_found"    // 404
	Conflict     Code = "conflict"     // 409: the state forbids it now
	Precondition Code = "precondition" // 412: If-Match names another revision
	Gone         Code = "gone"         // 410: destroyed, with a certificate
	Unavailable  Code = "unavailable"  // 503: try again
)

// Error is a refusal. Rule is a stable slug such as "ticket.not_open"; a package-level Error is a value to compare with
// [errors.Is], which looks at Rule alone, so that copies made by With keep their identity.
type Error struct {
	Code   Code
	Rule   string
	Msg    string // English; the edge translates by Rule
	Fields []FieldError
}

// FieldError tells one failing field: its JSON path, a stable code and a message that never echoes the value.
type FieldError struct {
	Field string `json:"field"`
	Code  string `json:"code"`
	Msg   string `json:"message"`
}

// Refusal makes a refusal of the given code; rule is its stable slug.
func Refusal(code Code, rule, msg string) *Error { return &Error{Code: code, Rule: rule, Msg: msg} }

// Error lists the rule, the message and the failing fields.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Rule + ": " + e.Msg)
	for _, f := range e.Fields {
		b.WriteString("; " + f.Field + ": " + f.Msg)
	}
	return b.String()
}

// Is reports whether target is a refusal by the same rule.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Rule == e.Rule
}

// With is a copy that names further failing fields.
func (e *Error) With(fields ...FieldError) *Error {
	c := *e
	c.Fields = append(slices.Clone(e.Fields), fields...)
	return &c
}

// Because is a copy with a message that tells more than the rule's own.
func (e *Error) Because(msg string) *Error {
	c := *e
	c.Msg = msg
	return &c
}

// ErrInvalid is the refusal that carries field errors found by validation.
var ErrInvalid = Refusal(Invalid, "invalid", "some fields are missing or wrong")

// ErrDestroyed is returned when sealed content is opened whose key no longer exists (mission row D5).
var ErrDestroyed = Refusal(Gone, "destroyed", "the key of this content has been destroyed")
