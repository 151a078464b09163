package scorecard_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/domaintest"
	"docket/domain/scale"
	"docket/domain/scorecard"
)

var given = domaintest.Of(scorecard.Decider)

var (
	ann   = domain.Actor{Principal: "staff-ann", Staff: "ann"}
	bob   = domain.Actor{Principal: "staff-bob", Staff: "bob"}
	eve   = domain.Actor{Principal: "staff-eve", Staff: "eve"}
	robot = domain.Actor{Principal: "service-import"}

	march = time.Date(2026, 3, 9, 4, 0, 0, 0, time.UTC)
	card  = scale.Card{
		Items:  []scale.Item{{KPI: "volume", Part: "delivered", Unit: scale.Count, Weight: 1, Points: []scale.Point{{At: 40_000, Score: 10_000}}}},
		Months: 70, Grades: []scale.Grade{{Name: "good", From: 0}},
	}
	other = scale.Card{Items: card.Items, Months: 50, Grades: card.Grades}

	first    = drafted(1, card, "ann")
	reviewed = scorecard.Reviewed{Version: 1, Digest: card.Digest(), Reviewer: "bob", Opinion: "fair"}
	approved = scorecard.Approved{Version: 1, Digest: card.Digest(), Approver: "eve", Opinion: "yes", From: "2026-04"}
	returned = scorecard.Returned{Version: 1, Digest: card.Digest(), By: "bob", Reason: "too easy"}
	alone    = scorecard.YearReviewed{Year: 2025, Person: "ann", Score: 8_500, By: "eve", Comment: "careful"}
	judged   = marked("eve", authz.Manager, 8_500)

	manager  = posted("eve", domain.Post{Role: authz.Manager})
	head     = posted("bob", domain.Post{Role: authz.DepartmentHead, Unit: "u"}, domain.Post{Role: authz.Leader, Unit: "u"})
	leader   = posted("joe", domain.Post{Role: authz.Leader, Unit: "u"})
	weighted = scale.Card{Items: card.Items, Months: 70, Grades: card.Grades, Judges: []scale.Judge{{Role: authz.DepartmentHead, Weight: 60}, {Role: authz.Manager, Weight: 40}}}
)

func drafted(version int, c scale.Card, author string) scorecard.Drafted {
	return scorecard.Drafted{Version: version, Unit: "u", Card: c, Digest: c.Digest(), Author: author, Reason: "r"}
}

func posted(staff string, posts ...domain.Post) domain.Actor {
	return domain.Actor{Principal: "staff-" + staff, Staff: staff, Posts: posts}
}

func marked(judge, role string, score int) scorecard.YearJudged {
	return scorecard.YearJudged{Year: 2025, Person: "ann", Judge: judge, Role: role, Score: score, Reason: "careful"}
}

// ruled are the events by which years are judged by a card from 2025 on.
func ruled(c scale.Card, more ...scorecard.Event) []scorecard.Event {
	return append([]scorecard.Event{
		drafted(1, c, "ann"), scorecard.Reviewed{Version: 1, Digest: c.Digest(), Reviewer: "bob", Opinion: "x"},
		scorecard.Approved{Version: 1, Digest: c.Digest(), Approver: "eve", Opinion: "x", From: "2025-06"},
	}, more...)
}

func draft(c scale.Card) scorecard.DraftVersion {
	return scorecard.DraftVersion{Unit: "u", Card: c, Reason: "r", Facts: scorecard.DraftFacts{UnitKnown: true, Units: []scale.Unit{scale.Count}}}
}

var draftCases = domaintest.Cases{
	"the first":                given().When(draft(card)).As(ann).Then(first),
	"the draft anew":           given(first).When(draft(other)).As(bob).Then(drafted(1, other, "bob")),
	"the same again":           given(first).When(draft(card)).As(bob).Nothing(),
	"the next version":         given(first, reviewed, approved).When(draft(other)).As(ann).Then(drafted(2, other, "ann")),
	"what was returned":        given(first, returned).When(draft(other)).As(ann).Then(drafted(1, other, "ann")),
	"while management has it":  given(first, reviewed).When(draft(other)).As(ann).Refused(scorecard.ErrUnderReview),
	"by a service":             given().When(draft(card)).As(robot).Refused(scorecard.ErrNoPerson),
	"of a figure that is none": given().When(scorecard.DraftVersion{Card: card, Reason: "r", Facts: scorecard.DraftFacts{Units: []scale.Unit{""}}}).As(ann).Invalid("card.items[0].kpi unknown"),
	"of a figure told in rates": given().When(scorecard.DraftVersion{Card: card, Reason: "r", Facts: scorecard.DraftFacts{Units: []scale.Unit{scale.Percent}}}).As(ann).
		Invalid("card.items[0].unit mismatch"),
	"judged by whoever likes": given().When(draft(scale.Card{Items: card.Items, Grades: card.Grades, Judges: []scale.Judge{{Role: authz.Clerk, Weight: 1}, {Role: "king", Weight: 1}}})).As(ann).
		Invalid("card.judges[0].role unknown", "card.judges[1].role unknown"),
	"of nothing, for nobody": given().When(scorecard.DraftVersion{Unit: "x"}).As(ann).Invalid("unit unknown", "card.items out_of_range", "card.grades out_of_range", "reason required"),
}

func review(v scorecard.Verdict) scorecard.Review {
	return scorecard.Review{Digest: card.Digest(), Verdict: v, Opinion: map[scorecard.Verdict]string{scorecard.Pass: "fair", scorecard.Return: "too easy"}[v]}
}

var reviewCases = domaintest.Cases{
	"passed":             given(first).When(review(scorecard.Pass)).As(bob).Then(reviewed),
	"returned":           given(first).When(review(scorecard.Return)).As(bob).Then(returned),
	"by its author":      given(first).When(review(scorecard.Pass)).As(ann).Refused(scorecard.ErrOwnDraft),
	"by a former author": given(first, drafted(1, other, "bob")).When(scorecard.Review{Digest: other.Digest(), Verdict: scorecard.Pass, Opinion: "x"}).As(ann).Refused(scorecard.ErrOwnDraft),
	"of something else":  given(drafted(1, other, "ann")).When(review(scorecard.Pass)).As(bob).Refused(scorecard.ErrOtherDigest),
	"twice":              given(first, reviewed).When(review(scorecard.Pass)).As(bob).Refused(scorecard.ErrNotDraft),
	"by a service":       given(first).When(review(scorecard.Pass)).As(robot).Refused(scorecard.ErrNoPerson),
	"without words":      given(first).When(scorecard.Review{}).As(bob).Invalid("verdict not_allowed", "opinion required", "digest required"),
}

func approve(from string) scorecard.Approve {
	return scorecard.Approve{Digest: card.Digest(), Verdict: scorecard.Pass, Opinion: "yes", From: from}
}

var approveCases = domaintest.Cases{
	"from a month on":              given(first, reviewed).When(approve("2026-04")).As(eve).At(march).Then(approved),
	"from now on":                  given(first, reviewed).When(approve("")).As(eve).At(march).Then(scorecard.Approved{Version: 1, Digest: card.Digest(), Approver: "eve", Opinion: "yes", From: "2026-03"}),
	"for what is over":             given(first, reviewed).When(approve("2026-02")).As(eve).At(march).Invalid("from too_early"),
	"from no month":                given(first, reviewed).When(approve("2026-13")).As(eve).At(march).Invalid("from not_a_month"),
	"returned":                     given(first, reviewed).When(scorecard.Approve{Digest: card.Digest(), Verdict: scorecard.Return, Opinion: "no"}).As(eve).At(march).Then(scorecard.Returned{Version: 1, Digest: card.Digest(), By: "eve", Reason: "no"}),
	"by its author":                given(first, reviewed).When(approve("")).As(ann).At(march).Refused(scorecard.ErrOwnDraft),
	"by its reviewer":              given(first, reviewed).When(approve("")).As(bob).At(march).Refused(scorecard.ErrSamePerson),
	"by a service":                 given(first, reviewed).When(approve("")).As(robot).At(march).Refused(scorecard.ErrNoPerson),
	"of something else":            given(first, reviewed).When(scorecard.Approve{Digest: other.Digest(), Verdict: scorecard.Pass, Opinion: "x"}).As(eve).At(march).Refused(scorecard.ErrOtherDigest),
	"before the review":            given(first).When(approve("")).As(eve).At(march).Refused(scorecard.ErrNotReviewed),
	"once it was returned":         given(first, reviewed, returned).When(approve("")).As(eve).At(march).Refused(scorecard.ErrNotReviewed),
	"twice, which changes nothing": given(first, reviewed, approved).When(approve("")).As(eve).At(march).Refused(scorecard.ErrNotReviewed),
}

func judge(person string) scorecard.ReviewYear {
	return scorecard.ReviewYear{Year: 2025, Person: person, Score: 8_500, Comment: "careful", Facts: scorecard.YearFacts{Known: true}}
}

var yearCases = domaintest.Cases{
	"of somebody else":       given(first).When(judge("ann")).As(manager).At(march).Then(judged),
	"anew":                   given(first, judged).When(judge("ann")).As(manager).At(march).Then(judged),
	"by a second judge":      given(first, judged).When(judge("ann")).As(leader).At(march).Then(marked("joe", authz.Leader, 8_500)),
	"by a role on the card":  given(ruled(weighted)...).When(judge("ann")).As(head).At(march).Then(marked("bob", authz.DepartmentHead, 8_500)),
	"by a role that is not":  given(ruled(weighted)...).When(judge("ann")).As(leader).At(march).Refused(scorecard.ErrNoJudge),
	"by a post elsewhere":    given(ruled(card)...).When(judge("ann")).As(posted("joe", domain.Post{Role: authz.Leader, Unit: "x"})).At(march).Refused(scorecard.ErrNoJudge),
	"by whom the card bars":  given(ruled(card)...).When(judge("ann")).As(posted("joe", domain.Post{Role: authz.Handler, Unit: "u"})).At(march).Refused(scorecard.ErrNoJudge),
	"one's own":              given(first).When(judge("eve")).As(manager).At(march).Refused(scorecard.ErrOwnYear),
	"one's own, as a deputy": given(first).When(judge("ann")).As(domain.Actor{Principal: "staff-ann", Staff: "eve", OnBehalfOf: "eve", Posts: manager.Posts}).At(march).Refused(scorecard.ErrOwnYear),
	"by a service":           given(first).When(judge("ann")).As(robot).At(march).Refused(scorecard.ErrNoPerson),
	"that has no begun":      given(first).When(scorecard.ReviewYear{Year: 2027, Person: "x", Score: 10_001}).As(manager).At(march).Invalid("year out_of_range", "person unknown", "score out_of_range", "comment required"),
}

func TestDraft(t *testing.T)      { t.Parallel(); draftCases.Run(t) }
func TestReview(t *testing.T)     { t.Parallel(); reviewCases.Run(t) }
func TestApprove(t *testing.T)    { t.Parallel(); approveCases.Run(t) }
func TestReviewYear(t *testing.T) { t.Parallel(); yearCases.Run(t) }
func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, draftCases, reviewCases, approveCases, yearCases)
}

var written = map[string]scorecard.Event{
	"ScorecardDrafted.v1": first, "ScorecardReviewed.v1": reviewed, "ScorecardReturned.v1": returned, "ScorecardApproved.v1": approved,
	"ScorecardYearReviewed.v1": alone, "ScorecardYearJudged.v1": judged,
}

func TestContract(t *testing.T)  { t.Parallel(); domaintest.Contract(t, scorecard.Decider, written) }
func TestSealed(t *testing.T)    { t.Parallel(); domaintest.Sealed(t, scorecard.Decider) }
func FuzzScorecard(f *testing.F) { domaintest.FuzzJoin(f, scorecard.Decider) }

// The marks of several judges make one review, of each the last; they are all kept, and nobody's takes another's place.
func TestSeveralJudges(t *testing.T) {
	t.Parallel()
	review := func(events ...scorecard.Event) scale.Review {
		var s scorecard.State
		for _, e := range events {
			s = scorecard.Decider.Evolve(s, e)
		}
		return s.Review(2025, "ann")
	}
	byHead, byManager, again := marked("bob", authz.DepartmentHead, 9_000), marked("eve", authz.Manager, 6_000), marked("eve", authz.Manager, 7_000)
	require.Zero(t, review(ruled(card)...))
	require.Equal(t, scale.Review{Score: 7_500, Judges: 2}, review(ruled(card, byHead, byManager)...))
	require.Equal(t, scale.Review{Score: 8_000, Judges: 2}, review(ruled(card, byHead, byManager, again)...))
	require.Equal(t, scale.Review{Score: 6_000, Judges: 1}, review(ruled(card, alone, byManager)...), "one alone does not count beside them")
	require.Equal(t, scale.Review{Score: 7_800, Judges: 2}, review(ruled(weighted, byManager, byHead)...), "60 of 9000 and 40 of 6000")
	require.Equal(t, scale.Review{Score: 6_000, Judges: 1, Missing: []string{authz.DepartmentHead}}, review(ruled(weighted, byManager)...))
	require.Equal(t, scale.Review{Score: 8_500, Judges: 1}, review(ruled(weighted, alone)...), "judged before roles were told")
}

// A month is scored by the newest version whose first month has come, be a later one approved already.
func TestInForce(t *testing.T) {
	t.Parallel()
	var s scorecard.State
	for _, e := range []scorecard.Event{
		first, reviewed, approved, drafted(2, other, "ann"), scorecard.Reviewed{Version: 2, Reviewer: "bob"},
		scorecard.Approved{Version: 2, From: "2026-06"}, drafted(3, card, "ann"), alone, scorecard.YearReviewed{Year: 2025, Person: "ann", By: "joe", Score: 9_000},
	} {
		s = scorecard.Decider.Evolve(s, e)
	}
	for month, want := range map[string]int{"2026-03": 0, "2026-04": 1, "2026-05": 1, "2026-06": 2, "2030-01": 2} {
		v, ok := s.InForce(month)
		require.Equal(t, want, v.Number, month)
		require.Equal(t, want > 0, ok)
	}
	require.Equal(t, scale.Review{Score: 9_000, Judges: 1}, s.Review(2025, "ann"), "of those who judged alone the last word counts")
	require.NotEqual(t, scorecard.Key("u"), scorecard.Key(""))
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, scorecard.Key(""))
}
