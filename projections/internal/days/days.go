// Package days numbers the days that sums are kept by. They are those of China, where it is midnight at 16:00 UTC all the year round,
// so that its months are whole days; windows of other zones are as exact, with more facts at their edges. It knows no calendar: see
// package worktime.
package days

import "fmt"

// Days are counted from one before all times that are taken.
const (
	dayMS   = 86_400_000
	longAgo = 100_000*dayMS + 8*3_600_000 // before 1970, in milliseconds
)

// Of is SQL for the day of an instant in milliseconds since 1970, an expression.
func Of(ms string) string { return fmt.Sprintf("(%s + %d) / %d", ms, longAgo, dayMS) }

// Beginning is SQL for when a day begins, in milliseconds since 1970.
func Beginning(day string) string { return fmt.Sprintf("%s * %d - %d", day, dayMS, longAgo) }

// Begins is when a day begins, in milliseconds since 1970.
func Begins(day int64) int64 { return day*dayMS - longAgo }

// Whole are the days [first, end) that lie in [from, to) as a whole.
func Whole(from, to int64) (first, end int64) {
	first, end = (from+longAgo)/dayMS, (to+longAgo)/dayMS
	if Begins(first) < from {
		first++
	}
	if Begins(end) > to { // division is towards zero
		end--
	}
	return first, end
}
