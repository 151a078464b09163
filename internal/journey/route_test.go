package journey_test

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain/casetype"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/template"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// What the forms of the demo's templates hold, by their codes.
var applications = map[string]map[string]string{
	"SVC": {"item": "certificate", "customer_name": "王小明", "phone": "13800138000", "content": "補發工作證"},
	"ACC": {"item": "contract", "customer_name": "陳大文", "phone": "13800138001", "content": "簽訂代理合同", "company": "遠山茶業有限公司"},
	"SUB": {
		"item": "training", "customer_name": "李小紅", "phone": "13800138002", "content": "參加焊工培訓", "amount": "8000",
		"bank_card": "6222021234567890128", "id_number": "11010519491231002X",
	},
	"WIN": {"item": "collection", "customer_name": "趙一", "phone": "13800138003", "content": "代收檔案"},
}

// drafted is an application on a demo template as it was filled in at the window, with further values over the usual ones;
// nothing has been judged or brought yet.
func (o *office) drafted(code string, values map[string]string) string {
	o.Helper()
	id, _, d := o.onTemplate(code)
	filled := maps.Clone(applications[code])
	maps.Copy(filled, values)
	return o.Do("clerk", "ticket.open", "", ticket.Open{
		Template: id, Unit: o.Unit("客戶服務中心"), Channel: ticket.Window, Title: d.Label("title", "zh-Hant"), Values: filled,
	}).ID
}

// brought has every material of a demo template brought, and everything found valid.
func (o *office) brought(code, id string) {
	o.Helper()
	_, _, d := o.onTemplate(code)
	var checked ticket.Check
	for _, m := range d.Rules.Materials {
		o.Do("clerk", "ticket.receive_material", id, ticket.ReceiveMaterial{
			Material: m.Key, Copies: max(m.Copies, 1), Original: true, Pages: 2, Issuer: "主管機關", Verdict: ticket.Valid,
		})
	}
	for _, f := range d.Rules.Fields {
		if f.Required {
			checked.Findings = append(checked.Findings, ticket.CheckItem{Path: "form." + f.Key, Verdict: ticket.Valid})
		}
	}
	o.Do("clerk", "ticket.check", id, checked)
}

// registered is an application on a demo template that has passed its check and got its number.
func (o *office) registered(code string, values map[string]string) answer {
	o.Helper()
	id := o.drafted(code, values)
	o.brought(code, id)
	o.Do("clerk", "ticket.decide_scope", id, ticket.DecideScope{Scope: ticket.InScope, Reason: "屬本中心業務"})
	o.Do("clerk", "ticket.check_identity", id, ticket.CheckIdentity{Method: ticket.SeenInPerson, Document: ticket.IdentityCard, Passed: true})
	return o.Do("clerk", "ticket.submit", id, ticket.Submit{})
}

// inHandling is a ticket of the first group, on the template without stages, that the handler holds.
func (o *office) inHandling() string {
	o.Helper()
	id := o.registered("WIN", nil).ID
	o.Do("handler", "ticket.take", id, ticket.Take{})
	return id
}

// worked writes the work record of a key step, as its handler.
func (o *office) worked(id string, steps ...string) {
	o.Helper()
	for _, step := range steps {
		from := o.changed(id)
		o.Do("handler", "ticket.record_work", id, ticket.RecordWork{
			Step: step, Content: "已辦", Result: "無誤", StartedAt: &from, EndedAt: &from,
		})
	}
}

// ticketPage is what journeys read of a ticket's page.
type ticketPage struct {
	Number, Status  string
	Round           int
	Revision        uint64
	AllowedCommands []string `json:"allowed_commands"`
	Timeline        []struct{ Type string }
	Corrections     []struct{ Field, Old, New, Stamp string }
	Handovers       []struct{ Outcome, Code string }
	Form            struct {
		Values map[string]string
		Masked []string
	}
}

// page is a ticket as somebody sees it.
func (o *office) page(login, id string) (p ticketPage) {
	o.Helper()
	o.Get(login, "/v1/tickets/"+id, &p)
	return p
}

// event reads the newest event of a type that a ticket's timeline shows whole.
func (o *office) event(login, id, kind string, into any) {
	o.Helper()
	var page struct {
		Timeline []struct {
			Type   string
			Detail struct{ Event json.RawMessage }
		}
	}
	o.Get(login, "/v1/tickets/"+id, &page)
	for _, e := range slices.Backward(page.Timeline) {
		if e.Type == kind {
			require.NoError(o, json.Unmarshal(e.Detail.Event, into))
			return
		}
	}
	o.Fatalf("%s: no %s", id, kind)
}

// changed is when the newest act on a ticket happened.
func (o *office) changed(id string) time.Time {
	o.Helper()
	var page struct {
		ChangedAt time.Time `json:"changed_at"`
	}
	o.Get("manager", "/v1/tickets/"+id, &page)
	return page.ChangedAt
}

// refresh notes the revision of a ticket that the service itself has written to, for commands that need one.
func (o *office) refresh(login, id string) {
	o.Helper()
	p := o.page(login, id)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.revisions[id] = p.Revision
}

// denied wants the newest refusal of somebody's attempt at a ticket to be in the audit trail, under a rule.
func (o *office) denied(command, id, rule string) {
	o.Helper()
	type refusal struct{ Target, Rule string }
	o.until(command+" of "+id+" was refused by "+rule+", and the audit trail tells of it", func() bool {
		var list struct{ Items []refusal }
		o.Get("auditor", "/v1/audit?type=AccessDenied&order=newest&limit=200&command="+command, &list)
		return slices.Contains(list.Items, refusal{"ticket-" + id, rule})
	})
}

// onRoute has a template with these stages approved and gives its key, for what the demo's templates do not hold.
func (o *office) onRoute(code string, change func(*casetype.Rules), stages ...route.Stage) string {
	o.Helper()
	d := o.definition(code, change, stages...)
	drafted := o.Do("designer", "template.draft", "", template.DraftVersion{Definition: d, Reason: "a journey"})
	digest := d.Digest()
	o.Do("designer", "template.submit", drafted.ID, template.Submit{})
	o.Do("head", "template.review", drafted.ID, template.Review{Digest: digest, Verdict: template.Pass, Opinion: "同意"})
	o.Do("manager", "template.approve", drafted.ID, template.Approve{Digest: digest, Opinion: "批准"})
	return drafted.ID
}

// definition is what a template with these stages says.
func (o *office) definition(code string, change func(*casetype.Rules), stages ...route.Stage) casetype.Definition {
	o.Helper()
	e, ok := commands.Lookup("template.draft")
	require.True(o, ok)
	d := e.Example.(template.DraftVersion).Definition
	d.Labels = maps.Clone(d.Labels)
	r := &d.Rules
	r.Type, r.Owner = code, o.Unit("客戶服務中心")
	var calendars struct{ Items []struct{ ID string } }
	o.Get("designer", "/v1/calendars", &calendars)
	require.NotEmpty(o, calendars.Items)
	r.Calendar = calendars.Items[0].ID
	r.Fields = append(slices.Clone(r.Fields), form.Field{Key: "amount", Type: form.Money}, form.Field{Key: "remark", Type: form.Text, Harmless: true})
	r.Groups = []casetype.Choice{{Value: o.Unit("業務處理一組")}}
	for _, st := range stages {
		st.Limit = worktime.WorkingDays(2)
		r.Stages = append(r.Stages, st)
	}
	if change != nil {
		change(r)
	}
	for _, key := range r.Keys() {
		d.Labels[key] = casetype.Text{"zh-Hant": key}
	}
	return d
}

// applied is an application on a template of a journey's own that has passed its check and been submitted.
func (o *office) applied(template, amount string) answer {
	o.Helper()
	values := map[string]string{"item": "permit", "customer_name": "王小明", "content": "a tea shop", "amount": amount}
	opened := o.Do("clerk", "ticket.open", "", ticket.Open{
		Template: template, Unit: o.Unit("客戶服務中心"), Channel: ticket.Window, Title: "開業許可", Values: values,
	})
	var checked ticket.Check
	for _, key := range []string{"item", "customer_name", "content"} {
		checked.Findings = append(checked.Findings, ticket.CheckItem{Path: "form." + key, Verdict: ticket.Valid})
	}
	o.Do("clerk", "ticket.check", opened.ID, checked)
	o.Do("clerk", "ticket.decide_scope", opened.ID, ticket.DecideScope{Scope: ticket.InScope, Reason: "本中心受理"})
	return o.Do("clerk", "ticket.submit", opened.ID, ticket.Submit{})
}

// atOnce issues commands at the same instant and gives how each was answered.
func (o *office) atOnce(acts ...func() (int, []byte)) []int {
	o.Helper()
	status := make([]int, len(acts))
	ready, done := make(chan struct{}), make(chan struct{})
	for i, act := range acts {
		go func() {
			defer func() { done <- struct{}{} }()
			<-ready
			status[i], _ = act()
		}()
	}
	close(ready)
	for range acts {
		<-done
	}
	return status
}

var (
	allMet = ticket.Judgement{Accuracy: ticket.Met, Compliance: ticket.Met, Completeness: ticket.Met}
	done   = ticket.Complete{Outcome: ticket.Fulfilled, Summary: "辦妥"}

	// What the customer is told on the telephone.
	success = ticket.NotifyResult{Channels: []ticket.Channel{ticket.Phone}, Told: "王小明", FollowUp: []string{"三十日內持身份證領取"}}
	failure = ticket.NotifyResult{
		Channels: []ticket.Channel{ticket.Phone}, Told: "王小明", Reasons: []string{"超出年度預算"},
		Remedies: []string{"可於下一年度重新申請", "如有異議，三十日內書面提出"},
	}
)
