package closing

import (
	"slices"

	"docket/domain"
)

// The dimensions by which figures are about somebody.
const (
	byPerson = "person"
	byGroup  = "group"
	byUnit   = "unit"
)

// Appeal says that a published figure is wrong (申訴). Of figures by person, only one's own; of figures by group or unit, those
// of the groups one belongs to and the places of one's posts.
type Appeal struct {
	KPI    string `json:"kpi" minLength:"1" maxLength:"64"`
	By     string `json:"by,omitempty" maxLength:"16" doc:"dimension; left out: the figure of everything"`
	Key    string `json:"key,omitempty" maxLength:"64" doc:"value of the dimension"`
	Part   string `json:"part,omitempty" maxLength:"64" doc:"of the figure; left out: the main one"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants published figures and time left.
func (c Appeal) May(s State, m domain.Meta) error {
	if err := person(m); err != nil {
		return err
	}
	switch {
	case s.Status != StatusPublished:
		return ErrNotPublished
	case m.Now.After(s.AppealUntil):
		return ErrAppealOver
	}
	return nil
}

// Decide notes the appeal.
func (c Appeal) Decide(s State, m domain.Meta) ([]Event, error) {
	cell := Cell{c.KPI, c.By, c.Key, c.Part}
	var v domain.Checks
	if _, found := s.Statement.Find(cell); !found {
		v.Fail("kpi", "unknown", "the month has no such figure")
	}
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if !concerns(cell, m.Actor) {
		return nil, ErrNotConcerned
	}
	if slices.Contains(s.Appeals, Appealing{Round: s.Round, Cell: cell, By: m.Actor.Staff}) {
		return nil, ErrAppealed
	}
	return []Event{Appealed{Appeal: len(s.Appeals) + 1, Cell: cell, By: m.Actor.Staff, Reason: c.Reason}}, nil
}

// concerns reports whether a figure is about somebody; what is told of everything, or by what is nobody, is about everybody.
func concerns(c Cell, a domain.Actor) bool {
	switch c.By {
	case byPerson:
		return c.Key == a.Staff
	case byGroup, byUnit:
		return slices.Contains(a.Groups, c.Key) || slices.ContainsFunc(a.Posts, func(p domain.Post) bool { return p.Unit == "" || p.Unit == c.Key })
	}
	return true
}

// AnswerAppeal tells what became of an appeal. Upholding it changes no figure: what was wrong is corrected where it was
// recorded, and the month frozen anew.
type AnswerAppeal struct {
	Appeal  int     `json:"appeal" minimum:"1" doc:"number of the appeal"`
	Verdict Verdict `json:"verdict" enum:"upheld,not_upheld"`
	Answer  string  `json:"answer" minLength:"1" maxLength:"10000"`
}

// May wants an appeal that waits for its answer.
func (c AnswerAppeal) May(s State, m domain.Meta) error {
	if err := person(m); err != nil {
		return err
	}
	if s.Open() == 0 {
		return ErrNoAppeal
	}
	return nil
}

// Decide answers.
func (c AnswerAppeal) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	known := c.Appeal >= 1 && c.Appeal <= len(s.Appeals)
	switch {
	case !known:
		v.Fail("appeal", "unknown", "there is no such appeal")
	case s.Appeals[c.Appeal-1].Verdict != "":
		v.Fail("appeal", "answered", "has been answered already")
	}
	domain.OneOf(&v, "verdict", c.Verdict, Verdicts...)
	v.RequiredText("answer", c.Answer, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if s.Appeals[c.Appeal-1].By == m.Actor.Staff {
		return nil, ErrOwnAppeal
	}
	return []Event{AppealAnswered{Appeal: c.Appeal, Verdict: c.Verdict, By: m.Actor.Staff, Answer: c.Answer}}, nil
}
