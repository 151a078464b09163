package authz_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/authz"
)

// ticket lies with group g1 of unit u1; ann holds it and offers it to bob.
var ticket = domain.Scope{Unit: "u1", Group: "g1", Holder: "ann", Parties: []string{"ann", "bob"}}

// person holds one post and belongs to some groups.
func person(staff, role, place string, groups ...string) domain.Actor {
	return domain.Actor{Staff: staff, Groups: groups, Posts: []domain.Post{{Role: role, Unit: place}}}
}

func TestAllowed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		actor domain.Actor
		right authz.Permission
		on    domain.Scope
		rule  string // empty: refused
	}{
		"held: by the holder":                  {person("ann", authz.Handler, "u1"), authz.TicketHandle, ticket, "handler:ticket.handle:held"},
		"held: by the holder of another group": {person("ann", authz.Handler, "u2", "g2"), authz.TicketHandle, ticket, "handler:ticket.handle:held"},
		"held: not by who is only offered it":  {person("bob", authz.Handler, "u1", "g1"), authz.TicketHandle, ticket, ""},
		"held: not by a colleague":             {person("eve", authz.Handler, "u1", "g1"), authz.TicketHandle, ticket, ""},
		"held: not by a service":               {person("", authz.Handler, ""), authz.TicketHandle, domain.Scope{Unit: "u1"}, ""},

		"helped: by who was named":              {person("bob", authz.Handler, "u2"), authz.TicketWork, domain.Scope{Unit: "u1", Holder: "ann", Parties: []string{"ann", "bob"}, Helpers: []string{"bob"}}, "handler:ticket.work:helped"},
		"helped: not to complete":               {person("bob", authz.Handler, "u1", "g1"), authz.TicketHandle, domain.Scope{Unit: "u1", Group: "g1", Holder: "ann", Helpers: []string{"bob"}}, ""},
		"helped: not by who is only offered it": {person("bob", authz.Handler, "u1", "g1"), authz.TicketWork, ticket, ""},
		"helped: not by a service":              {person("", authz.Handler, ""), authz.TicketWork, domain.Scope{Helpers: []string{""}}, ""},

		"own: by the holder":               {person("ann", authz.Handler, "u2"), authz.TicketRead, ticket, "handler:ticket.read:own"},
		"own: by who is offered it":        {person("bob", authz.Handler, "u2"), authz.TicketReceive, ticket, "handler:ticket.receive:own"},
		"own: not by a stranger":           {person("zoe", authz.Handler, "u2"), authz.TicketRead, ticket, ""},
		"own: not by a service":            {person("", authz.Handler, ""), authz.TicketRead, domain.Scope{Parties: []string{""}}, ""},
		"own: of a ticket without a group": {person("ann", authz.Handler, "u1"), authz.TicketNote, domain.Scope{Unit: "u1", Holder: "ann", Parties: []string{"ann"}}, "handler:ticket.note:own"},

		"group: by a member":             {person("eve", authz.Handler, "u1", "g0", "g1"), authz.TicketTake, ticket, "handler:ticket.take:group"},
		"group: by whose post is there":  {person("eve", authz.Handler, "g1"), authz.TicketTake, ticket, "handler:ticket.take:group"},
		"group: not by another's member": {person("eve", authz.Handler, "u1", "g2"), authz.TicketTake, ticket, ""},
		"group: not what has none":       {person("eve", authz.Handler, "", ""), authz.TicketTake, domain.Scope{Unit: "u1"}, ""},

		"unit: by a post at the unit":             {person("eve", authz.Clerk, "u1"), authz.TicketAccept, ticket, "clerk:ticket.accept:unit"},
		"unit: by a post at the group":            {person("eve", authz.Leader, "g1"), authz.TicketReview, ticket, "leader:ticket.review:unit"},
		"unit: by a post at the organisation":     {person("eve", authz.Clerk, ""), authz.TicketAccept, ticket, "clerk:ticket.accept:unit"},
		"unit: not by a post at another unit":     {person("eve", authz.Clerk, "u2"), authz.TicketAccept, ticket, ""},
		"unit: not by a post at another group":    {person("eve", authz.Leader, "g2"), authz.TicketReview, ticket, ""},
		"unit: not by membership beside the post": {person("eve", authz.Leader, "g2", "g1"), authz.TicketCancel, ticket, ""},
		"unit: a group's post is not its unit's":  {person("eve", authz.Leader, "g1"), authz.TicketReview, domain.Scope{Unit: "u1", Group: "g2"}, ""},

		"all: by a post anywhere":  {person("eve", authz.Manager, "u9"), authz.TicketReview, ticket, "manager:ticket.review:all"},
		"all: where nothing lies":  {person("eve", authz.Administrator, ""), authz.OrganisationManage, domain.Scope{}, "administrator:organisation.manage:all"},
		"all: not another right":   {person("eve", authz.Analyst, ""), authz.TicketRead, ticket, ""},
		"no post, no right":        {domain.Actor{Staff: "ann", Groups: []string{"g1"}}, authz.TicketRead, ticket, ""},
		"a role that nobody knows": {person("ann", "king", ""), authz.TicketRead, ticket, ""},
		"the second post counts as the first": {
			domain.Actor{Staff: "eve", Posts: []domain.Post{{Role: authz.Analyst}, {Role: authz.Clerk, Unit: "u1"}}},
			authz.TicketAccept, ticket, "clerk:ticket.accept:unit",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, ok := authz.Allowed(c.actor, c.right, c.on)
			require.Equal(t, c.rule, d.Rule)
			require.Equal(t, c.rule != "", ok)
			if ok {
				require.Contains(t, c.actor.Posts, domain.Post{Role: d.Role, Unit: d.Unit}, "the post that gave the right")
			}
		})
	}
}

// actors draws somebody with a few posts and memberships among few places, so that they meet.
func actors(t *rapid.T) domain.Actor {
	place := rapid.SampledFrom([]string{"", "u1", "u2", "g1", "g2"})
	post := rapid.Custom(func(t *rapid.T) domain.Post {
		return domain.Post{Role: rapid.SampledFrom(authz.Roles()).Draw(t, "role"), Unit: place.Draw(t, "place")}
	})
	return domain.Actor{
		Staff:  rapid.SampledFrom([]string{"", "ann", "bob", "eve"}).Draw(t, "staff"),
		Groups: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"g1", "g2"}), 0, 2, rapid.ID[string]).Draw(t, "groups"),
		Posts:  rapid.SliceOfN(post, 0, 3).Draw(t, "posts"),
	}
}

func scopes(t *rapid.T) domain.Scope {
	people := rapid.SampledFrom([]string{"", "ann", "bob"})
	s := domain.Scope{
		Unit:   rapid.SampledFrom([]string{"", "u1", "u2"}).Draw(t, "unit"),
		Group:  rapid.SampledFrom([]string{"", "g1", "g2"}).Draw(t, "group"),
		Holder: people.Draw(t, "holder"),
	}
	if helper := people.Draw(t, "helper"); helper != "" {
		s.Helpers, s.Parties = []string{helper}, []string{helper}
	}
	for _, party := range []string{s.Holder, people.Draw(t, "receiver")} {
		if party != "" {
			s.Parties = append(s.Parties, party)
		}
	}
	return s
}

// within is how a list is narrowed by reaches.
func within(r authz.Reaches, on domain.Scope) bool {
	return r.All || slices.Contains(r.Units, on.Unit) || on.Group != "" && slices.Contains(r.Units, on.Group) ||
		on.Group != "" && slices.Contains(r.Groups, on.Group) ||
		r.Own != "" && slices.Contains(on.Parties, r.Own) || r.Helped != "" && slices.Contains(on.Helpers, r.Helped) || r.Held != "" && r.Held == on.Holder
}

// TestListsShowWhatMayBeOpened: a list narrowed by Reached holds exactly the rows that Allowed lets through one by one.
func TestListsShowWhatMayBeOpened(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, on := actors(t), scopes(t)
		for _, p := range permissions() {
			_, allowed := authz.Allowed(a, p, on)
			if listed := within(authz.Reached(a, p), on); listed != allowed {
				t.Fatalf("%s: listed %v, allowed %v", p, listed, allowed)
			}
			if allowed && !authz.Anywhere(a, p) {
				t.Fatalf("%s: allowed here, but nowhere", p)
			}
		}
	})
}

// TestMorePostsNeverTakeRightsAway, and an answer does not depend on what order posts were granted in.
func TestMorePostsNeverTakeRightsAway(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, on := actors(t), scopes(t)
		turned, promoted := a, a
		turned.Posts = slices.Clone(a.Posts)
		slices.Reverse(turned.Posts)
		promoted.Posts = slices.Concat(actors(t).Posts, a.Posts)
		for _, p := range permissions() {
			_, allowed := authz.Allowed(a, p, on)
			if _, again := authz.Allowed(turned, p, on); again != allowed {
				t.Fatalf("%s: allowed %v, with posts in another order %v", p, allowed, again)
			}
			if _, more := authz.Allowed(promoted, p, on); allowed && !more {
				t.Fatalf("%s: allowed with fewer posts only", p)
			}
		}
	})
}
