package eventstore_test

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"docket/domain"
	"docket/internal/eventstore"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
)

func TestWhatIsAppendedIsLoaded(t *testing.T) {
	t.Parallel()
	s := open(t, memory(t))
	id := domain.Stream("note", "a")
	events := pending(one("first"), shelved{Shelf: "B 3"}, burnt{}, one("second"))
	a, err := s.Append(t.Context(), id, domain.NoStream, "seed", events)
	require.NoError(t, err)
	require.EqualValues(t, 3, a.Revision)
	require.Len(t, a.IDs, 4)

	got, revision, err := s.Load(t.Context(), id)
	require.NoError(t, err)
	require.EqualValues(t, 3, revision)
	require.Len(t, got, 4)
	for i, e := range got {
		require.Equal(t, events[i].Event, e.Event)
		require.Equal(t, a.IDs[i], e.ID)
		require.Equal(t, id, e.Stream)
		require.EqualValues(t, i, e.Revision)
		require.Empty(t, e.Lost)
		want := events[i].Meta
		want.Version, want.Index = 1, i
		require.Equal(t, want, e.Meta)
		require.False(t, e.Created.IsZero())
	}
	require.Equal(t, a.Position, got[3].Position)
	head, err := s.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, a.Position, head)
}

func TestMissingStream(t *testing.T) {
	t.Parallel()
	s := open(t, memory(t))
	got, revision, err := s.Load(t.Context(), domain.Stream("note", "none"))
	require.NoError(t, err)
	require.Empty(t, got)
	require.Equal(t, domain.NoStream, revision)
	head, err := s.Head(t.Context())
	require.NoError(t, err)
	require.Zero(t, head, "the store's own first events do not count")
}

// However many of the store's own events come after the last one of ours, that is where the log ends.
func TestTheStoresOwnEventsAreNotTheEnd(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	s := open(t, uri)
	a, err := s.Append(t.Context(), domain.Stream("note", "a"), domain.NoStream, "seed", pending(one("text")))
	require.NoError(t, err)
	config, err := esdb.ParseConnectionString(uri)
	require.NoError(t, err)
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	require.NoError(t, err)
	defer func() { require.NoError(t, client.Close()) }()
	for n := range 70 {
		if n == 0 || n == 1 || n == 69 {
			head, err := s.Head(t.Context())
			require.NoError(t, err)
			require.Equal(t, a.Position, head, "%d events of the store's own", n)
		}
		_, err := client.SetStreamMetadata(t.Context(), "note-a", esdb.AppendToStreamOptions{}, esdb.StreamMetadata{})
		require.NoError(t, err)
	}
	head, err := s.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, a.Position, head)
}

func TestReadersGetMarkedValuesMasked(t *testing.T) {
	t.Parallel()
	s := open(t, memory(t))
	id := domain.Stream("note", "a")
	_, err := s.Append(t.Context(), id, domain.NoStream, "seed", pending(one("text")))
	require.NoError(t, err)
	want := one("text")
	want.Phone = "*******5678"

	got, _, err := s.LoadMasked(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want, got[0].Event)
	require.Equal(t, want, collect(t, s, 0, 1)[0].Event)
}

func TestLoadBothIsLoadMaskedAndLoad(t *testing.T) {
	t.Parallel()
	keys := newKeyring()
	s := open(t, memory(t), with(keys))
	id := domain.Stream("note", "a")
	_, err := s.Append(t.Context(), id, domain.NoStream, "seed", pending(one("first"), shelved{Shelf: "B 3"}, burnt{}, one("second")))
	require.NoError(t, err)
	alike := func() {
		wantMasked, _, err := s.LoadMasked(t.Context(), id)
		require.NoError(t, err)
		wantOpen, _, err := s.Load(t.Context(), id)
		require.NoError(t, err)
		masked, open, err := s.LoadBoth(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, wantMasked, masked)
		require.Equal(t, wantOpen, open)
	}
	alike()
	keys.destroy("customer-5")
	alike()
	keys.destroy(string(id))
	alike()

	masked, open, err := s.LoadBoth(t.Context(), domain.Stream("note", "none"))
	require.NoError(t, err)
	require.Empty(t, masked)
	require.Empty(t, open)
}

func TestDestroyedKeys(t *testing.T) {
	t.Parallel()
	keys := newKeyring()
	s := open(t, memory(t), with(keys))
	id := domain.Stream("note", "a")
	_, err := s.Append(t.Context(), id, domain.NoStream, "seed", pending(one("text")))
	require.NoError(t, err)

	keys.destroy("customer-5")
	want := one("text")
	want.Phone = domain.Destroyed
	got, _, err := s.Load(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, []domain.Class{domain.Marked}, got[0].Lost)
	require.Equal(t, want, got[0].Event)

	keys.destroy(string(id))
	want.Title, want.Text = domain.Destroyed, domain.Destroyed
	for _, load := range []func(context.Context, domain.StreamID) ([]domain.Envelope, domain.Revision, error){s.Load, s.LoadMasked} {
		got, _, err = load(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, []domain.Class{domain.Content, domain.Marked}, got[0].Lost)
		require.Equal(t, want, got[0].Event)
	}
}

// recorded reads the raw events of a stream as any other client would.
func recorded(t *testing.T, uri, stream string) []*esdb.RecordedEvent {
	conf, err := esdb.ParseConnectionString(uri)
	require.NoError(t, err)
	conf.Logger = esdb.NoopLogging()
	c, err := esdb.NewClient(conf)
	require.NoError(t, err)
	defer c.Close()
	read, err := c.ReadStream(t.Context(), stream, esdb.ReadStreamOptions{}, math.MaxUint64)
	require.NoError(t, err)
	defer read.Close()
	var events []*esdb.RecordedEvent
	for {
		e, err := read.Recv()
		if errors.Is(err, io.EOF) {
			return events
		}
		require.NoError(t, err)
		events = append(events, e.Event)
	}
}

func TestStoredBytesHoldNoPlainContent(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	s := open(t, uri)
	id := domain.Stream("note", "a")
	_, err := s.Append(t.Context(), id, domain.NoStream, "seed", pending(one("secret text")))
	require.NoError(t, err)
	r := recorded(t, uri, string(id))[0]
	stored := string(r.Data) + string(r.UserMetadata)
	require.Contains(t, stored, `"note":"n-1"`, "the skeleton is plain")
	require.Contains(t, stored, `"sealed":{"content":{"k":"note-a"`)
	require.False(t, containsAny(stored, "secret", "13912345678", "5678\"", "Übergabe", "交接", "c2VjcmV0"), stored)
}

func TestBoxesAreBoundToTheirPlace(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	s := open(t, uri)
	_, err := s.Append(t.Context(), domain.Stream("note", "a"), domain.NoStream, "seed", pending(one("text")))
	require.NoError(t, err)
	r := recorded(t, uri, "note-a")[0]
	forged := esdb.EventData{EventType: r.EventType, ContentType: esdb.ContentTypeJson, Data: r.Data, Metadata: r.UserMetadata}
	appendRaw(t, uri, "note-b", forged)

	_, _, err = s.Load(t.Context(), domain.Stream("note", "b"))
	require.ErrorContains(t, err, "open content")
}

func appendRaw(t *testing.T, uri, stream string, events ...esdb.EventData) {
	conf, err := esdb.ParseConnectionString(uri)
	require.NoError(t, err)
	conf.Logger = esdb.NoopLogging()
	c, err := esdb.NewClient(conf)
	require.NoError(t, err)
	defer c.Close()
	_, err = c.AppendToStream(t.Context(), stream, esdb.AppendToStreamOptions{}, events...)
	require.NoError(t, err)
}

func TestWrongRevision(t *testing.T) {
	t.Parallel()
	s := open(t, memory(t))
	id := domain.Stream("note", "a")
	_, err := s.Append(t.Context(), id, 4, "seed", pending(burnt{}))
	require.ErrorIs(t, err, domain.ErrWrongRevision)
	_, err = s.Append(t.Context(), id, domain.NoStream, "seed", pending(burnt{}))
	require.NoError(t, err)
	_, err = s.Append(t.Context(), id, domain.NoStream, "other", pending(burnt{}))
	require.ErrorIs(t, err, domain.ErrWrongRevision)
	_, revision, err := s.Load(t.Context(), id)
	require.NoError(t, err)
	require.Zero(t, revision)
}

func TestTheSameAppendTwiceIsOne(t *testing.T) {
	t.Parallel()
	s := open(t, memory(t))
	id := domain.Stream("note", "a")
	first, err := s.Append(t.Context(), id, domain.NoStream, "seed", pending(shelved{"1"}, shelved{"2"}))
	require.NoError(t, err)
	again, err := s.Append(t.Context(), id, domain.NoStream, "seed", pending(shelved{"1"}, shelved{"2"}))
	require.NoError(t, err)
	require.Equal(t, first, again)
}

func TestIDsStandForPlaceCommandAndContent(t *testing.T) {
	t.Parallel()
	s := open(t, memory(t))
	seen := map[string]bool{}
	for stream, seeds := range map[string][]string{"a": {"s", "t"}, "b": {"s", "t"}} {
		revision := domain.NoStream
		for _, seed := range seeds {
			a, err := s.Append(t.Context(), domain.Stream("note", stream), revision, seed, pending(shelved{"1"}, shelved{"1"}, shelved{"2"}))
			require.NoError(t, err)
			revision = domain.Revision(a.Revision)
			for _, id := range a.IDs {
				require.False(t, seen[id])
				seen[id] = true
			}
		}
	}
	require.Len(t, seen, 12)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := open(t, memory(t))
	for name, c := range map[string]struct {
		id     domain.StreamID
		events []domain.Pending
		want   string
	}{
		"foreign category": {"other-1", pending(burnt{}), "no schema"},
		"no key":           {"note", pending(burnt{}), "has no key"},
		"no events":        {"note-1", nil, "no events"},
		"foreign event":    {"note-1", pending(struct{}{}), "is not an event of note"},
		"too large":        {"note-1", pending(one(strings.Repeat("x", 2<<20))), "append to note-1"},
	} {
		_, err := s.Append(t.Context(), c.id, domain.NoStream, "seed", c.events)
		require.ErrorContains(t, err, c.want, name)
		require.NotErrorIs(t, err, domain.ErrAmbiguous, name)
	}
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	_, err := eventstore.Open(t.Context(), eventstore.Config{URI: "http://x", Schemas: []domain.Schema{
		notes(), notes(), schema("a-b", nil), schema("reserved", domain.Contract[noteEvent]{"X": domain.Of[struct {
			Sealed string `json:"sealed" class:"skeleton"`
		}]()}),
	}})
	for _, want := range []string{"scheme", "no keyring", "note has two schemas", `"a-b"`, `"sealed" is reserved`} {
		require.ErrorContains(t, err, want)
	}
}
