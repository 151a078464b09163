package flow_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/ticket"
	"docket/internal/pgtest"
	"docket/projections"
	"docket/projections/flow"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tape is a log of tickets' events, ten positions apart, played up to a position that moves on.
type tape struct {
	events    []domain.Envelope
	revisions map[string]uint64
	every     uint64 // positions between one summing and the next

	mu    sync.Mutex
	upTo  uint64
	moved chan struct{}
}

func newTape() *tape {
	return &tape{revisions: map[string]uint64{}, every: 900, moved: make(chan struct{})}
}

// on adds events of a ticket that happened so many minutes after the start.
func (p *tape) on(key string, minutes int, events ...ticket.Event) {
	for _, event := range events {
		n := len(p.events) + 1
		at := began.Add(time.Duration(minutes) * time.Minute)
		p.events = append(p.events, domain.Envelope{
			ID: fmt.Sprintf("event-%d", n), Stream: domain.Stream("ticket", key), Revision: p.revisions[key], Position: uint64(n) * 10,
			Type: ticket.Decider.Events.Name(event), Event: event, Meta: domain.Metadata{Effective: at, Decided: at.Add(time.Hour)},
		})
		p.revisions[key]++
	}
}

func (p *tape) last() uint64 { return uint64(len(p.events)) * 10 }

func (p *tape) play(upTo uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.upTo = max(p.upTo, upTo)
	close(p.moved)
	p.moved = make(chan struct{})
}

func (p *tape) now() (uint64, chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.upTo, p.moved
}

// Head and Subscribe make it a source of read models.
func (p *tape) Head(context.Context) (uint64, error) {
	upTo, _ := p.now()
	return upTo, nil
}

func (p *tape) Subscribe(ctx context.Context, after uint64) iter.Seq2[domain.Page, error] {
	return func(yield func(domain.Page, error) bool) {
		for ctx.Err() == nil {
			upTo, moved := p.now()
			if upTo > after && !yield(domain.Page{Events: p.events[after/10 : upTo/10], From: after, To: upTo, Live: true}, nil) {
				return
			}
			after = upTo
			select {
			case <-moved:
			case <-ctx.Done():
			}
		}
	}
}

// run keeps the read model of the tape while f runs.
func (p *tape) run(t *testing.T, f func(ctx context.Context, r *projections.Runner)) {
	t.Helper()
	model, sums := flow.Model, *flow.Model.Sums
	sums.Every = p.every
	model.Sums = &sums
	runner, err := projections.New(projections.Options{
		Pool: pgtest.Migrated(t), Source: p, Models: []projections.Model{model}, TempDir: t.TempDir(),
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	defer func() { stop(); <-ended }()
	f(ctx, runner)
}

// reach waits until the read model has passed a position.
func reach(ctx context.Context, t *testing.T, r *projections.Runner, position uint64) {
	t.Helper()
	require.Eventually(t, func() bool {
		return flow.Read(ctx, r, position, func(context.Context, flow.Snapshot) error { return nil }) == nil
	}, 20*time.Second, time.Millisecond)
}

var began = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// acts are events of plain and planned tickets in every state; folds are total, so any order will do.
var acts = []ticket.Event{
	ticket.Accepted{}, ticket.AssignedToGroup{Group: "g", Unit: "u"}, ticket.AssignedToGroup{Group: "h", Unit: "v"},
	ticket.Taken{Handler: "ann"}, ticket.WorkRecorded{}, ticket.Noted{}, ticket.Paused{Kind: ticket.AwaitingCustomer}, ticket.Resumed{},
	ticket.HandoverOffered{Handover: 1, From: "ann", To: "bob"}, ticket.HandoverAccepted{To: "bob"}, ticket.Completed{Handler: "ann"},
	ticket.StagePassed{Stage: "first"}, ticket.StagePassed{Stage: "second"}, ticket.StageReturned{Stage: "first", Round: 2},
	ticket.ClockStopped{Clock: "handling", Round: 1}, ticket.Migrated{Template: casetype.Ref{Template: "t1", Version: 2}},
	ticket.Reopened{Round: 2}, ticket.Closed{}, ticket.Cancelled{}, ticket.Objected{},
}

// randomTape is a log of so many tickets; now and then an act is told that happened before the one before it.
func randomTape(seed uint64, tickets, events int) *tape {
	random := rand.New(rand.NewPCG(seed, seed))
	p := newTape()
	minutes := make([]int, tickets)
	for range events {
		i := random.IntN(tickets)
		key := fmt.Sprintf("t%02d", i)
		minutes[i] += random.IntN(300) - 10
		switch {
		case p.revisions[key] > 0:
			p.on(key, minutes[i], acts[random.IntN(len(acts))])
		case i%2 == 0:
			p.on(key, minutes[i], ticket.Registered{Unit: "u", Type: "INC"})
		default:
			p.on(key, minutes[i], ticket.Opened{Unit: "v", Type: "PER", Template: casetype.Ref{Template: "t1", Version: 1}})
		}
	}
	return p
}
