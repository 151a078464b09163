package commands

import (
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/calendar"
	"docket/domain/worktime"
)

// exampleWeek is office hours with a lunch break.
var exampleWeek = worktime.Definition{
	Zone: "Asia/Shanghai", FirstYear: 2026, LastYear: 2026,
	Week: worktime.MondayToFriday(
		worktime.Span{Open: worktime.At(9, 0), Close: worktime.At(12, 0)}, worktime.Span{Open: worktime.At(13, 30), Close: worktime.At(17, 30)},
	),
	Exceptions: []worktime.Exception{{Date: worktime.Day(2026, time.January, 1), Kind: worktime.Holiday, Name: "元旦"}},
}

var calendarCommands = []Entry{
	Define(calendar.Decider, Spec[calendar.State, calendar.Publish]{
		Name: "calendar.publish", Route: "/v1/calendars", Creates: true, Allow: authz.CalendarManage,
		Doc:     "Publishes a working calendar: zone, hours, holidays, make-up days and the years it knows.",
		Refuses: []*domain.Error{calendar.ErrExists},
		Example: calendar.Publish{Name: "Office hours", Definition: exampleWeek},
		Enrich: func(_ Facts, _ calendar.State, c *calendar.Publish) {
			c.Facts = zone(c.Definition.Zone)
		},
	}),
	Define(calendar.Decider, Spec[calendar.State, calendar.Revise]{
		Name: "calendar.revise", Route: "/v1/calendars/{id}/revise", Allow: authz.CalendarManage, Match: MatchRequired,
		Doc:     "Publishes another version, in force from a day on; the days before it stay as they were.",
		Refuses: []*domain.Error{calendar.ErrUnknown},
		Example: calendar.Revise{Definition: exampleWeek, From: worktime.Day(2026, time.July, 1), Reason: "summer hours"},
		Enrich: func(_ Facts, _ calendar.State, c *calendar.Revise) {
			c.Facts = zone(c.Definition.Zone)
		},
	}),
	Define(calendar.Decider, Spec[calendar.State, calendar.ImportYear]{
		Name: "calendar.import_year", Route: "/v1/calendars/{id}/import-year", Allow: authz.CalendarManage,
		Doc:     "Takes in the announcement of a year's holidays and make-up days, as a file of holiday-cn holds it.",
		Refuses: []*domain.Error{calendar.ErrUnknown},
		Example: calendar.ImportYear{Year: 2027, Papers: []string{"https://www.gov.cn/"}, Days: []calendar.AnnouncedDay{
			{Name: "元旦", Date: worktime.Day(2027, time.January, 1), IsOff: true},
		}},
	}),
	Define(calendar.Decider, Spec[calendar.State, calendar.CloseDays]{
		Name: "calendar.close_days", Route: "/v1/calendars/{id}/close-days", Allow: authz.CalendarManage,
		Doc:     "Says on which dates the office is closed, or shuts early.",
		Refuses: []*domain.Error{calendar.ErrUnknown},
		Example: calendar.CloseDays{Name: "Removal", Reason: "the office moves", Days: []calendar.ClosedDay{{Date: worktime.Day(2026, time.March, 4)}}},
	}),
}

// zone tells whether there is a time zone of that name. The machine's own zone, whatever it be, is none.
func zone(name string) calendar.ZoneFacts {
	_, err := time.LoadLocation(name)
	return calendar.ZoneFacts{Known: err == nil && name != "" && name != "Local"}
}
