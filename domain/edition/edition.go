// Package edition keeps documents in numbered versions, of which a published one never changes: what the aggregates of
// templates, procedures (mission rows T1 to T3, T6) and scorecards (row M9) have in common. Who drafts, decides and publishes
// is theirs.
package edition

import (
	"slices"

	"docket/domain"
)

// Versions stand in the order of their numbers, which begin at 1. What it holds is shared by copies and not to be changed.
type Versions[V any] []V

// Latest is the newest version; zero when there is none.
func (vs Versions[V]) Latest() (v V) {
	if len(vs) > 0 {
		v = vs[len(vs)-1]
	}
	return v
}

// Number is the version with a number; false when there is none.
func (vs Versions[V]) Number(n int) (v V, ok bool) {
	if n < 1 || n > len(vs) {
		return v, false
	}
	return vs[n-1], true
}

// And is a copy with one more version.
func (vs Versions[V]) And(next V) Versions[V] { return append(slices.Clone(vs), next) }

// With is a copy with one version changed; the same when there is no such version.
func (vs Versions[V]) With(n int, change func(*V)) Versions[V] {
	if n < 1 || n > len(vs) {
		return vs
	}
	vs = slices.Clone(vs)
	change(&vs[n-1])
	return vs
}

// Author adds who wrote in a version to those who did before.
func Author(authors []string, who string) []string {
	if slices.Contains(authors, who) {
		return authors
	}
	return append(slices.Clone(authors), who)
}

// OwnerFacts are what the directory tells about the department that owns a document.
type OwnerFacts struct{ Known, Active, IsUnit bool }

// Check wants a unit that is open.
func (f OwnerFacts) Check(v *domain.Checks, field string) {
	switch {
	case !f.Known:
		v.Fail(field, "unknown", "no such unit at that time")
	case !f.Active:
		v.Fail(field, "inactive", "is closed at that time")
	case !f.IsUnit:
		v.Fail(field, "not_a_unit", "must be a unit, not a group")
	}
}
