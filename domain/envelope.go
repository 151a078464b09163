package domain

import (
	"errors"
	"time"
)

// ErrUnknownEvent means that a stored event has a name or version that this program does not know.
var ErrUnknownEvent = errors.New("unknown event type or version")

// Metadata is stored beside every event: who, when, by which command, and why it was allowed (mission row X13).
// Decided is Meta.Now, the recorded time of rules and KPIs; the store's own stamp is evidence only.
type Metadata struct {
	Principal   string    `json:"principal"`
	Actor       string    `json:"actor,omitempty"`        // staff key
	OnBehalfOf  string    `json:"on_behalf_of,omitempty"` // staff key
	Role        string    `json:"role,omitempty"`
	Unit        string    `json:"unit,omitempty"`
	Channel     string    `json:"channel,omitempty"`
	Source      string    `json:"source,omitempty"`
	Effective   time.Time `json:"effective_at"`
	Decided     time.Time `json:"decided_at"`
	Command     string    `json:"command"`             // catalogue name
	Key         string    `json:"key,omitempty"`       // idempotency key
	Digest      string    `json:"digest,omitempty"`    // keyed digest of the canonical request
	Rule        string    `json:"rule,omitempty"`      // the grant that allowed it
	Directory   uint64    `json:"directory,omitempty"` // position up to which the directory was known
	Correlation string    `json:"$correlationId,omitempty"`
	Causation   string    `json:"$causationId,omitempty"`
	Version     int       `json:"schema_version"`
	Index       int       `json:"index"` // place among the events of one command, from 0
	Trace       string    `json:"traceparent,omitempty"`
}

// Envelope is one recorded event with its place in the log and its metadata. Event is the aggregate's event type, or nil
// when the reader asked for the skeleton only.
type Envelope struct {
	ID       string // UUID
	Stream   StreamID
	Revision uint64
	Position uint64 // commit position in $all
	Type     string // wire name
	Event    any
	Meta     Metadata
	Created  time.Time // the store's stamp
	Lost     []Class   // classes whose keys have been destroyed
}

// Revision is what an append expects of its stream: NoStream, or the number of its last event.
type Revision int64

// NoStream expects that the stream does not exist.
const NoStream Revision = -1

// Appended is the store's answer to an append.
type Appended struct {
	Revision uint64 // number of the last event written
	Position uint64 // commit position of the last event written
	IDs      []string
}

// Page is a run of recorded events in log order. It covers every position after From up to and including To, also those of
// events that the reader left out, so that To is the place to resume after even when Events is empty.
type Page struct {
	Events   []Envelope
	From, To uint64 // commit positions; From is exclusive
	Live     bool   // the reader had reached the end of the log when the page was cut
}

// Fingerprint is what anybody can check of one event as it is stored, sealed as it is: SHA-256 of its bytes in hexadecimal. It
// tells nothing of what is sealed, and stays true when a key has been destroyed.
type Fingerprint struct {
	Revision uint64 `json:"revision"`
	Data     string `json:"data_sha256"`
	Metadata string `json:"metadata_sha256"`
}
