package processes

import (
	"slices"
	"time"

	"docket/domain"
	"docket/domain/alert"
	"docket/domain/authz"
	"docket/domain/customer"
)

// affairs says whom an event of something else than a ticket is told to.
var affairs = map[string]func(b *Inbox, e domain.Envelope) []string{
	"StaffCertificateExpiring": func(b *Inbox, e domain.Envelope) []string {
		return append(b.leadersOf(e.Stream.Key(), e.Meta.Effective), e.Stream.Key())
	},
	"CustomerReviewDue": func(b *Inbox, e domain.Envelope) []string {
		return b.keepers(e.Event.(customer.ReviewDue).Unit, e.Meta.Effective)
	},
	"SecurityAlertRaised": func(b *Inbox, e domain.Envelope) []string {
		var people []string
		for _, p := range b.Organisation.People(e.Meta.Effective) {
			_, answers := authz.Allowed(domain.Actor{Staff: p.ID, Posts: p.Posts}, authz.SecurityAnswer, domain.Scope{})
			if p.Active && answers && p.ID != e.Event.(alert.Raised).Person {
				people = append(people, p.ID)
			}
		}
		slices.Sort(people)
		return people
	},
}

// keepers are those who look after a unit's files; where nobody does, who leads the unit or, without one, the next above.
func (b *Inbox) keepers(place string, at time.Time) []string {
	var people []string
	for _, p := range b.Organisation.People(at) {
		_, keeps := authz.Allowed(domain.Actor{Staff: p.ID, Posts: p.Posts}, authz.CustomerManage, domain.Scope{Unit: place})
		if p.Active && keeps {
			people = append(people, p.ID)
		}
	}
	if leader := b.above("", place, at); len(people) == 0 && leader != "" {
		people = []string{leader}
	}
	slices.Sort(people)
	return people
}

// leadersOf are those above somebody: who leads their groups or, of somebody in no group, the units of their posts; for somebody
// who leads there, the next one above.
func (b *Inbox) leadersOf(person string, at time.Time) []string {
	var places, leaders []string
	for _, p := range b.Organisation.People(at) {
		if p.ID != person {
			continue
		}
		places = slices.Clone(p.Groups)
		for _, post := range p.Posts {
			if len(p.Groups) == 0 && post.Unit != "" {
				places = append(places, post.Unit)
			}
		}
	}
	for _, place := range places {
		if leader := b.above(person, place, at); leader != "" && !slices.Contains(leaders, leader) {
			leaders = append(leaders, leader)
		}
	}
	slices.Sort(leaders)
	return leaders
}

// deepest bounds walks up the organisation, should its history hold a cycle.
const deepest = 64

// above is the first leader who is not the person, from a place upwards; empty when there is none.
func (b *Inbox) above(person, place string, at time.Time) string {
	for range deepest {
		u, ok := b.Organisation.Unit(place, at)
		if !ok {
			return ""
		}
		if u.Leader != "" && u.Leader != person {
			return u.Leader
		}
		place = u.Parent
	}
	return ""
}
