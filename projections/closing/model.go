// Package closing is the read model of months that were closed: which, how far each has come, and what is held against it
// (mission row M9). The figures themselves are read from the event that froze them.
package closing

import (
	"time"

	"docket/domain"
	"docket/domain/closing"
	"docket/migrations/readmodels"
	"docket/projections"
)

var closings = projections.NewTable[Row]("closings")

// Model folds the events of closings.
var Model = projections.Model{
	Name:    "closing",
	Version: 1,
	SQL:     readmodels.SQL("closing"),
	Tables:  []projections.AnyTable{closings},
	Types:   types(),
	Need:    func(e domain.Envelope, n *projections.Need) { closings.Need(n, e.Stream.Key()) },
	Fold:    fold,
}

func types() map[string]bool {
	all := map[string]bool{}
	for name := range closing.Decider.Events {
		all[name] = true
	}
	return all
}

// Row is one month as it stands.
type Row struct {
	ID          string         `db:"id,key"`
	Unit        string         `db:"unit"` // empty: the whole organisation
	Month       string         `db:"month"`
	Status      closing.Status `db:"status"`
	Round       int            `db:"round"`    // counts the freezings
	Position    uint64         `db:"position"` // of the log, up to which the figures are measured
	AsOf        time.Time      `db:"as_of"`
	Digest      string         `db:"digest"` // of the figures
	FrozenBy    string         `db:"frozen_by"`
	FrozenAt    time.Time      `db:"frozen_at"`
	PublishedAt *time.Time     `db:"published_at"`
	AppealUntil *time.Time     `db:"appeal_until"`
	ClosedAt    *time.Time     `db:"closed_at"`
	ClosedBy    string         `db:"closed_by"`
	Appeals     int            `db:"appeals"`
	Waiting     int            `db:"waiting"`   // appeals without an answer
	Contested   bool           `db:"contested"` // an appeal against these figures was upheld
	Revision    uint64         `db:"revision"`
}

func fold(e domain.Envelope, rows *projections.Rows) {
	event, ok := e.Event.(closing.Event)
	if !ok {
		return
	}
	r := Row{ID: e.Stream.Key()}
	if stored, found := closings.Get(rows, r.ID); found {
		if e.Revision <= stored.Revision {
			return // seen already
		}
		r = *stored
	}
	at := e.Meta.Decided
	switch event := event.(type) {
	case closing.Frozen:
		s := event.Statement
		r.Unit, r.Month, r.Position, r.AsOf, r.Digest, r.Round = s.Unit, s.Month, s.Position, s.AsOf, event.Digest, event.Round
		r.Status, r.FrozenBy, r.FrozenAt = closing.StatusFrozen, event.By, at
		r.PublishedAt, r.AppealUntil, r.Contested = nil, nil, false
	case closing.Published:
		r.Status, r.PublishedAt, r.AppealUntil = closing.StatusPublished, &at, &event.AppealUntil
	case closing.Appealed:
		r.Appeals++
		r.Waiting++
	case closing.AppealAnswered:
		r.Waiting--
		r.Contested = r.Contested || event.Verdict == closing.Upheld
	case closing.Closed:
		r.Status, r.ClosedAt, r.ClosedBy = closing.StatusClosed, &at, event.By
	}
	r.Revision = e.Revision
	closings.Put(rows, r)
}
