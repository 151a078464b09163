package unit

import (
	"slices"

	"docket/domain"
)

// StampRegistered: a correction stamp of the unit or group is in somebody's keeping from now on (更正章, mission row K1).
type StampRegistered struct {
	Number string `json:"number" class:"skeleton"`
	Keeper string `json:"keeper" class:"skeleton"`
}

// StampWithdrawn: nothing is corrected under the stamp from now on.
type StampWithdrawn struct {
	Number string `json:"number" class:"skeleton"`
	Reason string `json:"reason" class:"content"`
}

func (StampRegistered) isUnit() {}
func (StampWithdrawn) isUnit()  {}

// ErrNoStamp: no such stamp is registered, or it has been withdrawn.
var ErrNoStamp = domain.Refusal(domain.Conflict, "unit.no_stamp", "no such stamp is registered, or it has been withdrawn")

const maxStamp = 32

// Stamp is a correction stamp of a unit or group.
type Stamp struct {
	Number    string
	Keeper    string // who alone corrects under it
	Withdrawn bool
}

// Stamps is the register of a unit's or group's stamps, withdrawn ones included, in the order in which they were registered. It is
// not to be changed: states and facts share it.
type Stamps []Stamp

// Live is the stamp of a number that has not been withdrawn.
func (r Stamps) Live(number string) (Stamp, bool) {
	i := slices.IndexFunc(r, func(s Stamp) bool { return s.Number == number && !s.Withdrawn })
	if i < 0 {
		return Stamp{}, false
	}
	return r[i], true
}

// After folds an event without changing an earlier register. A withdrawn number that is registered again begins anew.
func (r Stamps) After(event any) Stamps {
	switch e := event.(type) {
	case StampRegistered:
		next := slices.DeleteFunc(slices.Clone(r), func(s Stamp) bool { return s.Number == e.Number })
		return append(next, Stamp{Number: e.Number, Keeper: e.Keeper})
	case StampWithdrawn:
		next := slices.Clone(r)
		for i := range next {
			if next[i].Number == e.Number {
				next[i].Withdrawn = true
			}
		}
		return next
	}
	return r
}

// RegisterStamp gives a correction stamp of the unit or group into somebody's keeping. One that changes hands is withdrawn first.
type RegisterStamp struct {
	Number string `json:"number" doc:"that the stamp prints" pattern:"^[A-Za-z0-9-]{1,32}$"`
	Keeper string `json:"keeper" minLength:"1" maxLength:"64" doc:"who alone corrects under it"`

	Facts KeeperFacts `json:"-"`
}

// KeeperFacts are what the directory tells about who is to keep a stamp.
type KeeperFacts struct {
	Known, Active bool
	Member        bool // of the group; of a unit, somebody who belongs to one of its groups or has a post there
}

// May wants an open unit.
func (c RegisterStamp) May(s State, _ domain.Meta) error { return open(s) }

// Decide registers a number that nobody keeps.
func (c RegisterStamp) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("number", c.Number, maxStamp)
	if _, kept := s.Stamps.Live(c.Number); kept {
		v.Fail("number", "taken", "such a stamp is registered already")
	}
	switch {
	case !c.Facts.Known:
		v.Fail("keeper", "unknown", "no such member of staff at that time")
	case !c.Facts.Active:
		v.Fail("keeper", "inactive", "is not active at that time")
	case !c.Facts.Member:
		v.Fail("keeper", "not_a_member", "does not belong to the unit or group")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{StampRegistered{Number: c.Number, Keeper: c.Keeper}}, nil
}

// WithdrawStamp takes a stamp out of use: it was lost, worn out or handed back.
type WithdrawStamp struct {
	Number string `json:"number" pattern:"^[A-Za-z0-9-]{1,32}$"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants a stamp in use; that of a closed unit may be withdrawn as well.
func (c WithdrawStamp) May(s State, _ domain.Meta) error {
	if !slices.ContainsFunc(s.Stamps, func(st Stamp) bool { return !st.Withdrawn }) {
		return ErrNoStamp
	}
	return nil
}

// Decide withdraws the stamp that is named, for a reason.
func (c WithdrawStamp) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("number", c.Number, maxStamp)
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if _, kept := s.Stamps.Live(c.Number); !kept {
		return nil, ErrNoStamp
	}
	return []Event{StampWithdrawn(c)}, nil
}
