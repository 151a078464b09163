package processes_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/commands/processes"
	"docket/domain"
	"docket/domain/alert"
	"docket/domain/authz"
	"docket/domain/batch"
	"docket/domain/customer"
	"docket/domain/lead"
	"docket/domain/load"
	"docket/domain/security"
	"docket/domain/series"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
	"docket/internal/eventstore"
	"docket/internal/eventstore/embedded"
	"docket/internal/pgtest"
	"docket/internal/vault"
	"docket/projections"
	"docket/projections/directory"
)

// office is a service's parts without HTTP: engine, vault, directory and pipeline, and a small organisation.
type office struct {
	t        *testing.T
	pool     *pgxpool.Pool
	store    *eventstore.Store
	runner   *projections.Runner
	pipeline *commands.Pipeline
	view     *directory.View
	after    uint64
	ids      map[string]string
	late     atomic.Int64 // how far the clock of processes runs ahead, in seconds
}

var quiet = slog.New(slog.DiscardHandler)

func openOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, pool: pgtest.Migrated(t), ids: map[string]string{}}
	server, err := embedded.Start(context.Background(), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	keys, err := vault.New(t.Context(), o.pool, vault.Options{MasterKeyFile: filepath.Join(t.TempDir(), "master.key")})
	require.NoError(t, err)
	o.store, err = eventstore.Open(t.Context(), eventstore.Config{
		URI: server.ConnectionString(), Keyring: keys,
		Schemas: []domain.Schema{ticket.Decider.Schema(), unit.Decider.Schema(), staff.Decider.Schema(), series.Decider.Schema(), batch.Decider.Schema(), alert.Decider.Schema(), security.Decider.Schema(),
			load.Decider.Schema(), lead.Decider.Schema(), customer.Decider.Schema(),
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, o.store.Close()) })
	o.runner, err = projections.New(projections.Options{Pool: o.pool, Source: o.store, Models: []projections.Model{directory.Model}})
	require.NoError(t, err)
	o.keep(o.runner.Run)
	o.view = directory.NewView()
	o.keep(func(ctx context.Context) error { return o.view.Run(ctx, o.runner) })
	require.NoError(t, o.view.WaitFor(t.Context(), 0))
	o.pipeline, err = commands.NewPipeline(commands.Config{
		Journal: o.store, Lookups: o.view, Logger: quiet, Holdings: &processes.Releases{Pool: o.pool}, Digest: func(context.Context, []byte) (string, error) { return "", nil },
	})
	require.NoError(t, err)
	o.organise()
	return o
}

// keep runs a part until the test ends.
func (o *office) keep(part func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = part(ctx) }()
	stop = func() { cancel(); <-done }
	o.t.Cleanup(stop)
	return stop
}

func (o *office) organise() {
	o.ids["unit"] = o.do("admin", "unit.open", "", &unit.Open{Kind: unit.Department, Code: "CS", Name: "center"}).ID
	o.ids["group"] = o.do("admin", "unit.open", "", &unit.Open{Kind: unit.Group, Name: "first", Parent: o.ids["unit"]}).ID
	for person, role := range map[string]string{"ann": authz.Handler, "bob": authz.Handler, "eve": authz.Leader} {
		id := o.do("admin", "staff.join", "", &staff.Join{Name: person}).ID
		o.ids[person] = id
		o.do("admin", "staff.grant_post", id, &staff.GrantPost{Role: role, Unit: o.ids["unit"]})
		o.do("admin", "staff.start_membership", id, &staff.StartMembership{Group: o.ids["group"]})
	}
	o.do("admin", "unit.appoint_leader", o.ids["group"], &unit.AppointLeader{Leader: o.ids["eve"]})
}

// do issues a command as somebody, which must succeed.
func (o *office) do(who, name, id string, command any, match ...uint64) commands.Answer {
	o.t.Helper()
	a, err := o.issue(who, name, id, command, match...)
	require.NoError(o.t, err, name)
	o.after = max(o.after, a.Position)
	return a
}

// refused issues a command as somebody, which the rules must refuse.
func (o *office) refused(who, name, id string, command any) *domain.Error {
	o.t.Helper()
	_, err := o.issue(who, name, id, command)
	var refused *domain.Error
	require.ErrorAs(o.t, err, &refused)
	return refused
}

func (o *office) issue(who, name, id string, command any, match ...uint64) (commands.Answer, error) {
	o.t.Helper()
	e, ok := commands.Lookup(name)
	require.True(o.t, ok, name)
	actor := domain.Actor{Principal: "service-setup", Posts: []domain.Post{{Role: authz.Importer}, {Role: authz.Administrator}}}
	if who != "admin" {
		facts, ok := o.view.Staff(o.ids[who], time.Now())
		require.True(o.t, ok)
		actor = domain.Actor{Principal: "staff-" + facts.ID, Staff: facts.ID, Posts: facts.Posts, Groups: facts.Groups}
	}
	r := commands.Request{ID: id, Actor: actor, Command: command, After: o.after}
	if len(match) > 0 {
		r.Match, r.Matches = domain.Revision(match[0]), true
	}
	return o.pipeline.Do(o.t.Context(), e, r)
}

// queued is a ticket that waits in the group's queue.
func (o *office) queued() string {
	o.t.Helper()
	id := o.do("admin", "ticket.register", "", &ticket.Register{Unit: o.ids["unit"], Type: "INC", Channel: ticket.Window, Urgency: ticket.Normal, Title: "permit"}).ID
	o.do("admin", "ticket.accept", id, &ticket.Accept{})
	o.do("eve", "ticket.assign_group", id, &ticket.AssignToGroup{Group: o.ids["group"]})
	return id
}

// reviewed is a ticket whose result is ready to go out.
func (o *office) reviewed() string {
	o.t.Helper()
	id := o.queued()
	o.do("ann", "ticket.take", id, &ticket.Take{})
	a := o.do("ann", "ticket.complete", id, &ticket.Complete{Outcome: ticket.Fulfilled, Summary: "done"})
	o.do("eve", "ticket.pass_review", id, &ticket.PassReview{Opinion: "good"}, a.Revision)
	return id
}

// run starts an instance's processes with the clock as far ahead as late says.
func (o *office) run(list ...processes.Process) (stop func()) {
	o.t.Helper()
	r, err := processes.New(processes.Options{
		Pool: o.pool, Log: o.runner, Commands: o.pipeline, Processes: list, Logger: quiet,
		Clock: func() time.Time { return time.Now().Add(time.Duration(o.late.Load()) * time.Second) },
	})
	require.NoError(o.t, err)
	return o.keep(r.Run)
}

// events are what has happened to a ticket.
func (o *office) events(id string) []domain.Envelope {
	o.t.Helper()
	history, _, err := o.store.Load(o.t.Context(), domain.Stream("ticket", id))
	require.NoError(o.t, err)
	return history
}

// count is how often a ticket has an event of a type.
func (o *office) count(id, kind string) (n int) {
	for _, e := range o.events(id) {
		if e.Type == kind {
			n++
		}
	}
	return n
}

// errLate: what was waited for did not come.
var errLate = errors.New("did not happen in time")

// until asks again until it is so.
func (o *office) until(what string, is func() bool) {
	o.t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline.C:
			require.NoError(o.t, fmt.Errorf("%s: %w", what, errLate))
		}
	}
}
