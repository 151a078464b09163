package ticket_test

import (
	"testing"

	"docket/domain"
	"docket/domain/ticket"
)

// long is a ticket of 200 events: handed to and fro, with pauses, work records and notes between.
func long() []ticket.Event {
	history := held
	for i := len(history); len(history) < 200; i++ {
		round := []ticket.Event{
			ticket.WorkRecorded{Content: "inspected the road", Result: "a tree", StartedAt: &earlier, EndedAt: &noon},
			ticket.HandoverOffered{Handover: 2*i + 1, From: "ann", To: "bob"}, ticket.HandoverAccepted{Handover: 2*i + 1, From: "ann", To: "bob"},
			pause, ticket.Noted{Text: "rang the customer"}, resume,
			ticket.HandoverOffered{Handover: 2*i + 2, From: "bob", To: "ann"}, ticket.HandoverAccepted{Handover: 2*i + 2, From: "bob", To: "ann"},
		}
		history = then(history, round...)
	}
	return history[:200]
}

// BenchmarkDecide folds 200 events and decides; the aim is less than 200 µs.
func BenchmarkDecide(b *testing.B) {
	history, meta := long(), domain.Meta{Actor: eve, Now: noon, Effective: noon}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := domain.Run(ticket.Note{Text: "rang back"}, ticket.Decider.Fold(history...), meta); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecideStored also decodes the 200 events first, as loading the stream does.
func BenchmarkDecideStored(b *testing.B) {
	c, meta := ticket.Decider.Events, domain.Meta{Actor: eve, Now: noon, Effective: noon}
	stored := make([]split, 0, 200)
	for _, e := range long() {
		stored = append(stored, splitOf(b, e))
	}
	b.ReportAllocs()
	for b.Loop() {
		var state ticket.State
		for _, s := range stored {
			e, err := c.Join(s.name, s.version, s.parts)
			if err != nil {
				b.Fatal(err)
			}
			state = ticket.Decider.Evolve(state, e)
		}
		if _, err := domain.Run(ticket.Note{Text: "rang back"}, state, meta); err != nil {
			b.Fatal(err)
		}
	}
}

// split is an event as it is stored.
type split struct {
	name    string
	version int
	parts   domain.Parts
}

func splitOf(b *testing.B, e ticket.Event) split {
	b.Helper()
	name, version, parts, err := ticket.Decider.Events.Split(e)
	if err != nil {
		b.Fatal(err)
	}
	return split{name, version, parts}
}

// BenchmarkSplit and BenchmarkJoin take the largest event and a small one.
func BenchmarkSplit(b *testing.B) {
	for _, name := range []string{"TicketRegistered", "TicketTaken"} {
		b.Run(name, func(b *testing.B) {
			e := recorded[name+".v1"]
			b.ReportAllocs()
			for b.Loop() {
				splitOf(b, e)
			}
		})
	}
}

// BenchmarkSchemaSplit is how the store splits: with the types of the contract erased.
func BenchmarkSchemaSplit(b *testing.B) {
	schema := ticket.Decider.Schema()
	e := recorded["TicketTaken.v1"]
	b.ReportAllocs()
	for b.Loop() {
		if _, _, _, err := schema.Split(e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJoin(b *testing.B) {
	for _, name := range []string{"TicketRegistered", "TicketTaken"} {
		b.Run(name, func(b *testing.B) {
			s := splitOf(b, recorded[name+".v1"])
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ticket.Decider.Events.Join(s.name, s.version, s.parts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
