package ticket

import (
	"cmp"
	"slices"

	"docket/domain"
	"docket/domain/route"
)

// RouteEvent is an event of stages of review and approval, and of the form that they judge and corrections change (mission rows R1–R8, K1–K3).
//
//sumtype:decl
type RouteEvent interface {
	Event
	isRoute()
}

// Route is what decisions read of it. What stands of earlier rounds is in the history alone.
type Route struct {
	Form       Form            // what is filled in
	Holds      map[string]bool // outcome of each stage's condition when it was last looked at; nil: not yet
	Looked     Looked          // at what Holds came out so
	Forced     []string        // stages required by a superior's decision
	Passes     []Pass          // decisions that stand, in the order they were taken
	Round      int             // of the application: returns of it so far, from 1 once it is registered
	Returned   Returned        // what the last return asks for; zero when nothing is to be put right
	Refused    string          // stage that refused the application
	RefusedBy  []string        // who did, and with whose powers
	Conditions []Asked         // conditions of standing decisions
	Numbered   int             // conditions so far, those of voided decisions too
	Risk       Risk            // latest rating
	Editors    []string        // who changed the form since it was registered
	Finished   Finished        // the result of the running round
}

// Pass is one decision that stands.
type Pass struct {
	Stage string
	When  route.When
	By    string
	For   string // whose powers a deputy used
}

// Looked is what the conditions of stages look at.
type Looked struct {
	Form    int // revision
	Risk    Risk
	Urgency Urgency
}

// Returned is what a return asks for until the ticket comes back.
type Returned struct {
	When     route.When
	Round    int
	Items    int
	Answered []int // places of the items, from 1
}

// Open reports whether something is still to be put right.
func (r Returned) Open() bool { return r.Items > 0 }

// WithClerk reports whether it is the application that was sent back, which nobody decides on until it is handed in again. A
// result that was sent back waits for the handler, even while a correction has the stages before handling decided anew.
func (r Returned) WithClerk() bool { return r.Open() && r.When == route.Before }

// Settled reports whether every item has its answer.
func (r Returned) Settled() bool { return len(r.Answered) >= r.Items }

// Asked is a condition of an approval.
type Asked struct {
	Number   int
	Stage    string
	Answered bool
}

// Finished is the result that stages after handling judge.
type Finished struct {
	Outcome Outcome
	Summary string
}

var routeEvents = domain.Contract[Event]{
	"TicketStagesPlanned":          domain.Of[StagesPlanned](),
	"TicketStagePassed":            domain.Of[StagePassed](),
	"TicketStageReturned":          domain.Of[StageReturned](),
	"TicketItemsAnswered":          domain.Of[ItemsAnswered](),
	"TicketApplicationResubmitted": domain.Of[ApplicationResubmitted](),
	"TicketApplicationRefused":     domain.Of[ApplicationRefused](),
	"TicketSecondReviewRequired":   domain.Of[SecondReviewRequired](),
	"TicketConditionsAnswered":     domain.Of[ConditionsAnswered](),
	"TicketFieldCorrected":         domain.Of[FieldCorrected](),
	"TicketStagesVoided":           domain.Of[StagesVoided](),
}

// afterRoute folds the family's own part, and the core where the event says so.
func (s State) afterRoute(event RouteEvent) State {
	r := &s.Route
	switch e := event.(type) {
	case StagesPlanned:
		r.Holds, r.Looked = e.Holds, Looked{e.Form, e.Risk, e.Urgency}
	case StagePassed:
		r.Passes = append(slices.Clip(r.Passes), Pass{Stage: e.Stage, When: e.When, By: e.Signature.By, For: e.Signature.OnBehalfOf})
		for _, c := range e.Conditions {
			r.Conditions = append(slices.Clip(r.Conditions), Asked{Number: c.Number, Stage: e.Stage})
			r.Numbered = max(r.Numbered, c.Number)
		}
		r.Risk = e.Judgement.freshest(r.Risk)
	case StageReturned:
		r.Returned = Returned{When: e.When, Round: e.Round, Items: len(e.Items)}
		r.Risk = e.Judgement.freshest(r.Risk)
		if e.When == route.Before {
			r.Round, r.Passes, r.Conditions = e.Round, nil, nil
		}
	case ItemsAnswered:
		for _, item := range e.Items {
			if !slices.Contains(r.Returned.Answered, item) {
				r.Returned.Answered = append(slices.Clip(r.Returned.Answered), item)
			}
		}
	case ApplicationResubmitted:
		r.Returned = Returned{}
		if len(e.Fields) > 0 {
			r.amend(e.By, e.Values, e.Marked)
		}
	case ApplicationRefused:
		r.Refused, r.RefusedBy = e.Stage, []string{e.Signature.By, e.Signature.OnBehalfOf}
		s.Status = StatusRefused
	case SecondReviewRequired:
		r.Forced = append(slices.Clip(r.Forced), e.Stage)
	case ConditionsAnswered:
		r.Conditions = slices.Clone(r.Conditions)
		for i, c := range r.Conditions {
			r.Conditions[i].Answered = c.Answered || slices.Contains(e.Conditions, c.Number)
		}
	case FieldCorrected:
		r.amend(e.Corrector, map[string]string{e.Field: cmp.Or(e.New, e.NewMarked)}, nil)
	case StagesVoided:
		r.Passes = slices.DeleteFunc(slices.Clone(r.Passes), func(p Pass) bool { return slices.Contains(e.Stages, p.Stage) })
		r.Conditions = slices.DeleteFunc(slices.Clone(r.Conditions), func(c Asked) bool { return slices.Contains(e.Stages, c.Stage) })
		if slices.Contains(e.Stages, r.Refused) {
			r.Refused, r.RefusedBy = "", nil
		}
	}
	return s
}

// amend writes values over the form in somebody's name.
func (r *Route) amend(by string, values, marked map[string]string) {
	r.Form = r.Form.With(values, marked)
	if !slices.Contains(r.Editors, by) {
		r.Editors = append(slices.Clip(r.Editors), by)
	}
}

// deciders are all whose decisions stand, and those whose powers they used.
func (r Route) deciders() []string {
	people := slices.Clone(r.RefusedBy)
	for _, p := range r.Passes {
		people = append(people, p.By, p.For)
	}
	return people
}

// begun is the route once its ticket has been registered.
func (r Route) begun() Route {
	r.Round = 1
	return r
}

// finished is the route once the running round has a result. What a return asked for has been put right by that.
func (r Route) finished(e Completed) Route {
	r.Finished, r.Returned = Finished{e.Outcome, e.Summary}, Returned{}
	return r
}

// again is the route once a new round of the result has begun: its stages have to be passed anew.
func (r Route) again() Route {
	r.Passes = slices.DeleteFunc(slices.Clone(r.Passes), func(p Pass) bool { return p.When == route.After })
	r.Finished = Finished{}
	return r
}
