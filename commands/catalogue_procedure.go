package commands

import (
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/casetype"
	"docket/domain/edition"
	"docket/domain/procedure"
	"docket/domain/unit"
)

// procedureCommands are those of the procedures that handlers work by: a designer writes, the department head publishes
// (mission row T6).
var procedureCommands = []Entry{
	Define(procedure.Decider, Spec[procedure.State, procedure.DraftVersion]{
		Name: "procedure.draft", Route: "/v1/procedures", Creates: true, Allow: authz.ProcedureDesign,
		Doc:     "Drafts the first version of a procedure for the owning department.",
		Refuses: []*domain.Error{procedure.ErrExists, procedure.ErrNoPerson},
		Example: procedure.DraftVersion{Department: exampleID, Document: exampleProcedure("look at both sides"), Reason: "a service that is new"},
		Enrich: func(f Facts, _ procedure.State, c *procedure.DraftVersion) {
			u, ok := f.Unit(c.Department)
			c.Facts = edition.OwnerFacts{Known: ok, Active: u.Active, IsUnit: u.Kind == unit.Department}
		},
	}),
	Define(procedure.Decider, Spec[procedure.State, procedure.Revise]{
		Name: "procedure.revise", Route: "/v1/procedures/{id}/revise", Allow: authz.ProcedureDesign,
		Doc:     "Rewrites the draft, or begins the next version of a published procedure.",
		Refuses: []*domain.Error{procedure.ErrNoPerson},
		Example: procedure.Revise{Document: exampleProcedure("look at both sides, and at the seal"), Reason: "seals have been forged"},
	}),
	Define(procedure.Decider, Spec[procedure.State, procedure.Publish]{
		Name: "procedure.publish", Route: "/v1/procedures/{id}/publish", Allow: authz.ProcedurePublish, Match: MatchRequired,
		Doc: "Puts the newest version in force; tickets opened from the stated date on follow it.",
		Refuses: []*domain.Error{
			procedure.ErrNotDraft, procedure.ErrOtherDigest, procedure.ErrOwnDraft, procedure.ErrNoPerson,
		},
		Example: procedure.Publish{Digest: exampleDigest, Opinion: "clear and complete"},
	}),
	Define(procedure.Decider, Spec[procedure.State, procedure.Retire]{
		Name: "procedure.retire", Route: "/v1/procedures/{id}/retire", Allow: authz.ProcedurePublish,
		Doc:     "Takes a version out of use; tickets that follow it go on showing it.",
		Refuses: []*domain.Error{procedure.ErrNotInUse, procedure.ErrFollowed, procedure.ErrNoPerson},
		Example: procedure.Retire{Version: 1, Reason: "the service is offered no longer"},
		Enrich: func(f Facts, s procedure.State, c *procedure.Retire) {
			c.Facts = procedure.RetireFacts{
				Procedure: f.ID.Key(), Followed: f.followed(f.ID.Key()), Settled: f.settled(), Succeeded: s.Succeeded(c.Version, f.At),
			}
		},
		Guard: retireGuard(),
	}),
}

// exampleProcedure is a short procedure with one step.
func exampleProcedure(step string) procedure.Document {
	return procedure.Document{
		Title: casetype.Text{"en": "Replacing a certificate", "zh-Hant": "補換證件操作規程"},
		Rules: casetype.Text{"en": "Nothing is issued before the identity has been checked.", "zh-Hant": "未核驗身份不得發證。"},
		Steps: []procedure.Instruction{{Key: "verify", Text: casetype.Text{"en": step}}},
	}
}
