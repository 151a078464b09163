// Package staff is the aggregate of the people who work here: when they joined and left, which groups they belong to,
// which posts they hold (mission row O1), and whether they are fit to be given work: absences, delegations, certificates,
// confidentiality agreements (O2, O4). Places are package unit. Every fact is effective-dated by its event's effective
// time. It knows no logins and passwords; accounts are the service's own business.
package staff

import "docket/domain"

// Event is what may become true of a member of staff.
//
//sumtype:decl
type Event interface{ isStaff() }

// Joined: the person works here from now on.
type Joined struct {
	Name   string `json:"name" class:"content"`
	Number string `json:"number,omitempty" class:"skeleton"` // staff number
}

// Renamed: the person goes by another name.
type Renamed struct {
	Name string `json:"name" class:"content"`
}

// MembershipStarted: the person belongs to the group from now on.
type MembershipStarted struct {
	Group string `json:"group" class:"skeleton"`
}

// MembershipEnded: the person no longer belongs to the group.
type MembershipEnded struct {
	Group string `json:"group" class:"skeleton"`
}

// PostGranted: the person holds the post from now on; the powers follow the post.
type PostGranted struct {
	Post domain.Post `json:"post" class:"skeleton"`
}

// PostEnded: the person no longer holds the post.
type PostEnded struct {
	Post domain.Post `json:"post" class:"skeleton"`
}

// Left: the person no longer works here; memberships and posts end with it.
type Left struct {
	Reason string `json:"reason,omitempty" class:"content"`
}

// Returned: somebody who had left works here again, without memberships or posts.
type Returned struct{}

func (Joined) isStaff()            {}
func (Renamed) isStaff()           {}
func (MembershipStarted) isStaff() {}
func (MembershipEnded) isStaff()   {}
func (PostGranted) isStaff()       {}
func (PostEnded) isStaff()         {}
func (Left) isStaff()              {}
func (Returned) isStaff()          {}

// State is what decisions read.
type State struct {
	Existed bool
	Active  bool
	Name    string
	Groups  map[string]bool
	Posts   map[domain.Post]bool
	Fit     Fitness

	ID string // key of the stream, filled in after the fold
}

// Decider ties the streams, fold and contract of staff together.
var Decider = domain.Decider[State, Event]{
	Category: "staff",
	Evolve:   evolve,
	Scope:    scope,
	Events: domain.Contract[Event]{
		"StaffJoined":             domain.Of[Joined](),
		"StaffRenamed":            domain.Of[Renamed](),
		"StaffMembershipStarted":  domain.Of[MembershipStarted](),
		"StaffMembershipEnded":    domain.Of[MembershipEnded](),
		"StaffPostGranted":        domain.Of[PostGranted](),
		"StaffPostEnded":          domain.Of[PostEnded](),
		"StaffLeft":               domain.Of[Left](),
		"StaffReturned":           domain.Of[Returned](),
		"StaffAbsenceEntered":     domain.Of[AbsenceEntered](),
		"StaffAbsenceEnded":       domain.Of[AbsenceEnded](),
		"StaffDelegated":          domain.Of[Delegated](),
		"StaffDelegationRevoked":  domain.Of[DelegationRevoked](),
		"StaffCertified":          domain.Of[Certified](),
		"StaffCertificateRevoked": domain.Of[CertificateRevoked](),
		"StaffAgreementSigned":    domain.Of[AgreementSigned](),

		"StaffCertificateExpiring": domain.Of[CertificateExpiring](),
	},
}

// scope lies with the organisation; what is about the person is the person's own.
func scope(s State) domain.Scope {
	if s.ID == "" {
		return domain.Scope{}
	}
	return domain.Scope{Holder: s.ID, Parties: []string{s.ID}}
}

func evolve(s State, event Event) State {
	s.Fit = s.Fit.After(event)
	switch e := event.(type) {
	case Joined:
		s = State{Existed: true, Active: true, Name: e.Name, Fit: s.Fit}
	case Renamed:
		s.Name = e.Name
	case MembershipStarted:
		s.Groups = with(s.Groups, e.Group, true)
	case MembershipEnded:
		s.Groups = with(s.Groups, e.Group, false)
	case PostGranted:
		s.Posts = with(s.Posts, e.Post, true)
	case PostEnded:
		s.Posts = with(s.Posts, e.Post, false)
	case Left:
		s.Active, s.Groups, s.Posts = false, nil, nil
	case Returned:
		s.Active = true
	case AbsenceEntered, AbsenceEnded, Delegated, DelegationRevoked, Certified, CertificateRevoked, CertificateExpiring,
		AgreementSigned:
	}
	return s
}

// with is a copy of the set with one member in or out, so that folding never changes an earlier state.
func with[K comparable](set map[K]bool, member K, in bool) map[K]bool {
	next := make(map[K]bool, len(set)+1)
	for k := range set {
		next[k] = true
	}
	if in {
		next[member] = true
	} else {
		delete(next, member)
	}
	return next
}

// Facts is what the directory tells about somebody at an instant.
type Facts struct {
	ID, Name string
	Active   bool
	Groups   []string
	Posts    []domain.Post
	Fit      Fitness
}
