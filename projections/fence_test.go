package projections_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"docket/domain"
	"docket/internal/pgtest"
	"docket/projections"

	"github.com/stretchr/testify/require"
)

func TestOneRunnerAtATime(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	first := newRunner(t, pool, j, model("tally", 1))
	stop := run(t, first)
	reached(t, first, "tally", j.append(some(20)...))
	second := newRunner(t, pool, j, model("tally", 1))
	run(t, second)
	eventually(t, func() bool { return status(t, second, "tally").State == projections.Standby }, func() string { return "two runners" })
	head := j.append(some(20)...)
	reached(t, first, "tally", head)
	s := status(t, second, "tally")
	require.Equal(t, head, s.Position, "a standby tells how far the other is")
	require.True(t, s.Ready(time.Second))
	require.Equal(t, dumpOf(t, first, "tally"), dumpOf(t, second, "tally"))

	stop()
	head = j.append(some(20)...)
	reached(t, second, "tally", head)
	require.Equal(t, expected(t, j), dumpOf(t, second, "tally"))
}

// A runner whose lock is gone without its knowledge is stopped by the checkpoint: what it would write twice it does not.
func TestFenceStopsARunnerThatLostItsLock(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	m := model("tally", 1)
	inside, goOn := make(chan struct{}), make(chan struct{})
	fold, armed := m.Fold, atomic.Bool{}
	m.Fold = func(e domain.Envelope, rows *projections.Rows) {
		fold(e, rows)
		if armed.CompareAndSwap(true, false) {
			close(inside)
			<-goOn
		}
	}
	first := newRunner(t, pool, j, m)
	run(t, first)
	reached(t, first, "tally", j.append(some(20)...))
	armed.Store(true)
	head := j.append(some(5)...)
	<-inside
	// Its connection dies while it folds, and another runner does the same work.
	_, err := pool.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'docket projection tally' AND datname = current_database()")
	require.NoError(t, err)
	second := newRunner(t, pool, j, model("tally", 1))
	run(t, second)
	reached(t, second, "tally", head)
	close(goOn)
	head = j.append(some(5)...)
	reached(t, second, "tally", head)
	eventually(t, func() bool { return status(t, first, "tally").State == projections.Standby }, func() string {
		return fmt.Sprintf("the first runner: %+v", status(t, first, "tally"))
	})
	require.Equal(t, expected(t, j), dumpOf(t, second, "tally"))
}

// Even with the lock in hand a session writes nothing when the checkpoint is not where it left it.
func TestFenceHoldsWithoutTheLock(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	r := newRunner(t, pool, j, model("tally", 1))
	run(t, r)
	first := j.append(some(20)...)
	reached(t, r, "tally", first)
	_, err := pool.Exec(t.Context(), "UPDATE projections.checkpoint SET pos = pos + 30 WHERE model = 'tally'") // as if another had been there
	require.NoError(t, err)
	before := dumpOf(t, r, "tally")
	head := j.append(some(3)...)
	reached(t, r, "tally", head)
	require.Equal(t, before, dumpOf(t, r, "tally"), "events that the checkpoint covers were applied")
}

func TestKilledConnectionsAndServersLoseNothing(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	r := newRunner(t, pool, j, model("tally", 1))
	run(t, r)
	var head uint64
	for range 30 {
		head = j.append(some(40)...)
		_, err := pool.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'docket projection%' AND datname = current_database()")
		require.NoError(t, err)
	}
	reached(t, r, "tally", head)
	require.Equal(t, expected(t, j), dumpOf(t, r, "tally"))
}

func TestRunnersThatStopAnywhereContinueThere(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	for n := range 15 {
		r := newRunner(t, pool, j, model("tally", 1)).Tune(7, 64<<20, 8192, time.Second)
		stop := run(t, r)
		reached(t, r, "tally", 0)
		position := status(t, r, "tally").Position
		j.append(some(60)...)
		reached(t, r, "tally", position+uint64(n)*10)
		stop()
	}
	r := newRunner(t, pool, j, model("tally", 1))
	run(t, r)
	head, err := j.Head(context.Background())
	require.NoError(t, err)
	reached(t, r, "tally", head)
	require.Equal(t, expected(t, j), dumpOf(t, r, "tally"))
}

func TestSlowModelLeavesTheSharedFeedAndComesBack(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	slow := model("slow", 1)
	fold, blocked := slow.Fold, make(chan struct{})
	stuck := make(chan struct{})
	once := atomic.Bool{}
	slow.Fold = func(e domain.Envelope, rows *projections.Rows) {
		if e.Event.(tallied).Key == "k5" && once.CompareAndSwap(false, true) {
			close(stuck)
			<-blocked
		}
		fold(e, rows)
	}
	r := newRunner(t, pool, j, model("tally", 1), slow).Tune(20, 64<<20, 50, 5*time.Millisecond)
	run(t, r)
	reached(t, r, "slow", 0)
	reached(t, r, "tally", 0)
	shared := j.subscriptions()
	j.append(some(10)...)
	<-stuck
	var head uint64
	for range 25 { // ten times what the window holds
		head = j.append(some(20)...)
		reached(t, r, "tally", head)
	}
	require.Zero(t, status(t, r, "slow").Position)
	require.Positive(t, status(t, r, "slow").Lag)
	require.Equal(t, shared, j.subscriptions())
	close(blocked)
	reached(t, r, "slow", head)
	require.Greater(t, j.subscriptions(), shared, "what the window has lost comes from the log")
	again := j.subscriptions()
	for range 5 {
		head = j.append(some(40)...)
		reached(t, r, "slow", head)
		reached(t, r, "tally", head)
	}
	require.LessOrEqual(t, j.subscriptions(), again+1, "it does not come back to the window")
	want := expected(t, j)
	require.Equal(t, want, dumpOf(t, r, "tally"))
	require.Equal(t, want, renamed(dumpOf(t, r, "slow")))
}
