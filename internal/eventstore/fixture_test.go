package eventstore_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"docket/domain"
	"docket/internal/eventstore"
	"docket/internal/eventstore/embedded"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if code := m.Run(); code != 0 {
		os.Exit(code)
	}
	// Clients whose store has gone end their discovery by themselves, within about a second.
	err := goleak.Find(goleak.IgnoreTopFunction("github.com/golang/glog.(*fileSink).flushDaemon"))
	for end := time.Now().Add(5 * time.Second); err != nil && time.Now().Before(end); {
		err = goleak.Find()
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// The aggregate of these tests: a note about a customer.
type (
	note      struct{}
	noteEvent interface{ isNote() }
	written   struct {
		Note     string    `json:"note" class:"skeleton"`
		Pages    int64     `json:"pages" class:"skeleton"`
		At       time.Time `json:"at" class:"skeleton"`
		Title    string    `json:"title" class:"content"`
		Text     string    `json:"text,omitempty" class:"content"`
		Phone    string    `json:"phone,omitempty" class:"marked"`
		Customer string    `json:"customer" class:"skeleton"`
	}
	shelved struct {
		Shelf string `json:"shelf" class:"skeleton"`
	}
	burnt struct{}
)

func (written) isNote() {}
func (shelved) isNote() {}
func (burnt) isNote()   {}

func (w written) MarkedSubject() string { return w.Customer }

func schema(category string, kinds domain.Contract[noteEvent]) domain.Schema {
	return domain.Decider[note, noteEvent]{
		Category: category, Evolve: func(n note, _ noteEvent) note { return n }, Events: kinds,
	}.Schema()
}

func notes() domain.Schema {
	return schema("note", domain.Contract[noteEvent]{
		"NoteWritten": domain.Of[written](), "NoteShelved": domain.Of[shelved](), "NoteBurnt": domain.Of[burnt](),
	})
}

// keyring is AES-256-GCM with one random key per subject, in memory.
type keyring struct {
	mu   sync.RWMutex
	keys map[string]cipher.AEAD
}

func newKeyring() *keyring { return &keyring{keys: map[string]cipher.AEAD{}} }

func (k *keyring) Seal(_ context.Context, subject string, plain, aad []byte) (domain.Box, error) {
	k.mu.Lock()
	aead, ok := k.keys[subject]
	if !ok {
		key := make([]byte, 32)
		_, _ = rand.Read(key)
		block, err := aes.NewCipher(key)
		if err != nil {
			return domain.Box{}, err
		}
		if aead, err = cipher.NewGCM(block); err != nil {
			return domain.Box{}, err
		}
		k.keys[subject] = aead
	}
	k.mu.Unlock()
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce)
	return domain.Box{Key: subject, Cipher: aead.Seal(nonce, nonce, plain, aad)}, nil
}

func (k *keyring) Fetch(context.Context, []*domain.Box) error { return nil }

func (k *keyring) Open(_ context.Context, b domain.Box, aad []byte) ([]byte, error) {
	k.mu.RLock()
	aead, ok := k.keys[b.Key]
	k.mu.RUnlock()
	if !ok {
		return nil, domain.ErrDestroyed
	}
	return aead.Open(nil, b.Cipher[:aead.NonceSize()], b.Cipher[aead.NonceSize():], aad)
}

func (k *keyring) destroy(subject string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.keys, subject)
}

// engine is an event store on disk that can be stopped and started again at the same address.
type engine struct {
	t      testing.TB
	o      embedded.Options
	server *embedded.Server
}

func startEngine(t testing.TB) *engine {
	e := &engine{t: t, o: embedded.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0"}}
	e.start()
	e.o.Listen = e.server.Addr()
	t.Cleanup(e.stop)
	return e
}

func (e *engine) start() {
	server, err := embedded.Start(context.Background(), e.o)
	require.NoError(e.t, err)
	e.server = server
}

func (e *engine) stop() {
	if e.server != nil {
		require.NoError(e.t, e.server.Close())
		e.server = nil
	}
}

func (e *engine) uri() string { return "esdb://" + e.o.Listen + "?tls=false" }

// memory is an engine in memory for tests that do not restart it.
func memory(t testing.TB) string {
	server, err := embedded.Start(context.Background(), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server.ConnectionString()
}

func open(t testing.TB, uri string, change ...func(*eventstore.Config)) *eventstore.Store {
	c := eventstore.Config{URI: uri, Schemas: []domain.Schema{notes()}, Keyring: newKeyring()}
	for _, f := range change {
		f(&c)
	}
	s, err := eventstore.Open(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func with(k *keyring) func(*eventstore.Config) {
	return func(c *eventstore.Config) { c.Keyring = k }
}

// closedPort is an address that nobody listens on.
func closedPort(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

func pending(events ...any) []domain.Pending {
	out := make([]domain.Pending, len(events))
	for i, e := range events {
		at := time.Date(2026, 7, 1, 8, 30, 0, 123_000_000, time.UTC)
		out[i] = domain.Pending{Event: e, Meta: domain.Metadata{
			Principal: "staff-7", Role: "handler", Command: "note.write", Key: fmt.Sprint("key-", i), Rule: "own",
			Channel: "api", Source: "192.0.2.7", Effective: at, Decided: at.Add(time.Second), Correlation: "c-1",
		}}
	}
	return out
}

func one(text string) written {
	return written{
		Note: "n-1", Pages: 9_007_199_254_740_993, At: time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC), Title: "Übergabe 交接",
		Text: text, Phone: "13912345678", Customer: "customer-5",
	}
}

// fill appends n shelved events over several streams and returns their positions in log order.
func fill(t testing.TB, s *eventstore.Store, n int) []uint64 {
	positions := make([]uint64, 0, n)
	next := map[domain.StreamID]domain.Revision{}
	for i := range n {
		id := domain.Stream("note", fmt.Sprint(i%7))
		expected, ok := next[id]
		if !ok {
			expected = domain.NoStream
		}
		a, err := s.Append(t.Context(), id, expected, fmt.Sprint("fill", i), pending(shelved{Shelf: fmt.Sprint(i)}))
		require.NoError(t, err)
		next[id] = domain.Revision(a.Revision)
		positions = append(positions, a.Position)
	}
	return positions
}

// collect follows the log from after until the given number of events has come.
func collect(t testing.TB, s *eventstore.Store, after uint64, n int) []domain.Envelope {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var got []domain.Envelope
	if n == 0 {
		return got
	}
	for page, err := range s.Subscribe(ctx, after) {
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Events), 1000)
		require.GreaterOrEqual(t, page.To, page.From)
		if got = append(got, page.Events...); len(got) >= n {
			return got
		}
	}
	t.Fatalf("subscription ended after %d of %d events", len(got), n)
	return nil
}

func containsAny(text string, secrets ...string) bool {
	for _, s := range secrets {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}
