package staff

import (
	"slices"
	"time"

	"docket/domain"
)

// Refusals of delegations.
var (
	ErrNoDelegation = domain.Refusal(domain.Conflict, "staff.no_delegation", "there is no such delegation, or it is over")
	ErrSubDelegate  = domain.Refusal(domain.Forbidden, "staff.sub_delegation", "powers that are lent cannot be lent on")
)

// longestDelegation bounds how long powers may be lent in one act.
const longestDelegation = 366 * 24 * time.Hour

// Delegation is powers lent to a deputy for a period (授權委託, mission row R6). Without Posts all posts of the person are
// lent, without Permissions all that the posts grant.
type Delegation struct {
	Number      int           `json:"number"` // counts the person's delegations from 1
	To          string        `json:"to"`     // staff
	Posts       []domain.Post `json:"posts,omitempty"`
	Permissions []string      `json:"permissions,omitempty"`
	From        time.Time     `json:"from"`
	Until       time.Time     `json:"until"`
}

// Covers reports whether an instant lies in the period: from its beginning up to, not including, its end.
func (d Delegation) Covers(at time.Time) bool { return !at.Before(d.From) && at.Before(d.Until) }

// Grants reports whether a permission is among those lent.
func (d Delegation) Grants(permission string) bool {
	return len(d.Permissions) == 0 || slices.Contains(d.Permissions, permission)
}

// Lent are those of the delegator's posts that the deputy has: what is no longer held is no longer lent.
func (d Delegation) Lent(held []domain.Post) []domain.Post {
	if len(d.Posts) == 0 {
		return held
	}
	return slices.DeleteFunc(slices.Clone(held), func(p domain.Post) bool { return !slices.Contains(d.Posts, p) })
}

// Delegate lends the person's powers to a deputy for a period.
type Delegate struct {
	To          string        `json:"to" doc:"the deputy" minLength:"1" maxLength:"64"`
	Posts       []domain.Post `json:"posts,omitempty" doc:"left out: all posts" maxItems:"50"`
	Permissions []string      `json:"permissions,omitempty" doc:"left out: all that the posts grant" maxItems:"100"`
	From        time.Time     `json:"from"`
	Until       time.Time     `json:"until"`
	Reason      string        `json:"reason,omitempty" maxLength:"10000"`

	Facts DelegateFacts `json:"-"`
}

// DelegateFacts are what the directory and the catalogue of roles tell.
type DelegateFacts struct {
	Deputy             DeputyFacts
	UnknownPermissions []int // places in Permissions
}

// May wants somebody who works here, and nobody who acts with lent powers.
func (c Delegate) May(s State, m domain.Meta) error {
	if m.Actor.Delegation != "" {
		return ErrSubDelegate
	}
	return active(s)
}

// Decide delegates what the person holds, for a period that ends.
func (c Delegate) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	c.Facts.Deputy.check(&v, "to", c.To, m)
	for _, p := range c.Posts {
		if !s.Posts[p] {
			v.Fail("posts", "not_held", "holds a post that the person does not have")
			break
		}
	}
	if len(c.Facts.UnknownPermissions) > 0 {
		v.Fail("permissions", "unknown", "holds a permission that does not exist")
	}
	switch {
	case c.From.IsZero():
		v.Fail("from", "required", "must not be empty")
	case c.From.Before(m.Effective.Add(-time.Minute)):
		v.Fail("from", "too_early", "must not lie in the past: powers are not lent afterwards")
	}
	switch {
	case c.Until.IsZero():
		v.Fail("until", "required", "must not be empty")
	case !c.Until.After(c.From):
		v.Fail("until", "too_early", "must lie after from")
	case c.Until.Sub(c.From) > longestDelegation:
		v.Fail("until", "too_far", "must lie at most 366 days after from")
	}
	v.Text("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Delegated{
		Delegation: Delegation{
			Number: s.Fit.delegations + 1, To: c.To, Posts: c.Posts, Permissions: c.Permissions, From: c.From.UTC(), Until: c.Until.UTC(),
		},
		Reason: c.Reason,
	}}, nil
}

// RevokeDelegation takes lent powers back at the effective time.
type RevokeDelegation struct {
	Delegation int    `json:"delegation" minimum:"1" doc:"number of the delegation"`
	Reason     string `json:"reason,omitempty" maxLength:"10000"`
}

// May wants somebody with a delegation that is not over.
func (c RevokeDelegation) May(s State, m domain.Meta) error {
	if !slices.ContainsFunc(s.Fit.Delegations, func(d Delegation) bool { return m.Effective.Before(d.Until) }) {
		return ErrNoDelegation
	}
	return nil
}

// Decide revokes the delegation that is named.
func (c RevokeDelegation) Decide(s State, m domain.Meta) ([]Event, error) {
	if err := bounded("reason", c.Reason); err != nil {
		return nil, err
	}
	for _, d := range s.Fit.Delegations {
		if d.Number == c.Delegation && m.Effective.Before(d.Until) {
			return []Event{DelegationRevoked{Delegation: d.Number, At: m.Effective, Reason: c.Reason}}, nil
		}
	}
	return nil, ErrNoDelegation
}
