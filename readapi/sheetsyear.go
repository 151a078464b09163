package readapi

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/closing"
	"docket/domain/scale"
	"docket/domain/scorecard"
	"docket/internal/httpapi"
)

// YearRequest asks for the scores of a year.
type YearRequest struct {
	Request
	Paging
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
	Judges []YearMark    `json:"judges" doc:"the marks of the yearly review, all that were ever given, the oldest first"`
	Absent []string      `json:"judges_missing,omitempty" doc:"roles that the scorecard has years judged by and that nobody has judged by yet; the others count whole"`
}

// YearMark is what one judge gave somebody's year.
type YearMark struct {
	Judge  *Ref      `json:"judge"`
	Role   string    `json:"role,omitempty" doc:"of the post by which they judged"`
	Score  string    `json:"score" doc:"of a hundred points" example:"84.40"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
	Counts bool      `json:"counts" doc:"false: the same judge gave another since, or the scorecard has years judged by other roles"`
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
	page, next, err := in.cut(slices.Collect(maps.Keys(people)))
	if err != nil {
		return nil, err
	}
	out.Body.Next = next
	for _, person := range page {
		all, r := people[person], reviews[person]
		v := YearView{
			Year: in.Year, Person: b.names.staff(person, b.Clock()), Months: all, Parts: card.Card.Year(all, r.Score, r.Judged()),
			Judges: append([]YearMark{}, r.marks...), Absent: r.Missing,
		}
		v.Weighs = weighing(v.Parts)
		if v.Parts.Scored {
			v.Score, v.Grade = inHundredths(int64(v.Parts.Score)), v.Parts.Grade
		}
		out.Body.Items = append(out.Body.Items, v)
	}
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

// yearReview is what somebody's judges made of a year, and their marks.
type yearReview struct {
	scale.Review
	marks []YearMark
}

// reviews are the yearly reviews of people, from the card of the unit.
func (b *months) reviews(ctx context.Context, in *YearRequest) (map[string]yearReview, error) {
	history, s, err := b.card(ctx, in.Unit)
	if err != nil {
		return nil, err
	}
	reviews := map[string]yearReview{}
	mark := func(e *domain.Envelope, year int, person, judge, role string, score int, reason string) {
		if year != in.Year || in.Person != "" && in.Person != person {
			return
		}
		r, begun := reviews[person]
		if !begun {
			r.Review = s.Review(year, person)
		}
		for i := range r.marks { // one alone does not count beside others
			if old := &r.marks[i]; old.Role == "" || old.Judge != nil && old.Judge.ID == judge {
				old.Counts = false
			}
		}
		counts := role == "" || s.Judging(year).Counts(role)
		r.marks = append(r.marks, YearMark{b.names.staff(judge, b.Clock()), role, inHundredths(int64(score)), reason, e.Meta.Decided, counts})
		reviews[person] = r
	}
	for i := range history {
		switch e := history[i].Event.(type) {
		case scorecard.YearReviewed:
			mark(&history[i], e.Year, e.Person, e.By, "", e.Score, e.Comment)
		case scorecard.YearJudged:
			mark(&history[i], e.Year, e.Person, e.Judge, e.Role, e.Score, e.Reason)
		}
	}
	return reviews, nil
}
