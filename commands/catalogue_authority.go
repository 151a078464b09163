package commands

import (
	"docket/domain"
	"docket/domain/authority"
	"docket/domain/authz"
)

// authorityCommands are those of the matrix of who may sign what (mission row R6).
var authorityCommands = []Entry{
	Define(authority.Decider, Spec[authority.State, authority.Grant]{
		Name: "authority.grant", Route: "/v1/authorities", Creates: true, Allow: authz.AuthorityManage,
		Doc:     "Adds a row to the authority matrix: who may sign approvals of a kind, up to which amount and risk, and when.",
		Refuses: []*domain.Error{authority.ErrExists, authority.ErrNoPerson, authority.ErrSelf},
		Example: authority.Grant{
			Row:    authority.Row{Kind: "subsidy", Role: authz.Approver, Amount: "500000", Risk: "medium"},
			Reason: "delegated by the managers' meeting",
		},
		Enrich: func(f Facts, _ authority.State, c *authority.Grant) {
			p, ok := f.Staff(c.Person)
			c.Facts = authority.PersonFacts{Known: ok, Active: p.Active}
		},
	}),
	Define(authority.Decider, Spec[authority.State, authority.Withdraw]{
		Name: "authority.withdraw", Route: "/v1/authorities/{id}/withdraw", Allow: authz.AuthorityManage,
		Doc:     "Ends a row of the authority matrix; what was signed under it stays signed.",
		Refuses: []*domain.Error{authority.ErrWithdrawn, authority.ErrNoPerson},
		Example: authority.Withdraw{Reason: "replaced by another"},
	}),
}
