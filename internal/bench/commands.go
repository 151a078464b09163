package bench

import (
	"context"
	"errors"

	"docket/internal/bench/process"
	"docket/internal/bench/report"
	"docket/internal/eventstore/ceiling"
)

// measureCommands holds durable commands over HTTP against bare appends to an event store that is a process too. A work
// record reads its ticket, decides and appends one event; a registration takes a number besides and appends twice.
func measureCommands(ctx context.Context, b *bench) (err error) {
	d, err := b.openDesk(ctx)
	if err != nil {
		return err
	}
	dir, drop, err := b.folder("bare")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	store, err := process.ServeEventStore(ctx, process.Options{Program: b.o.Program, Data: dir, Stderr: b.o.Progress})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Stop()) }()
	client, err := ceiling.Connect(store.EventStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	tickets := make([]string, b.small(64, 1024))
	if err := d.inHand(ctx, tickets); err != nil {
		return err
	}
	for _, clients := range concurrencies {
		s, err := b.inTurns(ctx, clients, appending(client), d.recording(tickets, clients),
			func(ctx context.Context, _, _ int) error {
				_, err := d.register(ctx)
				return err
			})
		if err != nil {
			return err
		}
		if err := b.noteCommands(clients, s[0], s[1], s[2]); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) noteCommands(clients int, appends, recorded, registered sample) error {
	aim := ""
	if clients == 1 {
		aim = "< 2 ms"
	}
	named := func(what string) string { return what + ", " + report.Counted(clients, "client") }
	return b.noteAll(
		report.Rate(named("bare durable appends"), appends.rate, "/s"),
		report.Rate(named("record work"), recorded.rate, "/s").Through("bare appends", appends.rate),
		report.Millis(named("record work, p50"), recorded.p50).Aiming(aim), report.Millis(named("record work, p99"), recorded.p99),
		report.Rate(named("register"), registered.rate, "/s").Through("bare appends", appends.rate),
		report.Millis(named("register, p50"), registered.p50).Aiming(aim), report.Millis(named("register, p99"), registered.p99),
	)
}
