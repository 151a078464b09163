// Package calendar is the aggregate of a published working calendar (工作日曆, mission row L4): versions of what package
// worktime calculates with, who published each, and from which day on it is in force. Every version stays; a change for a
// past day reaches a ticket's clocks only where management re-bases them. It calculates nothing itself.
package calendar

import (
	"slices"
	"time"

	"docket/domain"
	"docket/domain/worktime"
)

// Event is what may become true of a calendar.
//
//sumtype:decl
type Event interface{ isCalendar() }

// Published: a version of the calendar is in force on every day from From on, until a later version says otherwise. The
// first version also tells of the days before From that its years cover.
type Published struct {
	Version    int                 `json:"version" class:"skeleton"` // from 1
	Name       string              `json:"name" class:"content"`
	From       worktime.Date       `json:"from" class:"skeleton"`
	Definition worktime.Definition `json:"definition" class:"skeleton"`
	Cause      Cause               `json:"cause" class:"skeleton"`
	Publisher  string              `json:"publisher,omitempty" class:"skeleton"` // staff; empty for a service that acts for itself
	Reason     string              `json:"reason,omitempty" class:"content"`
	Papers     []string            `json:"papers,omitempty" class:"skeleton"` // addresses of the announcement of a year
}

func (Published) isCalendar() {}

// State is what decisions read.
type State struct {
	Name     string
	Editions []worktime.Edition // in order of their versions
}

// Decider ties the calendar's streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "calendar",
	Evolve:   evolve,
	Scope:    func(State) domain.Scope { return domain.Scope{} },
	Events:   domain.Contract[Event]{"CalendarPublished": domain.Of[Published]()},
}

func evolve(s State, event Event) State {
	switch e := event.(type) {
	case Published:
		s.Name = e.Name
		s.Editions = append(slices.Clone(s.Editions), worktime.Edition{Version: e.Version, From: e.From, Definition: e.Definition})
	}
	return s
}

// Newest is the definition of the newest version; the zero one before any is published.
func (s State) Newest() worktime.Definition {
	if n := len(s.Editions); n > 0 {
		return s.Editions[n-1].Definition
	}
	return worktime.Definition{}
}

// Facts is what the directory tells about a calendar at an instant.
type Facts struct {
	ID, Name string
	Versions []Version // published by then
}

// Version is one published version.
type Version struct {
	worktime.Edition
	PublishedAt time.Time
	Cause       Cause
	Publisher   string
	Reason      string
	Papers      []string
}
