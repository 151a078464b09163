// Package worktime is the arithmetic of working time (工作日曆): calendars with several intervals a day, holidays, closures and
// make-up working days; limits in working hours and in working days as different units; pauses as unions; extensions; and
// the derivation that tells why a date is the date (mission rows L1, L3, L4, X7; kpis §1.3 to §1.7).
//
// Everything is a pure function of values, in integer milliseconds and half-open intervals. It reads no clock and loads no
// time zone: the edge hands a [time.Location] in. It knows no ticket; which fact starts or stops which clock is the
// ticket's business. What a calendar does not know (another year than those published) is refused, never guessed.
package worktime
