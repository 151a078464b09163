package staff

import (
	"slices"

	"docket/domain"
)

// Refusals of staff.
var (
	ErrExists    = domain.Refusal(domain.Conflict, "staff.exists", "this member of staff is known already")
	ErrNotActive = domain.Refusal(domain.Conflict, "staff.not_active", "the person does not work here at that time")
	ErrActive    = domain.Refusal(domain.Conflict, "staff.active", "the person works here")
)

const (
	maxName = 200
	maxText = 10_000
)

// PlaceFacts are what the directory tells about a unit or group that a command names.
type PlaceFacts struct{ Known, Active, IsGroup bool }

func (p PlaceFacts) check(c *domain.Checks, field string) {
	switch {
	case !p.Known:
		c.Fail(field, "unknown", "no such unit or group at that time")
	case !p.Active:
		c.Fail(field, "inactive", "is closed at that time")
	}
}

// Join records that somebody works here from the effective time on.
type Join struct {
	Name   string `json:"name" minLength:"1" maxLength:"200"`
	Number string `json:"number,omitempty" doc:"staff number" pattern:"^[A-Za-z0-9_-]{1,32}$"`
}

// Scope is the whole organisation.
func (c Join) Scope() domain.Scope { return domain.Scope{} }

// May wants a stream that does not exist yet.
func (c Join) May(s State, _ domain.Meta) error {
	if s.Existed {
		return ErrExists
	}
	return nil
}

// Decide joins.
func (c Join) Decide(State, domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("name", c.Name, maxName)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Joined(c)}, nil
}

// Rename gives the person another name.
type Rename struct {
	Name string `json:"name" minLength:"1" maxLength:"200"`
}

// May wants somebody who works here.
func (c Rename) May(s State, _ domain.Meta) error { return active(s) }

// Decide renames; the same name changes nothing.
func (c Rename) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("name", c.Name, maxName)
	if err := v.Err(); err != nil || c.Name == s.Name {
		return nil, err
	}
	return []Event{Renamed(c)}, nil
}

// StartMembership puts the person into a group.
type StartMembership struct {
	Group string `json:"group" minLength:"1" maxLength:"64"`

	Facts PlaceFacts `json:"-"`
}

// May wants somebody who works here.
func (c StartMembership) May(s State, _ domain.Meta) error { return active(s) }

// Decide starts the membership; an existing one changes nothing.
func (c StartMembership) Decide(s State, _ domain.Meta) ([]Event, error) {
	if s.Groups[c.Group] {
		return nil, nil
	}
	var v domain.Checks
	c.Facts.check(&v, "group")
	if c.Facts.Known && !c.Facts.IsGroup {
		v.Fail("group", "not_a_group", "must be a group, not a unit")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{MembershipStarted{Group: c.Group}}, nil
}

// LeadFacts are the open groups that the person leads.
type LeadFacts struct {
	Groups []string
	Closed []string // groups that need no leader any more; for the guard alone
}

// check wants groups to have a leader: a successor is appointed first (mission row O1).
func (l LeadFacts) check(v *domain.Checks, field string, leaves func(group string) bool) {
	if slices.ContainsFunc(l.Groups, leaves) {
		v.Fail(field, "leads", "leads a group that would be left without a leader; appoint a successor first")
	}
}

// EndMembership takes the person out of a group.
type EndMembership struct {
	Group string `json:"group" minLength:"1" maxLength:"64"`

	Facts LeadFacts `json:"-"`
}

// May wants somebody who works here.
func (c EndMembership) May(s State, _ domain.Meta) error { return active(s) }

// Decide ends the membership; one that does not exist changes nothing.
func (c EndMembership) Decide(s State, _ domain.Meta) ([]Event, error) {
	if !s.Groups[c.Group] {
		return nil, nil
	}
	var v domain.Checks
	c.Facts.check(&v, "group", func(group string) bool { return group == c.Group })
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{MembershipEnded{Group: c.Group}}, nil
}

// GrantPost gives the person a post and with it the powers of its role.
type GrantPost struct {
	Role string `json:"role" minLength:"1" maxLength:"32"`
	Unit string `json:"unit,omitempty" doc:"left out: the whole organisation" maxLength:"64"`

	Facts PostFacts `json:"-"`
}

// PostFacts are what the catalogue of roles and the directory tell about the post.
type PostFacts struct {
	KnownRole bool
	Place     PlaceFacts
}

// May wants somebody who works here.
func (c GrantPost) May(s State, _ domain.Meta) error { return active(s) }

// Decide grants; a post held already changes nothing.
func (c GrantPost) Decide(s State, _ domain.Meta) ([]Event, error) {
	post := domain.Post{Role: c.Role, Unit: c.Unit}
	if s.Posts[post] {
		return nil, nil
	}
	var v domain.Checks
	if !c.Facts.KnownRole {
		v.Fail("role", "unknown", "no such role")
	}
	if c.Unit != "" {
		c.Facts.Place.check(&v, "unit")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{PostGranted{Post: post}}, nil
}

// EndPost takes a post away.
type EndPost struct {
	Role string `json:"role" minLength:"1" maxLength:"32"`
	Unit string `json:"unit,omitempty" maxLength:"64"`

	Facts PostLeadFacts `json:"-"`
}

// PostLeadFacts are the open groups that the person leads, each with the posts whose powers reach it as its leader's; they are
// looked up where the post is a leader's.
type PostLeadFacts struct{ Groups map[string][]domain.Post }

// powerless is whether a group would be left with a leader without a leader's powers once the post has ended.
func (l PostLeadFacts) powerless(s State, post domain.Post) bool {
	for _, reaching := range l.Groups {
		held := slices.DeleteFunc(slices.Clone(reaching), func(p domain.Post) bool { return !s.Posts[p] })
		if len(held) == 1 && held[0] == post {
			return true
		}
	}
	return false
}

// May wants somebody who works here.
func (c EndPost) May(s State, _ domain.Meta) error { return active(s) }

// Decide ends the post; one not held changes nothing. Who leads a group keeps the powers to (mission row O1).
func (c EndPost) Decide(s State, _ domain.Meta) ([]Event, error) {
	post := domain.Post{Role: c.Role, Unit: c.Unit}
	if !s.Posts[post] {
		return nil, nil
	}
	if c.Facts.powerless(s, post) {
		var v domain.Checks
		v.Fail("role", "leads", "leads a group that would be left without a leader; appoint a successor first")
		return nil, v.Err()
	}
	return []Event{PostEnded{Post: post}}, nil
}

// Leave records that the person no longer works here.
type Leave struct {
	Reason string `json:"reason,omitempty" maxLength:"10000"`

	Facts LeadFacts `json:"-"`
}

// May wants somebody who works here.
func (c Leave) May(s State, _ domain.Meta) error { return active(s) }

// Decide ends the employment.
func (c Leave) Decide(State, domain.Meta) ([]Event, error) {
	var v domain.Checks
	c.Facts.check(&v, "path.id", func(string) bool { return true })
	v.Text("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Left{Reason: c.Reason}}, nil
}

// Return records that somebody who had left works here again.
type Return struct{}

// May wants somebody who left.
func (c Return) May(s State, _ domain.Meta) error {
	switch {
	case s.Active:
		return ErrActive
	case !s.Existed:
		return ErrNotActive
	}
	return nil
}

// Decide returns them.
func (c Return) Decide(State, domain.Meta) ([]Event, error) { return []Event{Returned{}}, nil }

func active(s State) error {
	if !s.Active {
		return ErrNotActive
	}
	return nil
}
