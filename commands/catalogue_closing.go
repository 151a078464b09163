package commands

import (
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/closing"
)

// closingCommands keep the figures of months (mission row M9; docs/adr/0022-months-are-closed-by-events.md).
var closingCommands = []Entry{
	Define(closing.Decider, Spec[closing.State, closing.Freeze]{
		Name: "closing.freeze", Route: "/v1/closings", Creates: true, Allow: authz.KPIFreeze,
		Doc:     "Keeps every figure of a month that has ended, with the position of the log and the definitions it rests on.",
		Refuses: []*domain.Error{closing.ErrNoPerson, closing.ErrFrozen, closing.ErrAppealsOpen, closing.ErrNotEnded, closing.ErrTooLarge},
		Example: closing.Freeze{Month: "2026-01"},
		Stream:  closing.Freeze.Stream,
		Enrich: func(f Facts, _ closing.State, c *closing.Freeze) {
			if c.Unit != "" {
				_, c.Facts.UnitKnown = f.Unit(c.Unit)
			}
			if c.Facts.Statement = f.Month(c.Unit, c.Month); c.Facts.Statement != nil {
				c.Facts.Scorecard = f.Scorecard(c.Unit, c.Month)
			}
		},
	}),
	Define(closing.Decider, Spec[closing.State, closing.Publish]{
		Name: "closing.publish", Route: "/v1/closings/{id}/publish", Allow: authz.KPIClose,
		Doc:     "Shows the month's figures to the people they are about, who can appeal until a time.",
		Refuses: []*domain.Error{closing.ErrNoPerson, closing.ErrNotFrozen},
		Example: closing.Publish{AppealUntil: time.Date(2999, 1, 8, 0, 0, 0, 0, time.UTC)},
	}),
	Define(closing.Decider, Spec[closing.State, closing.Appeal]{
		Name: "closing.appeal", Route: "/v1/closings/{id}/appeal", Allow: authz.KPIAppeal,
		Doc:     "Says that a published figure about oneself, one's group or the place of one's post is wrong.",
		Refuses: []*domain.Error{closing.ErrNoPerson, closing.ErrNotPublished, closing.ErrAppealOver, closing.ErrNotConcerned, closing.ErrAppealed},
		Example: closing.Appeal{KPI: "volume", Part: "registered", Reason: "one of the tickets was a test"},
	}),
	Define(closing.Decider, Spec[closing.State, closing.AnswerAppeal]{
		Name: "closing.answer_appeal", Route: "/v1/closings/{id}/answer-appeal", Allow: authz.KPIClose,
		Doc:     "Answers an appeal of somebody else; one that is upheld asks for freezing the month anew.",
		Refuses: []*domain.Error{closing.ErrNoPerson, closing.ErrNoAppeal, closing.ErrOwnAppeal},
		Example: closing.AnswerAppeal{Appeal: 1, Verdict: closing.NotUpheld, Answer: "it was a real one"},
	}),
	Define(closing.Decider, Spec[closing.State, closing.Close]{
		Name: "closing.close", Route: "/v1/closings/{id}/close", Allow: authz.KPIClose,
		Doc: "Makes the month's figures final, once nobody can appeal any more and nothing is held against them.",
		Refuses: []*domain.Error{
			closing.ErrNoPerson, closing.ErrNotPublished, closing.ErrAppealsOpen, closing.ErrContested, closing.ErrWindowOpen,
		},
	}),
}
