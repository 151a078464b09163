package ticketpage

import (
	"encoding/json"
	"time"

	"docket/domain"
	"docket/domain/ticket"
)

// Entry is one line of a ticket's timeline: who did what, when it happened and when it was recorded, and why it was
// allowed. Staff and units stand as ids.
type Entry struct {
	Ticket     string
	Revision   uint64
	Position   uint64
	Type       string // wire name of the event
	Actor      string // staff whose duty was exercised; empty for a service
	Principal  string // the account that acted
	OnBehalfOf string // staff the account acted for
	Role       string
	PostUnit   string // unit whose post gave the right
	Rule       string // the grant that allowed it
	Channel    string
	Command    string
	Effective  time.Time
	Decided    time.Time
	Why        string // the reason that was given
	Text       string // what was written: work, note, opinion, summary, what the customer was told
	Detail     Detail
}

// Detail is what a line of the timeline says beside its texts; what the event does not have is left out.
type Detail struct {
	Unit      string     `json:"unit,omitempty"`
	Group     string     `json:"group,omitempty"`
	Handler   string     `json:"handler,omitempty"`
	Previous  string     `json:"previous,omitempty"` // group or handler before
	Handover  int        `json:"handover,omitempty"`
	From      string     `json:"from,omitempty"`
	To        string     `json:"to,omitempty"`
	Pages     int        `json:"pages,omitempty"`
	Paper     bool       `json:"paper,omitempty"`
	Code      string     `json:"code,omitempty"` // of a refusal or a cancellation
	Fault     string     `json:"fault,omitempty"`
	Kind      string     `json:"kind,omitempty"` // of a pause
	Outcome   string     `json:"outcome,omitempty"`
	Channel   string     `json:"channel,omitempty"` // by which the customer came or was told
	Round     int        `json:"round,omitempty"`   // the round that begins
	Reviewer  string     `json:"reviewer,omitempty"`
	Items     []string   `json:"items,omitempty"`
	Result    string     `json:"result,omitempty"`
	StartedAt *time.Time `json:"started_at,omitempty"`
	EndedAt   *time.Time `json:"ended_at,omitempty"`

	Event any `json:"event,omitempty"` // the whole event, of those families whose lines are not spelled out here
}

// entryOf writes the line of one event.
func entryOf(e domain.Envelope, event ticket.Event) Entry {
	m := e.Meta
	n := Entry{
		Ticket: e.Stream.Key(), Revision: e.Revision, Position: e.Position, Type: e.Type,
		Actor: m.Actor, Principal: m.Principal, OnBehalfOf: m.OnBehalfOf, Role: m.Role, PostUnit: m.Unit, Rule: m.Rule,
		Channel: m.Channel, Command: m.Command, Effective: m.Effective, Decided: m.Decided,
	}
	n.Text, n.Why, n.Detail = content(event)
	return n
}

// content says what an event tells: the text that was written, the reason that was given, and the rest.
func content(event ticket.Event) (text, why string, d Detail) {
	switch e := event.(type) {
	case ticket.IntakeEvent, ticket.RouteEvent, ticket.DutyEvent, ticket.ClockEvent, ticket.ResultEvent, ticket.PrivacyEvent:
		return "", "", Detail{Event: e}
	case ticket.Registered:
		return "", "", Detail{Unit: e.Unit, Channel: string(e.Channel)}
	case ticket.Accepted:
		return e.Opinion, "", Detail{}
	case ticket.AssignedToGroup:
		return "", e.Reason, Detail{Group: e.Group, Unit: e.Unit, Previous: e.Previous}
	case ticket.Taken:
		return "", "", Detail{Handler: e.Handler}
	case ticket.AssignedToHandler:
		return "", e.Reason, Detail{Handler: e.Handler, Previous: e.Previous}
	case ticket.WorkRecorded:
		return e.Content, "", Detail{Result: e.Result, StartedAt: utc(e.StartedAt), EndedAt: utc(e.EndedAt)}
	case ticket.Noted:
		return e.Text, "", Detail{}
	case ticket.HandoverOffered:
		return e.Note, "", Detail{Handover: e.Handover, From: e.From, To: e.To, Pages: e.Pages, Paper: e.Paper}
	case ticket.HandoverAccepted:
		return "", "", Detail{Handover: e.Handover, From: e.From, To: e.To}
	case ticket.HandoverRefused:
		return "", e.Reason, Detail{Handover: e.Handover, From: e.From, To: e.To, Code: string(e.Code)}
	case ticket.Paused:
		return "", e.Reason, Detail{Kind: string(e.Kind)}
	case ticket.Resumed:
		return "", e.Reason, Detail{Kind: string(e.Kind)}
	case ticket.Completed:
		return e.Summary, "", Detail{Handler: e.Handler, Outcome: string(e.Outcome)}
	case ticket.ReviewPassed:
		return e.Opinion, "", Detail{Reviewer: e.Reviewer}
	case ticket.ReviewReturned:
		return "", e.Reason, Detail{Reviewer: e.Reviewer, Fault: string(e.Fault), Items: e.Items, Round: e.Round}
	case ticket.ResultDelivered:
		return e.Text, "", Detail{Channel: string(e.Channel)}
	case ticket.Reopened:
		return "", e.Reason, Detail{Fault: string(e.Fault), Round: e.Round}
	case ticket.ReviewVoided:
		return "", "", Detail{Event: e}
	case ticket.Closed:
		return "", e.Reason, Detail{}
	case ticket.Cancelled:
		return "", e.Reason, Detail{Code: string(e.Code)}
	}
	return "", "", Detail{}
}

// as reads the whole event off its line, be it as folded or as it comes back from the table; false when it is not one.
func as[E ticket.Event](e Entry) (E, bool) {
	event, ok := e.Detail.Event.(E)
	if !ok {
		text, err := json.Marshal(e.Detail.Event)
		ok = err == nil && json.Unmarshal(text, &event) == nil
	}
	return event, ok
}

// utc is an instant in UTC to the microsecond, as the columns of the tables hold theirs.
func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC().Truncate(time.Microsecond)
	return &u
}
