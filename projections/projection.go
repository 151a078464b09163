package projections

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"docket/projections/internal/window"

	"github.com/ThreeDotsLabs/watermill/message"
)

// projection is one model being kept current. Its subscriber and its handler take turns, a page at a time.
type projection struct {
	runner  *Runner
	model   *Model
	session *session      // of whoever's turn it is; nil when it has to be opened
	entered atomic.Uint64 // version whose tables were read the last time

	mu       sync.Mutex
	state    State
	position uint64
	err      error
	since    time.Time     // when err came up
	moved    chan struct{} // closed and replaced when position or state change
	ready    chan struct{} // closed when the model has been prepared
	hurry    chan struct{} // a query waits
}

func newProjection(r *Runner, m *Model) *projection {
	m.sum = m.digest()
	return &projection{runner: r, model: m, state: Starting, moved: make(chan struct{}), ready: make(chan struct{}),
		hurry: make(chan struct{}, 1)}
}

type batchKey struct{}

// handle applies the page that a message carries.
func (p *projection) handle(msg *message.Message) error {
	b, ok := msg.Context().Value(batchKey{}).(window.Batch)
	if !ok {
		return fmt.Errorf("message %s carries no page: %w", msg.UUID, errFenced)
	}
	ctx := msg.Context()
	err := p.apply(ctx, b)
	switch {
	case err == nil:
		p.advance(b.To)
		return nil
	case errors.Is(err, errNoBuild), errors.Is(err, errSuperseded), errors.Is(err, errStandby):
		err = errors.Join(err, errFenced)
	}
	if ctx.Err() == nil {
		p.failed(err)
	}
	if lostTables(err) {
		err = errors.Join(err, errFenced) // look for the tables again
	}
	p.release()
	return err
}

// apply opens the session again if it was lost, and looks whether the page was stored before that.
func (p *projection) apply(ctx context.Context, b window.Batch) error {
	if p.session == nil {
		s, err := p.runner.open(ctx, p.model)
		if err != nil {
			return err
		}
		p.session = s
		if s.pos == b.To {
			return nil
		}
	}
	return p.session.apply(ctx, b)
}

// release gives the model's lock back.
func (p *projection) release() {
	if p.session != nil {
		p.session.close()
		p.session = nil
	}
}
