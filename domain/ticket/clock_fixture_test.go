package ticket_test

import (
	"time"

	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/route"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// The office is open from nine to twelve and from one to five, Monday to Friday; noon of the cases is a Monday. What it
// calls its second version closes on the Wednesday of that week.
var (
	office  = calendar(1)
	revised = calendar(2, worktime.Exception{Date: worktime.Day(2026, time.March, 4), Kind: worktime.Closure, Name: "move"})
)

func calendar(version int, exceptions ...worktime.Exception) *worktime.Calendar {
	hours := []worktime.Span{{Open: worktime.At(9, 0), Close: worktime.At(12, 0)}, {Open: worktime.At(13, 0), Close: worktime.At(17, 0)}}
	c, err := worktime.New("office", time.UTC, worktime.Edition{Version: version, Definition: worktime.Definition{
		Zone: "UTC", Week: worktime.MondayToFriday(hours...), Exceptions: exceptions, FirstYear: 2026, LastYear: 2026,
	}})
	if err != nil {
		panic(err)
	}
	return c
}

// rules are those of a case type whose normal tickets may take two days of seven hours.
var rules = casetype.Rules{
	Type: "INC", Calendar: "office",
	Stages: []route.Stage{{Key: "first", When: route.Before, Kind: route.Review, Role: "reviewer", Limit: worktime.WorkingHours(7 * time.Hour)}},
	Limits: []casetype.ClassLimits{
		{Urgency: "normal", Response: worktime.WorkingHours(time.Hour), Handling: worktime.WorkingHours(14 * time.Hour)},
		{Urgency: "urgent", Response: worktime.WorkingHours(time.Hour), Handling: worktime.WorkingHours(7 * time.Hour), Acknowledge: worktime.WorkingHours(30 * time.Minute)},
	},
	Pauses: []casetype.Pause{
		{Kind: "customer", Max: worktime.WorkingDays(5)},
		{Kind: "inspection", Evidence: true},
	},
	Extension: casetype.Extension{Count: 2, Total: worktime.WorkingHours(14 * time.Hour)},
	Reminders: []int{50, 80, 100},
}

// planned are histories of tickets that follow the rules.
func planned(history ...ticket.Event) domaintest.History[ticket.State, ticket.Event] {
	return given(history...).Knowing(func(s ticket.State) ticket.State {
		s.Template, s.Rules = casetype.Ref{Template: "t1", Version: 1, Digest: "d"}, &rules
		return s
	})
}

// at is an instant of the week of the cases, on Monday the 2nd and the days after it.
func at(day, hour, minute int) time.Time {
	return time.Date(2026, time.March, 1+day, hour, minute, 0, 0, time.UTC)
}

func on1(t time.Time) *time.Time { return &t }

// due is what a clock of the office says when it is due, having reminders at half of its limit, at 80 and at 100 percent.
func due(allowed, used time.Duration, half, most, all time.Time) ticket.Deadline {
	return ticket.Deadline{
		Calendar: "office", Version: 1, AllowedMs: allowed.Milliseconds(), UsedMs: used.Milliseconds(), DueAt: &all,
		Reminders: []ticket.Share{{Percent: 50, At: half}, {Percent: 80, At: most}, {Percent: 100, At: all}},
	}
}

const hour = time.Hour

// A planned ticket whose handling began at ten on the Monday: six hours of it are left for Monday, so the fourteen end on
// Wednesday at ten.
var (
	handlingDue = due(14*hour, 0, at(2, 10, 0), at(2, 15, 12), at(3, 10, 0))
	handling    = ticket.ClockStarted{
		Clock: "handling", Round: 1, Since: at(1, 10, 0), Limit: worktime.WorkingHours(14 * hour), Deadline: handlingDue,
	}
	running = then(held, handling)
	facts1  = ticket.ClockFacts{Clocks: ticket.Calendars{office}, Calendar: office}

	// Paused from noon on, when two hours had been used.
	justified = ticket.PauseJustified{Pause: 1, Kind: ticket.AwaitingCustomer, From: noon}
	halted    = ticket.ClockPaused{Clock: "handling", Round: 1, Pause: 1, Kind: ticket.AwaitingCustomer, At: noon, LeftMs: (12 * hour).Milliseconds()}
	longest   = ticket.ClockStarted{
		Clock: "pause", Round: 1, Since: noon, Limit: worktime.WorkingDays(5),
		Deadline: due(35*hour, 0, at(3, 16, 30), at(5, 12, 0), at(8, 12, 0)),
	}
	waiting = then(running, pause, justified, halted, longest)
)
