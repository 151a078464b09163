package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"docket/internal/bench/report"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// measureProjections looks how far read models fall behind while commands run at full speed, how soon somebody sees what they
// did, and how fast everything is rebuilt.
func measureProjections(ctx context.Context, b *bench) (err error) {
	d, err := b.openDesk(ctx)
	if err != nil {
		return err
	}
	tickets := make([]string, b.small(64, 512))
	if err := d.inHand(ctx, tickets); err != nil {
		return err
	}
	if err := b.measureLag(ctx, d, tickets); err != nil {
		return err
	}
	if err := b.measureSight(ctx, d, tickets); err != nil {
		return err
	}
	stores, err := b.o.Beside(ctx, d.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stores.Close()) }()
	return b.measureRebuild(ctx, stores)
}

// measureLag lets many clients record work, and a few register, as fast as they get answers.
func (b *bench) measureLag(ctx context.Context, d *desk, tickets []string) error {
	const clients = 16
	record := d.recording(tickets, clients)
	var driven sample
	seen, err := watchLag(ctx, d.http, d.URL, func(ctx context.Context) (err error) {
		driven, err = load(ctx, clients, 5*b.span, func(ctx context.Context, worker, n int) error {
			if n%4 == 0 {
				_, err := d.register(ctx)
				return err
			}
			return record(ctx, worker, n)
		})
		return err
	})
	if err != nil {
		return err
	}
	return b.noteAll(report.Rate("commands while the lag is watched, "+report.Counted(clients, "client"), driven.rate, "/s"),
		report.Millis("lag of the model furthest behind, median", seen.middle),
		report.Millis("lag of the model furthest behind, most", seen.most).Aiming("< 1000 ms"))
}

// measureSight times a command together with the ticket's page that shows it.
func (b *bench) measureSight(ctx context.Context, d *desk, tickets []string) error {
	samples, err := b.inTurns(ctx, 1, func(ctx context.Context, _, n int) error {
		path := "/v1/tickets/" + tickets[n%len(tickets)]
		done, err := d.command(ctx, d.handler, path+"/record-work", map[string]string{"content": "已致電申請人。"})
		if err != nil {
			return err
		}
		var page struct{ ID string }
		return d.send(ctx, http.MethodGet, path, d.handler, done.Position, nil, &page)
	})
	if err != nil {
		return err
	}
	return b.noteAll(report.Millis("command and the ticket page that shows it, p50", samples[0].p50),
		report.Millis("command and the ticket page that shows it, p99", samples[0].p99))
}

// measureRebuild holds a rebuild of all read models against reading and decoding the log, and against bare loading.
func (b *bench) measureRebuild(ctx context.Context, stores *Stores) error {
	events := 0
	follow := func(ctx context.Context) (float64, error) {
		began := time.Now()
		n, err := follow(ctx, stores)
		events = n
		return float64(n) / time.Since(began).Seconds(), err
	}
	bare := func(ctx context.Context) (float64, error) { return copyBare(ctx, stores.Pool, b.small(5000, 100_000)) }
	rebuild := func(ctx context.Context) (float64, error) {
		began := time.Now()
		err := stores.Runner.Rebuild(ctx)
		return float64(events) / time.Since(began).Seconds(), err
	}
	rates, err := b.repeat(ctx, follow, bare, rebuild)
	if err != nil {
		return err
	}
	rebuilt := report.Rate(fmt.Sprintf("rebuild of all read models, %d events", events), rates[2], "events/s")
	return b.noteAll(report.Rate("log read and decoded", rates[0], "events/s"), report.Rate("COPY into a table without indexes", rates[1], "rows/s"),
		rebuilt.Through("log read and decoded", rates[0]), rebuilt.Through("COPY", rates[1]))
}

// follow reads the log to its end as projections do, and counts.
func follow(ctx context.Context, stores *Stores) (int, error) {
	head, err := stores.Events.Head(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for page, err := range stores.Events.Subscribe(ctx, 0) {
		if err != nil {
			return n, err
		}
		if n += len(page.Events); page.To >= head {
			return n, nil
		}
	}
	return n, errors.Join(errors.New("the log ended before its end"), ctx.Err())
}

// copyBare loads rows about as wide as a read model's into a table made for it, and drops it.
func copyBare(ctx context.Context, pool *pgxpool.Pool, rows int) (_ float64, err error) {
	const table = "bench_copy"
	if _, err := pool.Exec(ctx, "CREATE TABLE "+table+
		" (id text, revision bigint, kind text, unit text, actor text, at timestamptz, recorded timestamptz, note text)"); err != nil {
		return 0, err
	}
	defer func() {
		_, dropErr := pool.Exec(context.WithoutCancel(ctx), "DROP TABLE "+table)
		err = errors.Join(err, dropErr)
	}()
	at, note := time.Now(), "申請人說明證件遺失，請儘快補發。申請人說明證件遺失，請儘快補發。"
	began := time.Now()
	n, err := pool.CopyFrom(ctx, pgx.Identifier{table},
		[]string{"id", "revision", "kind", "unit", "actor", "at", "recorded", "note"},
		pgx.CopyFromSlice(rows, func(i int) ([]any, error) {
			return []any{"0198c2a4-7425-7de9-944b-" + strconv.Itoa(100_000_000_000+i), int64(i % 20), "TicketWorkRecorded",
				"0198c2a4-7425-7de9-944b-000000000001", "0198c2a4-7425-7de9-944b-000000000002", at, at, note}, nil
		}))
	return float64(n) / time.Since(began).Seconds(), err
}
