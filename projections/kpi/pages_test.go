package kpi_test

import (
	"bytes"
	"context"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/internal/pgtest"
	"docket/projections"
	"docket/projections/kpi"
)

// tape plays a history up to a position that moves on.
type tape struct {
	*history
	mu    sync.Mutex
	upTo  uint64
	moved chan struct{}
}

func (p *tape) play(upTo uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.upTo = upTo
	close(p.moved)
	p.moved = make(chan struct{})
}

func (p *tape) now() (uint64, chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.upTo, p.moved
}

func (p *tape) Head(context.Context) (uint64, error) {
	upTo, _ := p.now()
	return upTo, nil
}

func (p *tape) Subscribe(ctx context.Context, after uint64) iter.Seq2[domain.Page, error] {
	return func(yield func(domain.Page, error) bool) {
		for ctx.Err() == nil {
			upTo, moved := p.now()
			page := domain.Page{Events: p.events[after/10 : upTo/10], From: after, To: upTo, Live: true}
			if upTo > after && !yield(page, nil) {
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

// The tables are the same however the log was cut into pages, and when they are built from the whole log at once.
func TestPagesDoNotMatter(t *testing.T) {
	t.Parallel()
	h := randomHistory(3, 20, 400)
	whole := dump(t, h, len(h.events), true)
	require.NotEmpty(t, whole)
	for _, size := range []int{1, 17, len(h.events)} {
		require.Equal(t, whole, dump(t, h, size, false), "pages of %d", size)
	}
}

// dump plays a history in pages of a size, to a model that follows it or, all at once, to one that is built from it.
func dump(t *testing.T, h *history, size int, built bool) string {
	t.Helper()
	p := &tape{history: h, moved: make(chan struct{})}
	if built {
		p.play(h.last())
	}
	runner, err := projections.New(projections.Options{
		Pool: pgtest.Migrated(t), Source: p, Models: []projections.Model{kpi.Model}, TempDir: t.TempDir(),
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	defer func() { stop(); <-ended }()
	reach := func(position uint64) {
		require.Eventually(t, func() bool {
			return kpi.Read(ctx, runner, position, func(context.Context, kpi.Snapshot) error { return nil }) == nil
		}, 20*time.Second, time.Millisecond)
	}
	reach(0)
	for at := 0; at < len(h.events); at += size {
		upTo := uint64(min(at+size, len(h.events))) * 10
		p.play(max(upTo, p.upTo))
		reach(upTo)
	}
	var rows bytes.Buffer
	_, err = runner.Dump(ctx, kpi.Model.Name, &rows)
	require.NoError(t, err)
	return rows.String()
}
