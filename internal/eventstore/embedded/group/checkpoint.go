package group

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"
)

// text writes a place in a source as the protocol does: a revision as a number,
// a position of the whole log as C:commit/P:prepare.
func (k Key) text(at uint64) string {
	if k.Stream == All {
		return fmt.Sprintf("C:%d/P:%d", at, at)
	}
	return strconv.FormatUint(at, 10)
}

var errCheckpoint = errors.New("unreadable checkpoint")

func (k Key) parse(s string) (uint64, error) {
	if k.Stream == All {
		commit, _, ok := strings.Cut(strings.TrimPrefix(s, "C:"), "/")
		if !ok {
			return 0, errCheckpoint
		}
		s = commit
	}
	at, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, errCheckpoint
	}
	return at, nil
}

func (g *Group) loadCheckpoint() (checkpoint, error) {
	p, err := g.store.StreamBackward(g.key.checkpointStream(), store.LastRevision, 1)
	if err != nil || len(p.Recs) == 0 {
		return checkpoint{}, err
	}
	v, err := p.Recs[0].View()
	if err != nil {
		return checkpoint{}, err
	}
	var s string
	if err := json.Unmarshal(v.Data, &s); err != nil {
		return checkpoint{}, errCheckpoint
	}
	at, err := g.key.parse(s)
	return checkpoint{at, err == nil}, err
}

// writeCheckpoint stores how far the group has come, if that is due. A failure
// is tried again later: what was finished stays counted.
func (g *Group) writeCheckpoint(ctx context.Context, ticked bool) {
	g.mu.Lock()
	due := g.s.checkpointDue(time.Since(g.lastWrite), ticked)
	c := checkpoint{g.s.source.done, g.s.source.any}
	finished := g.s.finished
	if due && g.written == c {
		due = false
	}
	g.mu.Unlock()
	if !due {
		return
	}
	if err := g.saveCheckpoint(ctx, c); err != nil {
		if ctx.Err() == nil {
			g.log.Warn("a persistent subscription cannot write its checkpoint, it will try again", "error", err)
		}
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.written, g.lastWrite = c, time.Now()
	g.s.finished -= finished
}

func (g *Group) saveCheckpoint(ctx context.Context, c checkpoint) error {
	data, err := json.Marshal(g.key.text(c.at))
	if err != nil {
		return err
	}
	stream := g.key.checkpointStream()
	return g.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.EnsureMetadata(stream, []byte(`{"$maxCount":2}`)); err != nil {
			return err
		}
		_, err := tx.Append(stream, store.Any, []record.Proposed{{
			ID: store.NewID(), Type: "$SubscriptionCheckpoint", JSON: true, Data: data,
		}})
		return err
	})
}
