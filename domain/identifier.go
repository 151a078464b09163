package domain

import (
	"strings"
	"unicode"
)

// Identifier is something by which a customer can be found again across the service: a number that is meant to be
// theirs alone. It is compared, never shown; who keeps it keeps a keyed digest.
type Identifier struct {
	Kind  string // for example "id_number", "phone", "bank_card"
	Value string // as written
}

// Identified is implemented by events that tell by what their stream's subject is to be found from now on. Whoever
// stores such an event has noted its identifiers before.
type Identified interface{ Identifiers() []Identifier }

// Normal brings a value into the one form that is compared: full-width characters as half-width ones, letters in upper
// case, and nothing but letters and digits. A telephone number loses the prefix of mainland China.
func (i Identifier) Normal() Identifier {
	var b strings.Builder
	for _, r := range i.Value {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	value := b.String()
	if i.Kind == "phone" {
		for _, prefix := range []string{"0086", "86"} {
			if rest, ok := strings.CutPrefix(value, prefix); ok && len(rest) == 11 && rest[0] == '1' {
				value = rest
			}
		}
	}
	return Identifier{Kind: i.Kind, Value: value}
}
