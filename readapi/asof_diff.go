package readapi

import (
	"context"
	"slices"
	"time"

	"docket/domain"
	"docket/domain/casetype"
	"docket/internal/httpapi"
	"docket/projections/ticketpage"
)

// DiffRequest asks what changed between two moments, each in both times. A moment of which nothing is given is now.
type DiffRequest struct {
	Request
	TicketPath
	FromEffective time.Time `query:"from_effective" doc:"of the earlier moment: acts that had happened by this time"`
	FromRecorded  time.Time `query:"from_recorded" doc:"acts that had been recorded by this time"`
	FromRevision  string    `query:"from_revision" pattern:"^[0-9]{1,18}$" doc:"after this act of the ticket"`
	ToEffective   time.Time `query:"to_effective" doc:"of the later moment"`
	ToRecorded    time.Time `query:"to_recorded"`
	ToRevision    string    `query:"to_revision" pattern:"^[0-9]{1,18}$"`
	Language      string    `header:"Accept-Language" doc:"of labels" example:"zh-Hant"`
}

// DiffResponse is what changed.
type DiffResponse struct {
	Position uint64 `header:"Docket-Position"`
	Vary     string `header:"Vary"`
	Body     DiffView
}

// DiffView is the difference of a ticket's page between two moments.
type DiffView struct {
	From    time.Time    `json:"from" doc:"moment that the earlier page shows"`
	To      time.Time    `json:"to"`
	Changes []ChangeView `json:"changes" doc:"by part and name"`
	Events  []EntryView  `json:"events" doc:"acts that count at one of the moments and not at the other, in the order they were stored"`
}

// ChangeView is one thing that is not as it was, with the acts that changed it.
type ChangeView struct {
	Part   string   `json:"part" enum:"field,holder,state,stage,clock,material,file,step,subtask,circulation"`
	Name   string   `json:"name" doc:"key of the field, stage, clock …"`
	Label  string   `json:"label,omitempty"`
	Before string   `json:"before" doc:"empty: there was none"`
	After  string   `json:"after" doc:"empty: there is none any more"`
	Events []uint64 `json:"events" doc:"revisions of the acts, in the order they were stored"`
}

// diff compares what the two moments' events come to. Acts are named by folding them one by one on top of what both moments
// share.
func (s *service) diff(ctx context.Context, in *DiffRequest) (*DiffResponse, error) {
	var c check
	c.id("path.id", &in.ID)
	from := c.point("query.from_", in.FromEffective, in.FromRecorded, in.FromRevision)
	to := c.point("query.to_", in.ToEffective, in.ToRecorded, in.ToRevision)
	if from.now() {
		c.v.Fail("query", "required", "must give from_effective, from_recorded or from_revision")
	}
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	f, err := s.recall(ctx, "ticket.diff", in.ID)
	if err != nil {
		return nil, err
	}
	if err := from.within(&f, "query.from_revision"); err != nil {
		return nil, err
	}
	if err := to.within(&f, "query.to_revision"); err != nil {
		return nil, err
	}
	language := httpapi.Wanted(in.Language)
	label := func(key string) string { return key }
	d := s.definition(f.State.Template)
	if d != nil {
		label = func(key string) string { return d.Label(key, language.String()) }
	}
	m := s.scene(s.Clock(), language)
	v := DiffView{Changes: []ChangeView{}, Events: []EntryView{}}
	for _, at := range []struct {
		p   point
		out *time.Time
	}{{from, &v.From}, {to, &v.To}} {
		page, existed := ticketpage.Replay(at.p.of(f.events))
		if !existed && at.p.effective == nil && at.p.recorded == nil {
			return nil, ticketpage.ErrUnknown
		}
		*at.out = at.p.instant(&page, s.Clock())
	}
	touched := touchedBy{}
	before := touched.walk(f.events, from.holds, to.holds, d)
	after := touched.walk(f.events, to.holds, from.holds, d)
	for _, k := range ticketpage.Different(before, after) {
		change := ChangeView{Part: k.Part, Name: k.Name, Before: before[k], After: after[k], Events: touched[k]}
		slices.Sort(change.Events)
		change.Events = slices.Compact(change.Events)
		if text := label(k.Name); text != k.Name {
			change.Label = text
		}
		v.Changes = append(v.Changes, m.named(change))
	}
	for i := range f.Timeline {
		if e := &f.events[i]; from.holds(e) != to.holds(e) {
			v.Events = append(v.Events, m.entry(&f.Timeline[i]))
		}
	}
	return &DiffResponse{Position: f.position, Vary: "Accept-Language", Body: v}, nil
}

// named puts names beside the ids of holders.
func (m scene) named(c ChangeView) ChangeView {
	if c.Part != "holder" {
		return c
	}
	name := func(id string) string {
		switch ref := m.staff(id); {
		case id == "":
			return ""
		case c.Name == "person":
			return id + " " + ref.name()
		default:
			return id + " " + m.unit(id).name()
		}
	}
	c.Before, c.After = name(c.Before), name(c.After)
	return c
}

// touchedBy collects which acts changed which parts.
type touchedBy map[ticketpage.Part][]uint64

// walk gives the summary of the events that hold, and notes what each act that does not hold at the other moment changed on
// top of those that hold at both. Acts come in the order they were stored.
func (t touchedBy) walk(events []domain.Envelope, holds, other func(*domain.Envelope) bool, d *casetype.Definition) ticketpage.Summary {
	var b ticketpage.Builder
	for i := range events {
		if e := &events[i]; holds(e) && other(e) {
			b.Add(e)
		}
	}
	shown := b.Summary(d)
	appended := true // every further act was stored after all of those, so that the fold goes on
	last := b.Revision()
	for i := range events {
		if e := &events[i]; holds(e) && !other(e) && e.Revision < last {
			appended = false
		}
	}
	for i := range events {
		e := &events[i]
		if !holds(e) || other(e) {
			continue
		}
		if appended {
			b.Add(e)
		} else {
			b = ticketpage.Builder{}
			for j := range events {
				if o := &events[j]; holds(o) && (other(o) || j <= i) {
					b.Add(o)
				}
			}
		}
		next := b.Summary(d)
		for _, k := range ticketpage.Different(shown, next) {
			t[k] = append(t[k], e.Revision)
		}
		shown = next
	}
	return shown
}
