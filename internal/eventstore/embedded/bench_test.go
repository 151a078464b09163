package embedded_test

import (
	"context"
	"fmt"
	"math"
	"sync"
	"testing"

	"docket/internal/eventstore/embedded"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
)

// BenchmarkAppend measures durable appends of one event of 600 bytes, each to a
// stream of its own, through the official client.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			c := client(b, start(b, embedded.Options{Dir: b.TempDir()}))
			b.ResetTimer()
			var wg sync.WaitGroup
			for w := range writers {
				wg.Add(1)
				go func() {
					defer wg.Done()
					for i := w; i < b.N; i += writers {
						e := event("TicketOpened")
						e.Data = make([]byte, 500)
						_, err := c.AppendToStream(context.Background(), fmt.Sprintf("ticket-%d", i),
							esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, e)
						if err != nil {
							b.Error(err)
							return
						}
					}
				}()
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkReadAll measures one read of the whole log through the official client.
func BenchmarkReadAll(b *testing.B) {
	c := client(b, start(b, embedded.Options{Dir: b.TempDir()}))
	e := eventsOf("TicketOpened", 100)
	for i := range e {
		e[i].Data = make([]byte, 500)
	}
	for i := range 500 {
		for j := range e {
			e[j].EventID = event("").EventID
		}
		_, err := c.AppendToStream(context.Background(), fmt.Sprintf("ticket-%d", i), esdb.AppendToStreamOptions{}, e...)
		require.NoError(b, err)
	}
	b.ResetTimer()
	n := 0
	for b.Loop() {
		got, err := drain(c.ReadAll(context.Background(), esdb.ReadAllOptions{}, math.MaxUint64))
		require.NoError(b, err)
		n += len(got)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}
