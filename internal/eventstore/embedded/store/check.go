package store

import (
	"strconv"

	"docket/internal/eventstore/embedded/record"
)

// Expected is what a writer believes about a stream: a revision (0 or more) or
// one of the constants.
type Expected int64

// Expectations other than a revision.
const (
	NoStream     Expected = -1
	Any          Expected = -2
	StreamExists Expected = -4
)

func (e Expected) String() string {
	switch e {
	case NoStream:
		return "NoStream"
	case Any:
		return "Any"
	case StreamExists:
		return "StreamExists"
	}
	return strconv.FormatInt(int64(e), 10)
}

// Verdict is the outcome of the commit check.
type Verdict int

// Verdicts of the commit check.
const (
	Write   Verdict = iota // append the events
	Repeat                 // they are there already: answer as the first time
	Wrong                  // the expectation does not hold
	Deleted                // the stream is gone
)

// Past is what the commit check asks about events written before.
type Past interface {
	// Recent gives the latest revision in this stream at which an id was
	// written, from a bounded memory.
	Recent(record.ID) (int64, bool)
	// At gives the id at a revision of this stream, from the log itself.
	At(int64) (record.ID, bool)
}

// Check decides an append. For [Repeat], last is the revision of the last
// event's first writing. The order of the rules is the protocol's and matters.
func Check(h *Head, want Expected, events []record.Proposed, past Past) (v Verdict, last int64) {
	if h.Tombstoned() {
		return Deleted, 0
	}
	if want == StreamExists {
		if h.SoftDeleted() {
			return Deleted, 0
		}
		if h.Last < 0 && h.MetaLast < 0 {
			return Wrong, 0
		}
	}
	switch {
	case want == Any || want == StreamExists:
		return checkLoose(events, past)
	case int64(want) < h.Last:
		return checkEarlier(h, want, events, past)
	case int64(want) > h.Last:
		return Wrong, 0
	}
	return Write, 0
}

// checkLoose looks for a retry by ids alone, as far back as memory reaches.
func checkLoose(events []record.Proposed, past Past) (Verdict, int64) {
	last := int64(-1)
	for i, e := range events {
		revision, known := past.Recent(e.ID)
		switch {
		case !known && i == 0:
			return Write, 0
		case !known:
			return Wrong, 0
		}
		last = revision
	}
	if last < 0 {
		return Write, 0
	}
	return Repeat, last
}

// checkEarlier looks for a retry at the very revisions that were asked for; as
// it ends in the log itself it never forgets.
func checkEarlier(h *Head, want Expected, events []record.Proposed, past Past) (Verdict, int64) {
	at := int64(want)
	for i, e := range events {
		at++
		if revision, known := past.Recent(e.ID); known && revision == at {
			continue
		}
		if id, ok := past.At(at); ok && id == e.ID {
			continue
		}
		if i == 0 && want == NoStream && h.SoftDeleted() {
			return Write, 0
		}
		return Wrong, 0
	}
	if at == int64(want) {
		return Wrong, 0
	}
	return Repeat, at
}
