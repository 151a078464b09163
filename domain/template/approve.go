package template

import (
	"slices"
	"time"

	"docket/domain"
)

// Refusals of those who decide about a version.
var (
	ErrNotSubmitted = domain.Refusal(domain.Conflict, "template.not_submitted", "the newest version does not lie with the department head")
	ErrNotReviewed  = domain.Refusal(domain.Conflict, "template.not_reviewed", "the department head has not passed the newest version")
	ErrOtherDigest  = domain.Refusal(domain.Conflict, "template.other_digest", "the version reads otherwise than what was looked at")
	ErrOwnDraft     = domain.Refusal(domain.Forbidden, "template.own_draft", "nobody approves what they wrote themselves")
	ErrSamePerson   = domain.Refusal(domain.Forbidden, "template.same_person", "review and approval are by two different people")
	ErrNotInUse     = domain.Refusal(domain.Conflict, "template.not_in_use", "no such version is approved and in use")
)

// Verdict is what the department head says of a version.
type Verdict string

// The verdicts.
const (
	Pass   Verdict = "pass"
	Return Verdict = "return"
)

// Review is the department head's decision about a submitted version: passed on to management, or returned to its draft. It is
// signed by the person, the time, the opinion and the digest of what was looked at (mission row T2).
type Review struct {
	Digest  string  `json:"digest" doc:"of the definition that was looked at" pattern:"^[0-9a-f]{64}$"`
	Verdict Verdict `json:"verdict" enum:"pass,return"`
	Opinion string  `json:"opinion" doc:"on a return, the reason" minLength:"1" maxLength:"10000"`
}

// May wants a submitted version of other authors.
func (c Review) May(s State, m domain.Meta) error {
	if s.Latest().Status != UnderReview {
		return ErrNotSubmitted
	}
	return s.Latest().others(m)
}

// Decide passes or returns.
func (c Review) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "verdict", c.Verdict, Pass, Return)
	latest, err := s.signed(&v, c.Digest, "opinion", c.Opinion)
	switch {
	case err != nil:
		return nil, err
	case c.Verdict == Return:
		return []Event{Returned{Version: latest.Number, Digest: latest.Digest, Reviewer: m.Actor.Staff, Reason: c.Opinion}}, nil
	}
	return []Event{Reviewed{Version: latest.Number, Digest: latest.Digest, Reviewer: m.Actor.Staff, Opinion: c.Opinion}}, nil
}

// Approve is management's approval; the version is in force from the stated date (mission row T2).
type Approve struct {
	Digest      string    `json:"digest" doc:"of the definition that was looked at" pattern:"^[0-9a-f]{64}$"`
	Opinion     string    `json:"opinion" minLength:"1" maxLength:"10000"`
	EffectiveAt time.Time `json:"effective_at,omitzero" doc:"from when new tickets follow it; left out: from now"`

	Facts Proofs `json:"-"`
}

// May wants a reviewed version of other authors and another reviewer.
func (c Approve) May(s State, m domain.Meta) error { return s.decidable(m) }

// Decide approves a definition that holds: whatever keeps it from working is told by field.
func (c Approve) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	from := c.EffectiveAt
	switch {
	case from.IsZero():
		from = m.Effective
	case from.Before(m.Effective):
		v.Fail("effective_at", "too_early", "must not lie before the approval")
	}
	c.Facts.prove(&v, s.Latest().Definition)
	latest, err := s.signed(&v, c.Digest, "opinion", c.Opinion)
	if err != nil {
		return nil, err
	}
	return []Event{Approved{
		Version: latest.Number, Digest: latest.Digest, Approver: m.Actor.Staff, Opinion: c.Opinion, EffectiveAt: from.UTC(),
	}}, nil
}

// Reject is management's refusal; the version is a draft again.
type Reject struct {
	Digest string `json:"digest" doc:"of the definition that was looked at" pattern:"^[0-9a-f]{64}$"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants what [Approve] wants.
func (c Reject) May(s State, m domain.Meta) error { return s.decidable(m) }

// Decide rejects.
func (c Reject) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	latest, err := s.signed(&v, c.Digest, "reason", c.Reason)
	if err != nil {
		return nil, err
	}
	return []Event{Rejected{Version: latest.Number, Digest: latest.Digest, Approver: m.Actor.Staff, Reason: c.Reason}}, nil
}

// decidable reports whether management, in this person, may decide about the newest version.
func (s State) decidable(m domain.Meta) error {
	latest := s.Latest()
	if latest.Status != ForApproval {
		return ErrNotReviewed
	}
	if err := latest.others(m); err != nil {
		return err
	}
	if latest.Reviewer == m.Actor.Staff {
		return ErrSamePerson
	}
	return nil
}

// others wants a person who wrote nothing in the version.
func (v Version) others(m domain.Meta) error {
	if err := person(m); err != nil {
		return err
	}
	if slices.Contains(v.Authors, m.Actor.Staff) {
		return ErrOwnDraft
	}
	return nil
}

// signed wants words, and the digest of what the newest version says.
func (s State) signed(v *domain.Checks, digest, field, words string) (Version, error) {
	v.RequiredText(field, words, maxText)
	v.Required("digest", digest)
	if err := v.Err(); err != nil {
		return Version{}, err
	}
	latest := s.Latest()
	if digest != latest.Digest {
		return Version{}, ErrOtherDigest
	}
	return latest, nil
}

// Retire ends the intake on a version; open tickets stay on it (mission row T3).
type Retire struct {
	Version int    `json:"version" minimum:"1" maximum:"100000"`
	Reason  string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants some version in use.
func (c Retire) May(s State, m domain.Meta) error {
	if !slices.ContainsFunc(s.Versions, func(v Version) bool { return v.Status == InUse }) {
		return ErrNotInUse
	}
	return person(m)
}

// Decide retires; a version that is retired already stays so.
func (c Retire) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	switch version, ok := s.Version(c.Version); {
	case ok && version.Status == OutOfUse:
		return nil, nil
	case !ok || version.Status != InUse:
		return nil, ErrNotInUse
	}
	return []Event{Retired{Version: c.Version, By: m.Actor.Staff, Reason: c.Reason}}, nil
}
