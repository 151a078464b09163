package readapi

import (
	"context"
	"errors"

	"docket/domain"
	"docket/internal/bundle"
	"docket/internal/merkle"
)

// Log is the tree over all events: its signed heads, and proofs under them.
type Log interface {
	// PublicKey is the key that heads are signed by, in the form of signed notes.
	PublicKey() string
	// Latest is the newest head; Covering the first one that covers a position, always the same, awaited for a few seconds. Both are
	// unavailable where there is none.
	Latest(ctx context.Context) (merkle.Signed, error)
	Covering(ctx context.Context, position uint64) (merkle.Signed, error)
	Prove(ctx context.Context, under merkle.Signed, positions ...uint64) ([]merkle.Proof, error)
	Consistency(ctx context.Context, from, to int64) ([]merkle.Hash, error)
	Tile(ctx context.Context, level int, n int64, width int) ([]byte, error)
	StoredEvents(ctx context.Context, id domain.StreamID) ([]*merkle.Event, error)
}

// prove adds the proofs of all events under the first head that covers the newest. A bundle whose head cannot be had in time is
// given without proofs, and says so: evidence is wanted even while nobody signs.
func (s *service) prove(ctx context.Context, e *evidence) error {
	if s.Log == nil || len(e.events) == 0 {
		return nil
	}
	head, err := s.Log.Covering(ctx, e.events[len(e.events)-1].Position)
	var refused *domain.Error
	if errors.As(err, &refused) && refused.Code == domain.Unavailable && ctx.Err() == nil {
		e.why = "no signed tree head covers the newest event yet; take the bundle again later / 尚無經簽名的樹頭涵蓋最新事件，請稍後再取"
		return nil
	}
	if err != nil {
		return err
	}
	stored, err := s.Log.StoredEvents(ctx, e.Stream())
	if err != nil {
		return err
	}
	if len(stored) < len(e.events) {
		return errShortened
	}
	positions := make([]uint64, len(e.events))
	for i := range e.events {
		positions[i] = e.events[i].Position
	}
	proofs, err := s.Log.Prove(ctx, head, positions...)
	if err != nil {
		return err
	}
	e.proven = make([]bundle.Proven, len(proofs))
	for i, p := range proofs {
		e.proven[i] = bundle.Proven{Event: stored[i], Proof: p}
	}
	return nil
}

func (s *service) writeProofs(b *bundle.Writer, e *evidence) error {
	switch {
	case e.why != "":
		return b.Text("log/NOT-SIGNED.txt", e.why+"\n")
	case len(e.proven) == 0:
		return nil
	}
	return b.Log(s.Log.PublicKey(), e.proven)
}
