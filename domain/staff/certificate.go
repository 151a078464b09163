package staff

import (
	"slices"
	"strings"
	"time"

	"docket/domain"
)

// ErrNoCertificate: the certificate is not known or has been revoked.
var ErrNoCertificate = domain.Refusal(domain.Conflict, "staff.no_certificate", "there is no such certificate, or it has been revoked")

// Certificate is a qualification of a person (資質認證, mission row O2). Kinds are codes that templates name.
type Certificate struct {
	Number int       `json:"number"` // counts the person's certificates from 1
	Kind   string    `json:"kind"`
	Until  time.Time `json:"until"` // valid up to, not including
}

// Valid reports whether it is a certificate of the kind that is good at an instant.
func (c Certificate) Valid(kind string, at time.Time) bool {
	return c.Kind == kind && at.Before(c.Until)
}

// Certify records a certificate that somebody holds.
type Certify struct {
	Kind       string    `json:"kind" pattern:"^[a-z][a-z0-9_]{0,39}$" doc:"code that templates name"`
	Issuer     string    `json:"issuer" minLength:"1" maxLength:"200"`
	Reference  string    `json:"reference" minLength:"1" maxLength:"100" doc:"number on the certificate"`
	ValidUntil time.Time `json:"valid_until"`
	Scan       string    `json:"scan,omitempty" pattern:"^[0-9a-f]{64}$" doc:"SHA-256 of the scan"`
}

// May wants somebody who works here.
func (c Certify) May(s State, _ domain.Meta) error { return active(s) }

// Decide records a certificate that is still valid.
func (c Certify) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if !code(c.Kind) {
		v.Fail("kind", "not_a_code", "must be a code of lower-case letters, digits and underscores")
	}
	v.RequiredText("issuer", c.Issuer, maxName)
	v.RequiredText("reference", c.Reference, 100)
	if !c.ValidUntil.After(m.Effective) {
		v.Fail("valid_until", "expired", "must not lie in the past")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Certified{
		Certificate: Certificate{Number: s.Fit.certificates + 1, Kind: c.Kind, Until: c.ValidUntil.UTC()},
		Issuer:      c.Issuer, Reference: c.Reference, Scan: c.Scan,
	}}, nil
}

// RevokeCertificate records that a certificate is no longer good.
type RevokeCertificate struct {
	Certificate int    `json:"certificate" minimum:"1" doc:"number of the certificate"`
	Reason      string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants somebody with a certificate.
func (c RevokeCertificate) May(s State, _ domain.Meta) error {
	if len(s.Fit.Certificates) == 0 {
		return ErrNoCertificate
	}
	return nil
}

// Decide revokes the certificate that is named, for a reason.
func (c RevokeCertificate) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(s.Fit.Certificates, func(held Certificate) bool { return held.Number == c.Certificate }) {
		return nil, ErrNoCertificate
	}
	return []Event{CertificateRevoked(c)}, nil
}

// code reports whether a text is a code as templates use them.
func code(text string) bool {
	if text == "" || len(text) > 40 || text[0] < 'a' || text[0] > 'z' {
		return false
	}
	return strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}
