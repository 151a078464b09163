// Package quarantine is the aggregate of a message from outside that could not become a ticket by itself: too large, not to
// be read, with parts that are not taken (mission row I1). One stream per message. It is visible until a person has settled
// it, so that nothing that was sent is lost without a word. It parses nothing.
package quarantine

import "docket/domain"

// Event is what may become true of a message.
//
//sumtype:decl
type Event interface{ isQuarantine() }

// Entered: a message waits for a person.
type Entered struct {
	Channel   string `json:"channel" class:"skeleton"` // mail or online
	Unit      string `json:"unit" class:"skeleton"`    // that has to look after it
	Cause     Cause  `json:"cause" class:"skeleton"`
	Size      int64  `json:"size" class:"skeleton"`                // bytes that were received
	Digest    string `json:"digest,omitempty" class:"skeleton"`    // of the sealed bytes kept; empty when there are none
	Truncated bool   `json:"truncated,omitempty" class:"skeleton"` // only its beginning is kept
	Ticket    string `json:"ticket,omitempty" class:"skeleton"`    // that it opened all the same
	Message   string `json:"message,omitempty" class:"content"`    // its Message-ID
	Subject   string `json:"subject,omitempty" class:"content"`    // as far as it could be read
	Sender    string `json:"sender,omitempty" class:"content"`     // address
	Recipient string `json:"recipient,omitempty" class:"content"`  // address of ours
	Detail    string `json:"detail,omitempty" class:"content"`     // what was wrong, in words
}

// Settled: a person has decided what becomes of the message.
type Settled struct {
	How    How    `json:"how" class:"skeleton"`
	Ticket string `json:"ticket,omitempty" class:"skeleton"` // opened from it
	By     string `json:"by,omitempty" class:"skeleton"`     // staff
	Reason string `json:"reason,omitempty" class:"content"`
}

func (Entered) isQuarantine() {}
func (Settled) isQuarantine() {}

// State is what decisions read.
type State struct {
	Unit    string
	Entered bool
	Settled bool
}

// Decider ties the streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "quarantine",
	Evolve:   evolve,
	Scope:    func(s State) domain.Scope { return domain.Scope{Unit: s.Unit} },
	Events: domain.Contract[Event]{
		"QuarantineEntered": domain.Of[Entered](),
		"QuarantineSettled": domain.Of[Settled](),
	},
}

func evolve(s State, event Event) State {
	switch e := event.(type) {
	case Entered:
		s.Unit, s.Entered = e.Unit, true
	case Settled:
		s.Settled = true
	}
	return s
}

// Cause says why a message did not become a ticket.
type Cause string

// The causes.
const (
	Oversized   Cause = "oversized"   // larger than is taken
	Unparseable Cause = "unparseable" // not a message that can be read
	Automatic   Cause = "automatic"   // sent by a machine: an answer, a bounce, a list
	NoTemplate  Cause = "no_template" // no version of the template is in force, or it refuses the application
	Attachment  Cause = "attachment"  // the ticket is there, a file of the message was not taken
	Reused      Cause = "reused"      // another message has come under the same id
)

// Causes are the causes.
var Causes = []Cause{Oversized, Unparseable, Automatic, NoTemplate, Attachment, Reused}

// UnmarshalText refuses an unknown cause.
func (c *Cause) UnmarshalText(b []byte) error { return domain.ParseCode(c, b, Causes) }

// How a message was settled.
type How string

// The ways.
const (
	Opened    How = "opened"    // as a ticket
	Discarded How = "discarded" // with a reason
)

// Ways are the ways.
var Ways = []How{Opened, Discarded}

// UnmarshalText refuses an unknown way.
func (h *How) UnmarshalText(b []byte) error { return domain.ParseCode(h, b, Ways) }
