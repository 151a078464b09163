package directory_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"docket/domain"
	"docket/domain/calendar"
	"docket/domain/staff"
	"docket/domain/unit"
	"docket/internal/eventstore"
	"docket/internal/eventstore/embedded"
	"docket/internal/pgtest"
	"docket/internal/vault"
	"docket/projections"
	"docket/projections/directory"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// house is the directory on real parts: event store, vault, database, runner and view.
type house struct {
	t      testing.TB
	events *eventstore.Store
	runner *projections.Runner
	view   *directory.View
	heads  map[domain.StreamID]domain.Revision
	head   uint64
}

func newHouse(t testing.TB) *house {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	pool := pgtest.Migrated(t)
	server, err := embedded.Start(ctx, embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	keys, err := vault.New(ctx, pool, vault.Options{MasterKeyFile: filepath.Join(t.TempDir(), "master.json")})
	require.NoError(t, err)
	events, err := eventstore.Open(ctx, eventstore.Config{
		URI: server.ConnectionString(), Schemas: []domain.Schema{unit.Decider.Schema(), staff.Decider.Schema(), calendar.Decider.Schema()}, Keyring: keys,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, events.Close()) })
	runner, err := projections.New(projections.Options{Pool: pool, Source: events, Models: []projections.Model{directory.Model}})
	require.NoError(t, err)
	h := &house{t: t, events: events, runner: runner, view: directory.NewView(), heads: map[domain.StreamID]domain.Revision{}}
	done := make(chan error, 2)
	go func() { done <- runner.Run(ctx) }()
	go func() { done <- h.view.Run(ctx, runner) }()
	t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-done; !errors.Is(err, context.Canceled) {
				require.NoError(t, err)
			}
		}
	})
	return h
}

// record appends an event with its effective time.
func (h *house) record(id domain.StreamID, at time.Time, event any) {
	h.t.Helper()
	expected, ok := h.heads[id]
	if !ok {
		expected = domain.NoStream
	}
	a, err := h.events.Append(h.t.Context(), id, expected, fmt.Sprint(id, expected), []domain.Pending{{
		Event: event, Meta: domain.Metadata{Principal: "test", Command: "test", Effective: at, Decided: at},
	}})
	require.NoError(h.t, err)
	h.heads[id] = domain.Revision(a.Revision)
	h.head = a.Position
}

func (h *house) wait() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 10*time.Second)
	defer cancel()
	require.NoError(h.t, h.view.WaitFor(ctx, h.head))
}

func (h *house) read(f func(ctx context.Context, tx pgx.Tx) error) {
	h.t.Helper()
	require.NoError(h.t, h.runner.Read(h.t.Context(), "directory", h.head, func(ctx context.Context, tx pgx.Tx, _ uint64) error { return f(ctx, tx) }))
}

var day0 = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return day0.AddDate(0, 0, n) }

func TestFactsFollowTheTimeTheyTookEffect(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	post := domain.Post{Role: "leader", Unit: "north"}
	h.record("unit-north", day(0), unit.Opened{Kind: unit.Department, Code: "N", Name: "North"})
	h.record("unit-desk", day(1), unit.Opened{Kind: unit.Group, Name: "Desk", Parent: "north"})
	h.record("staff-ann", day(0), staff.Joined{Name: "Ann", Number: "7"})
	h.record("staff-ann", day(10), staff.MembershipStarted{Group: "desk"})
	h.record("staff-ann", day(10), staff.PostGranted{Post: post})
	h.record("unit-north", day(10), unit.LeaderAppointed{Leader: "ann"})
	h.record("staff-ann", day(20), staff.Left{})
	h.record("staff-ann", day(30), staff.Returned{})
	// Recorded last, true since day 5; and a membership that would begin while she is away.
	h.record("staff-ann", day(5), staff.Renamed{Name: "Anna"})
	h.record("staff-ann", day(25), staff.MembershipStarted{Group: "desk"})
	h.record("unit-north", day(15), unit.SettingsChanged{Settings: unit.Settings{WaiveReview: true}})
	h.wait()

	ann := func(n int) staff.Facts {
		f, ok := h.view.Staff("ann", day(n))
		require.True(t, ok)
		return f
	}
	_, ok := h.view.Staff("ann", day(0).Add(-time.Microsecond))
	require.False(t, ok, "nobody before they joined")
	require.Equal(t, staff.Facts{ID: "ann", Name: "Ann", Active: true}, ann(4))
	require.Equal(t, "Anna", ann(5).Name)
	require.Empty(t, ann(9).Groups)
	require.Equal(t, staff.Facts{ID: "ann", Name: "Anna", Active: true, Groups: []string{"desk"}, Posts: []domain.Post{post}}, ann(10))
	require.Equal(t, staff.Facts{ID: "ann", Name: "Anna"}, ann(20), "who left has no groups and no posts")
	require.Equal(t, staff.Facts{ID: "ann", Name: "Anna"}, ann(26))
	require.Equal(t, staff.Facts{ID: "ann", Name: "Anna", Active: true}, ann(30), "returned without them")

	north, ok := h.view.Unit("north", day(12))
	require.True(t, ok)
	require.Equal(t, unit.Facts{ID: "north", Code: "N", Name: "North", Kind: unit.Department, Leader: "ann", Active: true}, north)
	require.Empty(t, ann(12).Posts[1:], "leading a unit is no post")
	north, _ = h.view.Unit("north", day(15))
	require.True(t, north.Settings.WaiveReview)
	desk, _ := h.view.Unit("desk", day(2))
	require.Equal(t, "north", desk.Root())

	h.read(func(ctx context.Context, tx pgx.Tx) error {
		var periods string
		err := tx.QueryRow(ctx, `SELECT string_agg(grp || ' ' || valid_from::date || '..' || coalesce(valid_to::date::text, ''), ', ') FROM memberships`).Scan(&periods)
		require.Equal(t, "desk 2026-01-11..2026-01-21", periods)
		return err
	})
}

// Random histories, recorded out of order, give the same answers from tables, from a view that followed and from one that
// began with the tables; and the tables are those of a rebuild.
func TestTablesAndViewsAgree(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := rand.New(rand.NewPCG(1, 2))
	roles := []string{"clerk", "handler"}
	for i := range 400 {
		at, n := day(r.IntN(60)).Add(time.Duration(r.IntN(3))*time.Nanosecond), r.IntN(8)
		id, place := domain.StreamID(fmt.Sprintf("staff-s%d", n)), fmt.Sprintf("u%d", r.IntN(4))
		if r.IntN(4) == 0 {
			id = domain.StreamID("unit-" + place)
			h.record(id, at, []any{
				unit.Opened{Kind: unit.Group, Name: fmt.Sprintf("unit %d", i), Parent: "top"}, unit.Renamed{Name: fmt.Sprint("renamed ", i)},
				unit.LeaderAppointed{Leader: fmt.Sprintf("s%d", n)}, unit.LeaderAppointed{}, unit.SettingsChanged{Settings: unit.Settings{WaiveDelivery: i%2 == 0}},
				unit.Closed{Reason: "merged"},
			}[r.IntN(6)])
			continue
		}
		h.record(id, at, []any{
			staff.Joined{Name: fmt.Sprintf("name %d", i), Number: fmt.Sprint(i)}, staff.Renamed{Name: fmt.Sprint("renamed ", i)},
			staff.MembershipStarted{Group: place}, staff.MembershipStarted{Group: place}, staff.MembershipEnded{Group: place},
			staff.PostGranted{Post: domain.Post{Role: roles[r.IntN(2)], Unit: place}}, staff.PostGranted{Post: domain.Post{Role: roles[r.IntN(2)]}},
			staff.PostEnded{Post: domain.Post{Role: roles[r.IntN(2)], Unit: place}}, staff.Left{}, staff.Returned{},
		}[r.IntN(10)])
	}
	h.wait()
	ctx, cancel := context.WithCancel(t.Context())
	fresh, done := directory.NewView(), make(chan error, 1)
	go func() { done <- fresh.Run(ctx, h.runner) }()
	defer func() { cancel(); <-done }()
	require.NoError(t, fresh.WaitFor(ctx, h.head))

	for n := -1; n < 62; n += 3 {
		at := day(n)
		people, units := h.view.People(at), h.view.Units(at)
		require.ElementsMatch(t, people, fresh.People(at))
		require.ElementsMatch(t, units, fresh.Units(at))
		h.read(func(ctx context.Context, tx pgx.Tx) error {
			rows, next, err := directory.Staff(ctx, tx, at, directory.StaffFilter{}, nil, 100)
			require.NoError(t, err)
			require.Nil(t, next)
			require.Len(t, rows, len(people))
			for _, p := range people {
				require.True(t, slices.ContainsFunc(rows, func(r directory.StaffRow) bool { return r.ID == p.ID && r.Name == p.Name && r.Active == p.Active }))
			}
			for place := range 4 {
				id := fmt.Sprintf("u%d", place)
				members, _, err := directory.Staff(ctx, tx, at, directory.StaffFilter{Group: id}, nil, 100)
				require.NoError(t, err)
				require.ElementsMatch(t, ids(people, func(p staff.Facts) bool { return slices.Contains(p.Groups, id) }), idsOf(members))
				holders, _, err := directory.Staff(ctx, tx, at, directory.StaffFilter{Role: "clerk", Unit: id}, nil, 100)
				require.NoError(t, err)
				require.ElementsMatch(t, ids(people, func(p staff.Facts) bool { return slices.Contains(p.Posts, domain.Post{Role: "clerk", Unit: id}) }), idsOf(holders))
			}
			var paged []directory.UnitRow
			for after := (*directory.Place)(nil); ; {
				var rows []directory.UnitRow
				if rows, after, err = directory.Units(ctx, tx, at, directory.UnitFilter{}, after, 1); err != nil {
					return err
				}
				if paged = append(paged, rows...); after == nil {
					break
				}
			}
			require.Len(t, paged, len(units))
			for _, u := range units {
				require.Contains(t, paged, directory.UnitRow{ID: u.ID, Code: u.Code, Name: u.Name, Parent: u.Parent, Leader: u.Leader,
					Kind: u.Kind, Active: u.Active, Settings: u.Settings})
			}
			return nil
		})
	}
	verdicts, err := h.runner.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, verdicts[0].Equal(), verdicts[0].String())
	require.Equal(t, h.head, verdicts[0].Position)
}

func ids(people []staff.Facts, want func(staff.Facts) bool) []string {
	var out []string
	for _, p := range people {
		if want(p) {
			out = append(out, p.ID)
		}
	}
	return out
}

func idsOf(rows []directory.StaffRow) []string {
	var out []string
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}
