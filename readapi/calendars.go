package readapi

import (
	"context"
	"strconv"
	"time"

	"docket/domain"
	"docket/domain/calendar"
	"docket/domain/worktime"
	"docket/projections/ticketpage"
)

// Calendars tells of the working calendars there were at an instant, in any order, and gives one compiled as of a version.
type Calendars interface {
	Calendars(at time.Time) []calendar.Facts
	CalendarVersion(id string, version int) (*worktime.Calendar, bool)
}

// CalendarsRequest asks for the calendars.
type CalendarsRequest struct {
	Request
	Paging
	Moment
}

// CalendarRequest asks for one calendar.
type CalendarRequest struct {
	Request
	Moment
	ID      string `path:"id" doc:"key of the calendar"`
	Version string `query:"version" pattern:"^[0-9]{1,9}$" doc:"whose definition is shown; the newest when left out"`
}

// CalendarLine is a calendar in the list.
type CalendarLine struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	Version   int           `json:"version" doc:"the newest published by then"`
	From      worktime.Date `json:"from" doc:"first day on which that version is in force"`
	Zone      string        `json:"zone"`
	FirstYear int           `json:"first_year"`
	LastYear  int           `json:"last_year" doc:"later days are refused, not guessed"`
}

// CalendarView is a calendar with all of its versions and the definition of one.
type CalendarView struct {
	CalendarLine
	Shown      int                   `json:"shown" doc:"the version whose definition is shown"`
	Definition worktime.Definition   `json:"definition"`
	Versions   []CalendarVersionView `json:"versions" doc:"published by then, the first one first"`
}

// CalendarVersionView tells who published a version, when and why.
type CalendarVersionView struct {
	Version     int           `json:"version"`
	From        worktime.Date `json:"from"`
	PublishedAt time.Time     `json:"published_at"`
	Publisher   *Ref          `json:"publisher" doc:"null: a service"`
	Cause       string        `json:"cause" enum:"founded,revised,year,closures"`
	Reason      string        `json:"reason,omitempty"`
	Papers      []string      `json:"papers,omitempty"`
}

func (s *service) calendars(ctx context.Context, in *CalendarsRequest) (*ListResponse[CalendarLine], error) {
	var c check
	at, position, err := s.moment(ctx, "calendar.list", in.Moment, &c)
	if err != nil {
		return nil, err
	}
	page, next, err := pageOf(s.Calendars.Calendars(at), in.Paging, func(f calendar.Facts) place { return place{f.Name, f.ID} })
	if err != nil {
		return nil, err
	}
	out := &ListResponse[CalendarLine]{Position: position, Body: List[CalendarLine]{Items: make([]CalendarLine, len(page)), Next: next}}
	for i, f := range page {
		out.Body.Items[i] = calendarLine(f)
	}
	return out, nil
}

func calendarLine(f calendar.Facts) CalendarLine {
	newest := f.Versions[len(f.Versions)-1]
	return CalendarLine{
		ID: f.ID, Name: f.Name, Version: newest.Version, From: newest.From, Zone: newest.Definition.Zone,
		FirstYear: newest.Definition.FirstYear, LastYear: newest.Definition.LastYear,
	}
}

func (s *service) calendar(ctx context.Context, in *CalendarRequest) (*OneResponse[CalendarView], error) {
	var c check
	c.id("path.id", &in.ID)
	at, position, err := s.moment(ctx, "calendar.read", in.Moment, &c)
	if err != nil {
		return nil, err
	}
	for _, f := range s.Calendars.Calendars(at) {
		if f.ID != in.ID {
			continue
		}
		v, err := s.calendarView(f, in.Version)
		return &OneResponse[CalendarView]{Position: position, Body: v}, err
	}
	return nil, ticketpage.ErrUnknown
}

func (s *service) calendarView(f calendar.Facts, version string) (CalendarView, error) {
	v := CalendarView{CalendarLine: calendarLine(f)}
	v.Shown = v.Version
	if version != "" {
		v.Shown, _ = strconv.Atoi(version) // the pattern leaves digits
	}
	found := false
	for _, e := range f.Versions {
		if e.Version == v.Shown {
			v.Definition, found = e.Definition, true
		}
		v.Versions = append(v.Versions, CalendarVersionView{
			Version: e.Version, From: e.From, PublishedAt: e.PublishedAt, Publisher: s.names.staff(e.Publisher, e.PublishedAt),
			Cause: string(e.Cause), Reason: e.Reason, Papers: e.Papers,
		})
	}
	if !found {
		return v, domain.ErrInvalid.With(domain.FieldError{Field: "query.version", Code: "out_of_range", Msg: "the calendar has no such version"})
	}
	return v, nil
}
