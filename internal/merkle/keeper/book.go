package keeper

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"docket/domain"
	"docket/internal/merkle"
)

// Refusals of questions about the log's tree.
var (
	ErrNoHead  = domain.Refusal(domain.Unavailable, "log.no_head", "the log has no tree head there yet; try again")
	ErrNoTile  = domain.Refusal(domain.NotFound, "log.no_tile", "the log has no such tile")
	ErrNoLeaf  = domain.Refusal(domain.NotFound, "log.no_leaf", "no event under that tree head stands at that position")
	ErrNoSizes = domain.Refusal(domain.Invalid, "log.sizes", "sizes must be of tree heads of the log, the smaller first")
)

// Book is what has been noted of the tree: hashes and signed heads. Any instance may read it.
type Book struct {
	Pool     *pgxpool.Pool
	Key      string // public, of the heads
	Verifier note.Verifier
}

// PublicKey is the key that heads are signed by, in the form of signed notes.
func (b *Book) PublicKey() string { return b.Key }

// Latest is the newest head in the log. Error: [ErrNoHead].
func (b *Book) Latest(ctx context.Context) (merkle.Signed, error) {
	return b.head(ctx, "ORDER BY size DESC LIMIT 1")
}

// Of is the head of a size. Error: [ErrNoSizes].
func (b *Book) Of(ctx context.Context, size int64) (merkle.Signed, error) {
	s, err := b.head(ctx, "WHERE size = $1", size)
	if errors.Is(err, ErrNoHead) {
		err = ErrNoSizes
	}
	return s, err
}

// wanted is the channel by which whoever keeps the tree is asked for a head at once.
const wanted = "docket_log_head"

// How long Covering waits, and how often it looks.
const (
	coverPatience = 5 * time.Second
	coverLook     = 25 * time.Millisecond
	askAgain      = 8 // looks
)

// Covering is the first head that covers a position, always the same one. Where there is none yet, one is asked for and awaited
// for a few seconds. Error: [ErrNoHead].
func (b *Book) Covering(ctx context.Context, position uint64) (merkle.Signed, error) {
	limited, cancel := context.WithTimeout(ctx, coverPatience)
	defer cancel()
	for look := 0; ; look++ {
		s, err := b.head(ctx, "WHERE position >= $1 ORDER BY size LIMIT 1", int64(position)) //nolint:gosec // positions stay below 2^63
		if !errors.Is(err, ErrNoHead) {
			return s, err
		}
		if look%askAgain == 0 { // whoever keeps the tree may not have had the event when it was asked
			if _, err := b.Pool.Exec(ctx, "SELECT pg_notify($1, '')", wanted); err != nil {
				return s, fmt.Errorf("ask for a tree head: %w", err)
			}
		}
		select {
		case <-limited.Done():
			return s, errors.Join(ErrNoHead, ctx.Err())
		case <-time.After(coverLook):
		}
	}
}

func (b *Book) head(ctx context.Context, which string, args ...any) (s merkle.Signed, err error) {
	var position int64
	err = b.Pool.QueryRow(ctx, "SELECT size, position, checkpoint FROM merkle.head "+which, args...).Scan(&s.Size, &position, &s.Checkpoint)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return s, ErrNoHead
	case err != nil:
		return s, fmt.Errorf("tree heads: %w", err)
	}
	s.Position = uint64(position) //nolint:gosec // they come from there
	return s, nil
}

// Tile gives the first hashes of a tile. It must lie under a signed head: others may still be wrong. Error: [ErrNoTile].
func (b *Book) Tile(ctx context.Context, level int, n int64, width int) ([]byte, error) {
	latest, err := b.Latest(ctx)
	if err != nil {
		return nil, err
	}
	if level < 0 || level > 63/merkle.TileHeight || n < 0 || width < 1 || width > merkle.TileWidth ||
		n > latest.Size>>(merkle.TileHeight*(level+1)) || n<<merkle.TileHeight+int64(width) > latest.Size>>(merkle.TileHeight*level) {
		return nil, ErrNoTile
	}
	hashes, err := b.tiles(ctx)(level, n)
	if err != nil {
		return nil, err
	}
	if len(hashes) < width*tlog.HashSize {
		return nil, ErrNoTile
	}
	return hashes[:width*tlog.HashSize], nil
}

// Consistency proves that the tree of one head is the beginning of another's.
func (b *Book) Consistency(ctx context.Context, from, to int64) ([]tlog.Hash, error) {
	if from < 1 || from > to {
		return nil, ErrNoSizes
	}
	if _, err := b.Of(ctx, to); err != nil {
		return nil, err
	}
	way, err := tlog.ProveTree(to, from, merkle.Hashes(b.tiles(ctx)))
	if err != nil {
		return nil, fmt.Errorf("consistency of %d and %d: %w", from, to, err)
	}
	return way, nil
}

// Prove proves that the events at some positions are leaves under a head, in that order. Error: [ErrNoLeaf].
func (b *Book) Prove(ctx context.Context, under merkle.Signed, positions ...uint64) ([]merkle.Proof, error) {
	hashes := merkle.Hashes(remembered(b.tiles(ctx)))
	proofs := make([]merkle.Proof, len(positions))
	for i, position := range positions {
		index, err := b.index(ctx, position)
		if err != nil {
			return nil, err
		}
		if index >= under.Size {
			return nil, ErrNoLeaf
		}
		way, err := tlog.ProveRecord(under.Size, index, hashes)
		if err != nil {
			return nil, fmt.Errorf("proof of leaf %d under %d: %w", index, under.Size, err)
		}
		proofs[i] = merkle.Proof{Index: index, Hashes: way, Checkpoint: under.Checkpoint}
	}
	return proofs, nil
}

// index is the place among the leaves of the event at a position.
func (b *Book) index(ctx context.Context, position uint64) (int64, error) {
	var n int64
	var positions []byte
	at := int64(position) //nolint:gosec // positions stay below 2^63
	err := b.Pool.QueryRow(ctx, "SELECT n, positions FROM merkle.tile WHERE level = 0 AND first <= $1 ORDER BY first DESC LIMIT 1", at).Scan(&n, &positions)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, ErrNoLeaf
	}
	if err != nil {
		return 0, fmt.Errorf("leaf at position %d: %w", position, err)
	}
	i, found := slices.BinarySearch(places(positions), position)
	if !found {
		return 0, ErrNoLeaf
	}
	return n<<merkle.TileHeight + int64(i), nil
}

// remembered reads each tile once.
func remembered(read func(level int, n int64) ([]byte, error)) func(level int, n int64) ([]byte, error) {
	type place struct {
		level int
		n     int64
	}
	known := map[place][]byte{}
	return func(level int, n int64) ([]byte, error) {
		if hashes, ok := known[place{level, n}]; ok {
			return hashes, nil
		}
		hashes, err := read(level, n)
		if err == nil {
			known[place{level, n}] = hashes
		}
		return hashes, err
	}
}

// places reads the positions of a tile's leaves.
func places(b []byte) []uint64 {
	p := make([]uint64, len(b)/8)
	for i := range p {
		p[i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return p
}

// tiles reads tiles whole.
func (b *Book) tiles(ctx context.Context) func(level int, n int64) ([]byte, error) {
	return func(level int, n int64) (hashes []byte, err error) {
		err = b.Pool.QueryRow(ctx, "SELECT hashes FROM merkle.tile WHERE level = $1 AND n = $2", level, n).Scan(&hashes)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil, ErrNoTile
		}
		if err != nil {
			return nil, fmt.Errorf("tile %d/%d: %w", level, n, err)
		}
		return hashes, nil
	}
}

// Kept gives the hashes of all leaves as they were noted, in the order of the log.
func (b *Book) Kept(ctx context.Context) iter.Seq2[merkle.Kept, error] {
	return func(yield func(merkle.Kept, error) bool) {
		var size int64
		if err := b.Pool.QueryRow(ctx, "SELECT size FROM merkle.progress").Scan(&size); err != nil {
			yield(merkle.Kept{}, err)
			return
		}
		for n := int64(0); n<<merkle.TileHeight < size; n++ {
			var hashes, positions []byte
			if err := b.Pool.QueryRow(ctx, "SELECT hashes, positions FROM merkle.tile WHERE level = 0 AND n = $1", n).Scan(&hashes, &positions); err != nil {
				yield(merkle.Kept{}, fmt.Errorf("tile 0/%d: %w", n, err))
				return
			}
			for i, position := range places(positions) {
				if n<<merkle.TileHeight+int64(i) >= size || len(hashes) < (i+1)*tlog.HashSize {
					break
				}
				if !yield(merkle.Kept{Position: position, Hash: tlog.Hash(hashes[i*tlog.HashSize:])}, nil) {
					return
				}
			}
		}
	}
}

// kept is one leaf as it was noted.
func (b *Book) kept(ctx context.Context, index int64) (merkle.Kept, error) {
	var hashes, positions []byte
	err := b.Pool.QueryRow(ctx, "SELECT hashes, positions FROM merkle.tile WHERE level = 0 AND n = $1", index>>merkle.TileHeight).Scan(&hashes, &positions)
	i := int(index % merkle.TileWidth)
	if err == nil && (len(hashes) < (i+1)*tlog.HashSize || len(positions) < (i+1)*8) {
		err = ErrNoTile
	}
	if err != nil {
		return merkle.Kept{}, fmt.Errorf("leaf %d: %w", index, err)
	}
	return merkle.Kept{Position: places(positions)[i], Hash: tlog.Hash(hashes[i*tlog.HashSize:])}, nil
}
