package commands

import (
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/lead"
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
		Enrich: func(f Facts, _ staff.State, c *staff.EndMembership) {
			c.Facts = staff.LeadFacts{Groups: f.Leads(f.ID.Key()), Closed: f.Closed()}
		},
		Guard: &Guard[staff.EndMembership]{
			Stream: lead.Stream,
			Claim: func(history []domain.Envelope, id string, c staff.EndMembership) ([]any, error) {
				return decideOn(lead.Decider, history, lead.Leave{Person: id, Group: c.Group, Field: "group", Closed: c.Facts.Closed})
			},
		},
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
		Enrich:  func(f Facts, _ staff.State, c *staff.EndPost) { c.Facts = leadsBy(f, c.Role) },
	}),
	Define(staff.Decider, Spec[staff.State, staff.Leave]{
		Name: "staff.leave", Route: "/v1/staff/{id}/leave", Allow: authz.OrganisationManage,
		Doc:     "Records that somebody no longer works here; posts and memberships end with it.",
		Refuses: []*domain.Error{staff.ErrNotActive},
		Example: staff.Leave{Reason: "retired"},
		Enrich: func(f Facts, _ staff.State, c *staff.Leave) {
			c.Facts = staff.LeadFacts{Groups: f.Leads(f.ID.Key()), Closed: f.Closed()}
		},
		Guard: &Guard[staff.Leave]{
			Stream: lead.Stream,
			Claim: func(history []domain.Envelope, id string, c staff.Leave) ([]any, error) {
				return decideOn(lead.Decider, history, lead.Leave{Person: id, Field: "path.id", Closed: c.Facts.Closed})
			},
		},
	}),
	Define(staff.Decider, Spec[staff.State, staff.Return]{
		Name: "staff.return", Route: "/v1/staff/{id}/return", Allow: authz.OrganisationManage,
		Doc:     "Records that somebody who had left works here again.",
		Refuses: []*domain.Error{staff.ErrActive},
		Guard: &Guard[staff.Return]{
			Stream: lead.Stream, After: true,
			Claim: func(history []domain.Envelope, id string, _ staff.Return) ([]any, error) {
				return decideOn(lead.Decider, history, lead.Leave{Person: id, Undone: true})
			},
		},
	}),
	Define(staff.Decider, Spec[staff.State, staff.EnterAbsence]{
		Name: "staff.enter_absence", Route: "/v1/staff/{id}/enter-absence", Allow: authz.StaffAbsence,
		Doc:     "Records that somebody will not be here, and who looks after their tickets meanwhile.",
		Refuses: []*domain.Error{staff.ErrNotActive, staff.ErrAbsenceTwice},
		Example: staff.EnterAbsence{From: exampleTime, Deputy: exampleID, Reason: "annual leave"},
		Enrich:  func(f Facts, _ staff.State, c *staff.EnterAbsence) { c.Facts = deputy(f, c.Deputy) },
	}),
	Define(staff.Decider, Spec[staff.State, staff.EndAbsence]{
		Name: "staff.end_absence", Route: "/v1/staff/{id}/end-absence", Allow: authz.StaffAbsence,
		Doc:     "Ends an absence now, or calls one off that has not begun.",
		Refuses: []*domain.Error{staff.ErrNotActive, staff.ErrNoAbsence},
		Example: staff.EndAbsence{Absence: 1, Reason: "back early"},
	}),
	Define(staff.Decider, Spec[staff.State, staff.Delegate]{
		Name: "staff.delegate", Route: "/v1/staff/{id}/delegate", Allow: authz.StaffDelegate,
		Doc:     "Lends one's powers to a deputy for a period.",
		Refuses: []*domain.Error{staff.ErrNotActive, staff.ErrSubDelegate},
		Example: staff.Delegate{
			To: exampleID, Posts: []domain.Post{{Role: authz.Approver, Unit: exampleID}},
			From: exampleTime, Until: exampleTime.AddDate(0, 0, 14), Reason: "annual leave",
		},
		Enrich: func(f Facts, _ staff.State, c *staff.Delegate) { c.Facts = delegate(f, c.To, c.Permissions) },
	}),
	Define(staff.Decider, Spec[staff.State, staff.RevokeDelegation]{
		Name: "staff.revoke_delegation", Route: "/v1/staff/{id}/revoke-delegation", Allow: authz.StaffDelegate,
		Doc:     "Takes lent powers back.",
		Refuses: []*domain.Error{staff.ErrNoDelegation},
		Example: staff.RevokeDelegation{Delegation: 1, Reason: "back early"},
	}),
	Define(staff.Decider, Spec[staff.State, staff.Certify]{
		Name: "staff.certify", Route: "/v1/staff/{id}/certify", Allow: authz.StaffQualify,
		Doc:     "Records a certificate that somebody holds.",
		Refuses: []*domain.Error{staff.ErrNotActive},
		Example: staff.Certify{
			Kind: "counter_service", Issuer: "Municipal training centre", Reference: "C-2026-104", ValidUntil: exampleTime.AddDate(10, 0, 0),
		},
	}),
	Define(staff.Decider, Spec[staff.State, staff.RevokeCertificate]{
		Name: "staff.revoke_certificate", Route: "/v1/staff/{id}/revoke-certificate", Allow: authz.StaffQualify,
		Doc:     "Records that a certificate is no longer good.",
		Refuses: []*domain.Error{staff.ErrNoCertificate},
		Example: staff.RevokeCertificate{Certificate: 1, Reason: "withdrawn by the issuer"},
	}),
	Define(staff.Decider, Spec[staff.State, staff.WarnCertificate]{
		Name: "staff.warn_certificate", Route: "/v1/staff/{id}/warn-certificate", Allow: authz.ServiceFollow,
		Doc:     "Warns that a certificate ends soon; the timer's own.",
		Refuses: []*domain.Error{staff.ErrNotDue},
		Example: staff.WarnCertificate{Certificate: 1, Days: 30},
	}),
	Define(staff.Decider, Spec[staff.State, staff.SignAgreement]{
		Name: "staff.sign_agreement", Route: "/v1/staff/{id}/sign-agreement", Allow: authz.StaffQualify,
		Doc:     "Records that somebody has signed a confidentiality agreement.",
		Refuses: []*domain.Error{staff.ErrNotActive},
		Example: staff.SignAgreement{Version: "2026-1", SignedAt: exampleTime},
	}),
}

// exampleTime is an instant for examples.
var exampleTime = time.Date(2026, time.March, 2, 1, 0, 0, 0, time.UTC)

func place(f Facts, id string) staff.PlaceFacts {
	p, ok := f.Unit(id)
	return staff.PlaceFacts{Known: ok, Active: p.Active, IsGroup: p.Kind == unit.Group}
}
