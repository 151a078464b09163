package kpi

import (
	"cmp"
	"maps"
	"slices"

	"docket/domain"
	"docket/domain/calendar"
	"docket/domain/staff"
	"docket/domain/unit"
	"docket/domain/worktime"
	"docket/projections"
)

// Chronicle is what is known of when one person was there, of one unit's place and calendar, or of one calendar's versions: the
// events that say so, in the order of the log. They are few, so that the days they come to are counted when they are asked for.
type Chronicle struct {
	Stream string `db:"stream,key"`
	Notes  []Note `db:"notes,json"`
}

// Note is one such event: at that position of the log something became so, from that time on.
type Note struct {
	Pos     uint64            `json:"pos"`
	AtMS    int64             `json:"at"`
	Kind    string            `json:"kind"`
	Ref     string            `json:"ref,omitempty"`   // the group, unit or calendar
	Number  int               `json:"n,omitempty"`     // of an absence
	FromMS  int64             `json:"from,omitempty"`  // of an absence
	UntilMS int64             `json:"until,omitempty"` // of an absence; 0: not known yet
	Edition *worktime.Edition `json:"edition,omitempty"`
}

// Kinds of notes.
const (
	noteJoined   = "joined"
	noteLeft     = "left"
	noteReturned = "returned"
	noteInto     = "into" // a group
	noteOutOf    = "out_of"
	noteAbsent   = "absent"
	noteBack     = "back"
	notePlaced   = "placed"   // a unit or group below another
	noteCalendar = "calendar" // by which a unit's people work
	noteEdition  = "edition"  // of a calendar
)

// noted is what an event says of who was there when; false for one that says nothing.
func noted(event any) (n Note, says bool) {
	switch e := event.(type) {
	case staff.Joined:
		n.Kind = noteJoined
	case staff.Left:
		n.Kind = noteLeft
	case staff.Returned:
		n.Kind = noteReturned
	case staff.MembershipStarted:
		n.Kind, n.Ref = noteInto, e.Group
	case staff.MembershipEnded:
		n.Kind, n.Ref = noteOutOf, e.Group
	case staff.AbsenceEntered:
		a := e.Absence
		n.Kind, n.Number, n.FromMS, n.UntilMS = noteAbsent, a.Number, a.From.UnixMilli(), milliseconds(&a.Until)
	case staff.AbsenceEnded:
		n.Kind, n.Number, n.UntilMS = noteBack, e.Absence, e.At.UnixMilli()
	case unit.Opened:
		n.Kind, n.Ref = notePlaced, e.Parent
	case unit.Moved:
		n.Kind, n.Ref = notePlaced, e.Parent
	case unit.CalendarChosen:
		n.Kind, n.Ref = noteCalendar, e.Calendar
	case calendar.Published:
		n.Kind, n.Edition = noteEdition, &worktime.Edition{Version: e.Version, From: e.From, Definition: e.Definition}
	default:
		return n, false
	}
	return n, true
}

// noting are the events that are noted.
func noting() map[string]bool {
	return map[string]bool{
		"StaffJoined": true, "StaffLeft": true, "StaffReturned": true, "StaffMembershipStarted": true, "StaffMembershipEnded": true,
		"StaffAbsenceEntered": true, "StaffAbsenceEnded": true, "UnitOpened": true, "UnitMoved": true, "UnitCalendarChosen": true,
		"CalendarPublished": true,
	}
}

// chronicle notes an event, once.
func chronicle(e domain.Envelope, rows *projections.Rows) {
	n, says := noted(e.Event)
	if !says {
		return
	}
	c := Chronicle{Stream: string(e.Stream)}
	if known, found := chronicles.Get(rows, c.Stream); found {
		if last := known.Notes[len(known.Notes)-1]; e.Position <= last.Pos {
			return // seen already
		}
		c.Notes = slices.Clone(known.Notes)
	}
	n.Pos, n.AtMS = e.Position, e.Meta.Effective.UnixMilli()
	c.Notes = append(c.Notes, n)
	chronicles.Put(rows, c)
}

// told is what a chronicle says as of a position, in the order of time; at one time in that of the log.
func (c Chronicle) told(position uint64) []Note {
	known := slices.DeleteFunc(slices.Clone(c.Notes), func(n Note) bool { return n.Pos > position })
	slices.SortStableFunc(known, func(a, b Note) int { return cmp.Compare(a.AtMS, b.AtMS) })
	return known
}

// roll is who was there when, as of a position.
type roll struct {
	people    []attendance
	places    map[string][]Note // of units and groups
	calendars map[string]*worktime.Calendar
	only      string // the calendar, where there is but one
}

// rollOf reads what the chronicles say. A calendar that this machine cannot compile is not there.
func rollOf(all []Chronicle, position uint64) roll {
	r := roll{places: map[string][]Note{}, calendars: map[string]*worktime.Calendar{}}
	for _, c := range all {
		notes := c.told(position)
		if len(notes) == 0 {
			continue
		}
		stream := domain.StreamID(c.Stream)
		switch stream.Category() {
		case staff.Decider.Category:
			r.people = append(r.people, attended(stream.Key(), notes))
		case unit.Decider.Category:
			r.places[stream.Key()] = notes
		case calendar.Decider.Category:
			var editions []worktime.Edition
			for _, n := range notes {
				editions = append(editions, *n.Edition)
			}
			slices.SortFunc(editions, func(a, b worktime.Edition) int { return cmp.Compare(a.Version, b.Version) })
			if cal := compile(stream.Key(), editions[len(editions)-1].Version, editions); cal != nil {
				r.calendars[stream.Key()] = cal
			}
		}
	}
	slices.SortFunc(r.people, func(a, b attendance) int { return cmp.Compare(a.person, b.person) })
	if ids := slices.Collect(maps.Keys(r.calendars)); len(ids) == 1 {
		r.only = ids[0]
	}
	return r
}

// mostAbove bounds the way up from a unit; trees have no cycle, but what is told late may name one for a moment.
const mostAbove = 64

// calendar is the one that the people of a group work by at an instant: its own, else that of the nearest place above that has
// one, else the only one that there is; nil when nothing tells.
func (r roll) calendar(group string, at int64) *worktime.Calendar {
	for range mostAbove {
		if group == "" {
			break
		}
		parent, chosen := "", ""
		for _, n := range r.places[group] {
			if n.AtMS > at {
				break
			}
			switch n.Kind {
			case notePlaced:
				parent = n.Ref
			case noteCalendar:
				chosen = n.Ref
			}
		}
		if chosen != "" {
			return r.calendars[chosen]
		}
		group = parent
	}
	return r.calendars[r.only]
}

// unit is what a group hangs below at an instant.
func (r roll) unit(group string, at int64) (parent string) {
	for _, n := range r.places[group] {
		if n.AtMS <= at && n.Kind == notePlaced {
			parent = n.Ref
		}
	}
	return parent
}
