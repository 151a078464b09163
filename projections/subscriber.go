package projections

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"docket/projections/internal/window"

	"github.com/ThreeDotsLabs/watermill/message"
)

// subscriber is the Watermill side: topics are models, a message carries a page. The next message is withheld until the
// last one is acked, which means that its page is committed; a nack means that the place in the log has to be looked up
// again.
type subscriber struct {
	runner  *Runner
	running *sync.WaitGroup
}

// Subscribe begins to give the pages of a model.
func (s subscriber) Subscribe(ctx context.Context, model string) (<-chan *message.Message, error) {
	p, ok := s.runner.byName[model]
	if !ok {
		return nil, fmt.Errorf("no model is named %q", model)
	}
	messages := make(chan *message.Message)
	s.running.Go(func() {
		defer close(messages)
		p.run(ctx, messages)
	})
	return messages, nil
}

// Close does nothing: subscriptions end with their contexts.
func (subscriber) Close() error { return nil }

// run finds the model's place, sends what follows, and begins anew when that fails, until ctx ends.
func (p *projection) run(ctx context.Context, messages chan<- *message.Message) {
	select {
	case <-p.ready:
	case <-ctx.Done():
		return
	}
	pause := p.runner.limits.retryFirst
	for ctx.Err() == nil {
		err := p.obtain(ctx)
		if err == nil {
			before := p.session.pos
			err = p.send(ctx, messages)
			if p.place() > before {
				pause = p.runner.limits.retryFirst
			}
		}
		wait := pause
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, errStandby), errors.Is(err, errSuperseded):
			p.idle(err)
			wait = p.runner.limits.standby
		default:
			p.failed(err)
			pause = min(2*pause, p.runner.limits.retryLast)
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// obtain opens the session, building the tables first if they are missing.
func (p *projection) obtain(ctx context.Context) error {
	if p.session != nil {
		return nil
	}
	s, err := p.runner.open(ctx, p.model)
	if errors.Is(err, errNoBuild) {
		p.become(Building)
		if err = p.runner.rebuild(ctx, false, p.model); err == nil {
			s, err = p.runner.open(ctx, p.model)
		}
	}
	if err != nil {
		return err
	}
	p.session = s
	p.begin(s.pos)
	return nil
}

// send passes pages on, one at a time. It ends with nil when the consumer wants the place looked up again.
func (p *projection) send(ctx context.Context, messages chan<- *message.Message) error {
	for b, err := range p.runner.window.Follow(ctx, p.session.pos, p.runner.limits.pageEvents) {
		if err != nil {
			return err
		}
		began := time.Now()
		msg := newMessage(ctx, p.model.Name, b)
		select {
		case messages <- msg:
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case <-msg.Acked():
		case <-msg.Nacked():
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
		p.rest(ctx, b, time.Since(began))
	}
	return ctx.Err()
}

func newMessage(ctx context.Context, model string, b window.Batch) *message.Message {
	from, to := strconv.FormatUint(b.From, 10), strconv.FormatUint(b.To, 10)
	msg := message.NewMessage(model+"-"+from+"-"+to, nil)
	msg.Metadata.Set("from", from)
	msg.Metadata.Set("to", to)
	msg.Metadata.Set("events", strconv.Itoa(b.Count))
	msg.SetContext(context.WithValue(ctx, batchKey{}, b))
	return msg
}

const (
	smallPage = 250 // events below which a page costs more for being a page than for its events
	restShare = 20  // rest this many times what the page took
	shortest  = 25 * time.Millisecond
	longest   = 100 * time.Millisecond
)

// rest lets events gather after a small page, in proportion to what the page took, so that a busy log does not have every
// model commit every few events; for longest where none of them mattered to the model. Who waits for a page ends the rest;
// after a quiet moment there is none.
func (p *projection) rest(ctx context.Context, b window.Batch, took time.Duration) {
	if b.Count >= smallPage {
		return
	}
	pause := longest
	if s := p.session; s == nil || s.mattered {
		pause = min(max(restShare*took, shortest), longest)
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.hurry:
	case <-ctx.Done():
	}
}
