// Package authority is the aggregate of the authority matrix (審批權限): each row says who may sign approvals of a kind, up to
// which amount and risk, and from when to when (S2 二(三)1, mission row R6). A row is never rewritten: it is granted, and
// withdrawn when another takes its place. Which stage needs an authority is the template's (package route).
package authority

import (
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/casetype"
	"docket/domain/form"
)

// Event is what may become true of a row.
//
//sumtype:decl
type Event interface{ isAuthority() }

// Granted: somebody may sign from From on.
type Granted struct {
	Row Row `json:"row" class:"skeleton"`
	// By is who granted it.
	By     string `json:"by" class:"skeleton"`
	Reason string `json:"reason" class:"content"`
}

// Withdrawn: the row ends now, before its time.
type Withdrawn struct {
	By     string `json:"by" class:"skeleton"`
	Reason string `json:"reason" class:"content"`
}

func (Granted) isAuthority()   {}
func (Withdrawn) isAuthority() {}

// Row is one line of the matrix. Either a role or a person signs.
type Row struct {
	Kind   string    `json:"kind" doc:"of authority, as stages name it" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Type   string    `json:"type,omitempty" doc:"business type; left out: any" pattern:"^[A-Z0-9]{2,8}$"`
	Role   string    `json:"role,omitempty" doc:"whose posts sign"`
	Person string    `json:"person,omitempty" doc:"staff; in place of a role" maxLength:"64"`
	Amount string    `json:"amount,omitempty" doc:"up to which amount, a decimal; left out: any amount" maxLength:"32"`
	Risk   string    `json:"risk" doc:"up to which risk" enum:"low,medium,high"`
	From   time.Time `json:"from,omitzero" doc:"left out: from now"`
	To     time.Time `json:"to,omitzero" doc:"up to, not including; left out: until withdrawn"`
}

// State is what decisions read.
type State struct {
	Granted   bool
	Withdrawn bool
}

// Decider ties a row's stream, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "authority",
	Evolve:   evolve,
	Scope:    func(State) domain.Scope { return domain.Scope{} },
	Events: domain.Contract[Event]{
		"AuthorityGranted":   domain.Of[Granted](),
		"AuthorityWithdrawn": domain.Of[Withdrawn](),
	},
}

func evolve(s State, event Event) State {
	switch event.(type) {
	case Granted:
		s = State{Granted: true}
	case Withdrawn:
		s.Withdrawn = true
	}
	return s
}

// Refusals of rows.
var (
	ErrExists    = domain.Refusal(domain.Conflict, "authority.exists", "the row of the matrix exists already")
	ErrWithdrawn = domain.Refusal(domain.Conflict, "authority.withdrawn", "the row of the matrix has been withdrawn")
	ErrNoPerson  = domain.Refusal(domain.Forbidden, "authority.no_person", "only a person can do this, not a service for itself")
	ErrSelf      = domain.Refusal(domain.Forbidden, "authority.self", "nobody grants an authority to themselves")
)

const maxText = 10_000

// Grant adds a row to the matrix.
type Grant struct {
	Row
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`

	Facts PersonFacts `json:"-"`
}

// PersonFacts are what the directory tells about the person of a row.
type PersonFacts struct{ Known, Active bool }

// Scope is the whole organisation.
func (c Grant) Scope() domain.Scope { return domain.Scope{} }

// May wants a row that is not there yet, and a person who grants.
func (c Grant) May(s State, m domain.Meta) error {
	if s.Granted {
		return ErrExists
	}
	return person(m)
}

// Decide grants. An authority for oneself is refused.
func (c Grant) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	row := c.Row
	form.CheckKey(&v, "kind", row.Kind)
	if row.Type != "" {
		v.Code("type", row.Type, 2, 8)
	}
	switch {
	case (row.Role == "") == (row.Person == ""):
		v.Fail("role", "not_together", "either a role or a person signs")
	case row.Role != "" && !authz.Known(row.Role):
		v.Fail("role", "unknown", "no such role")
	case row.Role != "" && !signs(row.Role):
		v.Fail("role", "no_right", "the role gives no right to sign approvals")
	case row.Person != "" && !c.Facts.Known:
		v.Fail("person", "unknown", "no such member of staff at that time")
	case row.Person != "" && !c.Facts.Active:
		v.Fail("person", "inactive", "is not active at that time")
	}
	if row.Amount != "" {
		form.Validate(&v, "", []form.Field{{Key: "amount", Type: form.Money, Min: "0"}}, map[string]string{"amount": row.Amount}, false)
	}
	domain.OneOf(&v, "risk", row.Risk, casetype.Risks...)
	if row.From.IsZero() {
		row.From = m.Effective
	}
	if row.From.Before(m.Effective) {
		v.Fail("from", "too_early", "must not lie before it is granted")
	}
	if !row.To.IsZero() && !row.To.After(row.From) {
		v.Fail("to", "too_early", "must lie after the beginning")
	}
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if row.Person == m.Actor.Staff {
		return nil, ErrSelf
	}
	row.From, row.To = row.From.UTC(), row.To.UTC()
	return []Event{Granted{Row: row, By: m.Actor.Staff, Reason: c.Reason}}, nil
}

func signs(role string) bool {
	for _, g := range authz.Grants(role) {
		if g.Permission == authz.TicketApprove {
			return true
		}
	}
	return false
}

// Withdraw ends a row before its time; what was signed under it stays signed.
type Withdraw struct {
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants a row that has not been withdrawn.
func (c Withdraw) May(s State, m domain.Meta) error {
	if s.Withdrawn {
		return ErrWithdrawn
	}
	return person(m)
}

// Decide withdraws.
func (c Withdraw) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Withdrawn{By: m.Actor.Staff, Reason: c.Reason}}, nil
}

func person(m domain.Meta) error {
	if m.Actor.Staff == "" {
		return ErrNoPerson
	}
	return nil
}
