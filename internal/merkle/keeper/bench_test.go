package keeper_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/internal/merkle"
	"docket/internal/merkle/keeper"
)

// BenchmarkKeeper tells what a log of 100,000 events costs to hash, in processor time of this process, which holds the engine
// too: reading it through the client alone, and reading, hashing and noting it.
func BenchmarkKeeper(b *testing.B) {
	const events = 100_000
	h := open(b)
	last := h.record("a", events)
	for b.Loop() {
		began := processor(b)
		read := 0
		for page, err := range h.store.Recorded(b.Context(), 0) {
			require.NoError(b, err)
			if read += len(page.Events); read >= events {
				break
			}
		}
		reading := processor(b) - began
		_, err := h.pool.Exec(b.Context(), "TRUNCATE merkle.tile, merkle.head; UPDATE merkle.progress SET size = 0, position = 0, unsigned = 0")
		require.NoError(b, err)
		began = processor(b)
		stop := h.keep(keeper.Options{})
		for readTo(b, h.book) < last {
			time.Sleep(10 * time.Millisecond)
		}
		stop()
		keeping := processor(b) - began
		b.ReportMetric(float64(reading.Microseconds())/events, "cpu-µs/event-read")
		b.ReportMetric(float64(keeping.Microseconds())/events, "cpu-µs/event-read-and-kept")
	}
}

// BenchmarkHash is the leaf and the tree alone, in processor time.
func BenchmarkHash(b *testing.B) {
	e := &merkle.Event{Stream: "ticket-6ba7b810-9dad-11d1-80b4-00c04fd430c8", Type: "TicketNoted", ID: "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
		Content: "application/json", Created: time.Now(), Data: make([]byte, 600), Metadata: make([]byte, 500)}
	began := processor(b)
	for b.Loop() {
		edge := &merkle.Edge{}
		for range 10_000 {
			edge.Add(e.Hash())
		}
	}
	b.ReportMetric(float64((processor(b)-began).Microseconds())/10_000/float64(b.N), "cpu-µs/event")
}

func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
