package group

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"
)

// configStream keeps which groups there are; its last event is the whole list.
const configStream = "$persistentSubscriptionConfig"

type config struct {
	Version string  `json:"version"`
	Entries []entry `json:"entries"`
}

type entry struct {
	Stream   string   `json:"stream"`
	Group    string   `json:"group"`
	Settings Settings `json:"settings"`
}

// Manager runs all groups of an engine.
type Manager struct {
	store *store.Store
	log   *slog.Logger

	mu     sync.Mutex
	groups map[Key]*Group
	closed bool
}

// Open starts the groups that the log knows.
func Open(st *store.Store, log *slog.Logger) (*Manager, error) {
	m := &Manager{store: st, log: log, groups: map[Key]*Group{}}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.load(); err != nil {
		m.stopAll(ShuttingDown)
		return nil, err
	}
	return m, nil
}

func (m *Manager) load() error {
	p, err := m.store.StreamBackward(configStream, store.LastRevision, 1)
	if err != nil || len(p.Recs) == 0 {
		return err
	}
	v, err := p.Recs[0].View()
	if err != nil {
		return err
	}
	var c config
	if err := json.Unmarshal(v.Data, &c); err != nil {
		return fmt.Errorf("persistent subscriptions: %w", err)
	}
	for _, e := range c.Entries {
		k := Key{e.Stream, e.Group}
		if m.groups[k], err = newGroup(k, e.Settings, m.store, m.log); err != nil {
			delete(m.groups, k)
			return fmt.Errorf("persistent subscription %s: %w", k, err)
		}
	}
	return nil
}

// save stores which groups there are, with one changed: replaced, added, or (if
// settings is nil) removed.
func (m *Manager) save(ctx context.Context, k Key, settings *Settings) error {
	c := config{Version: "2"}
	for key, g := range m.groups {
		if key != k {
			c.Entries = append(c.Entries, entry{key.Stream, key.Group, g.s.settings})
		}
	}
	if settings != nil {
		c.Entries = append(c.Entries, entry{k.Stream, k.Group, *settings})
	}
	slices.SortFunc(c.Entries, func(a, b entry) int {
		return strings.Compare(Key{a.Stream, a.Group}.String(), Key{b.Stream, b.Group}.String())
	})
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return m.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.EnsureMetadata(configStream, []byte(`{"$maxCount":2}`)); err != nil {
			return err
		}
		_, err := tx.Append(configStream, store.Any, []record.Proposed{{
			ID: store.NewID(), Type: "$PersistentConfig", JSON: true, Data: data,
		}})
		return err
	})
}

// Create makes a group. The stream need not exist.
func (m *Manager) Create(ctx context.Context, k Key, s Settings) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed:
		return &Error{Kind: ShuttingDown, Key: k}
	case m.groups[k] != nil:
		return &Error{Kind: Exists, Key: k}
	case store.CheckName(k.checkpointStream()) != nil:
		return &Error{Kind: Failed, Key: k, Reason: "The names of the stream and the group are too long."}
	}
	return m.replace(ctx, k, s)
}

// Update changes a group and drops its consumers. It goes on from its
// checkpoint if it has one, else from the new start; its filter stays.
func (m *Manager) Update(ctx context.Context, k Key, s Settings) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	g := m.groups[k]
	if g == nil {
		return &Error{Kind: NotFound, Key: k}
	}
	s.Filter = g.s.settings.Filter
	return m.replace(ctx, k, s)
}

func (m *Manager) replace(ctx context.Context, k Key, s Settings) error {
	if reason := s.validate(); reason != "" {
		return &Error{Kind: Failed, Key: k, Reason: reason}
	}
	if err := m.save(ctx, k, &s); err != nil {
		return err
	}
	if old := m.groups[k]; old != nil {
		old.stop(&Error{Kind: Dropped, Key: k})
	}
	g, err := newGroup(k, s, m.store, m.log)
	if err != nil {
		return err
	}
	m.groups[k] = g
	return nil
}

// Delete removes a group with its checkpoint and its parked events.
func (m *Manager) Delete(ctx context.Context, k Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	g := m.groups[k]
	if g == nil {
		return &Error{Kind: NotFound, Key: k}
	}
	if err := m.save(ctx, k, nil); err != nil {
		return err
	}
	delete(m.groups, k)
	g.stop(&Error{Kind: Dropped, Key: k})
	for _, stream := range []string{k.checkpointStream(), k.parkedStream()} {
		_, err := m.store.Delete(ctx, stream, store.Any)
		var missing *store.WrongRevision
		if err != nil && !errors.As(err, &missing) {
			return err
		}
	}
	return nil
}

// Connect makes a consumer with room for a number of events in flight.
func (m *Manager) Connect(k Key, slots int, p Peer) (*Consumer, error) {
	g, err := m.group(k)
	if err != nil {
		return nil, err
	}
	return g.connect(slots, p)
}

// ReplayParked hands out a group's parked events again; stop is a revision of
// its parked stream to end before, or negative.
func (m *Manager) ReplayParked(k Key, stop int64) error {
	g, err := m.group(k)
	if err != nil {
		return err
	}
	return g.replayParked(stop)
}

func (m *Manager) group(k Key) (*Group, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	g := m.groups[k]
	if g == nil {
		return nil, &Error{Kind: NotFound, Key: k}
	}
	return g, nil
}

// Restart drops all consumers and begins anew from what the log says.
func (m *Manager) Restart() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stopAll(Dropped)
	return m.load()
}

// Close stops all groups.
func (m *Manager) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.stopAll(ShuttingDown)
}

func (m *Manager) stopAll(why Kind) {
	for k, g := range m.groups {
		g.stop(&Error{Kind: why, Key: k})
		delete(m.groups, k)
	}
}
