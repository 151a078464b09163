package staff

import (
	"slices"
	"time"
)

// AbsenceEntered: the person will not be here for a time.
type AbsenceEntered struct {
	Absence Absence `json:"absence" class:"skeleton"`
	Reason  string  `json:"reason,omitempty" class:"content"`
}

// AbsenceEnded: the absence ends then; one that had not begun is called off.
type AbsenceEnded struct {
	Absence int       `json:"absence" class:"skeleton"`
	At      time.Time `json:"at" class:"skeleton"`
	Reason  string    `json:"reason,omitempty" class:"content"`
}

// Delegated: the person has lent powers for a period.
type Delegated struct {
	Delegation Delegation `json:"delegation" class:"skeleton"`
	Reason     string     `json:"reason,omitempty" class:"content"`
}

// DelegationRevoked: the powers are taken back before the period was over.
type DelegationRevoked struct {
	Delegation int       `json:"delegation" class:"skeleton"`
	At         time.Time `json:"at" class:"skeleton"`
	Reason     string    `json:"reason,omitempty" class:"content"`
}

// Certified: the person holds a certificate.
type Certified struct {
	Certificate Certificate `json:"certificate" class:"skeleton"`
	Issuer      string      `json:"issuer" class:"content"`
	Reference   string      `json:"reference" class:"content"`
	Scan        string      `json:"scan,omitempty" class:"content"` // digest of the scan
}

// CertificateRevoked: the certificate is no longer good.
type CertificateRevoked struct {
	Certificate int    `json:"certificate" class:"skeleton"`
	Reason      string `json:"reason" class:"content"`
}

// AgreementSigned: the person is bound to confidentiality.
type AgreementSigned struct {
	Agreement Agreement `json:"agreement" class:"skeleton"`
	Scan      string    `json:"scan,omitempty" class:"content"` // digest of the scan
}

func (AbsenceEntered) isStaff()     {}
func (AbsenceEnded) isStaff()       {}
func (Delegated) isStaff()          {}
func (DelegationRevoked) isStaff()  {}
func (Certified) isStaff()          {}
func (CertificateRevoked) isStaff() {}
func (AgreementSigned) isStaff()    {}

// Fitness is whether somebody may be given work and may act: absences, powers lent, certificates, agreements (mission rows
// A2, O2, O4, R6). Its lists are not to be changed: states and facts share them.
type Fitness struct {
	Absences     []Absence // ended and called off ones left out
	Delegations  []Delegation
	Certificates []Certificate
	Agreements   []Agreement

	absences, delegations, certificates int       // so far, for the next number
	warned                              []warning // of certificates' ends
}

// Absence is the absence that covers an instant.
func (f Fitness) Absence(at time.Time) (Absence, bool) {
	i := slices.IndexFunc(f.Absences, func(a Absence) bool { return a.Covers(at) })
	if i < 0 {
		return Absence{}, false
	}
	return f.Absences[i], true
}

// Delegated are the delegations that are live at an instant.
func (f Fitness) Delegated(at time.Time) []Delegation {
	return slices.DeleteFunc(slices.Clone(f.Delegations), func(d Delegation) bool { return !d.Covers(at) })
}

// Qualified reports whether the person holds a good certificate of a kind at an instant; the empty kind asks for none.
func (f Fitness) Qualified(kind string, at time.Time) bool {
	return kind == "" || slices.ContainsFunc(f.Certificates, func(c Certificate) bool { return c.Valid(kind, at) })
}

// Agreed reports whether a confidentiality agreement binds the person at an instant.
func (f Fitness) Agreed(at time.Time) bool {
	return slices.ContainsFunc(f.Agreements, func(a Agreement) bool { return a.Live(at) })
}

// After folds an event; every event that is not about fitness leaves it as it is. It never changes an earlier value.
func (f Fitness) After(event Event) Fitness {
	switch e := event.(type) {
	case AbsenceEntered:
		f.absences = max(f.absences, e.Absence.Number)
		f.Absences = append(slices.Clone(f.Absences), e.Absence)
	case AbsenceEnded:
		f.Absences = changed(f.Absences, func(a *Absence) bool {
			if a.Number == e.Absence {
				a.Until = e.At
			}
			return a.Until.IsZero() || a.Until.After(a.From)
		})
	case Delegated:
		f.delegations = max(f.delegations, e.Delegation.Number)
		f.Delegations = append(slices.Clone(f.Delegations), e.Delegation)
	case DelegationRevoked:
		f.Delegations = changed(f.Delegations, func(d *Delegation) bool {
			if d.Number == e.Delegation {
				d.Until = e.At
			}
			return d.Until.After(d.From)
		})
	case Certified:
		f.certificates = max(f.certificates, e.Certificate.Number)
		f.Certificates = append(slices.Clone(f.Certificates), e.Certificate)
	case CertificateRevoked:
		f.Certificates = changed(f.Certificates, func(c *Certificate) bool { return c.Number != e.Certificate })
	case CertificateExpiring:
		f.warned = append(slices.Clone(f.warned), warning{e.Certificate, e.Days})
	case AgreementSigned:
		f.Agreements = append(slices.Clone(f.Agreements), e.Agreement)
	case Joined, Renamed, MembershipStarted, MembershipEnded, PostGranted, PostEnded, Left, Returned:
	}
	return f
}

// changed is a copy of the list with every member changed; those for which change reports false are left out.
func changed[T any](list []T, change func(*T) bool) []T {
	next := make([]T, 0, len(list))
	for _, member := range list {
		if change(&member) {
			next = append(next, member)
		}
	}
	return next
}
