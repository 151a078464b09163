// Package export keeps what was taken out of the house as files: who asked for which list, narrowed how, in which format, for
// what purpose; and what came of it (mission rows Q3, N5). It makes no file; a process does, as whoever asked.
package export

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"docket/domain"
)

// Event is what may become true of an export.
//
//sumtype:decl
type Event interface{ isExport() }

// Requested: somebody asked for a list as a file. The export's key is the mark that the file carries.
type Requested struct {
	What      string `json:"what" class:"skeleton"`   // the list, by its place in the API: "queue", "kpis/volume"
	Format    string `json:"format" class:"skeleton"` // csv, xlsx, jsonl
	Filter    string `json:"filter" class:"content"`  // the list's own parameters, as a query
	Purpose   string `json:"purpose" class:"content"`
	Principal string `json:"principal" class:"skeleton"` // account whose rights count
	Staff     string `json:"staff" class:"skeleton"`     // person of the account
}

// Finished: the file is there until a time.
type Finished struct {
	Rows     int       `json:"rows" class:"skeleton"`
	Size     int64     `json:"size" class:"skeleton"`           // bytes
	Digest   string    `json:"digest" class:"skeleton"`         // SHA-256 of the sealed file
	Position uint64    `json:"position" class:"skeleton"`       // of the log, that all rows stand at
	AsOf     time.Time `json:"as_of,omitzero" class:"skeleton"` // when that was read; earlier events do not tell it
	EndsAt   time.Time `json:"ends_at" class:"skeleton"`
}

// Failed: no file could be made, for a reason that trying again does not change.
type Failed struct {
	Code   string `json:"code" class:"skeleton"`
	Detail string `json:"detail" class:"content"`
}

func (Requested) isExport() {}
func (Finished) isExport()  {}
func (Failed) isExport()    {}

// State is an export as it stands.
type State struct {
	Requested
	Finished *Finished
	Failed   *Failed
}

// Exists reports whether it was asked for.
func (s State) Exists() bool { return s.What != "" }

// Settled reports whether it has come to an end.
func (s State) Settled() bool { return s.Finished != nil || s.Failed != nil }

// Decider ties the streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "export",
	Evolve:   evolve,
	Scope:    func(State) domain.Scope { return domain.Scope{} },
	Events: domain.Contract[Event]{
		"ExportRequested": domain.Of[Requested](), "ExportFinished": domain.Of[Finished](), "ExportFailed": domain.Of[Failed](),
	},
}

func evolve(s State, event Event) State {
	switch e := event.(type) { //nolint:gochecksumtype // a State is no event, although it holds one
	case Requested:
		s.Requested = e
	case Finished:
		s.Finished = &e
	case Failed:
		s.Failed = &e
	}
	return s
}

// Formats are the formats of files.
var Formats = []string{"csv", "xlsx", "jsonl"}

// lists are what may be exported: lists of the API, by their places.
var lists = regexp.MustCompile(`^(queue|search|handovers|audit|flow/tickets|kpis/[a-z_-]{1,60}(/tickets)?|closings/[0-9a-f-]{7,36}/sheets|sheets/year)$`)

const (
	maxFilter  = 2_000
	maxPurpose = 200
)

// Refusals of exports.
var (
	ErrExists   = domain.Refusal(domain.Conflict, "export.exists", "the export has been asked for already")
	ErrNoPerson = domain.Refusal(domain.Forbidden, "export.no_person", "only a person can ask for a file, for themselves")
	ErrUnknown  = domain.Refusal(domain.NotFound, "export.unknown", "there is no such export, or it is not yours")
)

// Check tells everything wrong with what is asked for.
func Check(v *domain.Checks, what, format, filter, purpose string) {
	if !lists.MatchString(what) {
		v.Fail("what", "unknown", "must be queue, search, handovers, audit, flow/tickets, kpis/<name>, kpis/<name>/tickets, closings/<id>/sheets or sheets/year")
	}
	if !slices.Contains(Formats, format) {
		v.Fail("format", "unknown", "must be csv, xlsx or jsonl")
	}
	v.Text("filter", filter, maxFilter)
	if strings.ContainsAny(filter, "?#") {
		v.Fail("filter", "wrong_form", "must be the list's parameters alone, such as group=…&state=open")
	}
	v.RequiredText("purpose", purpose, maxPurpose)
}

// Request asks for a list as a file, which is made with the rights that the account has then.
type Request struct {
	What    string `json:"what" doc:"queue, search, handovers, audit, flow/tickets, kpis/<name>, kpis/<name>/tickets, closings/<id>/sheets or sheets/year" minLength:"1" maxLength:"80"`
	Format  string `json:"format" enum:"csv,xlsx,jsonl"`
	Filter  string `json:"filter,omitempty" doc:"the list's own parameters, as a query: group=…&state=open" maxLength:"2000"`
	Purpose string `json:"purpose" minLength:"1" maxLength:"200"`
}

// May wants a new export, and a person whose rights count when the file is made.
func (c Request) May(s State, m domain.Meta) error {
	switch {
	case s.Exists():
		return ErrExists
	case m.Actor.Staff == "" || m.Actor.Principal != "staff-"+m.Actor.Staff:
		return ErrNoPerson
	}
	return nil
}

// Scope is the whole organisation: what of it the file may hold, the list's own rights say.
func (c Request) Scope() domain.Scope { return domain.Scope{} }

// Decide records who asks for what.
func (c Request) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	Check(&v, c.What, c.Format, c.Filter, c.Purpose)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Requested{
		What: c.What, Format: c.Format, Filter: c.Filter, Purpose: c.Purpose, Principal: m.Actor.Principal, Staff: m.Actor.Staff,
	}}, nil
}

// Finish notes that the file is there; the service itself issues it.
type Finish struct {
	Rows     int       `json:"rows" minimum:"0"`
	Size     int64     `json:"size" minimum:"0"`
	Digest   string    `json:"digest" pattern:"^[0-9a-f]{64}$"`
	Position uint64    `json:"position"`
	AsOf     time.Time `json:"as_of,omitzero"`
	EndsAt   time.Time `json:"ends_at"`
}

// May wants an export.
func (c Finish) May(s State, _ domain.Meta) error { return known(s) }

// Decide notes it once; what was settled before stays.
func (c Finish) Decide(s State, _ domain.Meta) ([]Event, error) {
	if s.Settled() {
		return nil, nil
	}
	return []Event{Finished(c)}, nil
}

// Fail notes that no file could be made; the service itself issues it.
type Fail struct {
	Code   string `json:"code" minLength:"1" maxLength:"80"`
	Detail string `json:"detail" minLength:"1" maxLength:"1000"`
}

// May wants an export.
func (c Fail) May(s State, _ domain.Meta) error { return known(s) }

// Decide notes it once; what was settled before stays.
func (c Fail) Decide(s State, _ domain.Meta) ([]Event, error) {
	if s.Settled() {
		return nil, nil
	}
	return []Event{Failed(c)}, nil
}

func known(s State) error {
	if !s.Exists() {
		return ErrUnknown
	}
	return nil
}
