package merkle

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a SHA-256 hash of a leaf or node; in text it is base64.
type Hash = tlog.Hash

// Frontier is a tree that grows leaf by leaf and remembers only what its root needs: one hash for each complete subtree at its
// right edge. The zero value is the empty tree.
type Frontier struct {
	size  int64
	edge  []tlog.Hash // complete subtrees, the largest first
	level []int       // their heights
}

// Size is the number of leaves.
func (f *Frontier) Size() int64 { return f.size }

// Add puts one more leaf, by its hash, at the end.
func (f *Frontier) Add(leaf tlog.Hash) {
	f.size++
	height := 0
	for n := len(f.edge); n > 0 && f.level[n-1] == height; n = len(f.edge) {
		leaf = tlog.NodeHash(f.edge[n-1], leaf)
		f.edge, f.level = f.edge[:n-1], f.level[:n-1]
		height++
	}
	f.edge, f.level = append(f.edge, leaf), append(f.level, height)
}

// Root is the tree's root.
func (f *Frontier) Root() tlog.Hash {
	if f.size == 0 {
		return sha256.Sum256(nil)
	}
	root := f.edge[len(f.edge)-1]
	for i := len(f.edge) - 2; i >= 0; i-- {
		root = tlog.NodeHash(f.edge[i], root)
	}
	return root
}
