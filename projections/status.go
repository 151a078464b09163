package projections

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// State is what a model is doing.
type State string

// The states. All but Live and Standby mean that the model is not ready for queries or falls behind.
const (
	Starting   State = "starting"
	Building   State = "building"   // its tables are being made
	Live       State = "live"       // this process keeps it
	Standby    State = "standby"    // another process keeps it
	Failing    State = "failing"    // it stopped at an error and is tried again
	Superseded State = "superseded" // a later version of the program keeps it
)

// errStandby: another process holds the model's lock.
var errStandby = errors.New("another process keeps this read model")

// Status is how a model stands.
type Status struct {
	Model    string
	State    State
	Position uint64        // everything up to here is in its tables
	Lag      time.Duration // age of the oldest event that is not
	Err      error         // why it is Failing
	Since    time.Time     // since when
	Rebuild  *Progress     // of new tables that are being made, by whoever; nil: none are
}

// Ready reports whether queries get current answers: kept by somebody, and less than the given time behind.
func (s Status) Ready(behind time.Duration) bool {
	return (s.State == Live || s.State == Standby) && s.Lag < behind
}

// Status tells how every model stands, in the order of [Options].
func (r *Runner) Status(ctx context.Context) []Status {
	all := make([]Status, len(r.models))
	for i, p := range r.models {
		all[i] = p.status()
		if all[i].State != Standby {
			continue
		}
		switch _, pos, err := liveBuild(ctx, r.pool, p.model); {
		case errors.Is(err, errSuperseded): // by the program that holds the lock
			all[i].State = Superseded
		case err != nil:
			all[i].State, all[i].Err = Failing, err
		default:
			all[i].Position, all[i].Lag = pos, r.lag(pos)
		}
	}
	rebuilding, err := r.Rebuilding(ctx)
	if err != nil && ctx.Err() == nil {
		r.log.Warn("status without rebuilds", "error", err)
	}
	for i := range rebuilding {
		for n := range all {
			if all[n].Model == rebuilding[i].Model {
				all[n].Rebuild = &rebuilding[i]
			}
		}
	}
	return all
}

// Seen is the furthest place of the log that the live tables of any of the models have read; 0 when there are none. A log
// that ends before it has lost events, or is another log.
func (r *Runner) Seen(ctx context.Context) (uint64, error) {
	names := make([]string, len(r.models))
	for i, p := range r.models {
		names[i] = p.model.Name
	}
	var position int64
	err := r.pool.QueryRow(ctx, `SELECT coalesce(max(c.pos), 0)
		FROM projections.live l JOIN projections.checkpoint c USING (model, version) WHERE l.model = ANY($1)`, names).Scan(&position)
	if err != nil {
		return 0, fmt.Errorf("how far the read models have read: %w", err)
	}
	return uint64(position), nil
}

// lag is the age of the first event after a position.
func (r *Runner) lag(position uint64) time.Duration {
	stored, ok := r.window.Next(position)
	if !ok {
		return 0
	}
	return max(0, time.Since(stored))
}

func (p *projection) status() Status {
	p.mu.Lock()
	s := Status{Model: p.model.Name, State: p.state, Position: p.position, Err: p.err, Since: p.since}
	p.mu.Unlock()
	s.Lag = p.runner.lag(s.Position)
	return s
}

func (p *projection) place() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.position
}

// preparing reports whether this process is about to have the model's tables ready.
func (p *projection) preparing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state == Starting || p.state == Building
}

// change alters the status and wakes who waits for it.
func (p *projection) change(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
	close(p.moved)
	p.moved = make(chan struct{})
}

// advance notes a committed page.
func (p *projection) advance(to uint64) {
	p.change(func() { p.position, p.state, p.err = to, Live, nil })
}

// begin notes that this process keeps the model from a position on. An error stays until a page is committed, or there is
// none to commit.
func (p *projection) begin(at uint64) {
	p.change(func() {
		p.position = at
		if p.err == nil || at >= p.runner.window.Head() {
			p.state, p.err = Live, nil
		}
	})
}

func (p *projection) become(s State) { p.change(func() { p.state, p.err = s, nil }) }

func (p *projection) idle(err error) {
	if errors.Is(err, errSuperseded) {
		p.become(Superseded)
		return
	}
	p.become(Standby)
}

// failed notes an error; being fenced off is none, but a reason to look again.
func (p *projection) failed(err error) {
	if err == nil || errors.Is(err, errFenced) {
		return
	}
	p.runner.metrics.failures.WithLabelValues(p.model.Name).Inc()
	p.change(func() {
		if p.err == nil {
			p.since = time.Now()
			p.runner.log.Error("read model stopped; trying again", "model", p.model.Name, "error", err)
		}
		p.state, p.err = Failing, err
	})
}
