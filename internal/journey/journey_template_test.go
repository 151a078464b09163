package journey_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/authority"
	"docket/domain/casetype"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/template"
	"docket/domain/worktime"
)

// onTemplate is the version of a demo template that is in force: its key, number and definition.
func (o *office) onTemplate(code string) (id string, version int, d casetype.Definition) {
	o.Helper()
	var list struct {
		Items []struct {
			ID      string `json:"id"`
			InForce int    `json:"in_force"`
		}
	}
	o.Get("clerk", "/v1/templates?in_force=true&type="+code, &list)
	require.Len(o, list.Items, 1)
	var whole struct{ Definition casetype.Definition }
	id, version = list.Items[0].ID, list.Items[0].InForce
	o.Get("clerk", "/v1/templates/"+id+"/versions/1", &whole)
	return id, version, whole.Definition
}

// TestTemplateIsApprovedInTwoSteps: a designer drafts, the department head reviews, management approves; nobody twice and
// nobody their own; what is approved never changes, a second version takes the same way.
func TestTemplateIsApprovedInTwoSteps(t *testing.T) {
	t.Parallel()
	o := Office(t)
	_, version, d := o.onTemplate("SVC")
	require.Equal(t, 1, version)
	require.Equal(t, "客戶業務處理單", d.Label("title", "zh-Hant"))
	d.Rules.Type = "JRNY"

	empty := d
	empty.Rules.Limits, empty.Rules.Retention.Class, empty.Rules.Fields = d.Rules.Limits[1:], "", d.Rules.Fields[1:]
	refused := o.Refused("designer", "template.draft", "", template.DraftVersion{Definition: empty, Reason: "too soon"}, 422, "invalid")
	for _, field := range []string{
		"definition.rules.limits.critical required", "definition.rules.retention.class required", "definition.rules.fields.business_type missing_block",
	} {
		require.Contains(t, refused.fields(), field)
	}
	o.Refused("handler", "template.draft", "", template.DraftVersion{Definition: d, Reason: "mine"}, http.StatusForbidden, "not_allowed")

	unmarked := d
	unmarked.Rules.Fields = append([]form.Field{}, d.Rules.Fields...)
	for i := range unmarked.Rules.Fields {
		unmarked.Rules.Fields[i].Marked = false
	}
	id := o.Do("designer", "template.draft", "", template.DraftVersion{Definition: unmarked, Reason: "journey"}).ID
	refused = o.Refused("designer", "template.submit", id, template.Submit{}, 422, "invalid")
	require.Equal(t, []string{"definition.rules.fields[2].marked unmarked"}, refused.fields())

	walked := d
	walked.Rules.Stages = append([]route.Stage{}, d.Rules.Stages...)
	walked.Rules.Stages[1].Role, walked.Rules.Stages[1].Condition = walked.Rules.Stages[0].Role, "form.nothing > 1"
	o.Do("designer", "template.revise", id, template.Revise{Definition: walked, Reason: "marks"})
	refused = o.Refused("designer", "template.submit", id, template.Submit{}, 422, "invalid")
	require.Equal(t, []string{
		"definition.rules.stages[1].condition not_a_condition", "definition.rules.stages[1].role consecutive",
	}, refused.fields())

	o.Do("designer", "template.revise", id, template.Revise{Definition: d, Reason: "roles"})
	o.Refused("head", "template.review", id, template.Review{Digest: d.Digest(), Verdict: template.Pass, Opinion: "good"}, 409, "template.not_submitted")
	o.Do("designer", "template.submit", id, template.Submit{})
	o.Refused("designer", "template.revise", id, template.Revise{Definition: walked, Reason: "again"}, 409, "template.under_review")
	o.Refused("manager", "template.approve", id, template.Approve{Digest: d.Digest(), Opinion: "yes"}, 409, "template.not_reviewed")
	o.Refused("head", "template.review", id, template.Review{Digest: walked.Digest(), Verdict: template.Pass, Opinion: "good"}, 409, "template.other_digest")
	o.Refused("head", "template.review", id, template.Review{Digest: d.Digest(), Verdict: template.Pass, Opinion: "good"}, 428, "match.required", unmatched())
	o.Refused("leader", "template.review", id, template.Review{Digest: d.Digest(), Verdict: template.Pass, Opinion: "good"}, 403, "not_allowed")
	o.Do("head", "template.review", id, template.Review{Digest: d.Digest(), Verdict: template.Pass, Opinion: "同意"})
	o.Refused("head", "template.approve", id, template.Approve{Digest: d.Digest(), Opinion: "yes"}, 403, "not_allowed")
	o.Do("manager", "template.reject", id, template.Reject{Digest: d.Digest(), Reason: "時限過長"})
	d.Rules.Archive = worktime.WorkingDays(20)
	o.Do("designer", "template.revise", id, template.Revise{Definition: d, Reason: "shorter"})
	o.Do("designer", "template.submit", id, template.Submit{})
	o.Do("head", "template.review", id, template.Review{Digest: d.Digest(), Verdict: template.Pass, Opinion: "同意"})
	o.Invalid("manager", "template.approve", id, template.Approve{Digest: d.Digest(), Opinion: "yes", EffectiveAt: time.Now().Add(-time.Hour)}, []string{"effective_at too_early"})
	o.Do("manager", "template.approve", id, template.Approve{Digest: d.Digest(), Opinion: "批准"})

	next := d
	next.Rules.Archive = worktime.WorkingDays(10)
	o.Do("designer", "template.revise", id, template.Revise{Definition: next, Reason: "a second version"})
	var diff struct{ Changes []casetype.Change }
	o.Get("designer", "/v1/templates/"+id+"/diff?from=1&to=2", &diff)
	require.Equal(t, []casetype.Change{{Path: "rules.archive.amount", Before: "20", After: "10"}}, diff.Changes)
	var page struct {
		InForce  int `json:"in_force"`
		Versions []struct{ Status, Digest string }
	}
	o.Get("head", "/v1/templates/"+id, &page)
	require.Equal(t, 1, page.InForce)
	require.Equal(t, "draft", page.Versions[1].Status)
	require.Equal(t, d.Digest(), page.Versions[0].Digest, "the approved version is what it was")
	o.Do("manager", "template.retire", id, template.Retire{Version: 1, Reason: "over"})
	var retired struct {
		InForce int `json:"in_force"`
	}
	o.Get("head", "/v1/templates/"+id, &retired)
	require.Zero(t, retired.InForce)
}

// TestAuthorityMatrix: management grants and withdraws; others do not, and nobody to themselves.
func TestAuthorityMatrix(t *testing.T) {
	t.Parallel()
	o := Office(t)
	row := authority.Row{Kind: "journey", Person: o.Person("孫麗華"), Amount: "1000", Risk: "low"}
	o.Refused("approver", "authority.grant", "", authority.Grant{Row: row, Reason: "mine"}, 403, "not_allowed")
	self := row
	self.Person = o.Person("李明")
	o.Refused("manager", "authority.grant", "", authority.Grant{Row: self, Reason: "mine"}, 403, "authority.self")
	granted := o.Do("manager", "authority.grant", "", authority.Grant{Row: row, Reason: "會議決定"})
	live := func() bool {
		var list struct{ Items []struct{ Live bool } }
		o.Get("clerk", "/v1/authorities?kind=journey", &list)
		require.Len(t, list.Items, 1)
		return list.Items[0].Live
	}
	require.True(t, live())
	o.Do("manager", "authority.withdraw", granted.ID, authority.Withdraw{Reason: "已更換"})
	require.False(t, live())
	o.Refused("manager", "authority.withdraw", granted.ID, authority.Withdraw{Reason: "again"}, 409, "authority.withdrawn")
}
