package ticket

import (
	"slices"
	"time"

	"docket/domain"
	"docket/domain/worktime"
)

// ExtensionStatus says how far an extension has come.
type ExtensionStatus string

// The statuses. Only the last one moves the deadline (mission row L3).
const (
	ExtensionAsked   ExtensionStatus = "requested"
	ExtensionDenied  ExtensionStatus = "refused"
	ExtensionGranted ExtensionStatus = "approved"
	ExtensionInForce ExtensionStatus = "told"
)

// Extension is one request for a longer handling limit (延長時限).
type Extension struct {
	Number    int // counts the ticket's requests, from 1
	By        worktime.Limit
	Requester string
	Status    ExtensionStatus
	Granted   time.Time // when it was approved
}

// ExtensionRequested: the handler asked for more time, before the limit ran out.
type ExtensionRequested struct {
	Extension int            `json:"extension" class:"skeleton"`
	By        worktime.Limit `json:"by" class:"skeleton"`
	Requester string         `json:"requester" class:"skeleton"`
	Reason    string         `json:"reason" class:"content"`
}

// ExtensionApproved: whoever may has granted it; the customer is to be told DueAt, and why, before Before comes.
type ExtensionApproved struct {
	Extension int            `json:"extension" class:"skeleton"`
	By        worktime.Limit `json:"by" class:"skeleton"`
	Approver  string         `json:"approver" class:"skeleton"`
	Opinion   string         `json:"opinion,omitempty" class:"content"`
	At        time.Time      `json:"at" class:"skeleton"`
	Before    *time.Time     `json:"before,omitempty" class:"skeleton"` // missing while a pause lasts
	DueAt     *time.Time     `json:"due_at,omitempty" class:"skeleton"`
}

// ExtensionRefused: the limit stays as it is.
type ExtensionRefused struct {
	Extension int    `json:"extension" class:"skeleton"`
	By        string `json:"by" class:"skeleton"` // who refused
	Reason    string `json:"reason" class:"content"`
}

// ExtensionTold: the customer knows the reason and the new date, so the deadline moves.
type ExtensionTold struct {
	Extension int        `json:"extension" class:"skeleton"`
	Channel   Channel    `json:"channel" class:"skeleton"`
	Text      string     `json:"text" class:"content"` // exactly what was told
	DueAt     *time.Time `json:"due_at,omitempty" class:"skeleton"`
}

func (ExtensionRequested) isTicket() {}
func (ExtensionApproved) isTicket()  {}
func (ExtensionRefused) isTicket()   {}
func (ExtensionTold) isTicket()      {}
func (ExtensionRequested) isClock()  {}
func (ExtensionApproved) isClock()   {}
func (ExtensionRefused) isClock()    {}
func (ExtensionTold) isClock()       {}

// Refusals of extensions; one that comes when the limit has run out is [worktime.ErrExpired].
var (
	ErrNoClock            = domain.Refusal(domain.Conflict, "clock.not_running", "no such limit runs on the ticket")
	ErrExtensionsSpent    = domain.Refusal(domain.Conflict, "extension.spent", "the ticket's rules allow no further extension")
	ErrExtensionPending   = domain.Refusal(domain.Conflict, "extension.pending", "an extension asked for before has not been settled yet")
	ErrNoExtension        = domain.Refusal(domain.Conflict, "extension.none", "no extension is waiting for that")
	ErrOwnExtension       = domain.Refusal(domain.Forbidden, "extension.own", "nobody approves the extension they asked for")
	ErrExtensionAuthority = domain.Refusal(domain.Forbidden, "extension.authority", "the ticket's rules name another role for extensions")
)

// extension gives the clocks with one of the requests changed.
func (c Clocks) extension(number int, f func(Extension) Extension) Clocks {
	c.Extensions = slices.Clone(c.Extensions)
	for i, x := range c.Extensions {
		if x.Number == number {
			c.Extensions[i] = f(x)
		}
	}
	return c
}

// waiting is the newest request where it stands at a status.
func (c Clocks) waiting(status ExtensionStatus) (Extension, bool) {
	if n := len(c.Extensions); n > 0 && c.Extensions[n-1].Status == status {
		return c.Extensions[n-1], true
	}
	return Extension{}, false
}

// extensible is the handling clock, where it runs and its limit has not run out by then.
func (s State) extensible(at time.Time) (Clock, error) {
	c, ok := s.Clocks.Clock(HandlingClock)
	switch {
	case !ok || !c.Running():
		return c, ErrNoClock
	case !c.Due.IsZero() && !at.Before(c.Due):
		return c, worktime.ErrExpired
	}
	return c, nil
}

// RequestExtension asks for a longer handling limit, before it runs out (mission row L3).
type RequestExtension struct {
	By     worktime.Limit `json:"by" doc:"how much longer"`
	Reason string         `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants a handling limit that has not run out, a person who asks, no request that is open, and rules that allow one more.
func (c RequestExtension) May(s State, m domain.Meta) error {
	if _, err := s.extensible(m.Now); err != nil {
		return err
	}
	_, asked := s.Clocks.waiting(ExtensionAsked)
	_, granted := s.Clocks.waiting(ExtensionGranted)
	switch {
	case m.Actor.Staff == "":
		return ErrNoPerson
	case asked || granted:
		return ErrExtensionPending
	case len(s.Clocks.counted()) >= s.Rules.Extension.Count:
		return ErrExtensionsSpent
	}
	return nil
}

// counted are the requests that use up what the rules allow.
func (c Clocks) counted() []Extension {
	return slices.DeleteFunc(slices.Clone(c.Extensions), func(x Extension) bool { return x.Status == ExtensionDenied })
}

// Decide asks, within what the rules allow all together.
func (c RequestExtension) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	c.By.Check(&v, "by")
	if total := s.Rules.Extension.Total; v.Err() == nil && !total.Zero() {
		sum := c.By.Amount
		for _, x := range s.Clocks.counted() {
			sum += x.By.Amount
		}
		switch {
		case c.By.Unit != total.Unit:
			v.Fail("by.unit", "not_allowed", "must be the unit in which the rules bound extensions")
		case sum > total.Amount:
			v.Fail("by.amount", "over_total", "is more than the rules allow all together")
		}
	}
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{ExtensionRequested{
		Extension: len(s.Clocks.Extensions) + 1, By: c.By, Requester: m.Actor.Staff, Reason: c.Reason,
	}}, nil
}

// mayJudge wants a request of somebody else that is open and in time, and a person of the role that the rules name.
func (s State) mayJudge(m domain.Meta) error {
	x, ok := s.Clocks.waiting(ExtensionAsked)
	if !ok {
		return ErrNoExtension
	}
	role := roleLeader
	if s.Rules != nil && s.Rules.Extension.Role != "" {
		role = s.Rules.Extension.Role
	}
	switch {
	case m.Actor.Staff == "":
		return ErrNoPerson
	case isOneOf(m.Actor, x.Requester):
		return ErrOwnExtension
	case !slices.ContainsFunc(m.Actor.Posts, func(p domain.Post) bool { return p.Role == role || p.Role == roleManager }):
		return ErrExtensionAuthority
	}
	return nil
}

// ApproveExtension grants the request. The deadline moves once the customer has been told.
type ApproveExtension struct {
	Opinion string `json:"opinion,omitempty" maxLength:"10000"`

	Facts ClockFacts `json:"-"`
}

// May wants a request to judge, and a limit that has not run out.
func (c ApproveExtension) May(s State, m domain.Meta) error {
	if err := s.mayJudge(m); err != nil {
		return err
	}
	_, err := s.extensible(m.Now)
	return err
}

// Decide grants, and tells the date that the customer is to be told.
func (c ApproveExtension) Decide(s State, m domain.Meta) ([]Event, error) {
	if err := bounded("opinion", c.Opinion); err != nil {
		return nil, err
	}
	x, _ := s.Clocks.waiting(ExtensionAsked)
	x.Granted = m.Now
	clock, moved, err := s.extended(x, c.Facts, m.Now)
	if err != nil {
		return nil, err
	}
	e := ExtensionApproved{
		Extension: x.Number, By: x.By, Approver: m.Actor.Staff, Opinion: c.Opinion, At: m.Now, DueAt: moved.Deadline.DueAt,
	}
	if !clock.Due.IsZero() {
		e.Before = &clock.Due
	}
	return []Event{e}, nil
}

// extended is the handling clock, and what an extension makes of it.
func (s State) extended(x Extension, f ClockFacts, at time.Time) (Clock, ClockMoved, error) {
	clock, _ := s.Clocks.Clock(HandlingClock)
	cal := f.Clocks.of(clock)
	if cal == nil {
		return clock, ClockMoved{}, ErrNoCalendar
	}
	by := worktime.Extension{Granted: x.Granted, By: x.By}
	next := clock
	next.Extensions = append(slices.Clone(clock.Extensions), by)
	moved := clock.moved(MovedByExtension, next, cal, at, s.shares())
	moved.Extension = &by
	return clock, moved, nil
}

// RefuseExtension leaves the limit as it is.
type RefuseExtension struct {
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants a request to judge; one that was not judged in time can still be refused.
func (c RefuseExtension) May(s State, m domain.Meta) error { return s.mayJudge(m) }

// Decide refuses.
func (c RefuseExtension) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	x, _ := s.Clocks.waiting(ExtensionAsked)
	return []Event{ExtensionRefused{Extension: x.Number, By: m.Actor.Staff, Reason: c.Reason}}, nil
}

// TellExtension notes that the customer was told the reason and the new date (提前告知並說明原因), which moves the deadline.
type TellExtension struct {
	Channel Channel `json:"channel" enum:"window,phone,online,mail,system"`
	Text    string  `json:"text" doc:"exactly what was told" minLength:"1" maxLength:"10000"`

	Facts ClockFacts `json:"-"`
}

// May wants an approved extension, and that the customer was told before the old date.
func (c TellExtension) May(s State, m domain.Meta) error {
	if _, ok := s.Clocks.waiting(ExtensionGranted); !ok {
		return ErrNoExtension
	}
	_, err := s.extensible(m.Effective)
	return err
}

// Decide moves the deadline. Nobody is told before it is approved.
func (c TellExtension) Decide(s State, m domain.Meta) ([]Event, error) {
	x, _ := s.Clocks.waiting(ExtensionGranted)
	var v domain.Checks
	domain.OneOf(&v, "channel", c.Channel, Channels...)
	v.RequiredText("text", c.Text, maxText)
	if m.Effective.Before(x.Granted) {
		v.Fail("header.Docket-Effective-At", "too_early", "must not lie before the approval")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	_, moved, err := s.extended(x, c.Facts, m.Effective)
	if err != nil {
		return nil, err
	}
	return []Event{ExtensionTold{Extension: x.Number, Channel: c.Channel, Text: c.Text, DueAt: moved.Deadline.DueAt}, moved}, nil
}
