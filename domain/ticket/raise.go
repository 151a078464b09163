package ticket

import (
	"slices"

	"docket/domain"
)

// ProblemCategory says what kind of help a handler asks of the superior.
type ProblemCategory string

// ProblemAnswer says how a superior answers.
type ProblemAnswer string

// Values of the codes.
const (
	ProblemRule      ProblemCategory = "rule"      // the rules do not tell, or conflict
	ProblemAuthority ProblemCategory = "authority" // beyond one's own powers
	ProblemResource  ProblemCategory = "resource"  // hands, means or systems are missing
	ProblemCustomer  ProblemCategory = "customer"  // the customer's conduct or demands
	ProblemRisk      ProblemCategory = "risk"
	ProblemOther     ProblemCategory = "other"

	AnswerDecide   ProblemAnswer = "decide"
	AnswerTakeOver ProblemAnswer = "take_over"
	AnswerPassUp   ProblemAnswer = "pass_up"
)

// Values of each code, in the order forms show them.
var (
	ProblemCategories = []ProblemCategory{ProblemRule, ProblemAuthority, ProblemResource, ProblemCustomer, ProblemRisk, ProblemOther}
	ProblemAnswers    = []ProblemAnswer{AnswerDecide, AnswerTakeOver, AnswerPassUp}
)

// UnmarshalText refuses an unknown category.
func (c *ProblemCategory) UnmarshalText(b []byte) error {
	return domain.ParseCode(c, b, ProblemCategories)
}

// UnmarshalText refuses an unknown answer.
func (a *ProblemAnswer) UnmarshalText(b []byte) error { return domain.ParseCode(a, b, ProblemAnswers) }

// Problem is what a handler has raised and who is to answer it.
type Problem struct {
	Number   int
	To       string
	Answered bool
}

// ProblemRaised: the handler asks the direct superior for help (及時向上級匯報、尋求解決方案, mission row A4). No clock stops.
type ProblemRaised struct {
	Raise     int             `json:"raise" class:"skeleton"` // counts the ticket's problems from 1
	Category  ProblemCategory `json:"category" class:"skeleton"`
	Situation string          `json:"situation" class:"content"`
	Ask       string          `json:"ask" class:"content"`
	By        string          `json:"by,omitempty" class:"skeleton"`
	To        string          `json:"to" class:"skeleton"` // the superior
}

// ProblemAnswered: the superior has decided, or takes the ticket over.
type ProblemAnswered struct {
	Raise  int           `json:"raise" class:"skeleton"`
	By     string        `json:"by" class:"skeleton"`
	Answer ProblemAnswer `json:"answer" class:"skeleton"`
	Text   string        `json:"text" class:"content"`
}

// ProblemPassedUp: the next superior has to answer, because the one before passed it up or let the time pass.
type ProblemPassedUp struct {
	Raise   int    `json:"raise" class:"skeleton"`
	From    string `json:"from" class:"skeleton"`
	To      string `json:"to" class:"skeleton"`
	Overdue bool   `json:"overdue,omitempty" class:"skeleton"` // nobody answered in time
	Text    string `json:"text,omitempty" class:"content"`
}

func (ProblemRaised) isTicket()   {}
func (ProblemRaised) isDuty()     {}
func (ProblemAnswered) isTicket() {}
func (ProblemAnswered) isDuty()   {}
func (ProblemPassedUp) isTicket() {}
func (ProblemPassedUp) isDuty()   {}

// Refusals of problems.
var (
	ErrNoSuperior = domain.Refusal(domain.Conflict, "ticket.no_superior", "the organisation names nobody above who could answer")
	ErrNoProblem  = domain.Refusal(domain.Conflict, "ticket.no_problem", "no such problem is waiting for an answer")
	ErrNotAsked   = domain.Refusal(domain.Forbidden, "ticket.not_asked", "the problem was put to somebody else")
)

// SuperiorFacts tell who has to answer next, by the tree of the organisation.
type SuperiorFacts struct {
	Superior string // empty: nobody
	Clock    ClockFacts
}

// Raise puts a problem to the direct superior.
type Raise struct {
	Category  ProblemCategory `json:"category" enum:"rule,authority,resource,customer,risk,other"`
	Situation string          `json:"situation" doc:"the facts" minLength:"1" maxLength:"10000"`
	Ask       string          `json:"ask" doc:"what is asked of the superior" minLength:"1" maxLength:"10000"`

	Facts SuperiorFacts `json:"-"`
}

// May wants a ticket that is still looked after.
func (c Raise) May(s State, _ domain.Meta) error { return live(s) }

// Decide raises; without facts and a question there is nothing to answer.
func (c Raise) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "category", c.Category, ProblemCategories...)
	v.RequiredText("situation", c.Situation, maxText)
	v.RequiredText("ask", c.Ask, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Facts.Superior == "" {
		return nil, ErrNoSuperior
	}
	n := len(s.Duty.Problems) + 1
	return append([]Event{ProblemRaised{
		Raise: n, Category: c.Category, Situation: c.Situation, Ask: c.Ask, By: m.Actor.Staff, To: c.Facts.Superior,
	}}, s.asked(n, m, c.Facts.Clock)...), nil
}

// AnswerRaise answers a problem: decides it, takes the ticket over, or passes it to the next superior.
type AnswerRaise struct {
	Raise  int           `json:"raise" minimum:"1" doc:"number of the problem"`
	Answer ProblemAnswer `json:"answer" enum:"decide,take_over,pass_up"`
	Text   string        `json:"text" minLength:"1" maxLength:"10000"`

	Facts SuperiorFacts `json:"-"` // who comes after the one who answers
}

// May wants a problem that waits for the actor.
func (c AnswerRaise) May(s State, m domain.Meta) error {
	waiting := slices.DeleteFunc(slices.Clone(s.Duty.Problems), func(p Problem) bool { return p.Answered })
	switch {
	case !s.Live():
		return ErrNotOpen
	case len(waiting) == 0:
		return ErrNoProblem
	case !slices.ContainsFunc(waiting, func(p Problem) bool { return p.To == m.Actor.Staff }):
		return ErrNotAsked
	}
	return nil
}

// Decide answers.
func (c AnswerRaise) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "answer", c.Answer, ProblemAnswers...)
	v.RequiredText("text", c.Text, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	p, ok := s.problem(c.Raise)
	switch {
	case !ok:
		return nil, ErrNoProblem
	case p.To != m.Actor.Staff:
		return nil, ErrNotAsked
	case c.Answer == AnswerPassUp && c.Facts.Superior == "":
		return nil, ErrNoSuperior
	case c.Answer == AnswerPassUp:
		return append([]Event{ProblemPassedUp{Raise: p.Number, From: p.To, To: c.Facts.Superior, Text: c.Text}},
			s.askedAgain(p.Number, m, c.Facts.Clock)...), nil
	}
	events := []Event{ProblemAnswered{Raise: p.Number, By: p.To, Answer: c.Answer, Text: c.Text}}
	if c.Answer == AnswerTakeOver && s.Handler != p.To {
		events = append(events, s.given(p.To, c.Text, m)...)
	}
	return append(events, s.replied(p.Number, m)...), nil
}

// Escalate puts a problem that nobody answered in time to the next superior. It is the timer's.
type Escalate struct {
	Raise int    `json:"raise" minimum:"1" doc:"number of the problem"`
	From  string `json:"from" minLength:"1" maxLength:"64" doc:"who has not answered"`

	Facts SuperiorFacts `json:"-"`
}

// May leaves it to Decide, since what no longer holds is no refusal.
func (c Escalate) May(State, domain.Meta) error { return nil }

// Decide passes the problem up once for each superior who let the time pass; at the top it stays.
func (c Escalate) Decide(s State, m domain.Meta) ([]Event, error) {
	p, ok := s.problem(c.Raise)
	if !s.Live() || !ok || p.To != c.From || c.Facts.Superior == "" {
		return nil, nil
	}
	if err := s.due(raiseClock(p.Number), m); err != nil {
		return nil, err
	}
	return append([]Event{ProblemPassedUp{Raise: p.Number, From: p.To, To: c.Facts.Superior, Overdue: true}},
		s.askedAgain(p.Number, m, c.Facts.Clock)...), nil
}

// problem is one that waits for an answer.
func (s State) problem(number int) (Problem, bool) {
	i := slices.IndexFunc(s.Duty.Problems, func(p Problem) bool { return p.Number == number && !p.Answered })
	if i < 0 {
		return Problem{}, false
	}
	return s.Duty.Problems[i], true
}
