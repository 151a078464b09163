package readapi

import (
	"context"
	"math"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/customer"
	"docket/domain/security"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/projections/audit"
)

// AuditRequest narrows the audit trail.
type AuditRequest struct {
	Request
	Paging
	Purposed
	Order     string    `query:"order" enum:"oldest,newest" default:"oldest" doc:"which come first"`
	Stream    string    `query:"stream" maxLength:"160" doc:"for example ticket-7c9e6679-7425-40de-944b-e07fc1f90ae7"`
	Category  string    `query:"category" maxLength:"40" doc:"ticket, unit, staff, series or security"`
	Ticket    string    `query:"ticket" doc:"key: its events, and denied attempts and sensitive reads of it"`
	Customer  string    `query:"customer" maxLength:"100" doc:"key: the file, the tickets, and denied attempts and sensitive reads of the file"`
	Unit      string    `query:"unit" doc:"unit or group whose post gave the right"`
	Denied    string    `query:"denied" enum:"true,false" default:"true" doc:"with denied attempts"`
	Reads     string    `query:"reads" enum:"true,false" default:"true" doc:"with sensitive reads"`
	Person    string    `query:"person" doc:"who acted, or for whom was acted"`
	Principal string    `query:"principal" maxLength:"160" doc:"the account that acted"`
	Type      string    `query:"type" maxLength:"80" doc:"event type; AccessDenied are the denied attempts"`
	Command   string    `query:"command" maxLength:"80" doc:"command or, of a denied attempt, operation"`
	From      time.Time `query:"effective_from" doc:"happened at or after"`
	To        time.Time `query:"effective_to" doc:"happened before"`
	Since     time.Time `query:"recorded_from" doc:"recorded at or after"`
	Until     time.Time `query:"recorded_to" doc:"recorded before"`
}

// AuditItem is one recorded event of anything.
type AuditItem struct {
	Position    uint64    `json:"position" doc:"place in the log"`
	Stream      string    `json:"stream"`
	Revision    uint64    `json:"revision"`
	ID          string    `json:"id" doc:"of the event"`
	Type        string    `json:"type"`
	Command     string    `json:"command"`
	HappenedAt  time.Time `json:"effective_at" doc:"when it happened"`
	RecordedAt  time.Time `json:"recorded_at" doc:"when it was recorded"`
	Actor       *Ref      `json:"actor,omitempty" doc:"whose duty was exercised; left out for a service"`
	Principal   *Ref      `json:"principal" doc:"the account that acted"`
	OnBehalfOf  *Ref      `json:"on_behalf_of,omitempty" doc:"for whom the account acted"`
	Role        string    `json:"role,omitempty"`
	PostUnit    *Ref      `json:"post_unit,omitempty" doc:"unit whose post gave the right"`
	Rule        string    `json:"rule,omitempty" doc:"the grant that allowed it, or the refusal"`
	Channel     string    `json:"channel,omitempty"`
	Source      string    `json:"source,omitempty" doc:"network address"`
	Key         string    `json:"idempotency_key,omitempty"`
	Correlation string    `json:"correlation_id,omitempty"`
	Causation   string    `json:"causation_id,omitempty"`
	Why         string    `json:"why,omitempty" doc:"the reason that was given"`
	Permission  string    `json:"permission,omitempty" doc:"of a denied attempt: the right that was missing"`
	Target      string    `json:"target,omitempty" doc:"of a denied attempt or a sensitive read: what it was aimed at"`
	Suppressed  int       `json:"suppressed,omitempty" doc:"of a denied attempt: equal ones that were not written one by one"`
	Rows        *int      `json:"rows,omitempty" doc:"of a sensitive read: rows, files or events that were shown"`
}

func (s *service) audit(ctx context.Context, in *AuditRequest) (*ListResponse[AuditItem], error) {
	if err := s.api.Allow(ctx, "audit.list", authz.AuditRead, domain.Scope{}); err != nil {
		return nil, err
	}
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	l, err := audit.List(ctx, s.Reader, after, f)
	if err != nil {
		return nil, err
	}
	if err := s.api.Note(ctx, in.read(len(l.Rows))); err != nil {
		return nil, err
	}
	out := &ListResponse[AuditItem]{Position: l.Position, Body: List[AuditItem]{Items: make([]AuditItem, len(l.Rows))}}
	for i := range l.Rows {
		out.Body.Items[i] = s.auditItem(&l.Rows[i])
	}
	if l.More {
		upTo := l.Position
		if f.UpTo != nil {
			upTo = *f.UpTo
		}
		out.Body.Next = encodeCursor(auditKey{After: l.Rows[len(l.Rows)-1].Position, UpTo: upTo})
	}
	return out, nil
}

// auditKey is where a page of the trail ended, and where the trail itself ended when its first page was read: each page is
// itself recorded, so that reading on to the end would never come to one.
type auditKey struct{ After, UpTo uint64 }

// read is what is remembered of the query itself: auditors are answerable too (own reads, mission screens 6).
func (in *AuditRequest) read(rows int) security.SensitiveRead {
	target := in.Stream
	switch {
	case in.Ticket != "":
		target = string(domain.Stream(ticket.Decider.Category, in.Ticket))
	case in.Customer != "":
		target = string(domain.Stream(customer.Decider.Category, in.Customer))
	}
	if target == "" && in.Person != "" {
		target = string(domain.Stream(staff.Decider.Category, in.Person))
	}
	return security.SensitiveRead{What: "audit.list", Target: target, Purpose: in.Purpose, Rows: rows}
}

func (in *AuditRequest) filter() (audit.Filter, error) {
	var c check
	f := audit.Filter{
		Stream: in.Stream, Category: in.Category, Ticket: in.Ticket, Customer: in.Customer, Unit: in.Unit,
		Without: audit.Security{Denied: in.Denied == "false", Reads: in.Reads == "false"}, Person: in.Person, Principal: in.Principal, Type: in.Type, Command: in.Command,
		Effective:  audit.Window{From: c.instant("query.effective_from", in.From), To: c.instant("query.effective_to", in.To)},
		Recorded:   audit.Window{From: c.instant("query.recorded_from", in.Since), To: c.instant("query.recorded_to", in.Until)},
		Descending: in.Order == "newest", Limit: in.Limit,
	}
	c.id("query.person", &f.Person)
	c.id("query.ticket", &f.Ticket)
	c.id("query.unit", &f.Unit)
	if f.Ticket != "" && f.Customer != "" {
		c.v.Fail("query.customer", "not_together", "must not be given with ticket")
	}
	if in.After != "" {
		var k auditKey
		if !decodeCursor(in.After, &k) || max(k.After, k.UpTo) > math.MaxInt64 {
			return f, errCursor
		}
		f.After, f.UpTo = &k.After, &k.UpTo
	}
	return f, c.v.Err()
}

func (s *service) auditItem(r *audit.Row) AuditItem {
	at := r.Effective
	var rows *int
	if r.Type == "SecuritySensitiveRead" {
		rows = &r.Rows
	}
	return AuditItem{
		Position: r.Position, Stream: r.Stream, Revision: r.Revision, ID: r.ID, Type: r.Type, Command: r.Command,
		HappenedAt: at.UTC(), RecordedAt: r.Decided.UTC(), Actor: s.names.staff(r.Actor, at),
		Principal: s.names.account(r.Principal, at), OnBehalfOf: s.names.staff(r.OnBehalfOf, at), Role: r.Role,
		PostUnit: s.names.unit(r.Unit, at), Rule: r.Rule, Channel: r.Channel, Source: r.Source, Key: r.Key,
		Correlation: r.Correlation, Causation: r.Causation, Why: r.Why, Permission: r.Permission, Target: r.Target,
		Suppressed: r.Suppressed, Rows: rows,
	}
}
