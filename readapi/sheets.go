package readapi

import (
	"context"
	"fmt"
	"slices"
	"time"

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
	for _, s := range c.state.Statement.Sheets {
		if s.By != in.By || in.Key != "" && s.Key != in.Key || own != nil && !own(s) {
			continue
		}
		out.Body.Items = append(out.Body.Items, b.sheet(c, s))
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

// YearRequest asks for the scores of a year.
type YearRequest struct {
	Request
	Year   int    `query:"year" required:"true" minimum:"1900" maximum:"2999"`
	Unit   string `query:"unit" doc:"by the months of this unit; left out: by those of the whole organisation"`
	Person string `query:"person" doc:"only of this person"`
}

// YearView is somebody's year: the closed months by available days, the yearly review, and what they make together.
type YearView struct {
	Year   int           `json:"year"`
	Person *Ref          `json:"person"`
	Score  string        `json:"score,omitempty" doc:"of a hundred points; left out where there is neither a closed month nor a review"`
	Grade  string        `json:"grade,omitempty" doc:"by the newest card that a month was scored by"`
	Weighs string        `json:"weighing,omitempty" enum:"days,plain,mixed" doc:"by what the months weigh: by available days; alike, where none tells of days; or by days, those closed before days were told each as the mean of the others"`
	Parts  scale.Year    `json:"parts" doc:"how it came about, in hundredths; left tells what is missing, so that the other counts whole"`
	Months []scale.Month `json:"months"`
}

// year tells of the closed months of a year, which are read from the events that froze them.
func (b *months) year(ctx context.Context, in *YearRequest) (*ListResponse[YearView], error) {
	var c check
	c.id("query.unit", &in.Unit)
	c.id("query.person", &in.Person)
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	actor := httpapi.ActorFrom(ctx)
	if _, ok := authz.Allowed(actor, authz.KPIRead, domain.Scope{Unit: in.Unit}); !ok {
		if !authz.Anywhere(actor, authz.KPIAppeal) || actor.Staff == "" || in.Person != "" && in.Person != actor.Staff {
			b.api.Deny(ctx, "closing.year", authz.KPIRead, "")
			return nil, httpapi.ErrNotAllowed
		}
		in.Person = actor.Staff
	}
	position, err := b.passed(ctx)
	if err != nil {
		return nil, err
	}
	people := map[string][]scale.Month{}
	var card *closing.Scorecard
	for month := time.January; month <= time.December; month++ {
		m, err := b.load(ctx, fmt.Sprintf("%04d-%02d", in.Year, month), in.Unit)
		if err == errNoClosing || err == nil && m.state.Status != closing.StatusClosed { //nolint:errorlint // it is returned as it is
			continue
		}
		if err != nil {
			return nil, err
		}
		st := m.state.Statement
		if st.Scorecard != nil {
			card = st.Scorecard
		}
		for _, s := range st.Sheets {
			if s.By == "person" && (in.Person == "" || in.Person == s.Key) {
				people[s.Key] = append(people[s.Key], scale.Month{Month: st.Month, Score: s.Score, Scored: s.Scored, Days: s.Days, Told: st.TellsDays()})
			}
		}
	}
	reviews, err := b.reviews(ctx, in)
	if err != nil {
		return nil, err
	}
	for person := range reviews {
		if _, known := people[person]; !known {
			people[person] = []scale.Month{}
		}
	}
	out := &ListResponse[YearView]{Position: position, Body: List[YearView]{Items: []YearView{}}}
	if card == nil {
		return out, nil
	}
	for person, all := range people {
		review, reviewed := reviews[person]
		v := YearView{Year: in.Year, Person: b.names.staff(person, b.Clock()), Months: all, Parts: card.Card.Year(all, review, reviewed)}
		v.Weighs = weighing(v.Parts)
		if v.Parts.Scored {
			v.Score, v.Grade = inHundredths(int64(v.Parts.Score)), v.Parts.Grade
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	slices.SortFunc(out.Body.Items, func(x, y YearView) int { return byID(x.Person, y.Person) })
	return out, nil
}

// weighing says by what the months of a year weigh; empty where none counts.
func weighing(y scale.Year) string {
	switch {
	case y.Counted == 0:
		return ""
	case !y.Weighted:
		return "plain"
	case y.Plain > 0:
		return "mixed"
	}
	return "days"
}

func byID(x, y *Ref) int {
	switch {
	case x == nil || y == nil || x.ID == y.ID:
		return 0
	case x.ID < y.ID:
		return -1
	}
	return 1
}

// reviews are the yearly reviews of people, from the card of the unit.
func (b *months) reviews(ctx context.Context, in *YearRequest) (map[string]int, error) {
	s, err := b.card(ctx, in.Unit)
	if err != nil {
		return nil, err
	}
	reviews := map[string]int{}
	for judged, score := range s.Years {
		if judged.Year == in.Year && (in.Person == "" || in.Person == judged.Person) {
			reviews[judged.Person] = score
		}
	}
	return reviews, nil
}

// card is a unit's scorecard, or the organisation's.
func (b *months) card(ctx context.Context, unit string) (s scorecard.State, err error) {
	history, _, err := b.History.LoadMasked(ctx, domain.Stream(scorecard.Decider.Category, scorecard.Key(unit)))
	for i := range history {
		if event, ok := history[i].Event.(scorecard.Event); ok {
			s = scorecard.Decider.Evolve(s, event)
		}
	}
	return s, err
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
	s, err := b.card(ctx, in.Unit)
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
