package commands

import (
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/staff"
	"docket/domain/unit"
)

var staffCommands = []Entry{
	Define(staff.Decider, Spec[staff.State, staff.Join]{
		Name: "staff.join", Route: "/v1/staff", Creates: true, Allow: authz.OrganisationManage,
		Doc:     "Records that somebody works here.",
		Refuses: []*domain.Error{staff.ErrExists},
		Example: staff.Join{Name: "Chan Tai Man", Number: "S-104"},
	}),
	Define(staff.Decider, Spec[staff.State, staff.Rename]{
		Name: "staff.rename", Route: "/v1/staff/{id}/rename", Allow: authz.OrganisationManage,
		Doc:     "Gives somebody another name.",
		Refuses: []*domain.Error{staff.ErrNotActive},
		Example: staff.Rename{Name: "Chan Siu Man"},
	}),
	Define(staff.Decider, Spec[staff.State, staff.StartMembership]{
		Name: "staff.start_membership", Route: "/v1/staff/{id}/start-membership", Allow: authz.OrganisationManage,
		Doc:     "Puts somebody into a group.",
		Refuses: []*domain.Error{staff.ErrNotActive},
		Example: staff.StartMembership{Group: exampleID},
		Enrich: func(f Facts, _ staff.State, c *staff.StartMembership) {
			c.Facts = place(f, c.Group)
		},
	}),
	Define(staff.Decider, Spec[staff.State, staff.EndMembership]{
		Name: "staff.end_membership", Route: "/v1/staff/{id}/end-membership", Allow: authz.OrganisationManage,
		Doc:     "Takes somebody out of a group.",
		Refuses: []*domain.Error{staff.ErrNotActive},
		Example: staff.EndMembership{Group: exampleID},
	}),
	Define(staff.Decider, Spec[staff.State, staff.GrantPost]{
		Name: "staff.grant_post", Route: "/v1/staff/{id}/grant-post", Allow: authz.OrganisationManage,
		Doc:     "Gives somebody a post, and with it the powers of its role.",
		Refuses: []*domain.Error{staff.ErrNotActive},
		Example: staff.GrantPost{Role: authz.Leader, Unit: exampleID},
		Enrich: func(f Facts, _ staff.State, c *staff.GrantPost) {
			// The importer's role is for service accounts: it may act for anybody.
			c.Facts = staff.PostFacts{KnownRole: authz.Known(c.Role) && c.Role != authz.Importer, Place: place(f, c.Unit)}
		},
	}),
	Define(staff.Decider, Spec[staff.State, staff.EndPost]{
		Name: "staff.end_post", Route: "/v1/staff/{id}/end-post", Allow: authz.OrganisationManage,
		Doc:     "Takes a post from somebody.",
		Refuses: []*domain.Error{staff.ErrNotActive},
		Example: staff.EndPost{Role: authz.Leader, Unit: exampleID},
	}),
	Define(staff.Decider, Spec[staff.State, staff.Leave]{
		Name: "staff.leave", Route: "/v1/staff/{id}/leave", Allow: authz.OrganisationManage,
		Doc:     "Records that somebody no longer works here; posts and memberships end with it.",
		Refuses: []*domain.Error{staff.ErrNotActive},
		Example: staff.Leave{Reason: "retired"},
	}),
	Define(staff.Decider, Spec[staff.State, staff.Return]{
		Name: "staff.return", Route: "/v1/staff/{id}/return", Allow: authz.OrganisationManage,
		Doc:     "Records that somebody who had left works here again.",
		Refuses: []*domain.Error{staff.ErrActive},
	}),
}

func place(f Facts, id string) staff.PlaceFacts {
	p, ok := f.Unit(id)
	return staff.PlaceFacts{Known: ok, Active: p.Active, IsGroup: p.Kind == unit.Group}
}
