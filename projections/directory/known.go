package directory

import (
	"slices"
	"time"

	"docket/domain/staff"
	"docket/domain/unit"
)

// UnitKnown gives a unit or group as it was at an instant by what had been recorded by a time (mission row X1: "what we
// knew"); false when it was not known to exist.
func (v *View) UnitKnown(id string, at, recorded time.Time) (unit.Facts, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return traceUnit(id, recordedBy(v.units.changes(id), recorded)).at(at)
}

// StaffKnown gives a person as of an instant by what had been recorded by a time.
func (v *View) StaffKnown(id string, at, recorded time.Time) (staff.Facts, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	p, ok := tracePerson(id, recordedBy(v.staff.changes(id), recorded)).at(at)
	return p.Facts, ok
}

// recordedBy are the changes that had been recorded by a time.
func recordedBy(changes []change, recorded time.Time) []change {
	return slices.DeleteFunc(slices.Clone(changes), func(c change) bool { return c.Recorded.After(recorded) })
}
