package ticket

import (
	"slices"

	"docket/domain"
	"docket/domain/casetype"
)

// Policy is what the responsible unit asks of its tickets. The zero value is the strictest; a ticket keeps the policy
// under which it was registered.
type Policy struct {
	AcceptOnRegister   bool `json:"accept_on_register,omitempty"`  // registering accepts
	CompleteUnassigned bool `json:"complete_unassigned,omitempty"` // a ticket without a known handler may be completed
	WaiveReview        bool `json:"waive_review,omitempty"`        // no review between completion and delivery
	WaiveDelivery      bool `json:"waive_delivery,omitempty"`      // closing does not need a delivered result
}

// State holds what decisions read, and no more.
type State struct {
	Status    Status
	Unit      string
	Urgency   Urgency
	Group     string
	Handler   string // the responsible person; empty while the group's queue holds the ticket
	Completer string // who held the ticket when the running round was completed
	Finisher  string // who completed it, be it in the handler's place
	Policy    Policy
	Pause     PauseKind // empty when not paused
	Offer     Offer     // zero when none is pending
	Offers    int       // handover offers so far
	Round     int       // from 1
	Number    string
	Customer  string   // reference; empty when unknown
	Outcome   Outcome  // of the running round, once completed
	Reviewers []string // who passed or returned the result, in this round and earlier ones

	Template casetype.Ref    // version it was opened on; zero for a ticket without a template
	Rules    *casetype.Rules // what Template resolves to, filled in after the fold; nil without a template

	Intake Intake // from the first contact to registration
	Route  Route  // stages of review and approval, and the form they judge
	Duty   Duty   // contacts, key steps, problems raised, sub-tasks, circulation outside
	Clocks Clocks // limits, deadlines, pauses, extensions
	Result Result // notices to the customer, objections

	Privacy Privacy // files, and the marked values that may be revealed
}

// Planned reports whether the ticket follows a template version.
func (s State) Planned() bool { return !s.Template.Zero() }

// Offer is a handover that its receiver has not answered yet.
type Offer struct {
	Handover int
	To       string
}

// Pending reports whether a receiver still has to answer.
func (o Offer) Pending() bool { return o.Handover > 0 }

// Exists reports whether the ticket has been opened or registered.
func (s State) Exists() bool { return s.Status != "" }

// Handling reports whether work is going on: accepted and not yet completed.
func (s State) Handling() bool { return s.Status == StatusAccepted || s.Status == StatusInProgress }

// Live reports whether the ticket still has to be looked after: accepted and not yet at an end.
func (s State) Live() bool {
	switch s.Status {
	case StatusAccepted, StatusInProgress, StatusCompleted, StatusReviewed, StatusDelivered:
		return true
	case StatusDraft, StatusRegistered, StatusClosed, StatusCancelled, StatusDeclined, StatusLapsed, StatusRefused, StatusJoined:
	}
	return false
}

// Finished reports whether nothing more is to be done on a ticket of this status, unless the ending is undone. A refused
// application is not finished: its applicant has still to be told.
func (s Status) Finished() bool {
	switch s {
	case StatusClosed, StatusCancelled, StatusDeclined, StatusLapsed, StatusJoined:
		return true
	case StatusDraft, StatusRegistered, StatusAccepted, StatusInProgress, StatusCompleted, StatusReviewed, StatusDelivered, StatusRefused:
	}
	return false
}

// Decider ties the ticket's streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "ticket",
	Evolve:   evolve,
	Scope:    scope,
	Events: domain.Union(intakeEvents, routeEvents, dutyEvents, clockEvents, resultEvents, privacyEvents, domain.Contract[Event]{
		"TicketRegistered":        domain.Of[Registered](),
		"TicketAccepted":          domain.Of[Accepted](),
		"TicketAssignedToGroup":   domain.Of[AssignedToGroup](),
		"TicketTaken":             domain.Of[Taken](),
		"TicketAssignedToHandler": domain.Of[AssignedToHandler](),
		"TicketWorkRecorded":      domain.Of[WorkRecorded](),
		"TicketNoted":             domain.Of[Noted](),
		"TicketHandoverOffered":   domain.Of[HandoverOffered](),
		"TicketHandoverAccepted":  domain.Of[HandoverAccepted](),
		"TicketHandoverRefused":   domain.Of[HandoverRefused](),
		"TicketPaused":            domain.Of[Paused](),
		"TicketResumed":           domain.Of[Resumed](),
		"TicketCompleted":         domain.Of[Completed](),
		"TicketReviewPassed":      domain.Of[ReviewPassed](),
		"TicketReviewReturned":    domain.Of[ReviewReturned](),
		"TicketResultDelivered":   domain.Of[ResultDelivered](),
		"TicketReopened":          domain.Of[Reopened](),
		"TicketClosed":            domain.Of[Closed](),
		"TicketCancelled":         domain.Of[Cancelled](),
		"TicketReviewVoided":      domain.Of[ReviewVoided](),
	}),
}

func scope(s State) domain.Scope {
	parties := make([]string, 0, 2)
	if s.Handler != "" {
		parties = append(parties, s.Handler)
	}
	if s.Offer.Pending() {
		parties = append(parties, s.Offer.To)
	}
	for _, t := range s.Duty.Subtasks {
		if t.Pending() {
			parties = append(parties, t.To)
		}
	}
	return domain.Scope{
		Unit: s.Unit, Group: s.Group, Holder: s.Handler, Parties: append(parties, s.Duty.Helpers...), Helpers: s.Duty.Helpers,
	}
}

// evolve folds the core of a ticket's life, on which lists and pages rely, from core fields and the event alone; each family
// of further events folds its own part besides.
func evolve(s State, event Event) State {
	switch e := event.(type) {
	case IntakeEvent:
		return s.afterIntake(e)
	case RouteEvent:
		return s.afterRoute(e)
	case DutyEvent:
		return s.afterDuty(e)
	case ClockEvent:
		return s.afterClock(e)
	case ResultEvent:
		return s.afterResult(e)
	case PrivacyEvent:
		return s.afterPrivacy(e)
	case Registered:
		s = State{
			Status: StatusRegistered, Unit: e.Unit, Urgency: e.Urgency, Policy: e.Policy, Round: 1, Template: e.Template, Rules: s.Rules,
			Number: e.Number, Customer: e.Customer, Intake: s.Intake.registered(e), Route: s.Route, Duty: s.Duty, Clocks: s.Clocks, Result: s.Result,
			Privacy: s.Privacy.given(e),
		}
		s.Route = s.Route.begun()
	case Accepted:
		s.Status = StatusAccepted
		if s.Handler != "" { // handled before its acceptance was voided
			s.Status = StatusInProgress
		}
	case AssignedToGroup:
		s.Group, s.Unit = e.Group, e.Unit
	case Taken:
		s = s.heldBy(e.Handler)
	case AssignedToHandler:
		s = s.heldBy(e.Handler)
	case HandoverOffered:
		s.Offer, s.Offers = Offer{e.Handover, e.To}, e.Handover
	case HandoverAccepted:
		s = s.heldBy(e.To)
	case HandoverRefused:
		s.Offer = Offer{}
	case Paused:
		s.Pause = e.Kind
	case Resumed:
		s.Pause = ""
	case Completed:
		s.Status, s.Completer, s.Finisher, s.Outcome = StatusCompleted, e.Handler, e.By, e.Outcome
		s.Route = s.Route.finished(e)
	case ReviewPassed:
		s.Status, s.Reviewers = StatusReviewed, append(slices.Clip(s.Reviewers), e.Reviewer)
	case ReviewReturned:
		s = s.again(e.Round)
		s.Route = s.Route.again()
		s.Reviewers = append(slices.Clip(s.Reviewers), e.Reviewer)
	case ResultDelivered:
		s.Status = StatusDelivered
	case ReviewVoided:
		s = s.backTo(e.Status)
	case Reopened:
		s = s.again(e.Round)
		s.Route = s.Route.again()
	case Closed:
		s.Status, s.Offer, s.Pause = StatusClosed, Offer{}, ""
	case Cancelled:
		s.Status, s.Offer, s.Pause = StatusCancelled, Offer{}, ""
	case WorkRecorded, Noted:
	}
	s.Duty = s.Duty.noting(event)
	return s
}

// heldBy makes somebody the responsible handler; a pending offer is settled by that, and who is responsible helps no longer.
func (s State) heldBy(handler string) State {
	s.Handler, s.Offer, s.Duty.Helpers = handler, Offer{}, without(s.Duty.Helpers, handler)
	if s.Status == StatusAccepted {
		s.Status = StatusInProgress
	}
	return s
}

// backTo puts the ticket back to where a voided decision was taken. Back before handling, its result counts no more.
func (s State) backTo(status Status) State {
	s.Status = status
	if status == StatusRegistered {
		s.Completer, s.Finisher = "", ""
	}
	return s
}

// again puts the ticket back into handling for a new round.
func (s State) again(round int) State {
	s.Round, s.Completer, s.Finisher, s.Outcome, s.Pause = round, "", "", "", ""
	s.Status = StatusInProgress
	if s.Handler == "" {
		s.Status = StatusAccepted
	}
	return s
}
