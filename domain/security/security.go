// Package security keeps what the rules want remembered about attempts rather than about tickets: denied commands and
// queries, in one stream a day (mission: "the denied attempt is itself recorded").
package security

import (
	"time"

	"docket/domain"
)

// Event is what may become true in a day's security log.
//
//sumtype:decl
type Event interface{ isSecurity() }

// Denied: somebody tried what they may not do. Suppressed counts equal attempts of the same source that were not written
// one by one since the last.
type Denied struct {
	Operation  string `json:"operation" class:"skeleton"`  // catalogue name of the command or query
	Permission string `json:"permission" class:"skeleton"` // the right that was missing
	Target     string `json:"target,omitempty" class:"skeleton"`
	Rule       string `json:"rule" class:"skeleton"` // slug of the refusal
	Suppressed int    `json:"suppressed,omitempty" class:"skeleton"`
}

func (Denied) isSecurity() {}

// State counts the denials of the day.
type State struct{ Denials int }

// Decider ties the log's streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "security",
	Evolve:   func(s State, _ Event) State { s.Denials++; return s },
	Scope:    func(State) domain.Scope { return domain.Scope{} },
	Events:   domain.Contract[Event]{"AccessDenied": domain.Of[Denied]()},
}

// Stream is the log of the UTC day of an instant, for example "security-20261122".
func Stream(at time.Time) domain.StreamID {
	return domain.Stream("security", at.UTC().Format("20060102"))
}
