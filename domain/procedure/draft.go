package procedure

import (
	"docket/domain"
	"docket/domain/edition"
)

// Refusals of those who write.
var (
	ErrExists   = domain.Refusal(domain.Conflict, "procedure.exists", "the procedure exists already")
	ErrNoPerson = domain.Refusal(domain.Forbidden, "procedure.no_person", "only a person can do this, not a service for itself")
)

// DraftVersion begins a procedure with its first version (mission row T6).
type DraftVersion struct {
	Department string   `json:"department" doc:"unit that owns it" minLength:"1" maxLength:"64"`
	Document   Document `json:"document"`
	Reason     string   `json:"reason" minLength:"1" maxLength:"10000"`

	Facts edition.OwnerFacts `json:"-"`
}

// Scope is the owning department.
func (c DraftVersion) Scope() domain.Scope { return domain.Scope{Unit: c.Department} }

// May wants a stream that does not exist yet, and a person.
func (c DraftVersion) May(s State, m domain.Meta) error {
	if s.Exists() {
		return ErrExists
	}
	return person(m)
}

// Decide drafts version 1. Everything that makes the text incomplete is told at once.
func (c DraftVersion) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	v.RequiredText("department", c.Department, 64)
	c.Document.check(&v, "document.")
	if c.Department != "" {
		c.Facts.Check(&v, "department")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Drafted{
		Version: 1, Document: c.Document, Digest: c.Document.Digest(), Author: m.Actor.Staff, Department: c.Department, Reason: c.Reason,
	}}, nil
}

// Revise rewrites the draft, or begins the next version of what has been published: a published version itself never changes.
type Revise struct {
	Document Document `json:"document"`
	Reason   string   `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants a person.
func (c Revise) May(_ State, m domain.Meta) error { return person(m) }

// Decide writes the draft; the same text changes nothing.
func (c Revise) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	c.Document.check(&v, "document.")
	if err := v.Err(); err != nil {
		return nil, err
	}
	latest, digest := s.Latest(), c.Document.Digest()
	switch {
	case digest == latest.Digest:
		return nil, nil
	case latest.Status == Draft:
		return []Event{Revised{Version: latest.Number, Document: c.Document, Digest: digest, Author: m.Actor.Staff, Reason: c.Reason}}, nil
	}
	return []Event{Drafted{
		Version: latest.Number + 1, Document: c.Document, Digest: digest, Author: m.Actor.Staff, Department: s.Department, Reason: c.Reason,
	}}, nil
}

func person(m domain.Meta) error {
	if m.Actor.Staff == "" {
		return ErrNoPerson
	}
	return nil
}
