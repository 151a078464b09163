package journey_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/casetype"
	"docket/domain/procedure"
	"docket/domain/template"
	"docket/domain/ticket"
)

// followed is the part of a ticket's page that tells what its handlers work by.
type followed struct {
	Procedure *struct {
		ID       string
		Version  int
		Document procedure.Document
	}
	Timeline []struct{ Type string }
}

// TestProcedureIsPublishedAndFollowed: a designer writes, the department head publishes, nobody what they wrote themselves; a
// template names it, and a ticket shows the version that was in force when it was opened, whatever is published later
// (mission row T6). Its mandatory steps are done in order or left with a reason.
func TestProcedureIsPublishedAndFollowed(t *testing.T) {
	t.Parallel()
	o := Office(t)
	text := func(words string) procedure.Document {
		return procedure.Document{
			Title: casetype.Text{"zh-Hant": "開業許可規程"}, Rules: casetype.Text{"zh-Hant": "現場核查後方可發證。"},
			Steps: []procedure.Instruction{{Key: "site_visit", Text: casetype.Text{"zh-Hant": words}}, {Key: "measure", Text: casetype.Text{"zh-Hant": "丈量面積"}}},
		}
	}
	first, second := text("兩人同行"), text("兩人同行，拍照留存")
	draft := procedure.DraftVersion{Department: o.Unit("客戶服務中心"), Document: first, Reason: "新業務"}
	o.Refused("handler", "procedure.draft", "", draft, http.StatusForbidden, "not_allowed")
	o.Refused("head", "procedure.draft", "", draft, http.StatusForbidden, "not_allowed")
	o.Invalid("designer", "procedure.draft", "", procedure.DraftVersion{
		Department: draft.Department, Document: procedure.Document{Title: casetype.Text{}, Rules: casetype.Text{}}, Reason: "空"},
		[]string{"document.title required", "document.rules required"})
	id := o.Do("designer", "procedure.draft", "", draft).ID

	// No template is submitted on what nobody has published, or what there is not.
	def := o.definition("PRC", func(r *casetype.Rules) {
		r.Procedure, r.Steps = "no-such-procedure", []casetype.Step{{Key: "site_visit", Mandatory: true}, {Key: "measure", Mandatory: true}}
	})
	of := o.Do("designer", "template.draft", "", template.DraftVersion{Definition: def, Reason: "journey"}).ID
	o.Invalid("designer", "template.submit", of, template.Submit{}, []string{"definition.rules.procedure unknown"})
	def.Rules.Procedure = id
	o.Do("designer", "template.revise", of, template.Revise{Definition: def, Reason: "the key"})
	o.Invalid("designer", "template.submit", of, template.Submit{}, []string{"definition.rules.procedure unpublished"})

	publish := procedure.Publish{Digest: first.Digest(), Opinion: "同意發布"}
	o.Refused("designer", "procedure.publish", id, publish, http.StatusForbidden, "not_allowed")
	o.Refused("manager", "procedure.publish", id, publish, http.StatusForbidden, "not_allowed")
	o.Refused("head", "procedure.publish", id, publish, http.StatusPreconditionRequired, "match.required", unmatched())
	o.Refused("head", "procedure.publish", id, procedure.Publish{Digest: second.Digest(), Opinion: "同意"}, http.StatusConflict, "procedure.other_digest")
	o.Invalid("head", "procedure.publish", id, procedure.Publish{Digest: first.Digest(), Opinion: "同意", EffectiveAt: time.Now().Add(-time.Hour)},
		[]string{"effective_at too_early"})
	o.Do("head", "procedure.publish", id, publish)

	def.Rules.Steps = append(def.Rules.Steps, casetype.Step{Key: "seal", Mandatory: true})
	def.Labels["seal"] = casetype.Text{"zh-Hant": "用印"}
	o.Do("designer", "template.revise", of, template.Revise{Definition: def, Reason: "a step more"})
	o.Invalid("designer", "template.submit", of, template.Submit{}, []string{"definition.rules.steps[2].key no_instruction"})
	def.Rules.Steps = def.Rules.Steps[:2]
	delete(def.Labels, "seal")
	o.Do("designer", "template.revise", of, template.Revise{Definition: def, Reason: "a step less"})
	o.Do("designer", "template.submit", of, template.Submit{})
	o.Do("head", "template.review", of, template.Review{Digest: def.Digest(), Verdict: template.Pass, Opinion: "同意"})
	o.Do("manager", "template.approve", of, template.Approve{Digest: def.Digest(), Opinion: "批准"})

	early := o.applied(of, "100").ID
	o.Do("designer", "procedure.revise", id, procedure.Revise{Document: second, Reason: "要求留存照片"})
	o.Do("head", "procedure.publish", id, procedure.Publish{Digest: second.Digest(), Opinion: "同意"})
	late := o.applied(of, "200").ID
	o.Do("handler", "ticket.take", early, ticket.Take{})
	o.Do("handler", "ticket.take", late, ticket.Take{})
	for ticket, want := range map[string]int{early: 1, late: 2} {
		var page followed
		o.Get("handler", "/v1/tickets/"+ticket, &page)
		require.NotNil(t, page.Procedure)
		require.Equal(t, id, page.Procedure.ID)
		require.Equal(t, want, page.Procedure.Version)
		require.Equal(t, []procedure.Document{first, second}[want-1], page.Procedure.Document)
	}

	// Steps: out of order only with a reason, which is flagged.
	began, ended := time.Now().Add(-2*time.Second), time.Now().Add(-time.Second)
	measured := ticket.RecordWork{Content: "丈量完畢", Result: "30 平方米", StartedAt: &began, EndedAt: &ended, Step: "measure"}
	o.Invalid("handler", "ticket.record_work", early, measured, []string{"deviation required"})
	measured.Deviation = "客戶先到場"
	did := o.Do("handler", "ticket.record_work", early, measured)
	require.Equal(t, []string{"TicketStepDeviated", "TicketWorkRecorded"}, did.types())

	// The last version stays as long as a template in use names the procedure.
	o.Refused("head", "procedure.retire", id, procedure.Retire{Version: 2, Reason: "不再使用"}, http.StatusConflict, "procedure.followed")
	o.Do("head", "procedure.retire", id, procedure.Retire{Version: 1, Reason: "已有新版"})
	o.Do("manager", "template.retire", of, template.Retire{Version: 1, Reason: "業務停辦"})
	o.Do("head", "procedure.retire", id, procedure.Retire{Version: 2, Reason: "業務停辦"})
	var page followed
	o.Get("handler", "/v1/tickets/"+late, &page)
	require.Equal(t, 2, page.Procedure.Version, "who follows it goes on seeing it")
	again := o.Do("designer", "template.draft", "", template.DraftVersion{Definition: def, Reason: "once more"}).ID
	o.Invalid("designer", "template.submit", again, template.Submit{}, []string{"definition.rules.procedure retired"})

	var list struct{ Items []struct{ ID string } }
	o.Get("handler", "/v1/procedures?in_force=true&limit=200", &list)
	require.GreaterOrEqual(t, len(list.Items), 4, "those of the shipped templates")
	require.NotContains(t, list.Items, struct{ ID string }{id})
	var diff struct{ Changes []casetype.Change }
	o.Get("handler", "/v1/procedures/"+id+"/diff?from=1&to=2", &diff)
	require.Equal(t, []casetype.Change{{Path: "steps[site_visit].text.zh-Hant", Before: `"兩人同行"`, After: `"兩人同行，拍照留存"`}}, diff.Changes)
	var version struct {
		Status   string
		Document procedure.Document
	}
	o.Get("handler", "/v1/procedures/"+id+"/versions/1", &version)
	require.Equal(t, "retired", version.Status)
	require.Equal(t, first, version.Document)
	o.NotGet("dispatcher", "/v1/procedures/"+id+"/versions/3", http.StatusNotFound, "not_found")
}

// TestShippedTemplatesNameProcedures: each of the demo's templates points to a procedure that tells of all its key steps.
func TestShippedTemplatesNameProcedures(t *testing.T) {
	t.Parallel()
	o := Office(t)
	for _, code := range []string{"SVC", "ACC", "SUB", "WIN"} {
		_, _, d := o.onTemplate(code)
		require.NotEmpty(t, d.Rules.Procedure, code)
		var p struct {
			InForce int `json:"in_force"`
		}
		o.Get("handler", "/v1/procedures/"+d.Rules.Procedure, &p)
		require.Equal(t, 1, p.InForce, code)
		var whole struct{ Document procedure.Document }
		o.Get("handler", "/v1/procedures/"+d.Rules.Procedure+"/versions/1", &whole)
		for _, s := range d.Rules.Steps {
			_, told := whole.Document.Step(s.Key)
			require.True(t, told, "%s: %s", code, s.Key)
		}
	}
}
