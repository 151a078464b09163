package commands_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"docket/commands"
	"docket/domain"
	"docket/domain/authority"
	"docket/domain/authz"
	"docket/domain/procedure"
	"docket/domain/staff"
	"docket/domain/template"
	"docket/domain/ticket"
	"docket/domain/unit"
	"docket/internal/eventstore"
	"docket/internal/eventstore/embedded"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2.runClock")) // the engine's pattern library; it ends by itself
}

// keyring is AES-256-GCM with one random key per subject, in memory.
type keyring struct {
	mu   sync.Mutex
	keys map[string]cipher.AEAD
}

func (k *keyring) Seal(_ context.Context, subject string, plain, aad []byte) (domain.Box, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
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
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce)
	return domain.Box{Key: subject, Cipher: aead.Seal(nonce, nonce, plain, aad)}, nil
}

func (k *keyring) Fetch(context.Context, []*domain.Box) error { return nil }

func (k *keyring) Open(_ context.Context, b domain.Box, aad []byte) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	aead, ok := k.keys[b.Key]
	if !ok {
		return nil, domain.ErrDestroyed
	}
	return aead.Open(nil, b.Cipher[:aead.NonceSize()], b.Cipher[aead.NonceSize():], aad)
}

// openStore starts an engine in memory and connects to it.
func openStore(t testing.TB) *eventstore.Store {
	t.Helper()
	server, err := embedded.Start(context.Background(), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	store, err := eventstore.Open(t.Context(), eventstore.Config{
		URI:     server.ConnectionString(),
		Schemas: commands.Schemas(),
		Keyring: &keyring{keys: map[string]cipher.AEAD{}},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

// directory follows the log and answers as of any effective time, by folding what had happened by then.
type directory struct {
	mu       sync.Mutex
	changed  chan struct{}
	position uint64
	events   map[domain.StreamID][]domain.Envelope
	counts   map[string]int // of all events, by category
}

func follow(t testing.TB, store *eventstore.Store) *directory {
	t.Helper()
	d := &directory{changed: make(chan struct{}), events: map[domain.StreamID][]domain.Envelope{}, counts: map[string]int{}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for page, err := range store.Subscribe(ctx, 0) {
			if err != nil {
				return
			}
			d.fold(page)
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	return d
}

func (d *directory) fold(page domain.Page) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range page.Events {
		d.counts[e.Stream.Category()]++
		if c := e.Stream.Category(); c == "unit" || c == "staff" || c == "template" || c == "procedure" || c == "authority" || c == "calendar" {
			d.events[e.Stream] = append(d.events[e.Stream], e)
		}
	}
	d.position = page.To
	close(d.changed)
	d.changed = make(chan struct{})
}

func stateAt[S, E any](d *directory, decider domain.Decider[S, E], id string, at time.Time) (S, domain.Envelope, bool) {
	d.mu.Lock()
	history := slices.Clone(d.events[domain.Stream(decider.Category, id)])
	d.mu.Unlock()
	history = slices.DeleteFunc(history, func(e domain.Envelope) bool { return e.Meta.Effective.After(at) })
	slices.SortStableFunc(history, func(a, b domain.Envelope) int { return a.Meta.Effective.Compare(b.Meta.Effective) })
	var s S
	if len(history) == 0 {
		return s, domain.Envelope{}, false
	}
	for _, e := range history {
		s = decider.Evolve(s, e.Event.(E))
	}
	return s, history[0], true
}

func (d *directory) Unit(id string, at time.Time) (unit.Facts, bool) {
	s, first, ok := stateAt(d, unit.Decider, id, at)
	if !ok {
		return unit.Facts{}, false
	}
	return unit.Facts{
		ID: id, Code: first.Event.(unit.Opened).Code, Parent: s.Parent, Name: s.Name, Leader: s.Leader, Kind: s.Kind,
		Active: s.Open, Settings: s.Settings, Types: s.Types, Load: s.Load, Roster: s.Roster, Stamps: s.Stamps,
	}, true
}

func (d *directory) Staff(id string, at time.Time) (staff.Facts, bool) {
	s, _, ok := stateAt(d, staff.Decider, id, at)
	f := staff.Facts{ID: id, Name: s.Name, Active: s.Active, Fit: s.Fit}
	for g := range s.Groups {
		f.Groups = append(f.Groups, g)
	}
	for p := range s.Posts {
		f.Posts = append(f.Posts, p)
	}
	return f, ok
}

func (d *directory) Authority() authority.Matrix {
	d.mu.Lock()
	defer d.mu.Unlock()
	var m authority.Matrix
	for stream, history := range d.events {
		if stream.Category() != "authority" {
			continue
		}
		line := authority.Line{ID: stream.Key()}
		for _, e := range history {
			line = line.After(e.Event.(authority.Event), e.Meta.Effective)
		}
		m = append(m, line)
	}
	return m
}

func (d *directory) People(at time.Time) []staff.Facts {
	d.mu.Lock()
	var ids []string
	for stream := range d.events {
		if stream.Category() == "staff" {
			ids = append(ids, stream.Key())
		}
	}
	d.mu.Unlock()
	var all []staff.Facts
	for _, id := range ids {
		if f, ok := d.Staff(id, at); ok {
			all = append(all, f)
		}
	}
	return all
}

func (d *directory) Template(id string) (template.Facts, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := template.Facts{ID: id}
	for _, e := range d.events[domain.Stream("template", id)] {
		f = f.After(e.Event.(template.Event), e.Meta.Effective)
	}
	return f, len(f.Versions) > 0
}

func (d *directory) Templates() []template.Facts {
	return all(d, template.Decider.Category, d.Template)
}

func (d *directory) Procedure(id string) (procedure.Facts, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := procedure.Facts{ID: id}
	for _, e := range d.events[domain.Stream("procedure", id)] {
		f = f.After(e.Event.(procedure.Event), e.Meta.Effective)
	}
	return f, len(f.Versions) > 0
}

func (d *directory) Units(at time.Time) []unit.Facts {
	return all(d, unit.Decider.Category, func(id string) (unit.Facts, bool) { return d.Unit(id, at) })
}

func all[F any](d *directory, category string, of func(id string) (F, bool)) []F {
	d.mu.Lock()
	streams := slices.Collect(maps.Keys(d.events))
	d.mu.Unlock()
	var list []F
	for _, s := range streams {
		if f, ok := of(s.Key()); ok && s.Category() == category {
			list = append(list, f)
		}
	}
	return list
}

func (d *directory) Position() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.position
}

func (d *directory) WaitFor(ctx context.Context, position uint64) error {
	for {
		d.mu.Lock()
		reached, changed := d.position >= position, d.changed
		d.mu.Unlock()
		if reached {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// clock stands still unless it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

var digestKey = []byte("a key for tests that is long enough")

func digest(_ context.Context, request []byte) (string, error) {
	mac := hmac.New(sha256.New, digestKey)
	mac.Write(request)
	return hex.EncodeToString(mac.Sum(nil)), nil
}

// desk is a whole service desk: a store, a directory, a pipeline, and an organisation made by commands.
type desk struct {
	t       testing.TB
	store   *eventstore.Store
	dir     *directory
	clock   *clock
	denials *commands.Denials
	config  commands.Config
	p       *commands.Pipeline

	unit, other, group, second  string // a unit with two groups, and another unit
	clerk, handler, mate, chief string // staff keys; chief is a manager
	opened                      time.Time
}

// admin is the account that carries another system's log in: it may do everything, act for anybody and back-date.
var admin = domain.Actor{Principal: "service-import", Channel: "import", Source: "192.0.2.1", Posts: []domain.Post{{Role: authz.Importer}}}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, store: openStore(t), clock: &clock{at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}}
	d.dir = follow(t, d.store)
	d.denials = commands.NewDenials(d.store, d.clock.now, slog.New(slog.DiscardHandler))
	d.config = commands.Config{
		Journal: d.store, Lookups: d.dir, Digest: digest, Denials: d.denials, Clock: d.clock.now, Logger: slog.New(slog.DiscardHandler),
	}
	d.p = d.pipeline(nil)
	d.opened = d.clock.now().Add(-48 * time.Hour)
	d.organise()
	return d
}

// pipeline makes another pipeline over the same parts, as another process would.
func (d *desk) pipeline(change func(*commands.Config)) *commands.Pipeline {
	c := d.config
	if change != nil {
		change(&c)
	}
	p, err := commands.NewPipeline(c)
	require.NoError(d.t, err)
	return p
}

func (d *desk) organise() {
	at := func(r *commands.Request) { r.Effective = d.opened }
	found := func(name string, command any) string {
		a := d.must(name, "", command, at)
		d.settle(a.Position)
		return a.ID
	}
	d.unit = found("unit.open", &unit.Open{Kind: unit.Department, Code: "CS", Name: "Service"})
	d.other = found("unit.open", &unit.Open{Kind: unit.Department, Code: "XX", Name: "Other"})
	d.group = found("unit.open", &unit.Open{Kind: unit.Group, Name: "Printing", Parent: d.unit})
	d.second = found("unit.open", &unit.Open{Kind: unit.Group, Name: "Network", Parent: d.unit})
	hire := func(name, role, where string, groups ...string) string {
		id := found("staff.join", &staff.Join{Name: name})
		d.settle(d.must("staff.grant_post", id, &staff.GrantPost{Role: role, Unit: where}, at).Position)
		for _, g := range groups {
			d.settle(d.must("staff.start_membership", id, &staff.StartMembership{Group: g}, at).Position)
		}
		return id
	}
	d.clerk = hire("Clerk", authz.Clerk, d.unit)
	d.handler = hire("Handler", authz.Handler, d.group, d.group)
	d.mate = hire("Mate", authz.Handler, d.group, d.group)
	d.chief = hire("Chief", authz.Manager, "")
}

// settle waits until the directory has read up to a position.
func (d *desk) settle(position uint64) {
	ctx, cancel := context.WithTimeout(d.t.Context(), 10*time.Second)
	defer cancel()
	require.NoError(d.t, d.dir.WaitFor(ctx, position))
}

// as is a member of staff as the authentication would resolve them.
func (d *desk) as(person string) domain.Actor {
	f, ok := d.dir.Staff(person, d.clock.now())
	require.True(d.t, ok)
	return domain.Actor{Principal: "staff-" + person, Staff: person, Groups: f.Groups, Posts: f.Posts, Channel: "api", Source: "192.0.2.9"}
}

func by(a domain.Actor) func(*commands.Request) { return func(r *commands.Request) { r.Actor = a } }

func keyed(key string) func(*commands.Request) { return func(r *commands.Request) { r.Key = key } }

func matching(revision uint64) func(*commands.Request) {
	return func(r *commands.Request) { r.Match, r.Matches = domain.Revision(revision), true }
}

func (d *desk) do(p *commands.Pipeline, name, id string, command any, with ...func(*commands.Request)) (commands.Answer, error) {
	e, ok := commands.Lookup(name)
	require.True(d.t, ok, name)
	r := commands.Request{ID: id, Actor: admin, Command: command}
	for _, w := range with {
		w(&r)
	}
	return p.Do(d.t.Context(), e, r)
}

func (d *desk) must(name, id string, command any, with ...func(*commands.Request)) commands.Answer {
	d.t.Helper()
	a, err := d.do(d.p, name, id, command, with...)
	require.NoError(d.t, err, name)
	return a
}

func (d *desk) registration() *ticket.Register {
	return &ticket.Register{Unit: d.unit, Type: "INC", Channel: ticket.Phone, Urgency: ticket.Normal, Title: "Printer"}
}

// inHandling is a ticket that the handler holds; its revision is 3.
func (d *desk) inHandling() string {
	id := d.must("ticket.register", "", d.registration()).ID
	d.must("ticket.accept", id, &ticket.Accept{})
	d.must("ticket.assign_group", id, &ticket.AssignToGroup{Group: d.group})
	d.must("ticket.take", id, &ticket.Take{}, by(d.as(d.handler)))
	return id
}

// events reads a stream back.
func (d *desk) events(id domain.StreamID) []domain.Envelope {
	history, _, err := d.store.Load(d.t.Context(), id)
	require.NoError(d.t, err)
	return history
}

func types(history []domain.Envelope) []string {
	var names []string
	for _, e := range history {
		names = append(names, e.Type)
	}
	return names
}

// head is the end of the log, to see whether anything was appended.
func (d *desk) head() uint64 {
	head, err := d.store.Head(d.t.Context())
	require.NoError(d.t, err)
	return head
}
