package simulation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"docket/commands"
	"docket/domain"
	"docket/domain/series"
	"docket/domain/ticket"
)

// Bulk decides a simulation in this process, by the pipeline that the service uses, and appends each ticket's events whole, so
// that a log of millions of events is there in minutes. Nobody else may take numbers of the simulated office meanwhile. What is
// decided is decided at the time of the act, as if the office had been at work.
type Bulk struct {
	Journal commands.Journal                                    // where the events go
	Config  commands.Config                                     // of the pipelines; journal and clock are set here
	Keys    func(ctx context.Context, subjects ...string) error // makes the keys of many subjects at once; nil: each is made when it is used
	Workers int                                                 // 0: 2
	Done    func(tickets, events int)                           // told after each batch; nil: nobody
	mu      sync.Mutex
	numbers map[domain.StreamID]*numbering
	first   sync.Once
}

// numbering is a series of ticket numbers while it is filled.
type numbering struct {
	mu       sync.Mutex
	revision domain.Revision // of what is stored
	pending  []domain.Pending
}

// Sizes of batches: tickets whose keys are made and whose events are appended together, and numbers in one append.
const (
	ticketsAtOnce = 64
	numbersAtOnce = 500
)

// Fill carries the lives of the tickets from one to before another out, and tells how many events that made. Lax acts that are
// refused are left out; any other refusal is an error.
func (b *Bulk) Fill(ctx context.Context, p *Plan, from, to int) (events int, err error) {
	b.first.Do(func() { b.numbers = map[domain.StreamID]*numbering{} })
	var counted sync.Mutex
	batches := (to - from + ticketsAtOnce - 1) / ticketsAtOnce
	workers := make(chan *office, max(b.Workers, 2))
	for range cap(workers) {
		o, err := b.open(ctx)
		if err != nil {
			return 0, err
		}
		workers <- o
	}
	err = spread(ctx, cap(workers), 0, batches, func(ctx context.Context, n int) error {
		o := <-workers
		defer func() { workers <- o }()
		begin := from + n*ticketsAtOnce
		made, err := o.batch(ctx, p, begin, min(begin+ticketsAtOnce, to))
		counted.Lock()
		defer counted.Unlock()
		events += made
		if b.Done != nil && err == nil {
			b.Done(min(ticketsAtOnce, to-begin), made)
		}
		return err
	})
	return events, errors.Join(err, b.flush(ctx))
}

// flush stores the numbers that are still held back.
func (b *Bulk) flush(ctx context.Context) error {
	for stream, n := range b.numbers {
		n.mu.Lock()
		err := b.store(ctx, stream, n)
		n.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// store appends the numbers that are held back; the caller holds the series.
func (b *Bulk) store(ctx context.Context, stream domain.StreamID, n *numbering) error {
	for len(n.pending) > 0 {
		part := n.pending[:min(len(n.pending), numbersAtOnce)]
		appended, err := b.Journal.Append(ctx, stream, n.revision, "simulation", part)
		if err != nil {
			return fmt.Errorf("numbers of %s: %w", stream, err)
		}
		n.revision, n.pending = domain.Revision(appended.Revision), n.pending[len(part):]
	}
	n.pending = nil
	return nil
}

// series gives the series of a stream as it stands in the log.
func (b *Bulk) series(ctx context.Context, stream domain.StreamID) (*numbering, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := b.numbers[stream]; n != nil {
		return n, nil
	}
	_, revision, err := b.Journal.Load(ctx, stream)
	if err != nil {
		return nil, err
	}
	n := &numbering{revision: revision}
	b.numbers[stream] = n
	return n, nil
}

// office decides one ticket after the other: a pipeline on a journal that holds the ticket under way and nothing else.
type office struct {
	bulk     *Bulk
	pipeline *commands.Pipeline
	now      time.Time
	history  []domain.Envelope // of the ticket under way
	pending  []domain.Pending
	stream   domain.StreamID
}

func (b *Bulk) open(context.Context) (*office, error) {
	o := &office{bulk: b}
	c := b.Config
	c.Journal, c.Clock = o, func() time.Time { return o.now }
	var err error
	o.pipeline, err = commands.NewPipeline(c)
	return o, err
}

// Load gives the ticket under way, or an empty stream.
func (o *office) Load(ctx context.Context, id domain.StreamID) ([]domain.Envelope, domain.Revision, error) {
	switch {
	case id == o.stream:
		return o.history, domain.Revision(len(o.history) - 1), nil
	case id.Category() == ticket.Decider.Category, id.Category() == series.Decider.Category, id.Category() == "customer":
		return nil, domain.NoStream, nil // of these only what is made here is there
	}
	return o.bulk.Journal.Load(ctx, id)
}

// Append keeps a ticket's events until its life is told whole. Numbers are given out at the end of their series: nobody else
// gives any out.
func (o *office) Append(ctx context.Context, id domain.StreamID, _ domain.Revision, _ string, events []domain.Pending) (domain.Appended, error) {
	if id.Category() == series.Decider.Category {
		n, err := o.bulk.series(ctx, id)
		if err != nil {
			return domain.Appended{}, err
		}
		n.mu.Lock()
		defer n.mu.Unlock()
		n.pending = append(n.pending, events...)
		revision := uint64(int64(n.revision) + int64(len(n.pending)))
		if len(n.pending) >= numbersAtOnce {
			err = o.bulk.store(ctx, id, n)
		}
		return domain.Appended{Revision: revision, IDs: make([]string, len(events))}, err
	}
	if o.stream != id {
		o.stream, o.history, o.pending = id, nil, nil
	}
	for _, e := range events {
		o.history = append(o.history, domain.Envelope{Stream: id, Revision: uint64(len(o.history)), Event: e.Event, Meta: e.Meta})
	}
	o.pending = append(o.pending, events...)
	return domain.Appended{Revision: uint64(len(o.history) - 1), IDs: make([]string, len(events))}, nil
}

// Head is not asked for: nothing names a position here.
func (o *office) Head(ctx context.Context) (uint64, error) { return o.bulk.Journal.Head(ctx) }

// told is a life that has been decided.
type told struct {
	stream domain.StreamID
	events []domain.Pending
}

// batch decides some tickets and appends them, a stream each, side by side.
func (o *office) batch(ctx context.Context, p *Plan, from, to int) (events int, err error) {
	var lives []told
	var subjects []string
	for i := from; i < to; i++ {
		t, err := o.life(ctx, p.Case(i))
		if err != nil {
			return 0, fmt.Errorf("ticket %d: %w", i, err)
		}
		lives = append(lives, t)
		subjects = append(subjects, string(t.stream))
		for _, e := range t.events {
			if m, ok := e.Event.(domain.MarkedUnder); ok && m.MarkedSubject() != "" {
				subjects = append(subjects, m.MarkedSubject())
			}
		}
		events += len(t.events)
	}
	if o.bulk.Keys != nil {
		slices.Sort(subjects)
		if err := o.bulk.Keys(ctx, slices.Compact(subjects)...); err != nil {
			return 0, err
		}
	}
	return events, spread(ctx, len(lives), 0, len(lives), func(ctx context.Context, i int) error {
		_, err := o.bulk.Journal.Append(ctx, lives[i].stream, domain.NoStream, "simulation", lives[i].events)
		return err
	})
}

// life decides every act of a ticket.
func (o *office) life(ctx context.Context, c Case) (told, error) {
	o.stream, o.history, o.pending = "", nil, nil
	id := ""
	for _, act := range c.Acts {
		e, ok := commands.Lookup(act.Command)
		if !ok {
			return told{}, fmt.Errorf("no command %s", act.Command)
		}
		o.now = act.At
		r := commands.Request{ID: id, Key: act.Key, Command: act.Body, Actor: account(), OnBehalfOf: act.By}
		if e.Match == commands.MatchRequired {
			r.Match, r.Matches = domain.Revision(len(o.history)-1), true
		}
		a, err := o.pipeline.Do(ctx, e, r)
		var refused *domain.Error
		switch {
		case err == nil:
			id = a.ID
		case act.Lax && errors.As(err, &refused):
		default:
			return told{}, fmt.Errorf("%s: %w", act.Command, err)
		}
	}
	return told{o.stream, o.pending}, nil
}

// account is who carries a simulation out, as it is over HTTP.
func account() domain.Actor {
	a := domain.Actor{Principal: "service-simulation", Channel: "api"}
	for _, role := range Roles {
		a.Posts = append(a.Posts, domain.Post{Role: role})
	}
	return a
}
