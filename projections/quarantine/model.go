// Package quarantine is the read model of messages from outside that could not become tickets by themselves, until a person
// has settled them and for ever after (mission row I1). What they held lies sealed in the attachment store.
package quarantine

import (
	"time"

	"docket/domain"
	"docket/domain/quarantine"
	"docket/migrations/readmodels"
	"docket/projections"
)

var messages = projections.NewTable[Message]("message")

// Model folds the events of quarantined messages.
var Model = projections.Model{
	Name:    "quarantine",
	Version: 1,
	SQL:     readmodels.SQL("quarantine"),
	Tables:  []projections.AnyTable{messages},
	Types:   map[string]bool{"QuarantineEntered": true, "QuarantineSettled": true},
	Need:    func(e domain.Envelope, n *projections.Need) { messages.Need(n, e.Stream.Key()) },
	Fold:    fold,
}

// Message is one quarantined message. Empty texts mean that nothing is known, or nothing was kept.
type Message struct {
	ID        string           `db:"id,key"`
	Channel   string           `db:"channel"`
	Unit      string           `db:"unit"` // that has to look after it
	Cause     quarantine.Cause `db:"cause"`
	Size      int64            `db:"size"`      // bytes received
	Digest    string           `db:"digest"`    // of the sealed bytes kept
	Truncated bool             `db:"truncated"` // only its beginning is kept
	Ticket    string           `db:"ticket"`    // that it opened all the same
	Message   string           `db:"message"`   // Message-ID
	Subject   string           `db:"subject"`
	Sender    string           `db:"sender"`
	Recipient string           `db:"recipient"`
	Detail    string           `db:"detail"`
	EnteredAt time.Time        `db:"entered_at"`
	SettledAt *time.Time       `db:"settled_at"` // nil while it waits
	How       quarantine.How   `db:"how" json:",omitempty"`
	SettledBy string           `db:"settled_by"`
	Opened    string           `db:"opened"` // ticket opened from it by hand
	Reason    string           `db:"reason"`
	Position  uint64           `db:"position"`
}

// Scope places the message in the organisation, as its aggregate does.
func (m Message) Scope() domain.Scope { return domain.Scope{Unit: m.Unit} }

func fold(e domain.Envelope, r *projections.Rows) {
	id := e.Stream.Key()
	switch event := e.Event.(type) {
	case quarantine.Entered:
		if _, seen := messages.Get(r, id); seen {
			return
		}
		messages.Put(r, Message{
			ID: id, Channel: event.Channel, Unit: event.Unit, Cause: event.Cause, Size: event.Size, Digest: event.Digest,
			Truncated: event.Truncated, Ticket: event.Ticket, Message: event.Message, Subject: event.Subject, Sender: event.Sender,
			Recipient: event.Recipient, Detail: event.Detail, EnteredAt: e.Meta.Effective, Position: e.Position,
		})
	case quarantine.Settled:
		stored, ok := messages.Get(r, id)
		if !ok || stored.SettledAt != nil {
			return
		}
		m, at := *stored, e.Meta.Effective
		m.SettledAt, m.How, m.SettledBy, m.Opened, m.Reason, m.Position = &at, event.How, event.By, event.Ticket, event.Reason, e.Position
		messages.Put(r, m)
	}
}
