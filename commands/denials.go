package commands

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/security"
)

// Limits of what one source may write into the security log: so many denials in a window, the rest counted.
const (
	denialsPerWindow = 20
	denialWindow     = time.Minute
	denialSources    = 10_000 // sources remembered at once
)

// Denials records denied attempts in the security stream of the day. One source (principal and address) can write only so
// many in a minute; what it is denied beyond that is counted and told by its next entry, at the latest by Close.
type Denials struct {
	log    *dayLog
	clock  func() time.Time
	logger *slog.Logger

	mu      sync.Mutex
	sources map[source]*window
}

type source struct{ principal, address string }

// window is what a source was denied lately.
type window struct {
	since      time.Time
	written    int
	suppressed int
	last       domain.Pending // stands for those that were suppressed
}

// NewDenials makes a recorder.
func NewDenials(j Journal, clock func() time.Time, l *slog.Logger) *Denials {
	return &Denials{log: &dayLog{journal: j}, clock: clock, logger: l, sources: map[source]*window{}}
}

// Reads makes a recorder of sensitive reads that writes at the end of the same stream.
func (d *Denials) Reads() *Reads { return &Reads{log: d.log, clock: d.clock} }

// Record writes one denied attempt, or counts it. It returns when the entry is stored; a store that cannot be reached is
// logged, for the attempt is refused in any case.
func (d *Denials) Record(ctx context.Context, a domain.Actor, operation string, p authz.Permission, target domain.StreamID, rule string) {
	now := d.clock().UTC().Truncate(time.Microsecond)
	key := uuid.NewString()
	entry := domain.Pending{
		Event: security.Denied{Operation: operation, Permission: string(p), Target: string(target), Rule: rule},
		Meta: domain.Metadata{
			Principal: a.Principal, Actor: a.Staff, OnBehalfOf: a.OnBehalfOf, Channel: a.Channel, Source: a.Source,
			Effective: now, Decided: now, Command: operation, Correlation: key, Causation: key,
		},
	}
	if entry, write := d.admit(source{a.Principal, a.Source}, now, entry); write {
		d.store(ctx, now, entry)
	}
}

// admit decides whether the entry is written, with how many suppressed before it.
func (d *Denials) admit(s source, now time.Time, entry domain.Pending) (domain.Pending, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := d.sources[s]
	if w == nil {
		d.forget(now)
		w = &window{since: now}
		d.sources[s] = w
	}
	if now.Sub(w.since) >= denialWindow {
		w.since, w.written = now, 0
	}
	if w.written >= denialsPerWindow {
		w.suppressed++
		w.last = entry
		return domain.Pending{}, false
	}
	denied := entry.Event.(security.Denied)
	denied.Suppressed, w.suppressed = w.suppressed, 0
	entry.Event = denied
	w.written++
	return entry, true
}

// forget makes room by dropping sources that have been quiet and owe no entry, and any of them when all are busy.
func (d *Denials) forget(now time.Time) {
	if len(d.sources) < denialSources {
		return
	}
	for s, w := range d.sources {
		if w.suppressed == 0 && now.Sub(w.since) >= denialWindow {
			delete(d.sources, s)
		}
	}
	for s := range d.sources {
		if len(d.sources) < denialSources {
			return
		}
		delete(d.sources, s)
	}
}

// Close writes what has only been counted so far.
func (d *Denials) Close(ctx context.Context) {
	d.mu.Lock()
	var owed []domain.Pending
	for _, w := range d.sources {
		if w.suppressed > 0 {
			denied := w.last.Event.(security.Denied)
			denied.Suppressed = w.suppressed - 1 // this entry is one of them
			w.last.Event, w.suppressed = denied, 0
			owed = append(owed, w.last)
		}
	}
	d.mu.Unlock()
	for _, entry := range owed {
		d.store(ctx, d.clock().UTC(), entry)
	}
}

// store writes an entry, or logs that it could not.
func (d *Denials) store(ctx context.Context, now time.Time, entry domain.Pending) {
	if err := d.log.append(ctx, now, entry); err != nil {
		d.logger.ErrorContext(ctx, "a denied attempt could not be recorded",
			"error", err, "principal", entry.Meta.Principal, "operation", entry.Meta.Command)
	}
}
