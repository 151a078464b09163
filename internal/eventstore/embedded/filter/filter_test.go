package filter_test

import (
	"strings"
	"testing"

	"docket/internal/eventstore/embedded/filter"
	"docket/internal/eventstore/embedded/record"
)

// FuzzFilter feeds anything to filters: each is refused or answers, prefixes as
// plain text does.
func FuzzFilter(f *testing.F) {
	f.Add(false, `^(?!\$).*`, "", "case-1", "Opened")
	f.Add(true, "", "Open", "case-1", "Opened")
	f.Add(true, `(?<a>x)\k<a>[\p{L}-[a]]{2,3}`, "", "s", "xxbc")
	f.Fuzz(func(t *testing.T, byType bool, regex, prefix, stream, typ string) {
		spec := filter.Spec{ByType: byType, Regex: regex}
		if prefix != "" {
			spec.Prefixes = []string{prefix}
		}
		c, err := filter.New(spec)
		if err != nil {
			return
		}
		got, err := c.Match(&record.View{Stream: []byte(stream), Type: []byte(typ)})
		if regex != "" {
			return
		}
		subject := stream
		if byType {
			subject = typ
		}
		if err != nil || got != strings.HasPrefix(subject, prefix) {
			t.Fatalf("%q by prefix %q: %t, %v", subject, prefix, got, err)
		}
		_ = filter.Hidden([]byte(stream))
	})
}
