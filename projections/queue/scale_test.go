package queue_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/internal/pgtest"
	"docket/projections/queue"
)

type direct struct{ tx pgx.Tx }

func (d direct) Read(ctx context.Context, _ string, _ uint64, f func(context.Context, pgx.Tx, uint64) error) error {
	return f(ctx, d.tx, 1)
}

func TestScale(t *testing.T) {
	if os.Getenv("SCALE") == "" {
		t.Skip()
	}
	ctx := context.Background()
	pool := pgtest.Pool(t)
	must := func(sql string) {
		if _, err := pool.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	must(queue.Model.SQL)
	openShare := os.Getenv("OPEN")
	must(`INSERT INTO queue SELECT
	  md5(i::text)::uuid::text, 'CS-INC-2026-'||lpad(i::text,7,'0'), 'INC', 'title of ticket '||i, '', 'phone', 'normal',
	  'u'||(i%5), 'g'||(i%79), CASE WHEN i%3=0 THEN '' ELSE 'h'||(i%500) END, 'in_progress', (i % 1000) < ` + openShare + `, '', NULL,
	  CASE WHEN i%50=0 THEN 1 ELSE 0 END, CASE WHEN i%50=0 THEN 'h'||(i%500) ELSE '' END, NULL, 0, 1,
	  CASE WHEN i%4=0 THEN NULL ELSE timestamptz '2026-01-01' + (i::bigint*7919%1000000)*interval '10 s' END, timestamptz '2026-01-01' + i*interval '3 s',
	  timestamptz '2026-01-01' + i*interval '3 s', 3, i FROM generate_series(1,1000000) i`)
	must("ANALYZE queue")
	tx, _ := pool.Begin(ctx)
	defer tx.Rollback(ctx)
	all := authz.Reaches{All: true}
	for name, f := range map[string]queue.Filter{
		"all": {Reach: all}, "unit": {Reach: all, Unit: "u1"}, "group": {Reach: all, Group: "g7"}, "handler": {Reach: all, Handler: "h11"},
		"receiver": {Reach: all, Receiver: "h100"}, "reach group": {Reach: authz.Reaches{Groups: []string{"g7"}, Own: "h11"}},
		"reach unit": {Reach: authz.Reaches{Units: []string{"u1"}}}, "finished": {Reach: all, Finished: true}, "unknown group": {Reach: all, Group: "zzz"},
		"status rare": {Reach: all, Statuses: []ticket.Status{"accepted"}}, "finished group": {Reach: all, Finished: true, Group: "zz"},
	} {
		for _, o := range []queue.Order{queue.ByDue, queue.ByRegistered, queue.ByNumber} {
			var k *queue.Key
			line := fmt.Sprintf("%-15s %-10s", name, o)
			for range 3 {
				start := time.Now()
				l, err := queue.List(ctx, direct{tx}, 0, f, queue.Page{Order: o, Limit: 50, After: k})
				if err != nil {
					t.Fatal(err)
				}
				line += fmt.Sprintf(" %8.1fms/%d", float64(time.Since(start).Microseconds())/1000, len(l.Rows))
				k = l.Next
				if k == nil {
					break
				}
			}
			fmt.Println(line)
		}
	}
}
