package window_test

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"sync"
	"testing"
	"time"

	"docket/domain"
	"docket/projections/internal/window"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tape is a log of pages given beforehand; it goes on when told to.
type tape struct {
	pages []domain.Page
	fail  chan error // an error for whoever reads at the end
}

func (t *tape) Head(context.Context) (uint64, error) { return t.end(), nil }

func (t *tape) end() uint64 {
	if len(t.pages) == 0 {
		return 0
	}
	return t.pages[len(t.pages)-1].To
}

func (t *tape) Subscribe(ctx context.Context, after uint64) iter.Seq2[domain.Page, error] {
	return func(yield func(domain.Page, error) bool) {
		for _, p := range t.pages {
			if p.To <= after {
				continue
			}
			p.From = max(p.From, after)
			for len(p.Events) > 0 && p.Events[0].Position <= after {
				p.Events = p.Events[1:]
			}
			if !yield(p, nil) {
				return
			}
		}
		select {
		case err := <-t.fail:
			yield(domain.Page{}, err)
		case <-ctx.Done():
		}
	}
}

// drawTape makes pages of events at growing positions, some without events, some reaching beyond their last event.
func drawTape(t *rapid.T) *tape {
	tp := &tape{fail: make(chan error)}
	at := uint64(0)
	for range rapid.IntRange(1, 40).Draw(t, "pages") {
		p := domain.Page{From: at}
		for range rapid.IntRange(0, 6).Draw(t, "events") {
			at += rapid.Uint64Range(1, 5).Draw(t, "gap")
			p.Events = append(p.Events, domain.Envelope{Position: at})
		}
		at += rapid.Uint64Range(0, 3).Draw(t, "beyond")
		if p.To = at; p.To > p.From {
			tp.pages = append(tp.pages, p)
		}
	}
	return tp
}

// Readers of any speed, from any place, in batches of any size, get every event after their place once and in order.
func TestEveryReaderGetsEveryEventOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		tp := drawTape(rt)
		if tp.end() == 0 {
			return
		}
		var want []uint64
		for _, p := range tp.pages {
			for _, e := range p.Events {
				want = append(want, e.Position)
			}
		}
		w := window.New(tp, slog.New(slog.DiscardHandler), window.Capacity(rapid.IntRange(1, 20).Draw(rt, "capacity"), time.Microsecond))
		ctx, cancel := context.WithCancel(context.Background())
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		start := rapid.Uint64Range(0, tp.end()).Draw(rt, "the window begins")
		running.Go(func() { w.Run(ctx, start) })
		var readers sync.WaitGroup
		problems := make([]string, rapid.IntRange(1, 4).Draw(rt, "readers"))
		for i := range problems {
			after, limit := rapid.Uint64Range(0, tp.end()-1).Draw(rt, "after"), rapid.IntRange(1, 9).Draw(rt, "limit")
			readers.Go(func() { problems[i] = follow(ctx, w, after, limit, tp.end(), want) })
		}
		readers.Wait()
		for _, p := range problems {
			require.Empty(rt, p)
		}
	})
}

func follow(ctx context.Context, w *window.Window, after uint64, limit int, end uint64, want []uint64) string {
	for len(want) > 0 && want[0] <= after {
		want = want[1:]
	}
	at := after
	for b, err := range w.Follow(ctx, after, limit) {
		switch {
		case err != nil:
			return err.Error()
		case b.From != at || b.To <= at || b.Count > limit:
			return "a batch does not follow the one before, or is too long"
		}
		n := 0
		for e := range b.All() {
			if len(want) == 0 || e.Position != want[0] || e.Position > b.To {
				return "events missing, doubled or out of order"
			}
			want = want[1:]
			n++
		}
		if n != b.Count {
			return "count is wrong"
		}
		if len(want) > 0 && want[0] <= b.To {
			return "the batch claims events that it does not hold"
		}
		if at = b.To; at == end {
			break
		}
	}
	if len(want) > 0 {
		return "events missing at the end"
	}
	return ""
}

func TestReadersAtTheEndAreToldAFailure(t *testing.T) {
	t.Parallel()
	tp := &tape{pages: []domain.Page{{To: 5, Events: []domain.Envelope{{Position: 5}}}}, fail: make(chan error)}
	w := window.New(tp, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	running.Go(func() { w.Run(ctx, 0) })
	broken := errors.New("cannot be decoded")
	var got []error
	for b, err := range w.Follow(ctx, 0, 10) {
		got = append(got, err)
		if err == nil {
			require.Equal(t, uint64(5), b.To)
			running.Go(func() { tp.fail <- broken })
		}
	}
	require.Equal(t, []error{nil, broken}, got)
}
