package procedure_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/edition"
	"docket/domain/procedure"
)

var given = domaintest.Of(procedure.Decider)

// The people: two designers and the department head.
var (
	ann  = domain.Actor{Staff: "ann"}
	ben  = domain.Actor{Staff: "ben"}
	head = domain.Actor{Staff: "head"}
)

var (
	noon    = domaintest.Noon
	later   = noon.Add(time.Hour)
	owner   = edition.OwnerFacts{Known: true, Active: true, IsUnit: true}
	tooLong = strings.Repeat("長", 10_001)
)

// document is a procedure with one step.
func document(step string) procedure.Document {
	return procedure.Document{
		Title: casetype.Text{"zh-Hant": "補換證件規程"}, Rules: casetype.Text{"zh-Hant": "未核驗身份不得發證。", "en": "Check first."},
		Standards: casetype.Text{"zh-Hant": "準確"},
		Steps:     []procedure.Instruction{{Key: "verify", Text: casetype.Text{"zh-Hant": step}}},
	}
}

// A procedure on its way.
var (
	first  = document("核對正反面")
	second = document("核對正反面與印章")
	digest = first.Digest()

	drafted   = []procedure.Event{procedure.Drafted{Version: 1, Document: first, Digest: digest, Author: "ann", Department: "u1", Reason: "new"}}
	revised   = then(drafted, procedure.Revised{Version: 1, Document: second, Digest: second.Digest(), Author: "ben", Reason: "seals"})
	published = then(drafted, procedure.Published{Version: 1, Digest: digest, Publisher: "head", Opinion: "good", EffectiveAt: noon})
	retired   = then(published, procedure.Retired{Version: 1, By: "head", Reason: "over"})
	next      = then(published, procedure.Drafted{Version: 2, Document: second, Digest: second.Digest(), Author: "ben", Department: "u1", Reason: "seals"})
	both      = then(next, procedure.Published{Version: 2, Digest: second.Digest(), Publisher: "head", Opinion: "good", EffectiveAt: noon})
	coming    = then(next, procedure.Published{Version: 2, Digest: second.Digest(), Publisher: "head", Opinion: "good", EffectiveAt: later})
)

func then(history []procedure.Event, more ...procedure.Event) []procedure.Event {
	return slices.Concat(history, more)
}

func draft(d procedure.Document, f edition.OwnerFacts) procedure.DraftVersion {
	return procedure.DraftVersion{Department: "u1", Document: d, Reason: "new", Facts: f}
}

var draftCases = domaintest.Cases{
	"a whole text":   given().When(draft(first, owner)).As(ann).Then(drafted...),
	"by nobody":      given().When(draft(first, owner)).Refused(procedure.ErrNoPerson),
	"a second time":  given(drafted...).When(draft(first, owner)).As(ann).Refused(procedure.ErrExists),
	"for a stranger": given().When(draft(first, edition.OwnerFacts{})).As(ann).Invalid("department unknown"),
	"for a closed":   given().When(draft(first, edition.OwnerFacts{Known: true})).As(ann).Invalid("department inactive"),
	"for a group":    given().When(draft(first, edition.OwnerFacts{Known: true, Active: true})).As(ann).Invalid("department not_a_unit"),
	"nothing at all": given().When(procedure.DraftVersion{}).As(ann).Invalid("reason required", "department required", "document.title required", "document.rules required"),
	"wrong all over": given().When(draft(procedure.Document{
		Title: casetype.Text{"la": "Ordo"}, Rules: casetype.Text{"en": "x"},
		Steps: []procedure.Instruction{{Key: "a", Text: casetype.Text{"en": "x"}}, {Key: "a", Text: casetype.Text{"en": tooLong}}, {Key: "A b"}},
	}, owner)).As(ann).Invalid("document.title required", "document.title.la not_allowed", "document.steps[1].key duplicate_key",
		"document.steps[1].text.en too_long", "document.steps[2].key not_a_key", "document.steps[2].text required"),
}

var reviseCases = domaintest.Cases{
	"the draft":         given(drafted...).When(procedure.Revise{Document: second, Reason: "seals"}).As(ben).Then(revised[1]),
	"a published one":   given(published...).When(procedure.Revise{Document: second, Reason: "seals"}).As(ben).Then(next[2]),
	"a retired one":     given(retired...).When(procedure.Revise{Document: second, Reason: "seals"}).As(ben).Then(next[2]),
	"to the same":       given(published...).When(procedure.Revise{Document: first, Reason: "none"}).As(ann).Nothing(),
	"by nobody":         given(drafted...).When(procedure.Revise{Document: second, Reason: "seals"}).Refused(procedure.ErrNoPerson),
	"without a reason":  given(drafted...).When(procedure.Revise{Document: second}).As(ann).Invalid("reason required"),
	"with nothing more": given(drafted...).When(procedure.Revise{Reason: "less"}).As(ann).Invalid("document.title required", "document.rules required"),
}

var publishCases = domaintest.Cases{
	"from now":             given(drafted...).When(procedure.Publish{Digest: digest, Opinion: "good"}).As(head).Then(published[1]),
	"from a date":          given(next...).When(procedure.Publish{Digest: second.Digest(), Opinion: "good", EffectiveAt: later}).As(head).Then(coming[3]),
	"from yesterday":       given(drafted...).When(procedure.Publish{Digest: digest, Opinion: "good", EffectiveAt: noon.Add(-time.Hour)}).As(head).Invalid("effective_at too_early"),
	"by the author":        given(drafted...).When(procedure.Publish{Digest: digest, Opinion: "good"}).As(ann).Refused(procedure.ErrOwnDraft),
	"by a second author":   given(revised...).When(procedure.Publish{Digest: second.Digest(), Opinion: "good"}).As(ben).Refused(procedure.ErrOwnDraft),
	"by nobody":            given(drafted...).When(procedure.Publish{Digest: digest, Opinion: "good"}).Refused(procedure.ErrNoPerson),
	"what is published":    given(published...).When(procedure.Publish{Digest: digest, Opinion: "good"}).As(head).Refused(procedure.ErrNotDraft),
	"what was not read":    given(revised...).When(procedure.Publish{Digest: digest, Opinion: "good"}).As(head).Refused(procedure.ErrOtherDigest),
	"without a word of it": given(drafted...).When(procedure.Publish{}).As(head).Invalid("opinion required", "digest required"),
}

var retireCases = domaintest.Cases{
	"what is in use":         given(published...).When(procedure.Retire{Version: 1, Reason: "over"}).As(head).Then(retired[2]),
	"twice":                  given(then(both, retired[2])...).When(procedure.Retire{Version: 1, Reason: "over"}).As(head).Nothing(),
	"what is followed":       given(published...).When(procedure.Retire{Version: 1, Reason: "over", Facts: procedure.RetireFacts{Followed: true}}).As(head).Refused(procedure.ErrFollowed),
	"before the next begins": given(coming...).When(procedure.Retire{Version: 1, Reason: "over", Facts: procedure.RetireFacts{Followed: true}}).As(head).Refused(procedure.ErrFollowed),
	"what has a successor":   given(both...).When(procedure.Retire{Version: 1, Reason: "over", Facts: procedure.RetireFacts{Followed: true}}).As(head).Then(retired[2]),
	"a draft":                given(drafted...).When(procedure.Retire{Version: 1, Reason: "over"}).As(head).Refused(procedure.ErrNotInUse),
	"one beyond":             given(published...).When(procedure.Retire{Version: 7, Reason: "over"}).As(head).Refused(procedure.ErrNotInUse),
	"by nobody":              given(published...).When(procedure.Retire{Version: 1, Reason: "over"}).Refused(procedure.ErrNoPerson),
	"without a reason":       given(published...).When(procedure.Retire{Version: 1}).As(head).Invalid("reason required"),
}

func TestDraft(t *testing.T)   { t.Parallel(); draftCases.Run(t) }
func TestRevise(t *testing.T)  { t.Parallel(); reviseCases.Run(t) }
func TestPublish(t *testing.T) { t.Parallel(); publishCases.Run(t) }
func TestRetire(t *testing.T)  { t.Parallel(); retireCases.Run(t) }

func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, draftCases, reviseCases, publishCases, retireCases)
}

// recorded holds every event ever written, by wire name and version: what its golden file means today.
var recorded = map[string]procedure.Event{
	"ProcedureDrafted.v1":   next[2],
	"ProcedureRevised.v1":   revised[1],
	"ProcedurePublished.v1": published[1],
	"ProcedureRetired.v1":   retired[2],
}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, procedure.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, procedure.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, procedure.Decider) }

// TestInForce: of the published versions the newest counts whose date has come, until it is retired.
func TestInForce(t *testing.T) {
	t.Parallel()
	fold := func(at time.Time, events ...procedure.Event) procedure.Facts {
		var f procedure.Facts
		for _, e := range events {
			f = f.After(e, at)
		}
		return f
	}
	number := func(f procedure.Facts, at time.Time) int {
		e, _ := f.InForce(at)
		return e.Number
	}
	require.Zero(t, number(procedure.Facts{}, noon))
	require.Zero(t, number(fold(noon, drafted...), later))
	require.Zero(t, number(fold(noon, published...), noon.Add(-1)))
	require.Equal(t, 1, number(fold(noon, published...), noon))
	two := fold(noon, coming...)
	require.Equal(t, 1, number(two, later.Add(-1)), "the next has not begun")
	require.Equal(t, 2, number(two, later))
	require.Equal(t, 1, number(two.After(procedure.Retired{Version: 2}, noon), later), "retired before its date, it never counts")
	require.Zero(t, number(two.After(procedure.Retired{Version: 2}, later), later), "no older one comes back")
	require.Equal(t, 2, number(two.After(procedure.Retired{Version: 1}, later), later))

	e, ok := two.Standing()
	require.True(t, ok)
	require.Equal(t, 2, e.Number)
	require.Equal(t, casetype.ProcedureRef{Procedure: "p", Version: 2}, e.Ref("p"))
	_, ok = fold(noon, retired...).Standing()
	require.False(t, ok)
}

// TestDiff: steps are compared by their keys, words by their language.
func TestDiff(t *testing.T) {
	t.Parallel()
	require.Equal(t, []casetype.Change{{Path: "steps[verify].text.zh-Hant", Before: `"核對正反面"`, After: `"核對正反面與印章"`}}, procedure.Diff(first, second))
	require.Empty(t, procedure.Diff(first, first))
}
