package worktime

import (
	"fmt"
	"slices"
	"time"

	"docket/domain"
)

// Unit is what a limit counts in. Working hours and working days are different units and never turn into each other by a
// factor (kpis §1.6).
type Unit string

// The units.
const (
	Hours Unit = "hours" // working time; amounts are milliseconds
	Days  Unit = "days"  // working days; amounts are counts
)

// Units are the units, in the order forms show them.
var Units = []Unit{Hours, Days}

// UnmarshalText refuses an unknown unit.
func (u *Unit) UnmarshalText(b []byte) error {
	if v := Unit(b); slices.Contains(Units, v) {
		*u = v
		return nil
	}
	return fmt.Errorf("%w: not one of %v", domain.ErrInvalid, Units)
}

// Limit is how long something may take (時限): working milliseconds for hours, a count for days. The zero value sets none.
type Limit struct {
	Unit   Unit  `json:"unit,omitempty" enum:"hours,days"`
	Amount int64 `json:"amount,omitempty" doc:"working milliseconds for hours, a count for days" minimum:"0" maximum:"100000000000"`
}

// The longest limits: a little over three calendar years of round-the-clock work, and ten years of working days.
const (
	maxHours = 100_000_000_000
	maxDays  = 2_600
)

// WorkingHours is a limit of so much working time.
func WorkingHours(d time.Duration) Limit { return Limit{Hours, d.Milliseconds()} }

// WorkingDays is a limit of so many working days.
func WorkingDays(n int64) Limit { return Limit{Days, n} }

// Zero reports whether no limit is set.
func (l Limit) Zero() bool { return l == Limit{} }

// Check notes what is wrong with a limit that has to be set.
func (l Limit) Check(c *domain.Checks, field string) {
	domain.OneOf(c, field+".unit", l.Unit, Units...)
	longest := int64(maxHours)
	if l.Unit == Days {
		longest = maxDays
	}
	if l.Amount < 1 || l.Amount > longest {
		c.Fail(field+".amount", "out_of_range", fmt.Sprintf("must be between 1 and %d", longest))
	}
}

// CheckOptional is Check for a limit that may be left unset.
func (l Limit) CheckOptional(c *domain.Checks, field string) {
	if !l.Zero() {
		l.Check(c, field)
	}
}

// StartRule says which fact starts a handling clock (kpis §1.5).
type StartRule string

// The start rules; the empty one is AtCompleteMaterials. Under the last one days count as whole days: a limit of n ends at
// the close of the n-th working day after the day on which the materials were complete. Under the others it ends at the
// same time of day.
const (
	AtRegistration      StartRule = "at_registration"
	AtCompleteMaterials StartRule = "at_complete_materials"
	NextWorkingDay      StartRule = "next_working_day_after_complete_materials"
)

// StartRules are the rules, in the order forms show them.
var StartRules = []StartRule{AtCompleteMaterials, NextWorkingDay, AtRegistration}

// UnmarshalText refuses an unknown rule.
func (r *StartRule) UnmarshalText(b []byte) error {
	if v := StartRule(b); slices.Contains(StartRules, v) {
		*r = v
		return nil
	}
	return fmt.Errorf("%w: not one of %v", domain.ErrInvalid, StartRules)
}

// WholeDays reports whether a limit in days ends at the close of a day, the start day not counted.
func (r StartRule) WholeDays() bool { return r == NextWorkingDay }
