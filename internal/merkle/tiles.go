package merkle

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Tiles are how the hashes of a tree are kept and offered (C2SP tlog-tiles): runs of 256 hashes, every eighth level of the tree.
const (
	TileHeight = 8
	TileWidth  = 1 << TileHeight
)

// Tile is a run of hashes: those of the subtrees with 256^Level leaves, from number 256·N on. All but the last of a level are
// full, 256 hashes wide.
type Tile struct {
	Level  int
	N      int64
	Hashes []byte // 32 bytes each
}

// Width is the number of hashes.
func (t Tile) Width() int { return len(t.Hashes) / tlog.HashSize }

// Edge is the right edge of a growing tree: the last, unfilled tile of each level. The zero value is the empty tree.
type Edge struct {
	Size   int64
	levels [][]byte
}

// NewEdge goes on with a tree of a size; read gives its tiles.
func NewEdge(size int64, read func(level int, n int64) ([]byte, error)) (*Edge, error) {
	e := &Edge{Size: size}
	for level, n := 0, size; n > 0; level, n = level+1, n>>TileHeight {
		width := int(n % TileWidth)
		e.levels = append(e.levels, nil)
		if width == 0 {
			continue
		}
		hashes, err := read(level, n>>TileHeight)
		if err != nil {
			return nil, err
		}
		if len(hashes) < width*tlog.HashSize {
			return nil, fmt.Errorf("tile %d/%d: %d of %d hashes", level, n>>TileHeight, len(hashes)/tlog.HashSize, width)
		}
		e.levels[level] = append([]byte(nil), hashes[:width*tlog.HashSize]...)
	}
	return e, nil
}

// Add puts one more leaf, by its hash, at the end, and gives the tiles that it filled.
func (e *Edge) Add(hash tlog.Hash) (filled []Tile) {
	e.Size++
	for level, n := 0, e.Size; ; level, n = level+1, n>>TileHeight {
		if level == len(e.levels) {
			e.levels = append(e.levels, nil)
		}
		e.levels[level] = append(e.levels[level], hash[:]...)
		if len(e.levels[level]) < TileWidth*tlog.HashSize {
			return filled
		}
		full := Tile{Level: level, N: n>>TileHeight - 1, Hashes: e.levels[level]}
		filled = append(filled, full)
		hash = full.root()
		e.levels[level] = nil
	}
}

// Last gives the unfilled tiles.
func (e *Edge) Last() (tiles []Tile) {
	for level, hashes := range e.levels {
		if len(hashes) > 0 {
			tiles = append(tiles, Tile{Level: level, N: e.Size >> (TileHeight * (level + 1)), Hashes: hashes})
		}
	}
	return tiles
}

// root is the hash over a full tile.
func (t Tile) root() tlog.Hash {
	row := make([]tlog.Hash, t.Width())
	for i := range row {
		row[i] = tlog.Hash(t.Hashes[i*tlog.HashSize:])
	}
	for ; len(row) > 1; row = row[:len(row)/2] {
		for i := range len(row) / 2 {
			row[i] = tlog.NodeHash(row[2*i], row[2*i+1])
		}
	}
	return row[0]
}

// Hashes reads any hash of a tree out of its tiles. Each tile is read once for one call of ReadHashes.
func Hashes(read func(level int, n int64) ([]byte, error)) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		type place struct {
			level int
			n     int64
		}
		known := map[place][]byte{}
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			t := tlog.TileForIndex(TileHeight, index)
			at := place{t.L, t.N}
			data, ok := known[at]
			if !ok {
				var err error
				if data, err = read(t.L, t.N); err != nil {
					return nil, err
				}
				known[at] = data
			}
			if len(data) < t.W*tlog.HashSize {
				return nil, fmt.Errorf("tile %d/%d: %d hashes, %d are needed", t.L, t.N, len(data)/tlog.HashSize, t.W)
			}
			t.W = len(data) / tlog.HashSize
			var err error
			if hashes[i], err = tlog.HashFromTile(t, data, index); err != nil {
				return nil, err
			}
		}
		return hashes, nil
	})
}
