package domaintest

import (
	"maps"
	"slices"
	"testing"
)

// Cases are complete cases by name; the name says what is special about the case.
type Cases map[string]Check

// Run runs every case as a parallel subtest, in the order of their names.
func (cs Cases) Run(t *testing.T) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(cs)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Log(cs[name].where)
			cs[name].run(t)
		})
	}
}
