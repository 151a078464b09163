package readapi

import (
	"context"
	"fmt"
	"slices"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/closing"
	"docket/domain/scale"
	"docket/domain/scorecard"
	"docket/internal/httpapi"
)

// SheetsRequest asks for the sheets of a month.
type SheetsRequest struct {
	MonthRequest
	Paging
	By  string `query:"by" enum:"person,group,unit" default:"person"`
	Key string `query:"key" maxLength:"64" doc:"only of this person, group or unit"`
}

// SheetView is the month of somebody on the scorecard, as it was frozen (kpis #27).
type SheetView struct {
	Month    string       `json:"month"`
	Status   string       `json:"status" enum:"frozen,published,closed" doc:"of the month"`
	By       string       `json:"by" enum:"person,group,unit"`
	Of       *Ref         `json:"of"`
	Score    string       `json:"score,omitempty" doc:"of a hundred points; left out where nothing on the card has data" example:"84.40"`
	Days     string       `json:"available_days,omitempty" doc:"working days on which a person was there" example:"20.50"`
	Rescaled bool         `json:"rescaled" doc:"items without data dropped out, and their weight is spread over the others"`
	Card     string       `json:"scorecard" doc:"whose card it is, and its version"`
	Lines    []scale.Line `json:"lines" doc:"every item: its figure, its weight, its share of what counts, and its score in hundredths; left tells why one does not count"`
}

// sheets tells sheets to those who read figures, and everybody's own once they are published.
func (b *months) sheets(ctx context.Context, in *SheetsRequest) (*ListResponse[SheetView], error) {
	if err := in.named(); err != nil {
		return nil, err
	}
	c, own, err := b.concerned(ctx, "closing.sheets", in.ID, in.Unit)
	if err != nil {
		return nil, err
	}
	out := &ListResponse[SheetView]{Position: c.position, Body: List[SheetView]{Items: []SheetView{}}}
	sheets, keys := map[string]closing.Sheet{}, []string{}
	for _, s := range c.state.Statement.Sheets {
		if s.By == in.By && (in.Key == "" || s.Key == in.Key) && (own == nil || own(s)) {
			sheets[s.Key], keys = s, append(keys, s.Key)
		}
	}
	if keys, out.Body.Next, err = in.cut(keys); err != nil {
		return nil, err
	}
	for _, key := range keys {
		out.Body.Items = append(out.Body.Items, b.sheet(c, sheets[key]))
	}
	return out, nil
}

// concerned is a month for who may read its figures, or else for somebody about whom it is; own then tells what they may see.
func (b *months) concerned(ctx context.Context, operation, id, unit string) (c *closed, own func(closing.Sheet) bool, err error) {
	actor := httpapi.ActorFrom(ctx)
	reads, appeals := authz.Anywhere(actor, authz.KPIRead), authz.Anywhere(actor, authz.KPIAppeal) && actor.Staff != ""
	if !reads && !appeals {
		b.api.Deny(ctx, operation, authz.KPIRead, "")
		return nil, nil, httpapi.ErrNotAllowed
	}
	if c, err = b.load(ctx, id, unit); err != nil {
		return nil, nil, err
	}
	if _, ok := authz.Allowed(actor, authz.KPIRead, closing.Decider.Scope(c.state)); ok {
		return c, nil, nil
	}
	if !appeals || c.state.Status == closing.StatusFrozen {
		b.api.Deny(ctx, operation, authz.KPIRead, domain.Stream(closing.Decider.Category, c.id))
		return nil, nil, errNoClosing
	}
	return c, func(s closing.Sheet) bool { return mine(s, actor) }, nil
}

// mine reports whether a sheet is about somebody, or about a group they belong to.
func mine(s closing.Sheet, a domain.Actor) bool {
	return s.By == "person" && s.Key == a.Staff || s.By == "group" && slices.Contains(a.Groups, s.Key)
}

func (b *months) sheet(c *closed, s closing.Sheet) SheetView {
	st := c.state.Statement
	v := SheetView{Month: st.Month, Status: string(c.state.Status), By: s.By, Lines: s.Lines}
	if s.By == "person" {
		v.Of = b.names.staff(s.Key, st.To)
	} else {
		v.Of = b.names.unit(s.Key, st.To)
	}
	if s.Scored {
		v.Score = inHundredths(int64(s.Score))
	}
	if s.Days > 0 {
		v.Days = inHundredths(s.Days)
	}
	v.Rescaled = slices.ContainsFunc(s.Lines, func(l scale.Line) bool { return l.Left != "" })
	if card := st.Scorecard; card != nil {
		v.Card = fmt.Sprintf("organisation v%d", card.Version)
		if u := b.names.unit(card.Unit, st.To); u != nil {
			v.Card = fmt.Sprintf("%s v%d", u.Name, card.Version)
		}
	}
	return v
}

func inHundredths(n int64) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

// card is a unit's scorecard, or the organisation's, and what became true of it.
func (b *months) card(ctx context.Context, unit string) (history []domain.Envelope, s scorecard.State, err error) {
	history, _, err = b.History.LoadMasked(ctx, domain.Stream(scorecard.Decider.Category, scorecard.Key(unit)))
	for i := range history {
		if event, ok := history[i].Event.(scorecard.Event); ok {
			s = scorecard.Decider.Evolve(s, event)
		}
	}
	return history, s, err
}

// CardRequest names a scorecard.
type CardRequest struct {
	Request
	Unit string `query:"unit" doc:"left out: the whole organisation's"`
}

// CardView is a scorecard with all its versions: published, so that everybody knows what they are measured by.
type CardView struct {
	ID       string        `json:"id"`
	Unit     *Ref          `json:"unit" doc:"null: the whole organisation"`
	Versions []CardVersion `json:"versions"`
}

// CardVersion is one version; an approved one never changes.
type CardVersion struct {
	Version int        `json:"version"`
	Status  string     `json:"status" enum:"draft,for_approval,approved"`
	From    string     `json:"from,omitempty" doc:"first month that is scored by it"`
	Digest  string     `json:"digest"`
	Card    scale.Card `json:"card"`
}

var errNoCard = domain.Refusal(domain.NotFound, "scorecard.unknown", "there is no such scorecard")

func (b *months) scorecard(ctx context.Context, in *CardRequest) (*OneResponse[CardView], error) {
	var c check
	c.id("query.unit", &in.Unit)
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	if actor := httpapi.ActorFrom(ctx); !authz.Anywhere(actor, authz.KPIRead) && !authz.Anywhere(actor, authz.KPIAppeal) {
		b.api.Deny(ctx, "scorecard.read", authz.KPIRead, "")
		return nil, httpapi.ErrNotAllowed
	}
	position, err := b.passed(ctx)
	if err != nil {
		return nil, err
	}
	_, s, err := b.card(ctx, in.Unit)
	switch {
	case err != nil:
		return nil, err
	case !s.Exists():
		return nil, errNoCard
	}
	v := CardView{ID: scorecard.Key(in.Unit), Unit: b.names.unit(s.Unit, b.Clock()), Versions: []CardVersion{}}
	for _, x := range s.Versions {
		v.Versions = append(v.Versions, CardVersion{Version: x.Number, Status: string(x.Status), From: x.From, Digest: x.Digest, Card: x.Card})
	}
	return &OneResponse[CardView]{Position: position, Body: v}, nil
}
