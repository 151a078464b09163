package template_test

import (
	"strings"
	"testing"
	"time"

	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/edition"
	"docket/domain/form"
	"docket/domain/template"

	"docket/domain"
)

var tooLong = strings.Repeat("長", 10_001)

var draftCases = domaintest.Cases{
	"a sound definition": given().When(template.DraftVersion{Definition: first, Reason: "new", Facts: owner}).As(ann).Then(drafted...),
	"by nobody":          given().When(template.DraftVersion{Definition: first, Reason: "new", Facts: owner}).Refused(template.ErrNoPerson),
	"a second time":      given(drafted...).When(template.DraftVersion{Definition: first, Reason: "new", Facts: owner}).As(ann).Refused(template.ErrExists),
	"without a reason":   given().When(template.DraftVersion{Definition: first, Facts: owner}).As(ann).Invalid("reason required"),
	"for a stranger":     given().When(template.DraftVersion{Definition: first, Reason: "new"}).As(ann).Invalid("definition.rules.owner unknown"),
	"for a closed unit":  given().When(template.DraftVersion{Definition: first, Reason: "new", Facts: edition.OwnerFacts{Known: true}}).As(ann).Invalid("definition.rules.owner inactive"),
	"for a group":        given().When(template.DraftVersion{Definition: first, Reason: "new", Facts: edition.OwnerFacts{Known: true, Active: true}}).As(ann).Invalid("definition.rules.owner not_a_unit"),
	"an unmarked number may be drafted": given().When(template.DraftVersion{Definition: sound(identified), Reason: "new", Facts: owner}).As(ann).
		Then(template.Drafted{Version: 1, Definition: sound(identified), Digest: sound(identified).Digest(), Author: "ann", Department: "u1", Reason: "new"}),
	"everything wrong at once": given().When(template.DraftVersion{Reason: "new", Facts: owner, Definition: sound(func(d *casetype.Definition) {
		d.Rules.Fields = []form.Field{{Key: "a", Type: "colour"}, {Key: "a", Type: form.Enum}}
		d.Rules.Limits = d.Rules.Limits[:3]
		d.Rules.Retention = casetype.Retention{Years: 4, From: "closing"}
	})}).As(ann).Invalid(
		"definition.rules.fields[0].type not_allowed", "definition.rules.fields[1].key duplicate_key", "definition.rules.fields[1].choices required",
		"definition.rules.fields.business_type missing_block", "definition.rules.fields.customer missing_block", "definition.rules.fields.content missing_block",
		"definition.rules.fields.handling_time missing_block", "definition.rules.fields.handler missing_block",
		"definition.rules.limits.low required", "definition.rules.retention.class required", "definition.rules.retention.years too_short"),
	"four years by law": given().When(template.DraftVersion{Reason: "new", Facts: owner, Definition: lawful}).As(ann).
		Then(template.Drafted{Version: 1, Definition: lawful, Digest: lawful.Digest(), Author: "ann", Department: "u1", Reason: "new"}),
}

var lawful = sound(func(d *casetype.Definition) {
	d.Rules.Retention.Years, d.Rules.Retention.Legal = 4, "檔案法第…條"
})

var reviseCases = domaintest.Cases{
	"the draft":              given(drafted...).When(template.Revise{Definition: second, Reason: "weight"}).As(ben).Then(revised[1]),
	"an approved one":        given(approved...).When(template.Revise{Definition: second, Reason: "weight"}).As(ben).Then(next[len(next)-1]),
	"a retired one":          given(retired...).When(template.Revise{Definition: second, Reason: "weight"}).As(ben).Then(next[len(next)-1]),
	"to the same":            given(drafted...).When(template.Revise{Definition: first, Reason: "none"}).As(ann).Nothing(),
	"while under review":     given(submitted...).When(template.Revise{Definition: second, Reason: "weight"}).As(ben).Refused(template.ErrUnderReview),
	"while for approval":     given(reviewed...).When(template.Revise{Definition: second, Reason: "weight"}).As(ben).Refused(template.ErrUnderReview),
	"by nobody":              given(drafted...).When(template.Revise{Definition: second, Reason: "weight"}).Refused(template.ErrNoPerson),
	"to another type":        given(drafted...).When(template.Revise{Definition: sound(retyped), Reason: "type"}).As(ann).Invalid("definition.rules.type fixed"),
	"without a reason":       given(drafted...).When(template.Revise{Definition: second}).As(ann).Invalid("reason required"),
	"with a reason too long": given(drafted...).When(template.Revise{Definition: second, Reason: tooLong}).As(ann).Invalid("reason too_long"),
}

var unmarked = []template.Event{template.Drafted{Version: 1, Definition: sound(identified), Digest: sound(identified).Digest(), Author: "ann", Department: "u1", Reason: "new"}}

var submitCases = domaintest.Cases{
	"a draft":            given(drafted...).When(template.Submit{}).As(ann).Then(submitted[1]),
	"what is no draft":   given(approved...).When(template.Submit{}).As(ann).Refused(template.ErrNotDraft),
	"by nobody":          given(drafted...).When(template.Submit{}).Refused(template.ErrNoPerson),
	"an unmarked number": given(unmarked...).When(template.Submit{}).As(ann).Invalid("definition.rules.fields[5].marked unmarked"),
	"what does not work": given(drafted...).When(template.Submit{Facts: broken}).As(ann).Invalid("definition.rules.stages[0].role no_holder"),
}

var broken = template.Proofs{Failures: []domain.FieldError{{Field: "definition.rules.stages[0].role", Code: "no_holder"}}}

var reviewCases = domaintest.Cases{
	"passed":            given(submitted...).When(template.Review{Digest: digest, Verdict: template.Pass, Opinion: "good"}).As(head).Then(reviewed[2]),
	"returned":          given(submitted...).When(template.Review{Digest: digest, Verdict: template.Return, Opinion: "too long"}).As(head).Then(template.Returned{Version: 1, Digest: digest, Reviewer: "head", Reason: "too long"}),
	"by the author":     given(submitted...).When(template.Review{Digest: digest, Verdict: template.Pass, Opinion: "good"}).As(ann).Refused(template.ErrOwnDraft),
	"by nobody":         given(submitted...).When(template.Review{Digest: digest, Verdict: template.Pass, Opinion: "good"}).Refused(template.ErrNoPerson),
	"of a draft":        given(drafted...).When(template.Review{Digest: digest, Verdict: template.Pass, Opinion: "good"}).As(head).Refused(template.ErrNotSubmitted),
	"of something else": given(submitted...).When(template.Review{Digest: second.Digest(), Verdict: template.Pass, Opinion: "good"}).As(head).Refused(template.ErrOtherDigest),
	"without words":     given(submitted...).When(template.Review{Verdict: "maybe"}).As(head).Invalid("verdict not_allowed", "opinion required", "digest required"),
}

var approveCases = domaintest.Cases{
	"from now": given(reviewed...).When(template.Approve{Digest: digest, Opinion: "yes"}).As(max).Then(approved[3]),
	"from a date": given(reviewed...).When(template.Approve{Digest: digest, Opinion: "yes", EffectiveAt: noon.Add(time.Hour)}).As(max).
		Then(template.Approved{Version: 1, Digest: digest, Approver: "max", Opinion: "yes", EffectiveAt: noon.Add(time.Hour)}),
	"from yesterday": given(reviewed...).When(template.Approve{Digest: digest, Opinion: "yes", EffectiveAt: noon.Add(-time.Hour)}).As(max).Invalid("effective_at too_early"),
	"by the author":  given(reviewed...).When(template.Approve{Digest: digest, Opinion: "yes"}).As(ann).Refused(template.ErrOwnDraft),
	"by a second author": given(then(revised, template.Submitted{Version: 1, Digest: second.Digest(), By: "ann"}, template.Reviewed{Version: 1, Digest: second.Digest(), Reviewer: "head", Opinion: "good"})...).
		When(template.Approve{Digest: second.Digest(), Opinion: "yes"}).As(ben).Refused(template.ErrOwnDraft),
	"by the reviewer":    given(reviewed...).When(template.Approve{Digest: digest, Opinion: "yes"}).As(head).Refused(template.ErrSamePerson),
	"by nobody":          given(reviewed...).When(template.Approve{Digest: digest, Opinion: "yes"}).Refused(template.ErrNoPerson),
	"before the review":  given(submitted...).When(template.Approve{Digest: digest, Opinion: "yes"}).As(max).Refused(template.ErrNotReviewed),
	"of something else":  given(reviewed...).When(template.Approve{Digest: second.Digest(), Opinion: "yes"}).As(max).Refused(template.ErrOtherDigest),
	"what works no more": given(reviewed...).When(template.Approve{Digest: digest, Opinion: "yes", Facts: broken}).As(max).Invalid("definition.rules.stages[0].role no_holder"),
}

var rejectCases = domaintest.Cases{
	"for a reason":     given(reviewed...).When(template.Reject{Digest: digest, Reason: "too dear"}).As(max).Then(template.Rejected{Version: 1, Digest: digest, Approver: "max", Reason: "too dear"}),
	"without a reason": given(reviewed...).When(template.Reject{Digest: digest}).As(max).Invalid("reason required"),
	"by the reviewer":  given(reviewed...).When(template.Reject{Digest: digest, Reason: "no"}).As(head).Refused(template.ErrSamePerson),
	"and drafted anew": given(then(reviewed, template.Rejected{Version: 1, Digest: digest, Approver: "max", Reason: "no"})...).When(template.Approve{Digest: digest, Opinion: "yes"}).As(mia).Refused(template.ErrNotReviewed),
}

var retireCases = domaintest.Cases{
	"what is in use":   given(approved...).When(template.Retire{Version: 1, Reason: "over"}).As(max).Then(retired[4]),
	"twice":            given(then(next, retired[4], template.Approved{Version: 2, Digest: second.Digest(), Approver: "max", Opinion: "yes", EffectiveAt: noon})...).When(template.Retire{Version: 1, Reason: "over"}).As(max).Nothing(),
	"a draft":          given(drafted...).When(template.Retire{Version: 1, Reason: "over"}).As(max).Refused(template.ErrNotInUse),
	"a version beyond": given(approved...).When(template.Retire{Version: 7, Reason: "over"}).As(max).Refused(template.ErrNotInUse),
	"by nobody":        given(approved...).When(template.Retire{Version: 1, Reason: "over"}).Refused(template.ErrNoPerson),
	"without a reason": given(approved...).When(template.Retire{Version: 1}).As(max).Invalid("reason required"),
}

func TestDraft(t *testing.T)   { t.Parallel(); draftCases.Run(t) }
func TestRevise(t *testing.T)  { t.Parallel(); reviseCases.Run(t) }
func TestSubmit(t *testing.T)  { t.Parallel(); submitCases.Run(t) }
func TestReview(t *testing.T)  { t.Parallel(); reviewCases.Run(t) }
func TestApprove(t *testing.T) { t.Parallel(); approveCases.Run(t) }
func TestReject(t *testing.T)  { t.Parallel(); rejectCases.Run(t) }
func TestRetire(t *testing.T)  { t.Parallel(); retireCases.Run(t) }

func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, draftCases, reviseCases, submitCases, reviewCases, approveCases, rejectCases, retireCases)
}

// recorded holds every event ever written, by wire name and version: what its golden file means today.
var recorded = map[string]template.Event{
	"TemplateDrafted.v1":   next[len(next)-1],
	"TemplateRevised.v1":   revised[1],
	"TemplateSubmitted.v1": submitted[1],
	"TemplateReviewed.v1":  reviewed[2],
	"TemplateReturned.v1":  template.Returned{Version: 1, Digest: digest, Reviewer: "head", Reason: "too long"},
	"TemplateApproved.v1":  approved[3],
	"TemplateRejected.v1":  template.Rejected{Version: 1, Digest: digest, Approver: "max", Reason: "no"},
	"TemplateRetired.v1":   retired[4],
}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, template.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, template.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, template.Decider) }

// TestInForce: of the approved versions the newest counts whose date has come, until it is retired.
func TestInForce(t *testing.T) {
	t.Parallel()
	fold := func(at time.Time, events ...template.Event) template.Facts {
		var f template.Facts
		for _, e := range events {
			f = f.After(e, at)
		}
		return f
	}
	number := func(f template.Facts, at time.Time) int {
		e, _ := f.InForce(at)
		return e.Number
	}
	later, latest := noon.Add(time.Hour), noon.Add(2*time.Hour)
	two := fold(noon, then(next, template.Approved{Version: 2, Digest: second.Digest(), Approver: "max", EffectiveAt: later})...)
	for name, c := range map[string]struct {
		facts template.Facts
		at    time.Time
		want  int
	}{
		"nothing":                         {template.Facts{}, noon, 0},
		"a draft":                         {fold(noon, drafted...), latest, 0},
		"not yet":                         {fold(noon, approved...), noon.Add(-1), 0},
		"from its date":                   {fold(noon, approved...), noon, 1},
		"the old one meanwhile":           {two, noon, 1},
		"then the new one":                {two, later, 2},
		"retired":                         {two.After(template.Retired{Version: 2}, latest), latest, 0},
		"before it was retired":           {two.After(template.Retired{Version: 2}, latest), later, 2},
		"retired before its date":         {two.After(template.Retired{Version: 2}, noon), latest, 1},
		"the retired one does not matter": {two.After(template.Retired{Version: 1}, noon), later, 2},
	} {
		if got := number(c.facts, c.at); got != c.want {
			t.Errorf("%s: version %d is in force, want %d", name, got, c.want)
		}
	}
}
