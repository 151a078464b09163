package calendar

import (
	"fmt"
	"slices"

	"docket/domain"
	"docket/domain/worktime"
)

// Cause says why a version was published.
type Cause string

// The causes.
const (
	Founded  Cause = "founded"  // the first version
	Revised  Cause = "revised"  // other hours or dates
	Year     Cause = "year"     // a year's holidays were announced (國務院辦公廳通知)
	Closures Cause = "closures" // the unit is closed on some days
)

// Causes are the causes.
var Causes = []Cause{Founded, Revised, Year, Closures}

// UnmarshalText refuses an unknown cause.
func (c *Cause) UnmarshalText(b []byte) error {
	if v := Cause(b); slices.Contains(Causes, v) {
		*c = v
		return nil
	}
	return fmt.Errorf("%w: not one of %v", domain.ErrInvalid, Causes)
}

// Refusals of publishing.
var (
	ErrExists  = domain.Refusal(domain.Conflict, "calendar.exists", "the calendar is published already")
	ErrUnknown = domain.Refusal(domain.NotFound, "calendar.unknown", "there is no such calendar")
)

const (
	maxName   = 200
	maxText   = 10_000
	maxPapers = 20
	maxPaper  = 500
	maxLabel  = 100
	maxDays   = 366
)

// ZoneFacts tell whether the definition's time zone is one.
type ZoneFacts struct{ Known bool }

// Publish founds a calendar with its first version.
type Publish struct {
	Name       string              `json:"name" minLength:"1" maxLength:"200"`
	Definition worktime.Definition `json:"definition"`
	Reason     string              `json:"reason,omitempty" maxLength:"10000"`

	Facts ZoneFacts `json:"-"`
}

// Scope is the whole organisation.
func (c Publish) Scope() domain.Scope { return domain.Scope{} }

// May wants a calendar that does not exist yet.
func (c Publish) May(s State, _ domain.Meta) error {
	if len(s.Editions) > 0 {
		return ErrExists
	}
	return nil
}

// Decide publishes the first version, in force for all the years it knows.
func (c Publish) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("name", c.Name, maxName)
	v.Text("reason", c.Reason, maxText)
	check(&v, c.Definition, c.Facts)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Published{
		Version: 1, Name: c.Name, From: worktime.Day(c.Definition.FirstYear, 1, 1), Definition: c.Definition, Cause: Founded,
		Publisher: m.Actor.Staff, Reason: c.Reason,
	}}, nil
}

// check notes what is wrong with a definition; its own fields lie below "definition".
func check(v *domain.Checks, d worktime.Definition, f ZoneFacts) {
	if d.Zone != "" && !f.Known {
		v.Fail("definition.zone", "unknown", "must be the name of a time zone, such as Asia/Shanghai")
	}
	d.Check(v, "definition.")
}

// Revise publishes another version: other hours, other dates, from a day on. The days before it stay as they were.
type Revise struct {
	Definition worktime.Definition `json:"definition"`
	From       worktime.Date       `json:"from" doc:"first day on which it is in force, such as 2026-07-01"`
	Name       string              `json:"name,omitempty" doc:"another name" maxLength:"200"`
	Reason     string              `json:"reason" minLength:"1" maxLength:"10000"`

	Facts ZoneFacts `json:"-"`
}

// May wants a calendar that exists.
func (c Revise) May(s State, _ domain.Meta) error { return s.published() }

// Decide publishes the next version. The zone stays, since it decides where days begin.
func (c Revise) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	check(&v, c.Definition, c.Facts)
	v.Text("name", c.Name, maxName)
	v.RequiredText("reason", c.Reason, maxText)
	if c.Definition.Zone != s.Newest().Zone {
		v.Fail("definition.zone", "another", "must stay the zone of the calendar")
	}
	if year := c.From.Year(); year < c.Definition.FirstYear || year > c.Definition.LastYear {
		v.Fail("from", "unknown_year", "must lie in the years that the version knows")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{s.next(m, Published{Name: c.Name, From: c.From, Definition: c.Definition, Cause: Revised, Reason: c.Reason})}, nil
}

func (s State) published() error {
	if len(s.Editions) == 0 {
		return ErrUnknown
	}
	return nil
}

// next completes what the next version says.
func (s State) next(m domain.Meta, p Published) Published {
	p.Version, p.Publisher = s.Editions[len(s.Editions)-1].Version+1, m.Actor.Staff
	if p.Name == "" {
		p.Name = s.Name
	}
	return p
}
