package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"docket/domain"
	"docket/domain/calendar"
	"docket/domain/domaintest"
	"docket/domain/worktime"
)

var (
	given   = domaintest.Of(calendar.Decider)
	kim     = domain.Actor{Principal: "staff-kim", Staff: "kim"}
	known   = calendar.ZoneFacts{Known: true}
	hours   = []worktime.Span{{Open: worktime.At(9, 0), Close: worktime.At(17, 0)}}
	tooLong = strings.Repeat("長", 10_001)
)

// office is a calendar of 2026, to which changes are made.
func office(change ...func(*worktime.Definition)) worktime.Definition {
	d := worktime.Definition{
		Zone: "Asia/Shanghai", Week: worktime.MondayToFriday(hours...), MakeUp: hours, FirstYear: 2026, LastYear: 2026,
		Exceptions: []worktime.Exception{{Date: worktime.Day(2026, time.January, 1), Kind: worktime.Holiday, Name: "元旦"}},
	}
	for _, f := range change {
		f(&d)
	}
	return d
}

func excepting(exceptions ...worktime.Exception) worktime.Definition {
	return office(func(d *worktime.Definition) { d.Exceptions = append(d.Exceptions, exceptions...) })
}

func date(month time.Month, day int) worktime.Date { return worktime.Day(2026, month, day) }

var (
	founded = calendar.Published{
		Version: 1, Name: "office", From: date(1, 1), Definition: office(), Cause: calendar.Founded, Publisher: "kim",
	}
	there = []calendar.Event{founded}
	off   = []calendar.AnnouncedDay{
		{Name: "元旦", Date: date(12, 27)}, {Name: "元旦", Date: worktime.Day(2027, time.January, 1), IsOff: true},
	}
)

var publishCases = domaintest.Cases{
	"the first version": given().When(calendar.Publish{Name: "office", Definition: office(), Facts: known}).As(kim).Then(founded),
	"a second time":     given(there...).When(calendar.Publish{Name: "office", Definition: office(), Facts: known}).Refused(calendar.ErrExists),
	"of nowhere":        given().When(calendar.Publish{Name: "office", Definition: office()}).Invalid("definition.zone unknown"),
	"of nothing": given().When(calendar.Publish{Reason: tooLong}).
		Invalid("name required", "reason too_long", "definition.zone required", "definition.first_year out_of_range", "definition.week never_open"),
	"that never opens": given().When(calendar.Publish{Name: "o", Facts: known, Definition: office(func(d *worktime.Definition) { d.Week = worktime.Week{} })}).
		Invalid("definition.week never_open"),
	"whose hours cross": given().When(calendar.Publish{Name: "o", Facts: known, Definition: office(func(d *worktime.Definition) {
		d.Week.Mon = []worktime.Span{{Open: worktime.At(9, 0), Close: worktime.At(12, 0)}, {Open: worktime.At(11, 0), Close: worktime.At(10, 0)}}
		d.Week.Sun = []worktime.Span{{Open: worktime.At(9, 0), Close: worktime.At(12, 0)}, {Open: worktime.At(11, 0), Close: worktime.At(13, 0)}}
	})}).Invalid("definition.week.sun[1] overlaps", "definition.week.mon[1] not_a_span"),
	"with dates that cannot be": given().When(calendar.Publish{Name: "o", Facts: known, Definition: excepting(
		worktime.Exception{Date: date(1, 1), Kind: worktime.Closure},
		worktime.Exception{Date: worktime.Day(2027, time.May, 1), Kind: worktime.Holiday, Hours: hours},
	)}).Invalid("definition.exceptions[1].date twice", "definition.exceptions[2].date unknown_year", "definition.exceptions[2].hours open_holiday"),
	"with a make-up day of no hours": given().When(calendar.Publish{Name: "o", Facts: known, Definition: office(func(d *worktime.Definition) {
		d.MakeUp = nil
		d.Exceptions = []worktime.Exception{{Date: date(2, 14), Kind: worktime.MakeUp}}
	})}).Invalid("definition.exceptions[0].hours required"),
	"of a hundred years": given().When(calendar.Publish{Name: "o", Facts: known, Definition: office(func(d *worktime.Definition) { d.LastYear = 2126 })}).
		Invalid("definition.last_year out_of_range"),
}

var summer = office(func(d *worktime.Definition) {
	d.Week = worktime.MondayToFriday(worktime.Span{Open: worktime.At(8, 0), Close: worktime.At(15, 0)})
})

var reviseCases = domaintest.Cases{
	"other hours from a day on": given(there...).When(calendar.Revise{Definition: summer, From: date(7, 1), Reason: "summer", Facts: known}).As(kim).
		Then(calendar.Published{Version: 2, Name: "office", From: date(7, 1), Definition: summer, Cause: calendar.Revised, Publisher: "kim", Reason: "summer"}),
	"another name, for days gone by": given(there...).When(calendar.Revise{Name: "hall", Definition: summer, From: date(1, 5), Reason: "summer", Facts: known}).At(date2(8, 1)).
		Then(calendar.Published{Version: 2, Name: "hall", From: date(1, 5), Definition: summer, Cause: calendar.Revised, Reason: "summer"}),
	"another zone": given(there...).When(calendar.Revise{Definition: office(func(d *worktime.Definition) { d.Zone = "UTC" }), From: date(7, 1), Reason: "r", Facts: known}).
		Invalid("definition.zone another"),
	"from a year it does not know": given(there...).When(calendar.Revise{Definition: summer, From: worktime.Day(2027, 1, 1), Reason: "r", Facts: known}).Invalid("from unknown_year"),
	"for no reason":                given(there...).When(calendar.Revise{Definition: summer, From: date(7, 1), Facts: known}).Invalid("reason required"),
	"what is not there":            given().When(calendar.Revise{Definition: summer, From: date(7, 1), Reason: "r", Facts: known}).Refused(calendar.ErrUnknown),
}

func date2(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC)
}

var importCases = domaintest.Cases{
	"the next year, and a day of this one": given(there...).When(calendar.ImportYear{Year: 2027, Days: off, Papers: []string{"https://www.gov.cn/"}}).As(kim).
		Then(calendar.Published{Version: 2, Name: "office", From: date(12, 27), Cause: calendar.Year, Publisher: "kim", Papers: []string{"https://www.gov.cn/"},
			Definition: func() worktime.Definition {
				d := excepting(worktime.Exception{Date: date(12, 27), Kind: worktime.MakeUp, Name: "元旦"},
					worktime.Exception{Date: worktime.Day(2027, time.January, 1), Kind: worktime.Holiday, Name: "元旦"})
				d.LastYear = 2027
				return d
			}()}),
	"a year anew, but for the closures": given(calendar.Published{Version: 1, Name: "o", Definition: excepting(worktime.Exception{Date: date(3, 3), Kind: worktime.Closure, Name: "move"},
		worktime.Exception{Date: date(5, 1), Kind: worktime.Holiday, Name: "劳动节"}), Cause: calendar.Founded, From: date(1, 1)}).
		When(calendar.ImportYear{Year: 2026, Days: []calendar.AnnouncedDay{{Name: "劳动节", Date: date(5, 4), IsOff: true}, {Name: "x", Date: date(3, 3), IsOff: true}}}).
		Then(calendar.Published{Version: 2, Name: "o", From: date(1, 1), Cause: calendar.Year, Definition: office(func(d *worktime.Definition) {
			d.Exceptions = []worktime.Exception{{Date: date(3, 3), Kind: worktime.Closure, Name: "move"}, {Date: date(5, 4), Kind: worktime.Holiday, Name: "劳动节"}}
		})}),
	"what it knows already": given(there...).When(calendar.ImportYear{Year: 2026, Days: []calendar.AnnouncedDay{{Name: "元旦", Date: date(1, 1), IsOff: true}}}).Nothing(),
	"a year not announced":  given(there...).When(calendar.ImportYear{Year: 2027}).Invalid("days required"),
	"over a gap": given(there...).When(calendar.ImportYear{Year: 2028, Days: []calendar.AnnouncedDay{{Name: "元旦", Date: worktime.Day(2028, 1, 1), IsOff: true}}}).
		Invalid("year gap"),
	"with days of another year": given(there...).When(calendar.ImportYear{Year: 2027, Days: []calendar.AnnouncedDay{{Name: "元旦", Date: date(1, 1), IsOff: true}}, Papers: []string{""}}).
		Invalid("days[0].date other_year", "days incomplete", "papers[0] required"),
	"into nothing": given().When(calendar.ImportYear{Year: 2027, Days: off}).Refused(calendar.ErrUnknown),
}

var closeCases = domaintest.Cases{
	"a day, and an afternoon": given(there...).
		When(calendar.CloseDays{Name: "move", Reason: "we move house", Days: []calendar.ClosedDay{{Date: date(3, 4)}, {Date: date(3, 3), Hours: []worktime.Span{{Open: worktime.At(9, 0), Close: worktime.At(12, 0)}}}}}).
		Then(calendar.Published{Version: 2, Name: "office", From: date(3, 3), Cause: calendar.Closures, Reason: "we move house", Definition: excepting(
			worktime.Exception{Date: date(3, 3), Kind: worktime.Closure, Name: "move", Hours: []worktime.Span{{Open: worktime.At(9, 0), Close: worktime.At(12, 0)}}},
			worktime.Exception{Date: date(3, 4), Kind: worktime.Closure, Name: "move"})}),
	"what is closed so already": given(calendar.Published{Version: 1, Definition: excepting(worktime.Exception{Date: date(3, 4), Kind: worktime.Closure, Name: "move"}), Cause: calendar.Founded, From: date(1, 1)}).
		When(calendar.CloseDays{Name: "move", Reason: "r", Days: []calendar.ClosedDay{{Date: date(3, 4)}}}).Nothing(),
	"a day of no known year": given(there...).When(calendar.CloseDays{Name: "move", Reason: "r", Days: []calendar.ClosedDay{{Date: worktime.Day(2031, 3, 4)}}}).
		Invalid("exceptions[1].date unknown_year"),
	"nothing, for no reason": given(there...).When(calendar.CloseDays{}).Invalid("name required", "reason required", "days out_of_range"),
	"of what is not there":   given().When(calendar.CloseDays{Name: "move", Reason: "r", Days: []calendar.ClosedDay{{Date: date(3, 4)}}}).Refused(calendar.ErrUnknown),
}

func TestPublish(t *testing.T)    { t.Parallel(); publishCases.Run(t) }
func TestRevise(t *testing.T)     { t.Parallel(); reviseCases.Run(t) }
func TestImportYear(t *testing.T) { t.Parallel(); importCases.Run(t) }
func TestCloseDays(t *testing.T)  { t.Parallel(); closeCases.Run(t) }

func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, publishCases, reviseCases, importCases, closeCases)
}

// recorded holds every event ever written, by wire name and version: what its golden file means today.
var recorded = map[string]calendar.Event{
	"CalendarPublished.v1": calendar.Published{
		Version: 2, Name: "office", From: date(3, 3), Cause: calendar.Year, Publisher: "kim", Reason: "announced", Papers: []string{"https://www.gov.cn/"},
		Definition: excepting(worktime.Exception{Date: date(2, 14), Kind: worktime.MakeUp, Name: "春节", Hours: slices.Clone(hours)}),
	},
}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, calendar.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, calendar.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, calendar.Decider) }
