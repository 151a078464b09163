package store

import (
	"errors"
	"fmt"
)

var (
	// ErrClosed answers operations on a store that is closed or closing. An
	// append that gets it may or may not have been stored.
	ErrClosed = errors.New("the event log is closed")
	// ErrFailed answers appends once a write or sync has failed; see [Store.Err].
	ErrFailed = errors.New("the event log failed and accepts no more events")
	// ErrPosition answers reads from a position that is inside an event.
	ErrPosition = errors.New("invalid position")
	// ErrName answers stream names that cannot be.
	ErrName = errors.New("invalid stream name")
)

// WrongRevision refuses an append whose expectation does not hold.
type WrongRevision struct {
	Stream   string
	Expected Expected
	Current  int64 // last revision, -1 if there is none
}

func (e *WrongRevision) Error() string {
	return fmt.Sprintf("stream %q is at revision %d, not %s", e.Stream, e.Current, e.Expected)
}

// StreamDeleted refuses work on a tombstoned stream, or on a soft-deleted one
// that was expected to exist.
type StreamDeleted struct{ Stream string }

func (e *StreamDeleted) Error() string { return fmt.Sprintf("stream %q is deleted", e.Stream) }
