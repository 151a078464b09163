// Package kpi is the read model of those who measure: facts about every ticket, each with the position of the log from which
// it is true, and the figures computed from them as of any position. All facts come from events of tickets and use effective
// times. Beside tickets it notes who was there when, so that figures can be told by available days. Definitions are in words in [Definitions]; lists of tickets are package queue.
package kpi

import (
	"maps"

	"docket/domain"
	"docket/domain/calendar"
	"docket/domain/staff"
	"docket/domain/template"
	"docket/domain/ticket"
	"docket/domain/unit"
	"docket/migrations/readmodels"
	"docket/projections"
)

var (
	cases    = projections.NewTable[Case]("cases")
	newests  = projections.NewTable[Newest]("newest")
	spans    = projections.NewTable[Span]("spans", projections.AppendOnly())
	segments = projections.NewTable[Segment]("segments", projections.AppendOnly())
	waits    = projections.NewTable[Wait]("waits", projections.AppendOnly())
	acts     = projections.NewTable[Act]("acts", projections.AppendOnly())

	lives    = projections.NewTable[Life]("lives")
	stays    = projections.NewTable[Stay]("stays", projections.AppendOnly())
	running  = projections.NewTable[Clock]("running")
	clocks   = projections.NewTable[Clock]("clocks", projections.AppendOnly())
	fills    = projections.NewTable[Fill]("fills", projections.AppendOnly())
	results  = projections.NewTable[Delivery]("results", projections.AppendOnly())
	struck   = projections.NewTable[Struck]("struck", projections.AppendOnly())
	holdings = projections.NewTable[Holding]("holdings", projections.AppendOnly())
	books    = projections.NewTable[Book]("books")
	kinds    = projections.NewTable[Kind]("kinds")

	chronicles = projections.NewTable[Chronicle]("chronicle")
)

// Model folds the events of tickets, what calendars and templates say of them, and who was there when.
var Model = projections.Model{
	Name:    "kpi",
	Version: 11,
	SQL:     readmodels.SQL("kpi"),
	Tables: []projections.AnyTable{
		cases, newests, spans, segments, waits, acts, lives, stays, running, clocks, fills, results, struck, holdings, books, kinds,
		chronicles,
	},
	Types: types(),
	Need:  need,
	Fold:  fold,
	Sums:  &summing,
}

// types are all events of a ticket, since each may be its last so far, and those that say what limits mean.
func types() map[string]bool {
	all := make(map[string]bool, len(ticket.Decider.Events))
	for name := range ticket.Decider.Events {
		all[name] = true
	}
	for _, e := range []calendar.Event{calendar.Published{}} {
		all[calendar.Decider.Events.Name(e)] = true
	}
	for _, e := range []template.Event{template.Drafted{}, template.Revised{}} {
		all[template.Decider.Events.Name(e)] = true
	}
	maps.Copy(all, noting())
	return all
}

// need asks for what folding an event looks at.
func need(e domain.Envelope, n *projections.Need) {
	switch event := e.Event.(type) {
	case staff.Event, unit.Event:
		chronicles.Need(n, string(e.Stream))
		return
	case calendar.Published:
		chronicles.Need(n, string(e.Stream))
		books.Need(n, library)
		return
	case template.Event:
		return
	case ticket.Registered:
		if !event.Template.Zero() {
			kinds.Need(n, event.Template.Template, event.Template.Version)
		}
	}
	cases.Need(n, e.Stream.Key())
	newests.Need(n, ofAll)
	lives.Need(n, e.Stream.Key())
	books.Need(n, library)
}

// Case is what the fold remembers of a ticket, and the facts about it that hold as of its newest event. Instants are
// milliseconds since 1970 in UTC.
type Case struct {
	Ticket     string         `db:"ticket,key"` // key of the ticket's stream
	Type       string         `db:"type"`
	Channel    ticket.Channel `db:"channel"`
	Urgency    ticket.Urgency `db:"urgency"`
	Unit       string         `db:"unit"`
	Group      string         `db:"grp"`
	FirstMS    int64          `db:"first_ms"`    // of the first event
	LastMS     int64          `db:"last_ms"`     // of the last event in the order of the log
	FromPos    uint64         `db:"from_pos"`    // of the event since which unit, group and last_ms are what they are
	RecordedMS int64          `db:"recorded_ms"` // when that event was recorded
	OpenPos    *uint64        `db:"open_pos"`    // since when it is open with this unit and group; nil when it is not open
	OpenMS     int64          `db:"open_ms"`
	EndedMS    int64          `db:"ended_ms"`   // end of the last segment
	PausedPos  *uint64        `db:"paused_pos"` // since when it is paused; nil when it is not
	PausedMS   int64          `db:"paused_ms"`
	PausedKind string         `db:"paused_kind"`
	PausedUnit string         `db:"paused_unit"` // where it lay when the pause began
	PausedGrp  string         `db:"paused_grp"`
	Round      int            `db:"round"`
	Revision   uint64         `db:"revision"`
}

// Newest is the newest change of any case; it stands in one row.
type Newest struct {
	ID         string `db:"id,key"` // ofAll
	FromPos    uint64 `db:"from_pos"`
	RecordedMS int64  `db:"recorded_ms"` // the latest time at which a change was recorded
}

// ofAll is the key of the one row of [Newest].
const ofAll = ""

// Span is a state of a case that the event at ToPos replaced.
type Span struct {
	Ticket     string `db:"ticket"`
	FromPos    uint64 `db:"from_pos,key"`
	ToPos      uint64 `db:"to_pos"`
	Unit       string `db:"unit"`
	Group      string `db:"grp"`
	FirstMS    int64  `db:"first_ms"`
	LastMS     int64  `db:"last_ms"`
	RecordedMS int64  `db:"recorded_ms"`
}

// Segment is a finished stretch of being open with one unit and group.
type Segment struct {
	Ticket    string `db:"ticket"`
	FromPos   uint64 `db:"from_pos,key"`
	ToPos     uint64 `db:"to_pos"`
	Unit      string `db:"unit"`
	Group     string `db:"grp"`
	StartedMS int64  `db:"started_ms"`
	EndedMS   int64  `db:"ended_ms"` // never before StartedMS
}

// Wait is a finished pause.
type Wait struct {
	Ticket    string `db:"ticket"`
	FromPos   uint64 `db:"from_pos,key"`
	ToPos     uint64 `db:"to_pos"`
	Kind      string `db:"kind"`
	Unit      string `db:"unit"`
	Group     string `db:"grp"`
	StartedMS int64  `db:"started_ms"`
	EndedMS   int64  `db:"ended_ms"` // never before StartedMS
}

// Act is something that happened at an instant.
type Act struct {
	FromPos  uint64 `db:"from_pos,key"`
	Kind     string `db:"kind,key"`
	Ticket   string `db:"ticket"`
	AtMS     int64  `db:"at_ms"`
	Unit     string `db:"unit"`
	Group    string `db:"grp"`
	Person   string `db:"person"` // who had it then
	Template string `db:"template"`
	Urgency  string `db:"urgency"`
	Round    int    `db:"round"`
	FromID   string `db:"from_id"`
	ToID     string `db:"to_id"`
	Code     string `db:"code"`
	N        int64  `db:"n"`
	M        int64  `db:"m"`
	Late     bool   `db:"late"`  // keyed in later than it happened
	Prior    uint64 `db:"prior"` // position of the ticket's act of this kind before it, of those in [repeated]; 0: none
}

// Kinds of acts. That a ticket was registered is told by its case.
const (
	actAccepted   = "accepted"
	actGrouped    = "grouped"     // came to a group, from another one unless from_id is empty
	actTaken      = "taken"       // from nobody
	actAssigned   = "assigned"    // to a person, by a leader
	actHandedOver = "handed_over" // from one person to another who accepted
	actCompleted  = "completed"
	actPassed     = "passed" // a review
	actReturned   = "returned"
	actDelivered  = "delivered"
	actReopened   = "reopened"
	actClosed     = "closed"
	actCancelled  = "cancelled"
)

// repeated are the kinds of which tickets are counted and not only times, so that each act leads to the one before it.
var repeated = [...]string{actAccepted, actCompleted, actDelivered, actReopened, actClosed, actCancelled}
