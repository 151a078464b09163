package commands

import (
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/scale"
	"docket/domain/scorecard"
)

// scorecardCommands publish what a month's score is made of (kpis #27; docs/adr/0033-scores-are-frozen-with-the-month.md).
var scorecardCommands = []Entry{
	Define(scorecard.Decider, Spec[scorecard.State, scorecard.DraftVersion]{
		Name: "scorecard.draft", Route: "/v1/scorecards", Creates: true, Allow: authz.ScorecardDesign,
		Doc:     "Writes the draft of a unit's scorecard, or of the organisation's: figures with weights and scales, and the table of grades.",
		Refuses: []*domain.Error{scorecard.ErrNoPerson, scorecard.ErrUnderReview},
		Example: scorecard.DraftVersion{Card: exampleCard, Reason: "for the new year"},
		Stream:  scorecard.DraftVersion.Stream,
		Enrich: func(f Facts, _ scorecard.State, c *scorecard.DraftVersion) {
			if c.Unit != "" {
				_, c.Facts.UnitKnown = f.Unit(c.Unit)
			}
			c.Facts.Units = f.measuredIn(c.Card)
		},
	}),
	Define(scorecard.Decider, Spec[scorecard.State, scorecard.Review]{
		Name: "scorecard.review", Route: "/v1/scorecards/{id}/review", Allow: authz.ScorecardReview, Match: MatchRequired,
		Doc:     "Passes the draft of a scorecard on to management, or returns it.",
		Refuses: []*domain.Error{scorecard.ErrNoPerson, scorecard.ErrNotDraft, scorecard.ErrOwnDraft, scorecard.ErrOtherDigest},
		Example: scorecard.Review{Digest: exampleDigest, Verdict: scorecard.Pass, Opinion: "fair"},
	}),
	Define(scorecard.Decider, Spec[scorecard.State, scorecard.Approve]{
		Name: "scorecard.approve", Route: "/v1/scorecards/{id}/approve", Allow: authz.ScorecardApprove, Match: MatchRequired,
		Doc: "Approves a reviewed scorecard, by which months are scored from a stated one on, or returns it.",
		Refuses: []*domain.Error{
			scorecard.ErrNoPerson, scorecard.ErrNotReviewed, scorecard.ErrOwnDraft, scorecard.ErrSamePerson, scorecard.ErrOtherDigest,
		},
		Example: scorecard.Approve{Digest: exampleDigest, Verdict: scorecard.Pass, Opinion: "approved"},
	}),
	Define(scorecard.Decider, Spec[scorecard.State, scorecard.ReviewYear]{
		Name: "scorecard.review_year", Route: "/v1/scorecards/{id}/review-year", Allow: authz.ScorecardJudge,
		Doc:     "Gives somebody's year a mark with its reason, as one of several judges, beside what the months say; never one's own. A later mark of the same judge takes its place.",
		Refuses: []*domain.Error{scorecard.ErrNoPerson, scorecard.ErrOwnYear, scorecard.ErrNoJudge},
		Example: scorecard.ReviewYear{Year: 2026, Person: exampleID, Score: 8_500, Comment: "careful, and of help to others"},
		Enrich: func(f Facts, _ scorecard.State, c *scorecard.ReviewYear) {
			_, c.Facts.Known = f.Staff(c.Person)
		},
	}),
}

var exampleCard = scale.Card{
	Items: []scale.Item{
		{KPI: "on-time-completion", Unit: scale.Percent, Weight: 60, Points: []scale.Point{{At: 80_000}, {At: 90_000, Score: 6_000}, {At: 100_000, Score: scale.Full}}},
		{KPI: "accuracy", Part: "error", Unit: scale.Percent, Weight: 40, Points: []scale.Point{{Score: scale.Full}, {At: 10_000}}},
	},
	Months: 70, Grades: []scale.Grade{{Name: "excellent", From: 9_000}, {Name: "good", From: 7_500}, {Name: "poor"}},
}
