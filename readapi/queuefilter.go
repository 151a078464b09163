package readapi

import (
	"context"
	"slices"
	"time"

	"docket/domain/view"
	"docket/internal/httpapi"
	"docket/projections/queue"
)

// QueueFilter narrows lists of tickets: the query of an address, read into what a saved view stores ([view.Filter]).
type QueueFilter struct {
	State     []string  `query:"state" enum:"open,finished,draft,registered,accepted,in_progress,completed,reviewed,delivered,refused,closed,cancelled,declined,lapsed,joined" doc:"states, parted by commas; either open or finished ones" default:"open"`
	Unit      string    `query:"unit" doc:"responsible unit"`
	Group     string    `query:"group" doc:"responsible group"`
	Handler   string    `query:"handler" doc:"responsible person: an id, me, or none"`
	Handover  string    `query:"handover" doc:"handovers that wait for this receiver's answer: an id, me, or any"`
	Helping   string    `query:"helping" doc:"who does a sub-task of it or helps its handler: an id, or me"`
	Urgency   []string  `query:"urgency" enum:"critical,urgent,normal,low"`
	Type      string    `query:"type" maxLength:"8" doc:"business type"`
	Template  string    `query:"template" doc:"id of the template"`
	Customer  string    `query:"customer" maxLength:"64" doc:"key of the customer's file"`
	Channel   []string  `query:"channel" enum:"window,phone,online,mail,system"`
	Reference string    `query:"reference" maxLength:"64" doc:"number in another system"`
	Stage     string    `query:"stage" maxLength:"40" doc:"key of the stage that waits for its decision; mine: those that I may sign"`
	Band      []string  `query:"band" enum:"below_50,50_to_80,80_to_100,over,none" doc:"share of the limit that is used up"`
	DueAfter  time.Time `query:"due_after" doc:"promised at or after"`
	DueBefore time.Time `query:"due_before" doc:"promised before"`
	DueWithin int       `query:"due_within_hours" minimum:"0" maximum:"8784" doc:"promised before so many hours are over; late ones included"`
	Paused    string    `query:"paused" enum:"true,false"`
	Pause     []string  `query:"pause" enum:"customer,external,inspection,force_majeure" doc:"kinds of pause"`
	Fallback  string    `query:"fallback" enum:"true,false" doc:"lies in a fallback queue, because the rules placed it nowhere"`
	Reported  string    `query:"late_reported" enum:"true,false" doc:"somebody said that its limit will not be met, or was not"`
	Unheld    string    `query:"unacknowledged" enum:"true,false" doc:"urgent or critical and held by nobody"`
	AsOf      time.Time `query:"as_of" doc:"what shares of limits are compared with; now when left out"`
}

// QueueSort is the order of a list.
type QueueSort struct {
	Sort string `query:"sort" maxLength:"60" default:"due" doc:"one to three of due, deadline, registered, changed, number, urgency, status, stage, group, handler, paused, offered, title, parted by commas; a minus sorts downwards" example:"urgency,-due"`
}

// filter turns parameters into a filter, and a page where one is asked for; every failing parameter is told.
func (s *service) filter(ctx context.Context, in *QueueFilter, p *queue.Page, after string) (queue.Filter, error) {
	var c check
	f := queue.Filter{Asker: httpapi.ActorFrom(ctx), AsOf: s.Clock().UTC()}
	if at := c.instant("query.as_of", in.AsOf); at != nil {
		f.AsOf = *at
	}
	f.Filter = in.read()
	f.Check(&c.v, "query.")
	if f.Asker.Staff == "" {
		for field, value := range map[string]string{"handler": f.Handler, "handover": f.Handover, "helping": f.Helping} {
			if value == view.Me {
				c.v.Fail("query."+field, "no_person", "this account is not a person's")
			}
		}
	}
	if p == nil {
		return f, c.v.Err()
	}
	p.Sort.Check(&c.v, "query.sort")
	if err := c.v.Err(); err != nil {
		return f, err
	}
	return f, begin(p, after)
}

// read takes the parameters over, ids in the form that streams are named by.
func (in *QueueFilter) read() view.Filter {
	f := view.Filter{
		States: in.State, Unit: in.Unit, Group: in.Group, Handler: in.Handler, Handover: in.Handover, Helping: in.Helping, Urgencies: in.Urgency, Type: in.Type,
		Template: in.Template, Customer: in.Customer, Channels: in.Channel, Reference: in.Reference, Stage: in.Stage, DueWithin: in.DueWithin,
		Pauses: in.Pause, Paused: flag(in.Paused), Fallback: flag(in.Fallback), Reported: flag(in.Reported), Unanswered: flag(in.Unheld),
		DueAfter: given(in.DueAfter), DueBefore: given(in.DueBefore),
	}
	for _, b := range in.Band {
		f.Bands = append(f.Bands, view.Band(b))
	}
	for _, id := range []*string{&f.Unit, &f.Group, &f.Handler, &f.Handover, &f.Helping, &f.Template} {
		if canonical, ok := httpapi.ParseID(*id); ok {
			*id = canonical
		}
	}
	return f
}

// flag is a parameter that says yes or no; nil when it says neither.
func flag(text string) *bool {
	if text == "" {
		return nil
	}
	yes := text == "true"
	return &yes
}

// given is an instant in UTC; nil when none was given.
func given(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	u := at.UTC()
	return &u
}

// begin sets where a page begins. A cursor of another list or order is refused.
func begin(p *queue.Page, after string) error {
	if after == "" {
		return nil
	}
	p.After = &queue.Key{}
	foreign := func(value string) bool { return !clean(value) }
	if !decodeCursor(after, p.After) || !p.After.Fits(p.Sort) || !isID(p.After.Ticket) || slices.ContainsFunc(p.After.Values, foreign) {
		return errCursor
	}
	return nil
}
