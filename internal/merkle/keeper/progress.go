package keeper

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"docket/internal/merkle"
)

// errOvertaken: another instance has hashed on; it keeps the tree now.
var errOvertaken = errors.New("another instance has hashed the log further")

// progress is how far the log has been hashed. What is in it beyond saved is not in Postgres yet.
type progress struct {
	edge      *merkle.Edge
	position  uint64   // read up to here, whether a leaf stands here or not
	positions []uint64 // of the leaves in the unfilled tile, and of filled ones not saved yet
	unsigned  int64
	saved     int64 // size
	filled    []merkle.Tile
	heads     []merkle.Signed // met since
}

// load reads the progress.
func (b *Book) load(ctx context.Context) (*progress, error) {
	p := &progress{}
	var position int64
	if err := b.Pool.QueryRow(ctx, "SELECT size, position, unsigned FROM merkle.progress").Scan(&p.saved, &position, &p.unsigned); err != nil {
		return nil, fmt.Errorf("progress of the tree: %w", err)
	}
	p.position = uint64(position) //nolint:gosec // it comes from there
	var err error
	if p.edge, err = merkle.NewEdge(p.saved, b.tiles(ctx)); err != nil {
		return nil, fmt.Errorf("progress of the tree: %w", err)
	}
	if width := p.saved % merkle.TileWidth; width > 0 {
		var positions []byte
		if err := b.Pool.QueryRow(ctx, "SELECT positions FROM merkle.tile WHERE level = 0 AND n = $1", p.saved>>merkle.TileHeight).Scan(&positions); err != nil {
			return nil, fmt.Errorf("progress of the tree: %w", err)
		}
		if p.positions = places(positions); int64(len(p.positions)) < width {
			return nil, errors.New("progress of the tree: positions are missing")
		}
		p.positions = p.positions[:width]
	}
	return p, nil
}

// add takes a leaf in.
func (p *progress) add(e *merkle.Event) {
	p.filled = append(p.filled, p.edge.Add(e.Hash())...)
	p.positions = append(p.positions, e.Position)
	p.position = max(p.position, e.Position)
	if e.Stream != merkle.Stream {
		p.unsigned++
	}
}

// unnoted is how many leaves have been added since the last time they were saved.
func (p *progress) unnoted() int64 { return p.edge.Size - p.saved }

// save notes what has been added, in one transaction that fails when somebody else has saved meanwhile.
func (b *Book) save(ctx context.Context, p *progress) error {
	err := pgx.BeginFunc(ctx, b.Pool, func(tx pgx.Tx) error {
		moved, err := tx.Exec(ctx, "UPDATE merkle.progress SET size = $2, position = $3, unsigned = $4 WHERE size = $1",
			p.saved, p.edge.Size, int64(p.position), p.unsigned) //nolint:gosec // positions stay below 2^63
		switch {
		case err != nil:
			return err
		case moved.RowsAffected() == 0:
			return errOvertaken
		}
		batch := &pgx.Batch{}
		if p.edge.Size > p.saved {
			first := p.saved >> merkle.TileHeight // of the tiles that positions begin with
			for _, t := range append(p.filled, p.edge.Last()...) {
				if t.Level > 0 {
					batch.Queue(putTile, t.Level, t.N, t.Hashes, nil, nil)
					continue
				}
				places := p.positions[(t.N-first)<<merkle.TileHeight:]
				places = places[:t.Width()]
				batch.Queue(putTile, 0, t.N, t.Hashes, int64(places[0]), packed(places)) //nolint:gosec // positions stay below 2^63
			}
		}
		for _, h := range p.heads {
			batch.Queue("INSERT INTO merkle.head (size, position, checkpoint) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", h.Size, int64(h.Position), h.Checkpoint) //nolint:gosec // positions stay below 2^63
		}
		return tx.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return fmt.Errorf("note hashes of the log: %w", err)
	}
	p.positions = p.positions[(p.edge.Size>>merkle.TileHeight-p.saved>>merkle.TileHeight)<<merkle.TileHeight:]
	p.saved, p.filled, p.heads = p.edge.Size, nil, nil
	return nil
}

const putTile = `INSERT INTO merkle.tile (level, n, hashes, first, positions) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes, positions = excluded.positions`

func packed(positions []uint64) []byte {
	b := make([]byte, 0, 8*len(positions))
	for _, p := range positions {
		b = binary.BigEndian.AppendUint64(b, p)
	}
	return b
}
