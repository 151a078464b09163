package readapi

import (
	"context"
	"slices"
	"strings"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/closing"
	"docket/internal/httpapi"
	"docket/internal/monthend"
	"docket/projections/kpi"
)

// CompareRequest names a figure of a closed month.
type CompareRequest struct {
	Request
	Name  string `path:"kpi" maxLength:"64" doc:"name of the figure"`
	Month string `query:"month" required:"true" pattern:"^[0-9]{4}-[0-9]{2}$" example:"2026-03"`
	Unit  string `query:"unit" doc:"the unit's closing; left out: the whole organisation's"`
	By    string `query:"by" enum:"unit,group,person,template" doc:"what the figure is told by; left out: of everything at once"`
}

// CompareBody is a figure of a month as it was closed and as it is now (mission rows M9 and X6). Both are measured by the version
// of the definition that the closing names; where there is a newer one, what that gives stands beside them.
type CompareBody struct {
	KPI     string      `json:"kpi"`
	Month   string      `json:"month"`
	Unit    *Ref        `json:"unit" doc:"null: the whole organisation"`
	By      string      `json:"by,omitempty"`
	Status  string      `json:"status" enum:"frozen,published,closed"`
	Closed  ClosedAs    `json:"as_closed" doc:"what fixed the figures then"`
	Now     ClosedAs    `json:"as_now"`
	Newest  int         `json:"newest_version,omitempty" doc:"of the definition, where it is not the closed one"`
	Gone    bool        `json:"gone,omitempty" doc:"this program cannot measure the closed version any more; now is left out"`
	Changed int         `json:"changed" doc:"rows whose numerator or denominator is another by now"`
	Rows    []Compared  `json:"rows"`
	Window  *WindowView `json:"window"`
}

// ClosedAs is what fixes figures.
type ClosedAs struct {
	Version  int       `json:"definition_version"`
	Position uint64    `json:"position"`
	AsOf     time.Time `json:"as_of"`
	Digest   string    `json:"digest,omitempty"`
}

// Compared is one row side by side; a side that has no such row is null.
type Compared struct {
	Key         string       `json:"key,omitempty"`
	Part        string       `json:"part,omitempty"`
	Closed      *closing.Row `json:"as_closed"`
	Now         *closing.Row `json:"as_now"`
	Newest      *closing.Row `json:"by_newest,omitempty"`
	Numerator   int64        `json:"numerator_difference"`
	Denominator int64        `json:"denominator_difference"`
}

// figure loads the closed month that has the figure, and the version it was measured by.
func (b *months) figure(ctx context.Context, operation string, in *CompareRequest) (*closed, int, error) {
	var c check
	c.id("query.unit", &in.Unit)
	if _, _, ok := closing.Bounds(in.Month, time.UTC); !ok {
		c.v.Fail("query.month", "not_a_month", "must be a month of the form 2026-03")
	}
	if err := c.v.Err(); err != nil {
		return nil, 0, err
	}
	m, err := b.readable(ctx, operation, in.Month, in.Unit)
	if err != nil {
		return nil, 0, err
	}
	i := slices.IndexFunc(m.state.Statement.Definitions, func(d closing.Definition) bool { return d.KPI == in.Name })
	if i < 0 {
		return nil, 0, errNoClosing
	}
	return m, m.state.Statement.Definitions[i].Version, nil
}

func (b *months) compare(ctx context.Context, in *CompareRequest) (*OneResponse[CompareBody], error) {
	m, version, err := b.figure(ctx, "closing.compare", in)
	if err != nil {
		return nil, err
	}
	s := &m.state.Statement
	body := CompareBody{
		KPI: in.Name, Month: s.Month, Unit: b.names.unit(s.Unit, s.AsOf), By: in.By, Status: string(m.state.Status),
		Closed: ClosedAs{version, s.Position, s.AsOf, m.state.Digest}, Window: &WindowView{&s.From, &s.To}, Rows: []Compared{},
	}
	now := b.Clock().UTC()
	out := &OneResponse[CompareBody]{}
	after, _ := httpapi.After(ctx)
	err = kpi.Read(ctx, b.Reader, max(after, m.position), func(ctx context.Context, snapshot kpi.Snapshot) error {
		out.Position = snapshot.Position
		body.Now = ClosedAs{Version: version, Position: snapshot.Position, AsOf: now}
		later, has, err := monthend.Later(ctx, snapshot, s, in.Name, version, kpi.Dimension(in.By), now)
		if err != nil {
			return err
		}
		body.Gone = !has
		var newest []closing.Row
		if f, found := kpi.Find(in.Name, 0); found && f.Version != version {
			body.Newest = f.Version
			if newest, _, err = monthend.Later(ctx, snapshot, s, in.Name, f.Version, kpi.Dimension(in.By), now); err != nil {
				return err
			}
		}
		body.Rows, body.Changed = sideBySide(frozenRows(s, in.Name, in.By), later, newest, has)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.Body = body
	return out, nil
}

func frozenRows(s *closing.Statement, name, by string) []closing.Row {
	for _, f := range s.Figures {
		if f.KPI == name && f.By == by {
			return f.Rows
		}
	}
	return nil
}

// sideBySide pairs rows by key and part, in that order. A row that one side lacks counts as zero there.
func sideBySide(then, now, newest []closing.Row, told bool) (rows []Compared, changed int) {
	type cell struct{ key, part string }
	all := map[cell]*Compared{}
	put := func(list []closing.Row, side func(*Compared) **closing.Row) {
		for i := range list {
			at := cell{list[i].Key, list[i].Part}
			if all[at] == nil {
				all[at] = &Compared{Key: at.key, Part: at.part}
			}
			*side(all[at]) = &list[i]
		}
	}
	put(then, func(c *Compared) **closing.Row { return &c.Closed })
	put(now, func(c *Compared) **closing.Row { return &c.Now })
	put(newest, func(c *Compared) **closing.Row { return &c.Newest })
	rows = make([]Compared, 0, len(all))
	for _, c := range all {
		if told {
			var before, after closing.Row
			if c.Closed != nil {
				before = *c.Closed
			}
			if c.Now != nil {
				after = *c.Now
			}
			c.Numerator, c.Denominator = after.Numerator-before.Numerator, after.Denominator-before.Denominator
		}
		if c.Numerator != 0 || c.Denominator != 0 {
			changed++
		}
		rows = append(rows, *c)
	}
	slices.SortFunc(rows, func(a, b Compared) int {
		if a.Key != b.Key {
			return strings.Compare(a.Key, b.Key)
		}
		return strings.Compare(a.Part, b.Part)
	})
	return rows, changed
}

// ChangesRequest names one row of a figure of a closed month.
type ChangesRequest struct {
	CompareRequest
	Key  string `query:"key" maxLength:"64" doc:"value of the dimension"`
	Part string `query:"part" maxLength:"64" doc:"of the figure; left out: the main one"`
}

// ChangesBody is what counts otherwise now than when the month was frozen.
type ChangesBody struct {
	Items []FactChange `json:"items"`
	Whole bool         `json:"whole" doc:"false: there were too many facts to compare them all"`
}

// FactChange is one fact of a ticket on both sides; null where it does not count.
type FactChange struct {
	Ticket string            `json:"ticket"`
	Fact   string            `json:"fact"`
	Closed *monthend.Counted `json:"as_closed"`
	Now    *monthend.Counted `json:"as_now"`
}

func (b *months) changes(ctx context.Context, in *ChangesRequest) (*OneResponse[ChangesBody], error) {
	m, version, err := b.figure(ctx, "closing.changes", &in.CompareRequest)
	if err != nil {
		return nil, err
	}
	f, found := kpi.Find(in.Name, version)
	if !found || !slices.ContainsFunc(f.Parts, func(p kpi.Measured) bool { return p.Part == in.Part }) {
		return nil, domain.ErrInvalid.With(domain.FieldError{Field: "query.part", Code: "unknown", Msg: "the figure has no such part, or cannot be measured any more"})
	}
	out := &OneResponse[ChangesBody]{}
	after, _ := httpapi.After(ctx)
	err = kpi.Read(ctx, b.Reader, max(after, m.position), func(ctx context.Context, snapshot kpi.Snapshot) error {
		out.Position = snapshot.Position
		changes, whole, err := monthend.Changes(ctx, snapshot, &m.state.Statement, f,
			closing.Cell{KPI: in.Name, By: in.By, Key: in.Key, Part: in.Part}, authz.Reached(httpapi.ActorFrom(ctx), authz.KPIRead), b.Clock())
		if err != nil {
			return err
		}
		out.Body = ChangesBody{Items: make([]FactChange, len(changes)), Whole: whole}
		for i, c := range changes {
			out.Body.Items[i] = FactChange{Ticket: c.Ticket, Fact: c.Fact, Closed: c.Then, Now: c.Now}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
