package scorecard

import (
	"cmp"
	"slices"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/scale"
)

// ReviewYear gives somebody's year as a whole a mark, as one of several judges. What they make together, [State.Review] tells.
type ReviewYear struct {
	Year    int    `json:"year" minimum:"1900" maximum:"2999"`
	Person  string `json:"person" minLength:"1" maxLength:"64"`
	Score   int    `json:"score" minimum:"0" maximum:"10000" doc:"hundredths of a point of a hundred"`
	Comment string `json:"comment" minLength:"1" maxLength:"10000" doc:"the reason, which the person sees"`

	Facts YearFacts `json:"-"`
}

// YearFacts are what the directory tells about the person.
type YearFacts struct{ Known bool }

// May wants a person who judges.
func (c ReviewYear) May(_ State, m domain.Meta) error { return person(m) }

// Decide judges somebody else, of a year that has begun, by a role that the card names. Nobody judges themselves, be it in the name of
// somebody whose deputy they are.
func (c ReviewYear) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if c.Year < 1900 || c.Year > m.Now.UTC().Year() {
		v.Fail("year", "out_of_range", "must have begun")
	}
	if !c.Facts.Known {
		v.Fail("person", "unknown", "no such member of staff")
	}
	if c.Score < 0 || c.Score > scale.Full {
		v.Fail("score", "out_of_range", "must be between 0 and 10000")
	}
	v.RequiredText("comment", c.Comment, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Person == m.Actor.Staff || m.Actor.Principal == "staff-"+c.Person {
		return nil, ErrOwnYear
	}
	role, ok := s.judges(m.Actor, s.Judging(c.Year))
	if !ok {
		return nil, ErrNoJudge
	}
	return []Event{YearJudged{Year: c.Year, Person: c.Person, Judge: m.Actor.Staff, Role: role, Score: c.Score, Reason: c.Comment}}, nil
}

// judges is the role by which somebody judges: of those of their posts here that may and that the card counts, the one that weighs most.
func (s State) judges(a domain.Actor, card scale.Card) (role string, ok bool) {
	weight := func(role string) int {
		i := slices.IndexFunc(card.Judges, func(j scale.Judge) bool { return j.Role == role })
		if i < 0 {
			return 0
		}
		return card.Judges[i].Weight
	}
	var by []string
	for _, p := range a.Posts {
		a.Posts = []domain.Post{p}
		if d, may := authz.Allowed(a, authz.ScorecardJudge, Decider.Scope(s)); may && card.Counts(d.Role) {
			by = append(by, d.Role)
		}
	}
	if len(by) == 0 {
		return "", false
	}
	return slices.MinFunc(by, func(x, y string) int { return cmp.Or(cmp.Compare(weight(y), weight(x)), cmp.Compare(x, y)) }), true
}

// judges reports whether a role may judge.
func judges(role string) bool {
	return slices.ContainsFunc(authz.Grants(role), func(g authz.Grant) bool { return g.Permission == authz.ScorecardJudge })
}
