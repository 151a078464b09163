package template

import (
	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/edition"
)

// Refusals of templates.
var (
	ErrExists      = domain.Refusal(domain.Conflict, "template.exists", "the template exists already")
	ErrUnderReview = domain.Refusal(domain.Conflict, "template.under_review", "the newest version lies with its approvers and cannot be changed now")
	ErrNotDraft    = domain.Refusal(domain.Conflict, "template.not_draft", "the newest version is no draft")
	ErrNoPerson    = domain.Refusal(domain.Forbidden, "template.no_person", "only a person can do this, not a service for itself")
)

const maxText = 10_000

// DraftVersion begins a template with its first version (mission row T1).
type DraftVersion struct {
	Definition casetype.Definition `json:"definition"`
	Reason     string              `json:"reason" minLength:"1" maxLength:"10000"`

	Facts edition.OwnerFacts `json:"-"`
}

// Scope is the owning department.
func (c DraftVersion) Scope() domain.Scope { return domain.Scope{Unit: c.Definition.Rules.Owner} }

// May wants a stream that does not exist yet, and a person.
func (c DraftVersion) May(s State, m domain.Meta) error {
	if s.Exists() {
		return ErrExists
	}
	return person(m)
}

// Decide drafts version 1. Everything that makes the definition incomplete is told at once.
func (c DraftVersion) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	c.Definition.Check(&v, "definition.")
	if owner := c.Definition.Rules.Owner; owner != "" {
		c.Facts.Check(&v, "definition.rules.owner")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Drafted{
		Version: 1, Definition: c.Definition, Digest: c.Definition.Digest(), Author: m.Actor.Staff,
		Department: c.Definition.Rules.Owner, Reason: c.Reason,
	}}, nil
}

// Revise rewrites the draft, or begins the next version of an approved template: an approved version itself never changes
// (mission row T3).
type Revise struct {
	Definition casetype.Definition `json:"definition"`
	Reason     string              `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants a newest version that is a draft or approved.
func (c Revise) May(s State, m domain.Meta) error {
	switch s.Latest().Status {
	case UnderReview, ForApproval:
		return ErrUnderReview
	case Draft, InUse, OutOfUse:
	}
	return person(m)
}

// Decide writes the draft. The department and the business type stay what they are; the same definition changes nothing.
func (c Revise) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	c.Definition.Check(&v, "definition.")
	fixed(&v, "definition.rules.owner", c.Definition.Rules.Owner, s.Department)
	fixed(&v, "definition.rules.type", c.Definition.Rules.Type, s.Type)
	if err := v.Err(); err != nil {
		return nil, err
	}
	latest, digest := s.Latest(), c.Definition.Digest()
	switch {
	case digest == latest.Digest:
		return nil, nil
	case latest.Status == Draft:
		return []Event{Revised{
			Version: latest.Number, Definition: c.Definition, Digest: digest, Author: m.Actor.Staff, Reason: c.Reason,
		}}, nil
	}
	return []Event{Drafted{
		Version: latest.Number + 1, Definition: c.Definition, Digest: digest, Author: m.Actor.Staff, Department: s.Department,
		Reason: c.Reason,
	}}, nil
}

// fixed wants what cannot change between versions; an empty value has been told already.
func fixed(v *domain.Checks, field, value, was string) {
	if value != "" && value != was {
		v.Fail(field, "fixed", "stays what it was in the first version")
	}
}

// Submit gives the draft to the department head.
type Submit struct {
	Facts Proofs `json:"-"`
}

// May wants a draft.
func (c Submit) May(s State, m domain.Meta) error {
	if s.Latest().Status != Draft {
		return ErrNotDraft
	}
	return person(m)
}

// Decide submits a definition that could be approved as things stand.
func (c Submit) Decide(s State, m domain.Meta) ([]Event, error) {
	latest := s.Latest()
	var v domain.Checks
	c.Facts.prove(&v, latest.Definition)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Submitted{Version: latest.Number, Digest: latest.Digest, By: m.Actor.Staff}}, nil
}

func person(m domain.Meta) error {
	if m.Actor.Staff == "" {
		return ErrNoPerson
	}
	return nil
}
