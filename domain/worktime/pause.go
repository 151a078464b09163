package worktime

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Stopped is the pause kind of the time between closing and re-opening: it is left out of the time used as a pause is, but
// told apart from pauses (kpis §1.4).
const Stopped = "stopped"

// Pause is a stretch [From, To) that a clock does not count; the zero To is a pause that still lasts. Kind is the listed
// reason, or [Stopped].
type Pause struct {
	Kind string    `json:"kind"`
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

// Open reports whether the pause still lasts.
func (p Pause) Open() bool { return p.To.IsZero() }

// piece is a stretch of the union of pauses, in ms. Where pauses overlap it carries one kind: Stopped, else that of the pause
// that began first.
type piece struct {
	from, to int64
	kind     string
}

// union clips pauses to [from, to) and joins them, so that no instant counts twice. Pieces are sorted and disjoint; those
// that touch stay apart where their kinds differ.
func union(pauses []Pause, from, to int64) []piece {
	list := make([]piece, 0, len(pauses))
	for _, p := range pauses {
		end := int64(math.MaxInt64)
		if !p.Open() {
			end = p.To.UnixMilli()
		}
		if x := (piece{max(p.From.UnixMilli(), from), min(end, to), p.Kind}); x.from < x.to {
			list = append(list, x)
		}
	}
	slices.SortStableFunc(list, func(a, b piece) int {
		if (a.kind == Stopped) != (b.kind == Stopped) { // laid first, so that others are cut to what is left
			if a.kind == Stopped {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.from, b.from)
	})
	var laid []piece
	for _, p := range list {
		laid = lay(laid, p)
	}
	return laid
}

// lay adds what of a piece is not covered yet, and keeps the pieces sorted.
func lay(laid []piece, p piece) []piece {
	next := make([]piece, 0, len(laid)+2)
	put := func(x piece) {
		if last := len(next) - 1; last >= 0 && next[last].to == x.from && next[last].kind == x.kind {
			next[last].to = x.to
			return
		}
		next = append(next, x)
	}
	for _, x := range laid {
		if p.from < p.to && p.from < x.from {
			put(piece{p.from, min(p.to, x.from), p.kind})
		}
		put(x)
		p.from = max(p.from, x.to)
	}
	if p.from < p.to {
		put(p)
	}
	return next
}
