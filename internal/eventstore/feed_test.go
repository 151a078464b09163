package eventstore_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"docket/domain"
	"docket/internal/eventstore"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
)

func places(events []domain.Envelope) []uint64 {
	out := make([]uint64, len(events))
	for i, e := range events {
		out[i] = e.Position
	}
	return out
}

func TestSubscriptionIsTheLogInOrder(t *testing.T) {
	t.Parallel()
	s := open(t, memory(t), func(c *eventstore.Config) { c.Workers = 3 })
	want := fill(t, s, 1500)
	require.Equal(t, want, places(collect(t, s, 0, len(want))))
}

func TestResumeAfterEveryPositionLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, memory(t))
	want := fill(t, s, 40)
	for i, p := range want[:len(want)-1] {
		require.Equal(t, want[i+1:], places(collect(t, s, p, len(want)-i-1)))
	}
}

func TestResumeAfterEveryPageLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	s := open(t, uri)
	var want []uint64
	for i := range 60 {
		// Foreign and system events between ours make pages and checkpoints that end on no event of ours.
		id := domain.Stream("note", fmt.Sprint(i))
		a, err := s.Append(t.Context(), id, domain.NoStream, "s", pending(burnt{}))
		require.NoError(t, err)
		want = append(want, a.Position)
		raw := esdb.EventData{EventType: "Foreign", Data: []byte("{}")}
		appendRaw(t, uri, "foreign-1", raw)
		for range 40 {
			appendRaw(t, uri, "$system-1", raw, raw, raw)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var got []uint64
	var stops []uint64
	for page, err := range s.Subscribe(ctx, 0) {
		require.NoError(t, err)
		got = append(got, places(page.Events)...)
		stops = append(stops, page.To)
		if page.Live {
			break
		}
	}
	require.Equal(t, want, got)
	for _, stop := range stops {
		var left []uint64
		for _, p := range want {
			if p > stop {
				left = append(left, p)
			}
		}
		require.Equal(t, left, append([]uint64(nil), places(collect(t, s, stop, len(left)))...))
	}
}

func TestLiveTellsThatTheEndWasReached(t *testing.T) {
	t.Parallel()
	s := open(t, memory(t))
	want := fill(t, s, 20)
	var got []uint64
	live := 0
	for page, err := range s.Subscribe(t.Context(), 0) {
		require.NoError(t, err)
		got = append(got, places(page.Events)...)
		if !page.Live {
			continue
		}
		live++
		require.Equal(t, want, got)
		require.Equal(t, want[len(want)-1], page.To)
		if live == 4 {
			return
		}
		a, err := s.Append(t.Context(), domain.Stream("note", fmt.Sprint("live", live)), domain.NoStream, "s", pending(burnt{}))
		require.NoError(t, err)
		want = append(want, a.Position)
	}
}

func TestPositionMovesOnWithoutEvents(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	s := open(t, uri)
	last := fill(t, s, 1)[0]
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	fed := false
	for page, err := range s.Subscribe(ctx, 0) {
		require.NoError(t, err)
		if page.To > last {
			require.Empty(t, page.Events)
			return
		}
		if page.Live && !fed {
			fed = true
			raw := esdb.EventData{EventType: "Foreign", Data: []byte("{}")}
			for range 10 {
				batch := make([]esdb.EventData, 500)
				for i := range batch {
					batch[i] = raw
				}
				appendRaw(t, uri, "$noise", batch...)
			}
		}
	}
	t.Fatal("position stood still")
}

func TestUnknownTypeEndsTheSubscriptionByName(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	s := open(t, uri)
	want := fill(t, s, 30)
	meta, err := json.Marshal(domain.Metadata{Version: 1})
	require.NoError(t, err)
	appendRaw(t, uri, "note-x", esdb.EventData{EventType: "NoteEaten", ContentType: esdb.ContentTypeJson, Data: []byte("{}"), Metadata: meta})
	fill7 := pending(burnt{})
	_, err = s.Append(t.Context(), domain.Stream("note", "after"), domain.NoStream, "s", fill7)
	require.NoError(t, err)

	var got []uint64
	var failure error
	for page, err := range s.Subscribe(t.Context(), 0) {
		require.NoError(t, failure, "the error is the last item")
		got = append(got, places(page.Events)...)
		failure = err
	}
	require.Equal(t, want, got)
	require.ErrorIs(t, failure, domain.ErrUnknownEvent)
	require.ErrorContains(t, failure, "NoteEaten")
	_, _, err = s.Load(t.Context(), "note-x")
	require.ErrorIs(t, err, domain.ErrUnknownEvent)
}

func TestTombstonesAreNotEvents(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	s := open(t, uri)
	fill(t, s, 8)
	conf, err := esdb.ParseConnectionString(uri)
	require.NoError(t, err)
	conf.Logger = esdb.NoopLogging()
	c, err := esdb.NewClient(conf)
	require.NoError(t, err)
	defer c.Close()
	_, err = c.TombstoneStream(t.Context(), "note-3", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}})
	require.NoError(t, err)
	_, err = s.Append(t.Context(), domain.Stream("note", "later"), domain.NoStream, "s", pending(burnt{}))
	require.NoError(t, err)
	got := collect(t, s, 0, 9)
	require.EqualValues(t, "note-later", got[8].Stream)
}

func TestPositionBeyondTheEndIsAnError(t *testing.T) {
	t.Parallel()
	s := open(t, memory(t))
	want := fill(t, s, 3)
	for _, err := range s.Subscribe(t.Context(), want[2]+1_000_000) {
		require.ErrorIs(t, err, eventstore.ErrBeyondEnd)
	}
	require.ErrorIs(t, s.Reaches(t.Context(), want[2]+1_000_000), eventstore.ErrBeyondEnd)
	require.NoError(t, s.Reaches(t.Context(), want[2]))
	require.NoError(t, s.Reaches(t.Context(), 0))
}

func TestConsumerMayStopAtAnyPage(t *testing.T) {
	t.Parallel()
	s := open(t, memory(t))
	fill(t, s, 300)
	for range 20 {
		for _, err := range s.Subscribe(t.Context(), 0) {
			require.NoError(t, err)
			break
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, err := range s.Subscribe(ctx, 0) {
		require.NoError(t, err, "an ended context is no error")
		cancel()
	}
}

func TestSlowConsumerLosesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, memory(t))
	var want []uint64
	id := domain.Stream("note", "many")
	revision := domain.NoStream
	for i := range 12 {
		batch := make([]any, 500)
		for j := range batch {
			batch[j] = shelved{Shelf: fmt.Sprint(i, j)}
		}
		a, err := s.Append(t.Context(), id, revision, fmt.Sprint(i), pending(batch...))
		require.NoError(t, err)
		revision = domain.Revision(a.Revision)
		want = append(want, a.Position)
	}
	n, pulled := 0, false
	for page, err := range s.Subscribe(t.Context(), 0) {
		require.NoError(t, err)
		if !pulled {
			pulled = true
			// The store goes on while the consumer works on its first page: nothing of it may be dropped.
			_, err := s.Append(t.Context(), domain.Stream("note", "meanwhile"), domain.NoStream, "s", pending(burnt{}))
			require.NoError(t, err)
		}
		for _, e := range page.Events {
			if e.Stream == id {
				require.EqualValues(t, n, e.Revision)
				n++
			}
		}
		if page.Live {
			break
		}
	}
	require.Equal(t, 6000, n)
	require.Len(t, want, 12)
}

var errKeys = errors.New("keys cannot be reached")

// sick is a keyring whose keys cannot be had.
type sick struct{ *keyring }

func (sick) Open(context.Context, domain.Box, []byte) ([]byte, error) { return nil, errKeys }

func TestKeyringFailureIsNotDestruction(t *testing.T) {
	t.Parallel()
	uri, keys := memory(t), newKeyring()
	s := open(t, uri, with(keys))
	_, err := s.Append(t.Context(), domain.Stream("note", "a"), domain.NoStream, "s", pending(one("text")))
	require.NoError(t, err)
	ill := open(t, uri, func(c *eventstore.Config) { c.Keyring = sick{keys} })
	_, _, err = ill.Load(t.Context(), domain.Stream("note", "a"))
	require.ErrorIs(t, err, errKeys)
	for _, err := range ill.Subscribe(t.Context(), 0) {
		require.ErrorIs(t, err, errKeys)
	}
}

// fetching is a keyring that opens a box only once its key was fetched.
type fetching struct {
	*keyring
	mu  sync.Mutex
	had map[string]bool
}

func (c *fetching) Fetch(_ context.Context, boxes []*domain.Box) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range boxes {
		c.had[b.Key] = true
	}
	return nil
}

func (c *fetching) Open(ctx context.Context, b domain.Box, aad []byte) ([]byte, error) {
	c.mu.Lock()
	had := c.had[b.Key]
	c.mu.Unlock()
	if !had {
		return nil, errKeys
	}
	return c.keyring.Open(ctx, b, aad)
}

func TestKeysAreFetchedBeforeEventsAreOpened(t *testing.T) {
	t.Parallel()
	uri, keys := memory(t), newKeyring()
	s := open(t, uri, with(keys))
	const streams = 600
	for i := range streams {
		_, err := s.Append(t.Context(), domain.Stream("note", fmt.Sprint(i)), domain.NoStream, "s", pending(one("text")))
		require.NoError(t, err)
	}
	fetched := &fetching{keyring: keys, had: map[string]bool{}}
	events := 0
	for page, err := range open(t, uri, func(c *eventstore.Config) { c.Keyring = fetched }).Subscribe(t.Context(), 0) {
		require.NoError(t, err)
		if events += len(page.Events); events >= streams {
			break
		}
	}
	require.Equal(t, streams, events)
}
