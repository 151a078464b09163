package search

import (
	"strings"
	"time"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections/internal/help"
)

// Place is where a ticket lies, and its numbers.
type Place struct {
	Ticket       string           `db:"ticket,key"`
	Number       string           `db:"number"`
	Serial       string           `db:"serial"` // digits of the number's counter, without leading zeros
	Reference    string           `db:"reference"`
	Unit         string           `db:"unit"`
	Group        string           `db:"grp"`
	Handler      string           `db:"handler"`
	Receiver     string           `db:"receiver"`
	Status       ticket.Status    `db:"status"`
	Pause        ticket.PauseKind `db:"pause"`
	Handover     int              `db:"handover"`
	Helping      []help.Help      `db:"helping,json"` // who does a sub-task of it, or helps its handler
	RegisteredAt time.Time        `db:"registered_at"`
	Revision     uint64           `db:"revision"`
}

// after is the place once an event has happened, by the aggregate's own fold.
func (p Place) after(e domain.Envelope, event ticket.Event) Place {
	now := ticket.Decider.Evolve(ticket.State{
		Status: p.Status, Unit: p.Unit, Group: p.Group, Handler: p.Handler, Pause: p.Pause, Offer: ticket.Offer{Handover: p.Handover, To: p.Receiver},
		Duty: help.Duty(p.Helping),
	}, event)
	switch f := event.(type) { // the two events that begin a ticket
	case ticket.Opened:
		p.Reference, p.RegisteredAt = f.Reference, e.Meta.Effective
	case ticket.Registered:
		p.Number, p.Serial, p.Reference, p.RegisteredAt = f.Number, serial(f.Number), f.Reference, e.Meta.Effective
	}
	p.Ticket, p.Revision = e.Stream.Key(), e.Revision
	p.Status, p.Unit, p.Group, p.Handler, p.Pause = now.Status, now.Unit, now.Group, now.Handler, now.Pause
	p.Handover, p.Receiver = now.Offer.Handover, now.Offer.To
	p.Helping = help.Of(now.Duty)
	return p
}

// serial is the counter in a ticket's number: its longest run of digits, the last of several.
func serial(number string) string {
	var found string
	for run := range strings.FieldsFuncSeq(number, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(run) >= len(found) {
			found = run
		}
	}
	return strings.TrimLeft(found, "0")
}
