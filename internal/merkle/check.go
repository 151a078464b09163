package merkle

import (
	"bytes"
	"fmt"
	"iter"
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Check holds a log against everything that was signed or kept about it.
type Check struct {
	Verifiers []note.Verifier
	// Heads are the events of the stream of tree heads, as that stream tells them; they are looked for in the log, too.
	Heads []*Event
	// Outside are checkpoints that were kept elsewhere, by the name of where: they alone find that the end of a log is gone, or
	// that its history was made anew together with its tree heads.
	Outside map[string][]byte
	// Stored are the hashes that were noted when the events came in, in the order of the log; nil: none. With them the very event
	// is named.
	Stored iter.Seq2[Kept, error]
}

// Kept is the hash of a leaf as it was noted, and the position of its event.
type Kept struct {
	Position uint64
	Hash     tlog.Hash
}

// claim is a tree head that the log has to agree with.
type claim struct {
	Head
	from string
}

// run is a check under way.
type run struct {
	Check
	report    Report
	claims    []claim // by size
	next      int     // of claims
	tree      Frontier
	stored    Frontier
	heads     int    // of Heads that were met in the log
	headSize  int64  // of the last head met
	last      uint64 // position of the last leaf
	good      mark   // last claim that held
	bad       bool   // a claim did not hold
	misplaced bool   // a head did not stand where it may
	revision  map[string]uint64
	kept      func() (Kept, error, bool)
	at        *Kept // the stored hash that is next
}

// mark is a place in the log.
type mark struct {
	size     int64
	position uint64
}

// Run reads the log to its end, every event of $all in order, and tells what it found. The error is of reading, not of the
// log.
func (c Check) Run(log iter.Seq2[*Event, error]) (Report, error) {
	r := &run{Check: c, revision: map[string]uint64{}}
	r.gather()
	if c.Stored != nil {
		kept, stop := iter.Pull2(c.Stored)
		defer stop()
		r.kept = kept
		if err := r.advance(); err != nil {
			return r.report, err
		}
	}
	r.compareClaims()
	for e, err := range log {
		if err != nil {
			return r.report, fmt.Errorf("the log cannot be read on after position %d (%d events): %w", r.last, r.tree.Size(), err)
		}
		if !Counts(e.Stream, e.Type) {
			continue
		}
		if err := r.leaf(e); err != nil {
			return r.report, err
		}
	}
	return r.report, r.end()
}

// gather opens every signed head there is to hold against the log.
func (r *run) gather() {
	for _, e := range r.Heads {
		h, err := Open(e.Data, r.Verifiers...)
		if err != nil {
			r.found(Finding{Kind: Forged, Position: e.Position, Text: fmt.Sprintf("event %d of %s is no tree head of this log: %v", e.Revision, Stream, err)})
			continue
		}
		r.claims = append(r.claims, claim{h, fmt.Sprintf("tree head %d of the log", e.Revision)})
		r.report.Heads++
	}
	names := make([]string, 0, len(r.Outside))
	for name := range r.Outside {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		h, err := Open(r.Outside[name], r.Verifiers...)
		if err != nil {
			r.found(Finding{Kind: Forged, Text: fmt.Sprintf("the checkpoint %s is not of this log: %v", name, err)})
			continue
		}
		r.claims = append(r.claims, claim{h, "the checkpoint " + name})
		r.report.Outside++
	}
	slices.SortStableFunc(r.claims, func(a, b claim) int { return int(min(max(a.Size-b.Size, -1), 1)) })
}

// leaf takes one event into the tree and compares everything that can be compared there.
func (r *run) leaf(e *Event) error {
	if e.Position <= r.last && r.tree.Size() > 0 {
		r.found(Finding{Kind: Disordered, Position: e.Position, Event: named(e), Text: fmt.Sprintf("it stands after position %d", r.last)})
	}
	hash := e.Hash()
	if err := r.compareStored(e, hash); err != nil {
		return err
	}
	if next := r.revision[e.Stream]; e.Revision != next {
		r.found(Finding{Kind: Gap, Position: e.Position, Event: named(e), Text: fmt.Sprintf("revision %d of the stream should be here", next)})
	}
	r.revision[e.Stream] = e.Revision + 1
	if e.Stream == Stream {
		r.compareHead(e)
	}
	r.tree.Add(hash)
	r.last = e.Position
	r.compareClaims()
	return nil
}

// compareHead looks whether a head that the log holds is the one that its stream holds, and whether it stands where it may.
func (r *run) compareHead(e *Event) {
	n := r.heads
	r.heads++
	if n >= len(r.Heads) {
		return // appended since the stream was read
	}
	if want := r.Heads[n]; want.ID != e.ID || want.Position != e.Position || !bytes.Equal(want.Data, e.Data) {
		r.found(Finding{Kind: Disordered, Position: e.Position, Event: named(e), Text: "its stream holds another tree head at this place"})
	}
	h, err := Open(e.Data, r.Verifiers...)
	if err != nil {
		return // told already
	}
	if (h.Size > r.tree.Size() || h.Size <= r.headSize) && !r.misplaced {
		r.misplaced = true // what is wrong before this one moves all that follow
		r.found(Finding{Kind: Contradicted, Position: e.Position, Event: named(e), Text: fmt.Sprintf("it covers %d events, %d stand before it, the head before covers %d", h.Size, r.tree.Size(), r.headSize)})
	}
	r.headSize = h.Size
}

// compareClaims holds the tree as it is now against the heads of its size.
func (r *run) compareClaims() {
	for ; r.next < len(r.claims) && r.claims[r.next].Size == r.tree.Size(); r.next++ {
		c, here := r.claims[r.next], mark{r.tree.Size(), r.last}
		switch {
		case r.tree.Root() == c.Root:
			r.good = here
			r.report.Covered, r.report.CoveredTo = here.size, here.position
		case !r.bad:
			r.bad = true
			r.found(Finding{Kind: Contradicted, Position: here.position, Text: fmt.Sprintf(
				"%s (%d events) does not hold: something was changed, inserted or removed after position %d (%d events, the last head that holds) and up to position %d",
				c.from, c.Size, r.good.position, r.good.size, here.position)})
		}
		if r.kept != nil && r.stored.Size() == c.Size && r.stored.Root() != c.Root && !r.report.StoredDiffer {
			r.report.StoredDiffer = true
			r.found(Finding{Kind: StoredChanged, Position: here.position, Text: fmt.Sprintf("the stored hashes do not give the root of %s: they were changed, too, and name no event reliably", c.from)})
		}
	}
}

// compareStored walks log and stored hashes in step.
func (r *run) compareStored(e *Event, hash tlog.Hash) error {
	for r.at != nil && r.at.Position < e.Position {
		r.found(Finding{Kind: Removed, Position: r.at.Position, Text: fmt.Sprintf("an event stood between position %d and %s", r.last, named(e))})
		if err := r.advance(); err != nil {
			return err
		}
	}
	switch {
	case r.at == nil:
		return nil // no hashes, or not hashed yet
	case r.at.Position > e.Position:
		r.found(Finding{Kind: Inserted, Position: e.Position, Event: named(e), Text: "no event stood here"})
		return nil
	case r.at.Hash != hash:
		r.found(Finding{Kind: Changed, Position: e.Position, Event: named(e), Text: fmt.Sprintf("its hash is %s and was %s", hash, r.at.Hash)})
	}
	return r.advance()
}

// advance takes the stored hash that is next into its own tree and goes to the following one.
func (r *run) advance() error {
	if r.at != nil {
		r.stored.Add(r.at.Hash)
		r.report.Stored++
	}
	kept, err, more := r.kept()
	if r.at = nil; !more {
		return nil
	}
	if err != nil {
		return fmt.Errorf("stored hashes: %w", err)
	}
	r.at = &kept
	return nil
}

// end tells what should have come.
func (r *run) end() error {
	first, gone := uint64(0), 0
	for ; r.at != nil; gone++ {
		if gone == 0 {
			first = r.at.Position
		}
		if err := r.advance(); err != nil {
			return err
		}
	}
	if gone > 0 {
		r.found(Finding{Kind: Removed, Position: first, Text: fmt.Sprintf("the log ends at position %d; %d events that were hashed are gone, from position %d on", r.last, gone, first)})
	}
	if r.next < len(r.claims) {
		c := r.claims[r.next]
		r.found(Finding{Kind: Truncated, Position: r.last, Text: fmt.Sprintf("%s covers %d events; the log has %d and ends at position %d", c.from, c.Size, r.tree.Size(), r.last)})
	}
	if r.heads < len(r.Heads) {
		r.found(Finding{Kind: Disordered, Text: fmt.Sprintf("the stream of tree heads has %d events, the log %d of them", len(r.Heads), r.heads)})
	}
	r.report.Size, r.report.Last, r.report.Root = r.tree.Size(), r.last, r.tree.Root()
	return nil
}

func (r *run) found(f Finding) {
	if len(r.report.Findings) == maxFindings {
		r.report.More++
		return
	}
	r.report.Findings = append(r.report.Findings, f)
}

// named names an event for people.
func named(e *Event) string {
	return fmt.Sprintf("event %d of %s, %s, id %s", e.Revision, e.Stream, e.Type, e.ID)
}
