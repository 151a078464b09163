package staff

import (
	"slices"
	"time"

	"docket/domain"
)

// CertificateExpiring: the certificate ends soon, and the person and who leads them are to be told (mission row O2).
type CertificateExpiring struct {
	Certificate int       `json:"certificate" class:"skeleton"`
	Kind        string    `json:"kind" class:"skeleton"`
	Until       time.Time `json:"until" class:"skeleton"`
	Days        int       `json:"days" class:"skeleton"` // how many days ahead it was to be told
}

func (CertificateExpiring) isStaff() {}

// ErrNotDue: the day of the warning has not come by the service's clock; the timer asks again.
var ErrNotDue = domain.Refusal(domain.Conflict, "clock.not_due", "that instant has not come yet")

// WarningDays are how many days before its end a certificate is warned of.
var WarningDays = []int{60, 30, 7}

// WarnedAt is the instant of the warning so many days ahead.
func (c Certificate) WarnedAt(days int) time.Time { return c.Until.AddDate(0, 0, -days) }

// WarnCertificate warns that a certificate ends in so many days. It is the timer's; a certificate that was revoked or
// renewed, or whose holder has left, is nothing to warn of.
type WarnCertificate struct {
	Certificate int `json:"certificate" minimum:"1" doc:"number of the certificate"`
	Days        int `json:"days" enum:"60,30,7" doc:"how many days before its end"`
}

// May leaves it to Decide, since what no longer holds is no refusal.
func (c WarnCertificate) May(State, domain.Meta) error { return nil }

// Decide warns once of each certificate and number of days.
func (c WarnCertificate) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if !slices.Contains(WarningDays, c.Days) {
		v.Fail("days", "not_allowed", "must be 60, 30 or 7")
		return nil, v.Err()
	}
	held, ok := s.Fit.certificate(c.Certificate)
	if !s.Active || !ok || s.Fit.renewed(held) || slices.Contains(s.Fit.warned, warning{c.Certificate, c.Days}) {
		return nil, nil
	}
	if m.Now.Before(held.WarnedAt(c.Days)) {
		return nil, ErrNotDue
	}
	return []Event{CertificateExpiring{Certificate: held.Number, Kind: held.Kind, Until: held.Until, Days: c.Days}}, nil
}

// warning is one of the warnings of a certificate.
type warning struct{ certificate, days int }

// certificate finds one that has not been revoked, by its number.
func (f Fitness) certificate(number int) (Certificate, bool) {
	i := slices.IndexFunc(f.Certificates, func(c Certificate) bool { return c.Number == number })
	if i < 0 {
		return Certificate{}, false
	}
	return f.Certificates[i], true
}

// renewed reports whether another certificate of the kind is good for longer.
func (f Fitness) renewed(c Certificate) bool {
	return slices.ContainsFunc(f.Certificates, func(other Certificate) bool {
		return other.Kind == c.Kind && other.Until.After(c.Until)
	})
}
