package ticket

import (
	"slices"
	"time"

	"docket/domain"
	"docket/domain/worktime"
)

// ClockEvent is an event of limits: clocks, deadlines, extensions, lateness (mission rows L1–L5, C3, I10).
//
//sumtype:decl
type ClockEvent interface {
	Event
	isClock()
}

// Names of clocks. A stage's clock is named "stage:" and the stage's key, that of a raised problem "raise:" and its number.
const (
	ResponseClock    = "response"    // to the first real answer, and to each next one (mission row L2)
	HandlingClock    = "handling"    // to the delivered result (mission row L1)
	AcknowledgeClock = "acknowledge" // an urgent ticket is to be taken (mission row I10)
	HandoverClock    = "handover"    // an offered handover is to be answered (mission row C2)
	SupplementClock  = "supplement"  // defects told once are to be cured (mission row I5)
	ObjectionClock   = "objection"   // an objection is to be answered (mission row F3)
	PauseClock       = "pause"       // the longest that the running pause may last (mission row L4)
	StageClocks      = "stage:"
	RaiseClocks      = "raise:"
)

// Clocks is what decisions read of limits. Slices are replaced, never changed in place.
type Clocks struct {
	All        []Clock
	Waits      []Wait      // pauses of a planned ticket so far
	Extensions []Extension // asked for so far
}

// Clock is one limited stretch of the ticket's life.
type Clock struct {
	Name       string
	Round      int // counts the clocks of this name, from 1
	Since      time.Time
	Rule       worktime.StartRule
	Limit      worktime.Limit
	Calendar   string
	Version    int       // of the calendar by which Due was computed
	Due        time.Time // zero while a pause lasts, or where the calendar does not know the year
	Pauses     []Pausing
	Extensions []worktime.Extension
	Shares     []Share   // when reminders are due
	Reminded   int       // the largest share of the limit, in percent, that has been reminded of
	Stopped    time.Time // zero while it runs
	Met        bool
	Cancelled  bool
	Earlier    []Basis // what it was computed on before it was re-based
}

// Pausing is a stretch that a clock does not count: a pause of the ticket with that number, or number 0 for the time between
// stopping and going on.
type Pausing struct {
	Number int
	worktime.Pause
}

var clockEvents = domain.Contract[Event]{
	"TicketClockStarted": domain.Of[ClockStarted](),
	"TicketClockPaused":  domain.Of[ClockPaused](),
	"TicketClockResumed": domain.Of[ClockResumed](),
	"TicketClockMoved":   domain.Of[ClockMoved](),
	"TicketClockRebased": domain.Of[ClockRebased](),
	"TicketClockStopped": domain.Of[ClockStopped](),

	"TicketPauseJustified":     domain.Of[PauseJustified](),
	"TicketPauseRevoked":       domain.Of[PauseRevoked](),
	"TicketExtensionRequested": domain.Of[ExtensionRequested](),
	"TicketExtensionApproved":  domain.Of[ExtensionApproved](),
	"TicketExtensionRefused":   domain.Of[ExtensionRefused](),
	"TicketExtensionTold":      domain.Of[ExtensionTold](),
	"TicketLateReported":       domain.Of[LateReported](),
	"TicketBreachExplained":    domain.Of[BreachExplained](),
	"TicketUrgencyChanged":     domain.Of[UrgencyChanged](),
	"TicketReminderDue":        domain.Of[ReminderDue](),
}

// afterClock folds the family's own part, and the core where the event says so.
func (s State) afterClock(event ClockEvent) State {
	switch e := event.(type) {
	case ClockStarted:
		c := Clock{Name: e.Clock, Round: e.Round, Since: e.Since, Rule: e.Rule, Limit: e.Limit}
		s.Clocks.All = append(slices.Clone(s.Clocks.All), c.at(e.Deadline))
	case ClockPaused:
		s.Clocks = s.Clocks.change(e.Clock, e.Round, func(c Clock) Clock { return c.pausedAt(e.Pause, e.Kind, e.At) })
	case ClockResumed:
		s.Clocks = s.Clocks.change(e.Clock, e.Round, func(c Clock) Clock { return c.resumedAt(e.At).at(e.Deadline) })
	case ClockMoved:
		s.Clocks = s.Clocks.change(e.Clock, e.Round, func(c Clock) Clock {
			c.Limit = e.Limit
			if e.Extension != nil {
				c.Extensions = append(slices.Clone(c.Extensions), *e.Extension)
			}
			return c.at(e.Deadline)
		})
	case ClockRebased:
		s.Clocks = s.Clocks.change(e.Clock, e.Round, func(c Clock) Clock {
			c.Earlier, c.Limit = append(slices.Clone(c.Earlier), e.Before), e.Limit
			if e.Met != nil {
				c.Met = *e.Met
			}
			return c.at(e.Deadline)
		})
	case ClockStopped:
		s.Clocks = s.Clocks.change(e.Clock, e.Round, func(c Clock) Clock { return c.stoppedAt(e.At, e.Met, e.Cancelled) })
	case ReminderDue:
		s.Clocks = s.Clocks.change(e.Clock, e.Round, func(c Clock) Clock {
			c.Reminded = max(c.Reminded, e.Percent)
			return c
		})
	case UrgencyChanged:
		s.Urgency = e.To
	case PauseJustified:
		s.Clocks.Waits = append(slices.Clone(s.Clocks.Waits), Wait{Number: e.Pause, Kind: e.Kind, From: e.From})
	case PauseRevoked:
		s.Clocks = s.Clocks.revoked(e.Pause)
	case ExtensionRequested:
		x := Extension{Number: e.Extension, By: e.By, Requester: e.Requester, Status: ExtensionAsked}
		s.Clocks.Extensions = append(slices.Clone(s.Clocks.Extensions), x)
	case ExtensionApproved:
		s.Clocks = s.Clocks.extension(e.Extension, func(x Extension) Extension {
			x.Status, x.Granted = ExtensionGranted, e.At
			return x
		})
	case ExtensionRefused:
		s.Clocks = s.Clocks.extension(e.Extension, func(x Extension) Extension {
			x.Status = ExtensionDenied
			return x
		})
	case ExtensionTold:
		s.Clocks = s.Clocks.extension(e.Extension, func(x Extension) Extension {
			x.Status = ExtensionInForce
			return x
		})
	case LateReported, BreachExplained:
	}
	return s
}

// change gives the clocks with one of them changed; the others are shared.
func (c Clocks) change(name string, round int, f func(Clock) Clock) Clocks {
	c.All = slices.Clone(c.All)
	for i, k := range c.All {
		if k.Name == name && k.Round == round {
			c.All[i] = f(k)
		}
	}
	return c
}

// at is the clock with what a deadline says.
func (c Clock) at(d Deadline) Clock {
	c.Calendar, c.Version, c.Due, c.Shares = d.Calendar, d.Version, time.Time{}, d.Reminders
	if d.DueAt != nil {
		c.Due = *d.DueAt
	}
	return c
}

// pausedAt leaves a deadline that has passed as it is: a pause cannot undo it.
func (c Clock) pausedAt(number int, kind PauseKind, at time.Time) Clock {
	c.Pauses = append(slices.Clone(c.Pauses), Pausing{number, worktime.Pause{Kind: string(kind), From: at}})
	if at.Before(c.Due) {
		c.Due = time.Time{}
	}
	c.Shares = nil
	return c
}

// resumedAt ends the pause that lasts; where the clock had stopped, the time since is a pause of its own kind.
func (c Clock) resumedAt(at time.Time) Clock {
	c.Pauses = ended(c.Pauses, at)
	if !c.Stopped.IsZero() {
		c.Pauses = append(c.Pauses, Pausing{0, worktime.Pause{Kind: worktime.Stopped, From: c.Stopped, To: at}})
		c.Stopped, c.Met, c.Cancelled = time.Time{}, false, false
	}
	return c
}

func (c Clock) stoppedAt(at time.Time, met, cancelled bool) Clock {
	c.Pauses = ended(c.Pauses, at)
	c.Stopped, c.Met, c.Cancelled = at, met, cancelled
	return c
}

// ended is a copy of the pauses in which none lasts any more.
func ended(pauses []Pausing, at time.Time) []Pausing {
	next := slices.Clone(pauses)
	for i, p := range next {
		if p.Open() {
			next[i].To = at
		}
	}
	return next
}
