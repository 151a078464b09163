package ticketpage

import (
	"docket/domain"
	"docket/domain/ticket"
)

// Replay folds a part of one ticket's history into the page it makes. It is false when the events neither open nor register
// the ticket.
func Replay(history []domain.Envelope) (Page, bool) {
	var b Builder
	for i := range history {
		b.Add(&history[i])
	}
	return b.Page()
}

// Builder folds a ticket's events one after the other, in the order they were stored. The zero value is empty.
type Builder struct {
	state    ticket.State
	head     Head
	form     Form
	opened   bool
	timeline []Entry
	acts     acts
}

// Add folds one event; those of other aggregates are ignored.
func (b *Builder) Add(e *domain.Envelope) {
	event, ok := e.Event.(ticket.Event)
	if !ok {
		return
	}
	b.state = ticket.Decider.Evolve(b.state, event)
	switch first := event.(type) {
	case ticket.Opened:
		b.form, b.opened = formOf(*e, asRegistered(first)), true
	case ticket.Registered:
		if first.Template.Zero() || !b.opened { // else it was opened before
			b.form, b.opened = formOf(*e, first), true
		}
		b.form.Policy = first.Policy
		b.form.Submitted = &Moment{At: e.Meta.Effective, Position: e.Position}
	}
	b.head = b.head.after(*e, event)
	b.timeline = append(b.timeline, entryOf(*e, event))
	b.acts.add(e, event)
}

// Page is what the events so far make. It shares nothing that further events change.
func (b *Builder) Page() (Page, bool) {
	if !b.opened {
		return Page{}, false
	}
	p := assemble(b.head, b.form.clone(), b.timeline[:len(b.timeline):len(b.timeline)])
	p.State = b.state
	b.acts.show(&p)
	return p, true
}
