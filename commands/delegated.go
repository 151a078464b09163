package commands

import (
	"context"
	"fmt"
	"slices"

	"docket/domain"
	"docket/domain/staff"
)

// ErrNoDelegation: the person named has lent this account's person no such powers now.
var ErrNoDelegation = domain.Refusal(domain.Forbidden, "actor.no_delegation",
	"the person named has not lent you the power to do this now")

// actByDelegation makes the actor exercise the posts that the named person has lent them (授權委託, mission row R6). The
// person's own stream is read, not the directory, so that a delegation that has just been revoked gives nothing. Delegated
// powers count at the time of the decision and at the effective time. It reports whether a delegation gave the power.
func (t *try) actByDelegation(ctx context.Context, person string) (bool, error) {
	if t.r.Actor.Staff == "" || t.r.Actor.Staff == person {
		return false, nil
	}
	history, _, err := t.p.Journal.Load(ctx, domain.Stream(staff.Decider.Category, person))
	if err != nil {
		return false, fmt.Errorf("read the delegations of a person: %w", err)
	}
	var lender staff.State
	for i := range history {
		if e, ok := history[i].Event.(staff.Event); ok {
			lender = staff.Decider.Evolve(lender, e)
		}
	}
	if !lender.Active {
		return false, nil
	}
	held := make([]domain.Post, 0, len(lender.Posts))
	for post := range lender.Posts {
		held = append(held, post)
	}
	slices.SortFunc(held, comparePosts)
	for _, d := range lender.Fit.Delegations {
		if d.To != t.r.Actor.Staff || !d.Covers(t.m.Now) || !d.Covers(t.m.Effective) || !d.Grants(string(t.e.Allow)) {
			continue
		}
		a := &t.m.Actor
		a.Staff, a.OnBehalfOf, a.Posts, a.Groups = person, person, d.Lent(held), groupsOf(lender)
		a.Delegation = fmt.Sprintf("%s/%d", person, d.Number)
		return true, nil
	}
	return false, nil
}

func comparePosts(a, b domain.Post) int {
	switch {
	case a.Role < b.Role || a.Role == b.Role && a.Unit < b.Unit:
		return -1
	case a == b:
		return 0
	}
	return 1
}

func groupsOf(s staff.State) []string {
	groups := make([]string, 0, len(s.Groups))
	for g := range s.Groups {
		groups = append(groups, g)
	}
	slices.Sort(groups)
	return groups
}
