// Package batch keeps acts that one person carries out on many tickets at once: what was asked, of which tickets, why, and what
// became of each (mission rows A7 and X9). It decides nothing about a ticket; each act is a command of its own, under the
// rights of whoever started the batch.
package batch

import (
	"maps"
	"slices"

	"docket/domain"
)

// Event is what may become true of a batch.
//
//sumtype:decl
type Event interface{ isBatch() }

// Started: somebody asked for one act on many tickets. Each ticket's command has the key "<batch>:<ticket>".
type Started struct {
	Command    string   `json:"command" class:"skeleton"`
	Tickets    []string `json:"tickets" class:"skeleton"`
	Principal  string   `json:"principal" class:"skeleton"`              // account whose rights count
	Staff      string   `json:"staff" class:"skeleton"`                  // person of the account
	OnBehalfOf string   `json:"on_behalf_of,omitempty" class:"skeleton"` // who lent their powers
	Undoes     string   `json:"undoes,omitempty" class:"skeleton"`       // batch whose moves this one takes back
	Payload    string   `json:"payload" class:"content"`                 // JSON of the command
	Reason     string   `json:"reason" class:"content"`
}

// OutcomesRecorded: what became of some of the tickets.
type OutcomesRecorded struct {
	Outcomes []Outcome `json:"outcomes" class:"skeleton"`
}

// Undone: another batch takes the moves of this one back.
type Undone struct {
	By string `json:"by" class:"skeleton"`
}

func (Started) isBatch()          {}
func (OutcomesRecorded) isBatch() {}
func (Undone) isBatch()           {}

// Result says whether an act was carried out.
type Result string

// The results.
const (
	Done      Result = "done"
	Unchanged Result = "unchanged" // it was so already
	Refused   Result = "refused"
)

// Results are the results, in the order in which they are counted.
var Results = []Result{Done, Unchanged, Refused}

// Outcome is what became of one ticket.
type Outcome struct {
	Ticket string      `json:"ticket"`
	Result Result      `json:"result" enum:"done,unchanged,refused"`
	Code   domain.Code `json:"code,omitempty" doc:"of the refusal: invalid, forbidden, not_found, conflict, …"`
	Rule   string      `json:"rule,omitempty" doc:"that refused it"`
	Fields []string    `json:"fields,omitempty" doc:"failing fields, each with its code; since: what has happened to the ticket instead"`
}

// State is a batch as it stands. Its map is replaced, never changed in place.
type State struct {
	Started
	Outcomes map[string]Outcome // by ticket
	UndoneBy []string           // batches, the first one first
}

// Exists reports whether the batch has been started.
func (s State) Exists() bool { return s.Command != "" }

// Finished reports whether every ticket has its outcome.
func (s State) Finished() bool { return s.Exists() && len(s.Outcomes) == len(s.Tickets) }

// Open lists the tickets without an outcome, in the order in which they were named.
func (s State) Open() []string {
	var open []string
	for _, t := range s.Tickets {
		if _, settled := s.Outcomes[t]; !settled {
			open = append(open, t)
		}
	}
	return open
}

// moved lists the tickets on which the act was carried out.
func (s State) moved() []string {
	var moved []string
	for _, t := range s.Tickets {
		if s.Outcomes[t].Result == Done {
			moved = append(moved, t)
		}
	}
	return moved
}

// Decider ties the streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "batch",
	Evolve:   evolve,
	Scope:    func(State) domain.Scope { return domain.Scope{} },
	Events: domain.Contract[Event]{
		"BatchStarted":          domain.Of[Started](),
		"BatchOutcomesRecorded": domain.Of[OutcomesRecorded](),
		"BatchUndone":           domain.Of[Undone](),
	},
}

func evolve(s State, event Event) State {
	switch e := event.(type) { //nolint:gochecksumtype // a State is no event, although it holds one
	case Started:
		s.Started = e
	case OutcomesRecorded:
		outcomes := maps.Clone(s.Outcomes)
		if outcomes == nil {
			outcomes = make(map[string]Outcome, len(s.Tickets))
		}
		for _, o := range e.Outcomes {
			outcomes[o.Ticket] = o
		}
		s.Outcomes = outcomes
	case Undone:
		s.UndoneBy = append(slices.Clip(s.UndoneBy), e.By)
	}
	return s
}

// ActKey is the idempotency key of the command of one ticket.
func ActKey(batch, ticket string) string { return batch + ":" + ticket }
