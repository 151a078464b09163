package simulation

import (
	"strconv"

	"docket/domain/ticket"
	"docket/domain/worktime"
)

// planned is a ticket on one of the four routes.
func (l *life) planned() {
	l.place, l.placed = l.plan.office.Hall, true
	l.clerk = pick(l.rng, l.place.Clerks)
	switch n := l.rng.IntN(100); {
	case n < 45:
		l.resultTwice()
	case n < 60:
		l.intakeAndResult()
	case n < 75:
		l.applicationFirst()
	default:
		l.circulated()
	}
}

// apply draws a ticket up on a template and submits it: opened, its materials received, checked, in scope. No values are given
// for what the template does not ask for.
func (l *life) apply(template string, values map[string]string, identity bool, materials ...string) {
	name := fullName(l.rng)
	number := phone(l.rng)
	values["customer_name"], values["phone"], values["content"] = name, number, matter(l.rng, l.title)
	l.do(l.clerk, "ticket.open", &ticket.Open{
		Template: l.plan.office.Templates[template], Unit: l.place.Unit, Channel: l.channel, Title: l.title, Customer: l.customer,
		CustomerName: name, CustomerPhone: number, Values: values,
	})
	for _, m := range materials {
		l.minutes(3)
		l.do(l.clerk, "ticket.receive_material", &ticket.ReceiveMaterial{
			Material: m, Original: true, Copies: 1, Pages: 1 + l.rng.IntN(6), Verdict: ticket.Valid,
		})
	}
	checked := &ticket.Check{}
	for _, key := range []string{"item", "customer_name", "phone", "content", "company", "amount", "bank_card"} {
		if values[key] != "" {
			checked.Findings = append(checked.Findings, ticket.CheckItem{Path: "form." + key, Verdict: ticket.Valid})
		}
	}
	l.minutes(8)
	l.do(l.clerk, "ticket.check", checked)
	if identity {
		l.do(l.clerk, "ticket.check_identity", &ticket.CheckIdentity{Method: ticket.SeenInPerson, Document: ticket.IdentityCard, Passed: true})
	}
	l.do(l.clerk, "ticket.decide_scope", &ticket.DecideScope{Scope: ticket.InScope, Reason: "属于本中心受理范围"})
	l.minutes(2)
	l.do(l.clerk, "ticket.submit", &ticket.Submit{})
}

// step records a key step, begun when the last act was done.
func (l *life) step(key string, about int) {
	began := l.now.UTC()
	l.minutes(about)
	ended := l.now.UTC()
	l.do(l.handler, "ticket.record_work", &ticket.RecordWork{
		Step: key, Content: pick(l.rng, works), Result: pick(l.rng, results), StartedAt: &began, EndedAt: &ended,
	})
}

var met = ticket.Judgement{Accuracy: ticket.Met, Compliance: ticket.Met, Completeness: ticket.Met}

func (l *life) pass(by, stage string, j ticket.Judgement, about int) {
	l.minutes(about)
	l.do(by, "ticket.pass_stage", &ticket.PassStage{Stage: stage, Opinion: pick(l.rng, opinions), Judgement: j})
}

// returned sends the result back now and then; the handler answers every item and completes again.
func (l *life) returned(by, stage string) {
	for l.chance(9) {
		l.minutes(150)
		l.do(by, "ticket.return_stage", &ticket.ReturnStage{
			Stage: stage, Fault: ticket.FaultStaff, Reason: pick(l.rng, faults), Items: []string{pick(l.rng, faults)},
		})
		l.minutes(120)
		l.do(l.handler, "ticket.answer_items", &ticket.AnswerItems{Answers: []ticket.ItemAnswer{{Item: 1, Answer: "已更正"}}})
		l.complete()
	}
}

// extension asks for more time, which may be too late by the day on which the simulation is carried out.
func (l *life) extension() {
	if !l.chance(6) {
		return
	}
	l.minutes(60)
	l.try(l.handler, "ticket.request_extension", &ticket.RequestExtension{By: worktime.WorkingDays(3), Reason: "需现场勘验，预计延长三个工作日"})
	l.minutes(60)
	l.try(l.group.Leader, "ticket.approve_extension", &ticket.ApproveExtension{Opinion: "同意延长"})
	l.minutes(20)
	l.try(l.handler, "ticket.tell_extension", &ticket.TellExtension{Channel: ticket.Phone, Text: "因需现场勘验，办理时限延长三个工作日。"})
}

// resultTwice (S0): the leader reviews the result first, then the deputy manager.
func (l *life) resultTwice() {
	l.apply("s0", map[string]string{"item": pick(l.rng, []string{"certificate", "change", "enquiry"})}, false, "identity_document", "application_form")
	l.taken(60)
	l.step("verify", 60)
	l.extension()
	l.step("process", 240)
	l.sometimes()
	l.complete()
	l.returned(l.group.Leader, "first_review")
	l.pass(l.group.Leader, "first_review", met, 120)
	deputy := pick(l.rng, l.plan.office.Deputies)
	l.pass(deputy, "second_review", met, 180)
	l.tell(l.handler)
	l.objectPlanned(pick(l.rng, l.plan.office.Supervisors))
	l.end()
}

// intakeAndResult (S1): the supervisor looks at the intake form and at the result.
func (l *life) intakeAndResult() {
	l.apply("s1", map[string]string{"item": pick(l.rng, []string{"contract", "project"}), "company": company(l)}, false, "business_licence")
	supervisor := pick(l.rng, l.plan.office.Supervisors)
	l.pass(supervisor, "intake_approval", ticket.Judgement{Completeness: ticket.Met}, 150)
	l.taken(60)
	l.step("plan", 120)
	l.step("carry_out", 400)
	if l.chance(8) {
		l.minutes(20)
		l.do(l.group.Leader, "ticket.correct", &ticket.Correct{
			Field: "handled_by", Value: fullName(l.rng), Fault: ticket.FaultStaff, Reason: "漏填", Stamp: "ZW-" + strconv.Itoa(1+l.rng.IntN(20)),
		})
	}
	l.step("confirm", 60)
	l.sometimes()
	l.complete()
	l.returned(supervisor, "result_review")
	l.pass(supervisor, "result_review", met, 200)
	l.tell(l.handler)
	l.objectPlanned(pick(l.rng, l.plan.office.Deputies))
	l.end()
}

// applicationFirst (S2): first and second review and an approval within authority come before handling; some are refused.
func (l *life) applicationFirst() {
	amount := 500 + l.rng.IntN(90_000)
	what := pick(l.rng, []string{"startup", "training", "hardship"})
	l.apply("s2", map[string]string{"item": what, "amount": strconv.Itoa(amount) + ".00", "bank_card": bankCard(l.rng)},
		true, "identity_document", "proof_of_need")
	first := ticket.Judgement{
		Identity: ticket.Met, Truth: ticket.Met, Compliance: ticket.Met, FirstOpinion: ticket.OpinionApprove, Risk: ticket.RiskLow,
	}
	l.pass(pick(l.rng, l.plan.office.Reviewers), "first_review", first, 240)
	if amount >= 50_000 || what == "startup" {
		second := ticket.Judgement{Compliance: ticket.Met, View: ticket.Agrees, Risk: ticket.RiskMedium}
		l.pass(pick(l.rng, l.plan.office.Specialists), "second_review", second, 400)
	}
	approver := pick(l.rng, l.plan.office.Approvers)
	if l.chance(10) {
		l.minutes(200)
		l.do(approver, "ticket.refuse_application", &ticket.RefuseApplication{
			Stage: "approval", Reasons: []string{"收入超过规定标准"}, Remedies: []string{"可于下一年度重新申请"}, Objection: "收到通知之日起六十日内向本中心书面提出",
		})
		l.failed = true
		l.tell(l.clerk)
		l.minutes(600)
		l.do(l.plan.office.Hall.Groups[0].Leader, "ticket.close", &ticket.Close{Reason: "不予批准，已告知"})
		return
	}
	l.pass(approver, "approval", ticket.Judgement{}, 200)
	l.taken(60)
	l.step("notify_decision", 60)
	l.step("pay", 240)
	l.sometimes()
	l.complete()
	l.tell(l.handler)
	l.end()
}

// circulated (S3): at the window, passed between people, and reviewed by nobody.
func (l *life) circulated() {
	l.apply("s3", map[string]string{"item": pick(l.rng, []string{"registration", "collection", "other"})}, false, "identity_document")
	l.taken(20)
	l.step("handle", 40)
	if l.chance(30) {
		l.handOver()
	}
	l.complete()
	l.tell(l.handler)
	l.end()
}

// tell gives the customer the result as the rules of a template ask: what comes next, or why not and what can be done about it.
func (l *life) tell(by string) {
	l.minutes(90)
	c := &ticket.NotifyResult{
		Channels: []ticket.Channel{pick(l.rng, []ticket.Channel{ticket.Phone, ticket.Window})}, Told: fullName(l.rng), Text: pick(l.rng, deliveries),
	}
	if l.failed {
		c.Text, c.Reasons, c.Remedies = "", []string{"不符合规定条件"}, []string{"补齐条件后可重新申请；如有异议，三十日内书面提出。"}
	} else {
		c.FollowUp = []string{"三十日内携带身份证到窗口领取。"}
	}
	l.do(by, "ticket.notify_result", c)
}

// objectPlanned is an objection to a reviewed result, which somebody without a part in it finds unfounded.
func (l *life) objectPlanned(by string) {
	if !l.chance(3) {
		return
	}
	l.minutes(500)
	l.do(l.clerk, "ticket.object", &ticket.Object{Channel: ticket.Phone, Grounds: pick(l.rng, grounds)})
	l.minutes(700)
	l.do(by, "ticket.decide_objection", &ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "经复核，原结果依据充分。"})
	l.minutes(120)
	l.do(l.handler, "ticket.confirm_objection", &ticket.ConfirmObjection{Reason: "申请人已确认"})
}

func (l *life) end() {
	l.minutes(300)
	l.do(l.handler, "ticket.close", &ticket.Close{Reason: "办结归档"})
}

func company(l *life) string {
	return "广安市" + pick(l.rng, surnames) + pick(l.rng, given) + pick(l.rng, []string{"商贸", "建筑工程", "科技", "餐饮管理"}) + "有限公司"
}
