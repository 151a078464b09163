package keeper

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"docket/domain"
	"docket/internal/merkle"
)

// resume reads how far the log was hashed, and makes sure that the log still holds there what was hashed.
func (k *Keeper) resume(ctx context.Context) (*progress, error) {
	p, err := k.Book.load(ctx)
	if err != nil || p.saved == 0 {
		return p, err
	}
	last, err := k.Book.kept(ctx, p.saved-1)
	if err != nil {
		return nil, err
	}
	e, err := k.Log.RecordedAt(ctx, last.Position)
	var refused *domain.Error
	switch {
	case errors.As(err, &refused), ctx.Err() != nil:
		return nil, err // the store cannot be reached
	case err != nil:
		return nil, fmt.Errorf("%w: event %d of the log at position %d: %w", ErrContradicted, p.saved-1, last.Position, err)
	case e.Position != last.Position || e.Hash() != last.Hash:
		return nil, fmt.Errorf("%w: at position %d another event is to stand than event %d of %s", ErrContradicted, last.Position, e.Revision, e.Stream)
	}
	signed, err := k.Log.LastHead(ctx)
	if err != nil || signed == nil {
		return p, err
	}
	if h, err := merkle.Open(signed.Data, k.Signer.Verifier); err == nil && h.Size == p.saved {
		p.unsigned = 0 // signed, and stopped before that was noted
	}
	return p, nil
}

// take hashes a page, and notes what has gathered where it is much.
func (k *Keeper) take(ctx context.Context, p *progress, page merkle.Page) error {
	for _, e := range page.Events {
		if e.Stream == merkle.Stream {
			if err := k.meet(ctx, p, e); err != nil {
				return err
			}
		}
		p.add(e)
	}
	p.position = max(p.position, page.To)
	if p.unnoted() < merkle.TileWidth {
		return nil
	}
	return k.Book.save(ctx, p)
}

// meet compares a tree head that stands in the log with the tree.
func (k *Keeper) meet(ctx context.Context, p *progress, e *merkle.Event) error {
	h, err := merkle.Open(e.Data, k.Signer.Verifier)
	if err != nil {
		k.Logger.ErrorContext(ctx, "an event among the tree heads is none of this log", "revision", e.Revision, "position", e.Position, "error", err)
		return nil // it proves nothing, and docket verify --log tells of it
	}
	if err := k.agree(ctx, p, h); err != nil || h.Size == 0 {
		return err
	}
	last, err := k.Book.kept(ctx, h.Size-1)
	if err != nil {
		return err
	}
	p.heads = append(p.heads, merkle.Signed{Size: h.Size, Position: last.Position, Checkpoint: e.Data})
	return nil
}

// agree makes sure that a signed head is of this tree. It saves, so that the tree can be read.
func (k *Keeper) agree(ctx context.Context, p *progress, h merkle.Head) error {
	if h.Size > p.edge.Size {
		return fmt.Errorf("%w: a tree head covers %d events, %d stand before it", ErrContradicted, h.Size, p.edge.Size)
	}
	root, err := k.root(ctx, p, h.Size)
	if err == nil && root != h.Root {
		err = fmt.Errorf("%w: the tree head over %d events has another root", ErrContradicted, h.Size)
	}
	return err
}

func (k *Keeper) root(ctx context.Context, p *progress, size int64) (tlog.Hash, error) {
	if p.edge.Size > p.saved {
		if err := k.Book.save(ctx, p); err != nil {
			return tlog.Hash{}, err
		}
	}
	root, err := tlog.TreeHash(size, merkle.Hashes(k.Book.tiles(ctx)))
	if err != nil {
		return root, fmt.Errorf("root over %d events: %w", size, err)
	}
	return root, nil
}

// sign appends a head over everything that has been hashed. What it covers is durable before, so that a kill in between leaves
// nothing behind but a head that the next one makes the same; and it is appended at the revision of the head before, so that of
// two writers one fails.
func (k *Keeper) sign(ctx context.Context, p *progress) error {
	before, err := k.Log.LastHead(ctx)
	if err != nil {
		return err
	}
	expected := domain.NoStream
	if before != nil {
		expected = domain.Revision(before.Revision) //nolint:gosec // revisions stay far below 2^63
		if h, err := merkle.Open(before.Data, k.Signer.Verifier); err == nil {
			if h.Size >= p.edge.Size {
				return nil // somebody else signed; it comes along the log
			}
			if err := k.agree(ctx, p, h); err != nil {
				return err
			}
		}
	}
	root, err := k.root(ctx, p, p.edge.Size)
	if err != nil {
		return err
	}
	checkpoint, err := merkle.Head{Origin: k.Signer.Name(), Size: p.edge.Size, Root: root}.Sign(k.Signer)
	if err != nil {
		return err
	}
	switch err := k.Log.AppendHead(ctx, expected, checkpoint); {
	case errors.Is(err, domain.ErrWrongRevision), errors.Is(err, domain.ErrAmbiguous):
		k.Logger.InfoContext(ctx, "a tree head is signed later", "size", p.edge.Size, "error", err)
		return nil
	case err != nil:
		return err
	}
	p.unsigned = 0
	return nil
}
