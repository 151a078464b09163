package eventstore_test

import (
	"fmt"
	"strings"
	"testing"

	"docket/domain"
	"docket/internal/eventstore"

	"github.com/stretchr/testify/require"
)

// benchEvents is about the size of a ticket's events: 600 bytes of data with one or two boxes, 400 of metadata.
func benchEvents(n int) []any {
	events := make([]any, n)
	for i := range events {
		e := one(strings.Repeat("Vermerk über die Rückfrage. ", 5))
		e.Pages = int64(i)
		if i%4 != 0 {
			e.Phone = "" // only some events carry marked fields
		}
		events[i] = e
	}
	return events
}

func benchStore(b *testing.B, n int) *eventstore.Store {
	s := open(b, memory(b))
	const batch = 200
	for i := range n / batch {
		_, err := s.Append(b.Context(), domain.Stream("note", fmt.Sprint(i)), domain.NoStream, "s", pending(benchEvents(batch)...))
		require.NoError(b, err)
	}
	return s
}

// BenchmarkDecode is the codec alone on one core.
func BenchmarkDecode(b *testing.B) {
	for _, kind := range []struct {
		name  string
		event any
	}{{"content and marked", one(strings.Repeat("Vermerk über die Rückfrage. ", 5))}, {"skeleton only", shelved{"B 3"}}} {
		b.Run(kind.name, func(b *testing.B) {
			decode := eventstore.Decoding(b, notes(), newKeyring(), pending(kind.event)[0])
			b.ReportAllocs()
			for b.Loop() {
				decode()
			}
		})
	}
}

// BenchmarkSubscribe is a rebuild's reading: engine, client and decoding on the same cores.
func BenchmarkSubscribe(b *testing.B) {
	const n = 20_000
	s := benchStore(b, n)
	b.ReportAllocs()
	for b.Loop() {
		got, pages := 0, 0
		for page, err := range s.Subscribe(b.Context(), 0) {
			require.NoError(b, err)
			pages++
			if got += len(page.Events); got == n {
				break
			}
		}
		b.ReportMetric(float64(pages), "pages")
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkLoad(b *testing.B) {
	s := open(b, memory(b))
	id := domain.Stream("note", "a")
	_, err := s.Append(b.Context(), id, domain.NoStream, "s", pending(benchEvents(10)...))
	require.NoError(b, err)
	for b.Loop() {
		_, _, err := s.Load(b.Context(), id)
		require.NoError(b, err)
	}
}

func BenchmarkAppend(b *testing.B) {
	s := open(b, memory(b))
	id, revision, n := domain.Stream("note", "a"), domain.NoStream, 0
	for b.Loop() {
		n++
		a, err := s.Append(b.Context(), id, revision, fmt.Sprint(n), pending(benchEvents(1)...))
		require.NoError(b, err)
		revision = domain.Revision(a.Revision)
	}
}
