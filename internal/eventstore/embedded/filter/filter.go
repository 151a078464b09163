// Package filter selects events of the whole log by stream name or event type,
// by prefixes or by a regular expression as .NET understands it.
package filter

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"docket/internal/eventstore/embedded/record"

	"github.com/dlclark/regexp2"
)

// patience bounds one match of a regular expression.
const patience = time.Second

// Spec is a filter as asked for. A regular expression wins over prefixes.
type Spec struct {
	ByType   bool     `json:"byType,omitempty"` // otherwise by stream name
	Regex    string   `json:"regex,omitempty"`
	Prefixes []string `json:"prefixes,omitempty"`
}

// Filter is a compiled Spec.
type Filter struct {
	byType   bool
	regex    *regexp2.Regexp
	prefixes [][]byte
}

var errEmpty = errors.New("a filter needs a regular expression or a prefix")

// New compiles a filter.
func New(s Spec) (*Filter, error) {
	f := &Filter{byType: s.ByType}
	if s.Regex != "" {
		r, err := regexp2.Compile(s.Regex, regexp2.None)
		if err != nil {
			return nil, fmt.Errorf("regular expression: %w", err)
		}
		r.MatchTimeout = patience
		f.regex = r
		return f, nil
	}
	if len(s.Prefixes) == 0 {
		return nil, errEmpty
	}
	for _, p := range s.Prefixes {
		f.prefixes = append(f.prefixes, []byte(p))
	}
	return f, nil
}

// Match tells whether an event passes. The error is that of a regular
// expression which takes too long on this event.
func (f *Filter) Match(v *record.View) (bool, error) {
	subject := v.Stream
	if f.byType {
		subject = v.Type
	}
	if f.regex != nil {
		return f.regex.MatchString(string(subject))
	}
	for _, p := range f.prefixes {
		if bytes.HasPrefix(subject, p) {
			return true, nil
		}
	}
	return false, nil
}

// Hidden tells whether an event is left out of every read of the whole log:
// what subscriptions to the whole log write about themselves would otherwise
// feed them for ever.
func Hidden(stream []byte) bool {
	const prefix = "$persistentsubscription-$all::"
	if len(stream) == 0 || stream[0] != '$' {
		return false
	}
	s := string(stream)
	if s == "$epoch-information" {
		return true
	}
	return strings.HasPrefix(s, prefix) && (strings.HasSuffix(s, "-checkpoint") || strings.HasSuffix(s, "-parked"))
}
