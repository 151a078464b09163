// Package worktime is working-time arithmetic: calendars with several intervals a day, holidays and make-up working days,
// limits in working hours and in working days, pauses, and why a deadline falls where it does (工作日曆、調休, mission rows
// L1, L4, X7). Everything is a pure function of calendars and instants, in integer milliseconds.
package worktime

// Unit is what a limit is counted in. Hours and days are different units: a day is never so many hours (kpis §1.6).
type Unit string

// The units.
const (
	Hours Unit = "hours" // working time, the amount in milliseconds
	Days  Unit = "days"  // working days, the amount a count
)

// Limit is a length of working time; the zero value is no limit.
type Limit struct {
	Unit   Unit  `json:"unit,omitempty" enum:"hours,days" doc:"hours: the amount is in milliseconds of working time; days: working days"`
	Amount int64 `json:"amount,omitempty"`
}

// Zero reports whether there is no limit.
func (l Limit) Zero() bool { return l.Amount == 0 }

// StartRule says when a handling clock starts (kpis §1.5).
type StartRule string

// The start rules; the empty one is AtCompleteMaterials.
const (
	AtRegistration      StartRule = "at_registration"
	AtCompleteMaterials StartRule = "at_complete_materials"
	NextWorkingDay      StartRule = "next_working_day_after_complete_materials"
)
