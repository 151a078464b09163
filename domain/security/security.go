// Package security keeps what the rules want remembered about attempts and reads rather than about tickets: denied commands
// and queries, and reads of sensitive data, in one stream a day (mission: "the denied attempt is itself recorded"; screens 6:
// "own reads by the auditor logged too").
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

// SensitiveRead: somebody was about to be shown sensitive data, for the purpose they gave. It is stored before the data
// leave, each read by itself and none suppressed.
type SensitiveRead struct {
	What    string `json:"what" class:"skeleton"`             // name of the query, for example "audit.list"
	Target  string `json:"target,omitempty" class:"skeleton"` // stream that was read; empty for a list over many
	Purpose string `json:"purpose,omitempty" class:"content"` // as the reader put it
	Rows    int    `json:"rows" class:"skeleton"`             // rows, files or events that the answer holds
}

func (SensitiveRead) isSecurity() {}

// State counts the denials and the sensitive reads of the day.
type State struct{ Denials, Reads int }

// Decider ties the log's streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "security",
	Evolve:   evolve,
	Scope:    func(State) domain.Scope { return domain.Scope{} },
	Events: domain.Contract[Event]{
		"AccessDenied":          domain.Of[Denied](),
		"SecuritySensitiveRead": domain.Of[SensitiveRead](),
	},
}

func evolve(s State, e Event) State {
	switch e.(type) {
	case Denied:
		s.Denials++
	case SensitiveRead:
		s.Reads++
	}
	return s
}

// Stream is the log of the UTC day of an instant, for example "security-20261122".
func Stream(at time.Time) domain.StreamID {
	return domain.Stream("security", at.UTC().Format("20060102"))
}
