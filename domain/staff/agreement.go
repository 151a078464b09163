package staff

import (
	"slices"
	"time"

	"docket/domain"
)

// Agreement is a confidentiality agreement that the person has signed (保密協議, mission row O4).
type Agreement struct {
	Version string    `json:"version"`
	Signed  time.Time `json:"signed"`
	Until   time.Time `json:"until,omitzero"` // zero: without an end
}

// Live reports whether the agreement binds the person at an instant.
func (a Agreement) Live(at time.Time) bool {
	return !at.Before(a.Signed) && (a.Until.IsZero() || at.Before(a.Until))
}

// SignAgreement records that the person has signed a confidentiality agreement.
type SignAgreement struct {
	Version    string     `json:"version" pattern:"^[A-Za-z0-9._-]{1,32}$" doc:"of the agreement's text"`
	SignedAt   time.Time  `json:"signed_at"`
	ValidUntil *time.Time `json:"valid_until,omitempty" doc:"left out: without an end"`
	Scan       string     `json:"scan,omitempty" pattern:"^[0-9a-f]{64}$" doc:"SHA-256 of the signed scan"`
}

// May wants somebody who works here.
func (c SignAgreement) May(s State, _ domain.Meta) error { return active(s) }

// Decide records the signature; the same one again changes nothing.
func (c SignAgreement) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("version", c.Version, 32)
	if c.SignedAt.IsZero() {
		v.Fail("signed_at", "required", "must not be empty")
	}
	v.NotAfter("signed_at", c.SignedAt, m.Effective, "the time of the record")
	a := Agreement{Version: c.Version, Signed: c.SignedAt.UTC()}
	if c.ValidUntil != nil {
		a.Until = c.ValidUntil.UTC()
		if !a.Until.After(a.Signed) {
			v.Fail("valid_until", "too_early", "must lie after signed_at")
		}
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	if slices.Contains(s.Fit.Agreements, a) {
		return nil, nil
	}
	return []Event{AgreementSigned{Agreement: a, Scan: c.Scan}}, nil
}
