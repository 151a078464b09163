package commands

import (
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/edition"
	"docket/domain/template"
	"docket/domain/unit"
)

// templateCommands are those of templates: drafting, the two steps of approval, retiring (mission rows T1–T3).
var templateCommands = []Entry{
	Define(template.Decider, Spec[template.State, template.DraftVersion]{
		Name: "template.draft", Route: "/v1/templates", Creates: true, Allow: authz.TemplateDesign,
		Doc:     "Drafts the first version of a template for the owning department.",
		Refuses: []*domain.Error{template.ErrExists, template.ErrNoPerson},
		Example: template.DraftVersion{Definition: exampleDefinition, Reason: "a service that is new"},
		Enrich: func(f Facts, _ template.State, c *template.DraftVersion) {
			u, ok := f.Unit(c.Definition.Rules.Owner)
			c.Facts = edition.OwnerFacts{Known: ok, Active: u.Active, IsUnit: u.Kind == unit.Department}
		},
	}),
	Define(template.Decider, Spec[template.State, template.Revise]{
		Name: "template.revise", Route: "/v1/templates/{id}/revise", Allow: authz.TemplateDesign,
		Doc:     "Rewrites the draft, or begins the next version of an approved template.",
		Refuses: []*domain.Error{template.ErrUnderReview, template.ErrNoPerson},
		Example: template.Revise{Definition: exampleDefinition, Reason: "one field more"},
	}),
	Define(template.Decider, Spec[template.State, template.Submit]{
		Name: "template.submit", Route: "/v1/templates/{id}/submit", Allow: authz.TemplateDesign,
		Doc:     "Gives the draft to the department head.",
		Refuses: []*domain.Error{template.ErrNotDraft, template.ErrNoPerson},
		Enrich: func(f Facts, s template.State, c *template.Submit) {
			c.Facts = f.proofs(s.Latest().Definition, time.Time{})
		},
	}),
	Define(template.Decider, Spec[template.State, template.Review]{
		Name: "template.review", Route: "/v1/templates/{id}/review", Allow: authz.TemplateReview, Match: MatchRequired,
		Doc: "Passes a submitted version on to management, or returns it to its draft.",
		Refuses: []*domain.Error{
			template.ErrNotSubmitted, template.ErrOtherDigest, template.ErrOwnDraft, template.ErrNoPerson,
		},
		Example: template.Review{Digest: exampleDigest, Verdict: template.Pass, Opinion: "complete and in order"},
	}),
	Define(template.Decider, Spec[template.State, template.Approve]{
		Name: "template.approve", Route: "/v1/templates/{id}/approve", Allow: authz.TemplateApprove, Match: MatchRequired,
		Doc: "Approves a reviewed version; new tickets follow it from the stated date on.",
		Refuses: []*domain.Error{
			template.ErrNotReviewed, template.ErrOtherDigest, template.ErrOwnDraft, template.ErrSamePerson, template.ErrNoPerson,
		},
		Example: template.Approve{Digest: exampleDigest, Opinion: "approved"},
		Enrich: func(f Facts, s template.State, c *template.Approve) {
			from := c.EffectiveAt
			if from.Before(f.At) {
				from = f.At
			}
			c.Facts = f.proofs(s.Latest().Definition, from)
			rules := s.Latest().Definition.Rules
			c.Facts.Procedure, c.Facts.Relied, c.Facts.Version = rules.Procedure, f.relied(rules, from), s.Latest().Number
		},
		Guard: relianceGuard(),
	}),
	Define(template.Decider, Spec[template.State, template.Reject]{
		Name: "template.reject", Route: "/v1/templates/{id}/reject", Allow: authz.TemplateApprove, Match: MatchRequired,
		Doc: "Sends a reviewed version back to its draft.",
		Refuses: []*domain.Error{
			template.ErrNotReviewed, template.ErrOtherDigest, template.ErrOwnDraft, template.ErrSamePerson, template.ErrNoPerson,
		},
		Example: template.Reject{Digest: exampleDigest, Reason: "the limits are too long"},
	}),
	Define(template.Decider, Spec[template.State, template.Retire]{
		Name: "template.retire", Route: "/v1/templates/{id}/retire", Allow: authz.TemplateApprove,
		Doc:     "Ends the intake on a version; open tickets stay on it.",
		Refuses: []*domain.Error{template.ErrNotInUse, template.ErrNoPerson},
		Example: template.Retire{Version: 1, Reason: "the service is offered no longer"},
	}),
}
