package group

import "fmt"

// Kind is what is wrong with a request about a group.
type Kind int

// Kinds of errors.
const (
	NotFound     Kind = iota // there is no such group
	Exists                   // there is one already
	Failed                   // its settings cannot be; see Reason
	TooMany                  // it has as many consumers as it may
	Dropped                  // it was changed or removed under a consumer
	ShuttingDown             // the engine stops
)

// Error refuses a request about a group.
type Error struct {
	Kind   Kind
	Key    Key
	Reason string
}

func (e *Error) Error() string {
	what := map[Kind]string{
		NotFound: "does not exist", Exists: "already exists", Failed: "failed: " + e.Reason,
		TooMany: "has reached its maximum of subscribers", Dropped: "was dropped", ShuttingDown: "is shutting down",
	}[e.Kind]
	return fmt.Sprintf("Subscription group %s on stream %s %s.", e.Key.Group, e.Key.Stream, what)
}
