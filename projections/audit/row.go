package audit

import (
	"reflect"
	"time"

	"docket/domain"
	"docket/domain/security"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
)

// Row is one recorded event of any aggregate: who did what, by which right, when it happened and when it was recorded, and
// why. For a denied attempt Command is the operation that was tried and Rule the refusal; for a sensitive read Command is the
// query and Why its purpose.
type Row struct {
	Position    uint64    `db:"position,key"` // in the log
	Stream      string    `db:"stream"`
	Category    string    `db:"category"`
	Revision    uint64    `db:"revision"`
	ID          string    `db:"id"` // of the event
	Type        string    `db:"type"`
	Actor       string    `db:"actor"`        // staff whose duty was exercised; empty for a service
	Principal   string    `db:"principal"`    // the account that acted
	OnBehalfOf  string    `db:"on_behalf_of"` // staff the account acted for
	Role        string    `db:"role"`
	Unit        string    `db:"unit"` // unit whose post gave the right
	Rule        string    `db:"rule"`
	Channel     string    `db:"channel"`
	Source      string    `db:"source"` // network address
	Command     string    `db:"command"`
	Key         string    `db:"idempotency_key"`
	Correlation string    `db:"correlation"`
	Causation   string    `db:"causation"`
	Effective   time.Time `db:"effective_at"`
	Decided     time.Time `db:"decided_at"`
	Why         string    `db:"why"`        // the reason that was given
	Permission  string    `db:"permission"` // of a denied attempt: the right that was missing
	Target      string    `db:"target"`     // of a denied attempt or a sensitive read: the stream it was aimed at
	Suppressed  int       `db:"suppressed"` // of a denied attempt: equal ones not written since the last
	Rows        int       `db:"row_count"`  // of a sensitive read: rows, files or events that were shown
}

// rowOf copies what the event's metadata says and what its payload tells about the why.
func rowOf(e domain.Envelope) Row {
	m := e.Meta
	r := Row{
		Position: e.Position, Stream: string(e.Stream), Category: e.Stream.Category(), Revision: e.Revision, ID: e.ID,
		Type: e.Type, Actor: m.Actor, Principal: m.Principal, OnBehalfOf: m.OnBehalfOf, Role: m.Role, Unit: m.Unit,
		Rule: m.Rule, Channel: m.Channel, Source: m.Source, Command: m.Command, Key: m.Key, Correlation: m.Correlation,
		Causation: m.Causation, Effective: m.Effective, Decided: m.Decided, Why: why(e.Event),
	}
	switch s := e.Event.(type) {
	case security.Denied:
		r.Command, r.Rule = s.Operation, s.Rule
		r.Permission, r.Target, r.Suppressed = s.Permission, s.Target, s.Suppressed
	case security.SensitiveRead:
		r.Target, r.Why, r.Rows = s.Target, s.Purpose, s.Rows
	}
	return r
}

// why is the reason an event was given, for those events that ask for one. The frequent ones are spelled out; of the others
// it is what their field Reason says.
func why(event any) string {
	switch e := event.(type) {
	case ticket.AssignedToGroup:
		return e.Reason
	case ticket.AssignedToHandler:
		return e.Reason
	case ticket.HandoverOffered:
		return e.Note
	case ticket.HandoverRefused:
		return e.Reason
	case ticket.Paused:
		return e.Reason
	case ticket.Resumed:
		return e.Reason
	case ticket.ReviewReturned:
		return e.Reason
	case ticket.Reopened:
		return e.Reason
	case ticket.Closed:
		return e.Reason
	case ticket.Cancelled:
		return e.Reason
	case unit.Closed:
		return e.Reason
	case staff.Left:
		return e.Reason
	}
	if v := reflect.ValueOf(event); v.Kind() == reflect.Struct {
		if reason := v.FieldByName("Reason"); reason.Kind() == reflect.String {
			return reason.String()
		}
	}
	return ""
}
