package readapi

import (
	"time"

	"docket/projections/queue"
)

// QueueItem is one ticket of a list.
type QueueItem struct {
	ID           string        `json:"id"`
	Number       string        `json:"number"`
	Type         string        `json:"type"`
	Template     string        `json:"template,omitempty" doc:"id of the template that it follows"`
	Title        string        `json:"title"`
	Reference    string        `json:"reference,omitempty"`
	Customer     string        `json:"customer,omitempty" doc:"key of the customer's file"`
	Channel      string        `json:"channel"`
	Urgency      string        `json:"urgency,omitempty" doc:"none on a draft, until its template decides it"`
	Status       string        `json:"status"`
	Stage        string        `json:"stage,omitempty" doc:"key of the stage that waits for its decision"`
	Unit         *Ref          `json:"unit"`
	Group        *Ref          `json:"group"`
	Fallback     bool          `json:"fallback,omitempty" doc:"the group is a fallback queue, since the rules placed the ticket nowhere"`
	Handler      *Ref          `json:"handler" doc:"who is responsible now; null while the group's queue holds the ticket"`
	Helping      []*Ref        `json:"helping,omitempty" doc:"who does a sub-task of it, or helps the handler"`
	Paused       *PausedView   `json:"paused,omitempty"`
	Handover     *PendingView  `json:"handover,omitempty" doc:"the offer that waits for an answer"`
	Handovers    int           `json:"handovers" doc:"offers so far"`
	Round        int           `json:"round"`
	DueAt        *time.Time    `json:"due_at,omitempty" doc:"promised date; none while a pause lasts"`
	Limit        LimitView     `json:"limit"`
	Deadline     *DeadlineView `json:"deadline,omitempty" doc:"the next date of any of its limits"`
	RegisteredAt time.Time     `json:"registered_at"`
	ChangedAt    time.Time     `json:"changed_at"`
	Revision     uint64        `json:"revision"`
}

// PausedView says what a ticket waits for.
type PausedView struct {
	Kind   string     `json:"kind"`
	Since  *time.Time `json:"since"`
	Reason string     `json:"reason,omitempty"`
}

// PendingView is a handover that its receiver has not answered yet.
type PendingView struct {
	Handover  int        `json:"handover"`
	Receiver  *Ref       `json:"receiver"`
	OfferedAt *time.Time `json:"offered_at"`
}

// LimitView is how much of its limit a ticket has used up, and when it will have used up more. While its clock rests, only what
// has passed is told.
type LimitView struct {
	Band       string     `json:"band" enum:"below_50,50_to_80,80_to_100,over,none"`
	HalfAt     *time.Time `json:"half_at,omitempty" doc:"50 percent"`
	MostAt     *time.Time `json:"most_at,omitempty" doc:"80 percent"`
	OverAt     *time.Time `json:"over_at,omitempty" doc:"100 percent"`
	ReportedAt *time.Time `json:"reported_at,omitempty" doc:"when somebody said that it will not be met, or was not"`
}

// DeadlineView is the next date of any of a ticket's limits.
type DeadlineView struct {
	Clock string    `json:"clock,omitempty" doc:"name of the limit, such as response, handling or stage:first_review; none on a plain ticket"`
	DueAt time.Time `json:"due_at"`
}

// queueItem shows a row as of the roll's instant.
func queueItem(r *queue.Row, n *roll) QueueItem {
	item := QueueItem{
		ID: r.Ticket, Number: r.Number, Type: r.Type, Template: r.Template, Title: r.Title, Reference: r.Reference, Customer: r.Customer,
		Channel: string(r.Channel), Urgency: string(r.Urgency), Status: string(r.Status), Stage: r.Stage,
		Unit: n.unit(r.Unit), Group: n.unit(r.Group), Fallback: r.Fallback,
		Handler: n.staff(r.Handler), Handovers: r.Handovers, Round: r.Round, DueAt: utc(r.DueAt),
		Limit: LimitView{
			Band: string(r.Band(n.at)), HalfAt: utc(r.HalfAt), MostAt: utc(r.MostAt), OverAt: utc(r.OverAt), ReportedAt: utc(r.ReportedAt),
		},
		RegisteredAt: r.RegisteredAt.UTC(), ChangedAt: r.ChangedAt.UTC(), Revision: r.Revision,
	}
	for _, h := range r.Helping {
		item.Helping = append(item.Helping, n.staff(h.Staff))
	}
	if r.DeadlineAt != nil {
		item.Deadline = &DeadlineView{Clock: r.Deadline, DueAt: r.DeadlineAt.UTC()}
	}
	if r.Paused != "" {
		item.Paused = &PausedView{Kind: string(r.Paused), Since: utc(r.PausedAt), Reason: r.PausedWhy}
	}
	if r.Handover > 0 {
		item.Handover = &PendingView{Handover: r.Handover, Receiver: n.staff(r.Receiver), OfferedAt: utc(r.OfferedAt)}
	}
	return item
}

func utc(t *time.Time) *time.Time {
	if t == nil || t.Location() == time.UTC {
		return t
	}
	u := t.UTC()
	return &u
}
