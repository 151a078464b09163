package procedure

import (
	"slices"
	"time"

	"docket/domain"
	"docket/domain/casetype"
)

// Refusals of those who publish and retire.
var (
	ErrNotDraft    = domain.Refusal(domain.Conflict, "procedure.not_draft", "the newest version has been published already")
	ErrOtherDigest = domain.Refusal(domain.Conflict, "procedure.other_digest", "the version reads otherwise than what was looked at")
	ErrOwnDraft    = domain.Refusal(domain.Forbidden, "procedure.own_draft", "nobody publishes what they wrote themselves")
	ErrNotInUse    = domain.Refusal(domain.Conflict, "procedure.not_in_use", "no such version is published and in use")
	ErrFollowed    = domain.Refusal(domain.Conflict, "procedure.followed", "templates in use name the procedure, and no version would be left for their tickets")
)

// Publish puts the newest version in force; the department head does, who did not write it (mission row T6).
type Publish struct {
	Digest      string    `json:"digest" doc:"of the text that was looked at" pattern:"^[0-9a-f]{64}$"`
	Opinion     string    `json:"opinion" minLength:"1" maxLength:"10000"`
	EffectiveAt time.Time `json:"effective_at,omitzero" doc:"from when new tickets follow it; left out: from now"`
}

// May wants a draft, and a person who wrote nothing in it.
func (c Publish) May(s State, m domain.Meta) error {
	switch latest := s.Latest(); {
	case latest.Status != Draft:
		return ErrNotDraft
	case m.Actor.Staff == "":
		return ErrNoPerson
	case slices.Contains(latest.Authors, m.Actor.Staff):
		return ErrOwnDraft
	}
	return nil
}

// Decide publishes from the stated date on, which never lies in the past: what a ticket showed yesterday it shows tomorrow.
func (c Publish) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	from := c.EffectiveAt
	switch {
	case from.IsZero():
		from = m.Effective
	case from.Before(m.Effective):
		v.Fail("effective_at", "too_early", "must not lie before the publication")
	}
	v.RequiredText("opinion", c.Opinion, maxText)
	v.Required("digest", c.Digest)
	if err := v.Err(); err != nil {
		return nil, err
	}
	latest := s.Latest()
	if c.Digest != latest.Digest {
		return nil, ErrOtherDigest
	}
	return []Event{Published{
		Version: latest.Number, Digest: latest.Digest, Publisher: m.Actor.Staff, Opinion: c.Opinion, EffectiveAt: from.UTC(),
	}}, nil
}

// Retire takes a version out of use; tickets that follow it go on showing it.
type Retire struct {
	Version int    `json:"version" minimum:"1" maximum:"100000"`
	Reason  string `json:"reason" minLength:"1" maxLength:"10000"`

	Facts RetireFacts `json:"-"`
}

// RetireFacts tell whether templates that tickets can be opened on name the procedure.
type RetireFacts struct {
	Followed bool

	Procedure string         // its key; for the guard alone
	Settled   []casetype.Ref // template versions that are known to be approved, be they in use or not; for the guard alone
	Succeeded bool           // a later version than this is in force; for the guard alone
}

// May wants some version in use.
func (c Retire) May(s State, m domain.Meta) error {
	if !slices.ContainsFunc(s.Versions, func(v Version) bool { return v.Status == InUse }) {
		return ErrNotInUse
	}
	return person(m)
}

// Decide retires; a version that is retired already stays so. The last one stays as long as templates in use rely on it.
func (c Retire) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	version, ok := s.Version(c.Version)
	switch {
	case ok && version.Status == OutOfUse:
		return nil, nil
	case !ok || version.Status != InUse:
		return nil, ErrNotInUse
	case c.Facts.Followed && !s.Succeeded(c.Version, m.Effective):
		return nil, ErrFollowed
	}
	return []Event{Retired{Version: c.Version, By: m.Actor.Staff, Reason: c.Reason}}, nil
}

// Succeeded reports whether a later version than this is in force at an instant.
func (s State) Succeeded(number int, at time.Time) bool {
	return slices.ContainsFunc(s.Versions, func(v Version) bool {
		return v.Number > number && v.Status == InUse && !v.EffectiveAt.After(at)
	})
}
