package projections_test

import (
	"context"
	"fmt"
	"iter"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"docket/domain"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
	"docket/internal/pgtest"
	"docket/projections"
	"docket/projections/alerts"
	"docket/projections/audit"
	"docket/projections/directory"
	"docket/projections/flow"
	"docket/projections/handover"
	"docket/projections/kpi"
	"docket/projections/quarantine"
	"docket/projections/queue"
	"docket/projections/ticketpage"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

var shipped = []projections.Model{directory.Model, queue.Model, ticketpage.Model, audit.Model, handover.Model, alerts.Model, kpi.Model, flow.Model, quarantine.Model}

// office writes the log of a service desk: many tickets in hand at once, eleven events each.
type office struct {
	journal *journal
	n       int
}

const inHand = 2000

func newOffice() *office {
	o := &office{journal: newJournal()}
	at := epoch.AddDate(-1, 0, 0)
	o.journal.append(
		o.event("unit-north", 0, at, "UnitOpened", unit.Opened{Kind: unit.Department, Code: "N", Name: "North"}),
		o.event("unit-desk", 0, at, "UnitOpened", unit.Opened{Kind: unit.Group, Name: "Desk", Parent: "north"}),
		o.event("staff-ann", 0, at, "StaffJoined", staff.Joined{Name: "Ann"}),
	)
	return o
}

func (o *office) event(id domain.StreamID, revision int, at time.Time, name string, event any) domain.Envelope {
	return domain.Envelope{
		ID: fmt.Sprintf("%08x-0000-5000-8000-%012x", o.n, revision), Stream: id, Revision: uint64(revision), Type: name, Event: event,
		Meta: domain.Metadata{Principal: "service-import", Actor: "ann", OnBehalfOf: "ann", Role: "import", Unit: "north", Channel: "import",
			Source: "127.0.0.1", Effective: at, Decided: at.Add(time.Second), Command: "ticket.assign_handler", Key: "row-123456",
			Digest: "0123456789abcdef0123456789abcdef", Rule: "import:all", Version: 1},
	}
}

// next is the next event: tickets of one batch take turns.
func (o *office) next() domain.Envelope {
	batch, within := o.n/(inHand*11), o.n%(inHand*11)
	number, revision := batch*inHand+within%inHand, within/inHand
	o.n++
	key := fmt.Sprintf("7c9e6679-7425-40de-944b-%012x", number)
	at := epoch.Add(time.Duration(o.n) * time.Second)
	due := at.AddDate(0, 0, 10)
	steps := [...]struct {
		name  string
		event any
	}{
		{"TicketRegistered", ticket.Registered{Number: fmt.Sprintf("N-INC-2026-%06d", number), Unit: "north", Type: "INC", Title: "Printer on floor 3 does not print",
			Description: strings.Repeat("The customer tells that nothing helps. ", 4), Customer: "c-1", Reference: fmt.Sprint("INC", number), DueAt: &due}},
		{"TicketAccepted", ticket.Accepted{}},
		{"TicketAssignedToGroup", ticket.AssignedToGroup{Group: "desk", Unit: "north"}},
		{"TicketAssignedToHandler", ticket.AssignedToHandler{Handler: "ann"}},
		{"TicketWorkRecorded", ticket.WorkRecorded{Content: "Looked at it; the toner is empty."}},
		{"TicketHandoverOffered", ticket.HandoverOffered{Handover: 1, From: "ann", To: "bob"}},
		{"TicketHandoverAccepted", ticket.HandoverAccepted{Handover: 1, From: "ann", To: "bob"}},
		{"TicketPaused", ticket.Paused{Kind: "customer", Reason: "waiting for an answer"}},
		{"TicketResumed", ticket.Resumed{Kind: "customer"}},
		{"TicketCompleted", ticket.Completed{Handler: "bob", By: "bob", Outcome: "done", Summary: "Changed the toner."}},
		{"TicketClosed", ticket.Closed{}},
	}
	return o.event(domain.StreamID("ticket-"+key), revision, at, wireName(steps[revision].event), steps[revision].event)
}

func wireName(event any) string { return ticket.Decider.Events.Name(event.(ticket.Event)) }

// archive is a log of a given length that is written anew each time it is read.
type archive int

func (a archive) Head(context.Context) (uint64, error) { return uint64(a) * 10, nil }

func (a archive) Subscribe(_ context.Context, after uint64) iter.Seq2[domain.Page, error] {
	return func(yield func(domain.Page, error) bool) {
		o := &office{n: int(after / 10)}
		for page := (domain.Page{From: after, To: after}); page.To < uint64(a)*10; page = (domain.Page{From: page.To, To: page.To}) {
			for range min(1000, int(a)-o.n) {
				e := o.next()
				e.Position = uint64(o.n) * 10
				page.Events, page.To = append(page.Events, e), e.Position
			}
			if !yield(page, nil) {
				return
			}
		}
	}
}

// BenchmarkRebuild makes six models from a log of 270,000 events that costs little to read.
func BenchmarkRebuild(b *testing.B) {
	const events = 270_000
	r, err := projections.New(projections.Options{Pool: pgtest.Migrated(b), Source: archive(events), Models: shipped, TempDir: b.TempDir()})
	require.NoError(b, err)
	for b.Loop() {
		before := cpu()
		require.NoError(b, r.Rebuild(b.Context()))
		b.ReportMetric(float64((cpu()-before).Microseconds())/events, "us-go/event")
	}
	b.ReportMetric(events*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(peak())/1024, "peak-MB")
}

// peak is the most memory this process has taken, in KB.
func peak() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Maxrss
}

// BenchmarkLive gives six models 1,500 events a second for some seconds, as an import does.
func BenchmarkLive(b *testing.B) {
	const rate, seconds = 1500, 8
	o := newOffice()
	pool := pgtest.Migrated(b)
	r := newRunner(b, pool, o.journal, shipped...)
	run(b, r)
	for _, m := range shipped {
		reached(b, r, m.Name, 30)
	}
	for range 3 * rate { // plans and caches
		o.journal.append(o.next())
	}
	head, _ := o.journal.Head(context.Background())
	for _, m := range shipped {
		reached(b, r, m.Name, head)
	}
	for b.Loop() {
		goBefore, pgBefore, began := cpu(), backends(b, pool), time.Now()
		worst, pages := time.Duration(0), commits(b, pool)
		ticks := time.NewTicker(4 * time.Millisecond)
		for n := 0; n < rate*seconds; {
			<-ticks.C
			for due := int(time.Since(began).Seconds() * rate); n < due; n++ {
				o.journal.append(o.next())
			}
			if n%50 == 0 {
				for _, s := range r.Status(context.Background()) {
					worst = max(worst, s.Lag)
				}
			}
		}
		ticks.Stop()
		head, _ := o.journal.Head(context.Background())
		for _, m := range shipped {
			reached(b, r, m.Name, head)
		}
		events := float64(rate * seconds)
		b.ReportMetric(events*float64(len(shipped))/float64(commits(b, pool)-pages), "events/page")
		b.ReportMetric(float64((cpu()-goBefore).Microseconds())/events, "us-go/event")
		total := 0.0
		for name, after := range backends(b, pool) {
			spent := float64((after - pgBefore[name]).Microseconds()) / events
			b.ReportMetric(spent, "us-pg-"+name+"/event")
			total += spent
		}
		b.ReportMetric(total, "us-pg/event")
		b.ReportMetric(float64(worst.Milliseconds()), "worst-lag-ms")
	}
}

// cpu is what this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// commits counts the pages of all models.
func commits(b *testing.B, pool *pgxpool.Pool) (n int64) {
	b.Helper()
	require.NoError(b, pool.QueryRow(b.Context(), "SELECT pg_stat_force_next_flush() IS NULL, n_tup_upd FROM pg_stat_user_tables WHERE relname = 'checkpoint'").Scan(nil, &n))
	return n
}

// backends is what the database's processes for each model have used.
func backends(b *testing.B, pool *pgxpool.Pool) map[string]time.Duration {
	b.Helper()
	rows, err := pool.Query(b.Context(), `SELECT split_part(application_name, ' ', 3), pid FROM pg_stat_activity
		WHERE application_name LIKE 'docket projection %' AND datname = current_database()`)
	require.NoError(b, err)
	used := map[string]time.Duration{}
	var name string
	var pid int
	_, err = pgx.ForEachRow(rows, []any{&name, &pid}, func() error {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid)) // nanoseconds run, waited, slices
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(strings.Fields(string(stat))[0], 10, 64)
		if err != nil {
			return err
		}
		used[name] += time.Duration(n)
		return nil
	})
	require.NoError(b, err)
	return used
}
