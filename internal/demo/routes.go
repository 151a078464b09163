package demo

import (
	"docket/domain/authz"
	"docket/domain/casetype"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/worktime"
)

// resultTwice is the route of the business processing centre (業務處理中心管理制度): the result is reviewed by the group's leader
// and then by the deputy manager.
func resultTwice(s *seeder) casetype.Definition {
	t := newSheet(s, "SVC", "客戶業務處理單", "Service request")
	t.core(words{"certificate", "補換證件", "Certificate replacement"}, words{"change", "資料變更", "Change of details"},
		words{"enquiry", "業務查詢", "Enquiry"})
	t.field(form.Field{Key: "delivery", Type: form.Enum, Default: "window"}, "領取方式", "How it is collected",
		words{"window", "窗口領取", "At the window"}, words{"post", "郵寄", "By post"})
	t.material(form.Material{Key: "identity_document", Required: true, Original: true, Copies: 1}, "身份證明文件", "Identity document")
	t.material(form.Material{Key: "application_form", Required: true}, "申請表", "Application form")
	t.stage(route.Stage{
		Key: "first_review", When: route.After, Kind: route.Review, Role: authz.Leader, Limit: worktime.WorkingDays(1),
		Opinion: []string{"accuracy", "compliance", "completeness"},
	}, "組長初步審核", "First review by the leader")
	t.stage(route.Stage{
		Key: "second_review", When: route.After, Kind: route.Review, Role: authz.DeputyManager, Limit: worktime.WorkingDays(1),
		Opinion: []string{"accuracy", "compliance", "completeness"},
	}, "副經理再次審核", "Second review by the deputy manager")
	t.step(casetype.Step{Key: "verify", Mandatory: true, Record: true}, "核對資料", "Verify the details")
	t.step(casetype.Step{Key: "process", Mandatory: true, Record: true}, "業務處理", "Process the request")
	t.step(casetype.Step{Key: "inform"}, "告知客戶進度", "Tell the customer how it goes")
	t.Rules.Urgencies = []casetype.Choice{{Condition: `form.item == "certificate" && form.content.contains("加急")`, Value: "urgent"}, {Value: "normal"}}
	t.Rules.Objection.Role = authz.Supervisor // the deputy manager has reviewed the result
	return t.Definition
}

// intakeAndResult is the route of the five management rules (五項管理制度): the intake form is approved by the supervisor before
// handling, and the result is reviewed once.
func intakeAndResult(s *seeder) casetype.Definition {
	t := newSheet(s, "ACC", "業務受理單", "Intake form")
	t.core(words{"contract", "合同業務", "Contract"}, words{"project", "項目業務", "Project"})
	t.field(form.Field{Key: "company", Type: form.Text, Required: true, MaxLength: 200}, "公司名稱", "Company")
	t.field(form.Field{Key: "organisation_code", Type: form.Organisation}, "統一社會信用代碼", "Unified social credit code")
	t.field(form.Field{Key: "scope", Type: form.Text, MaxLength: 1_000}, "經營範圍", "Scope of business")
	t.field(form.Field{Key: "expected_on", Type: form.Date}, "期望完成日期", "Wanted by")
	t.material(form.Material{Key: "business_licence", Required: true, Original: true, Copies: 1}, "營業執照", "Business licence")
	t.material(form.Material{Key: "power_of_attorney", Copies: 1}, "授權委託書", "Power of attorney")
	t.stage(route.Stage{
		Key: "intake_approval", When: route.Before, Kind: route.Review, Role: authz.Supervisor, Limit: worktime.WorkingDays(1),
		Opinion: []string{"completeness"},
	}, "業務主管審核受理單", "Supervisor reviews the intake form")
	t.stage(route.Stage{
		Key: "result_review", When: route.After, Kind: route.Review, Role: authz.Supervisor, Limit: worktime.WorkingDays(2),
		Opinion: []string{"accuracy", "compliance", "completeness"},
	}, "業務主管審核成果", "Supervisor reviews the result")
	t.step(casetype.Step{Key: "plan", Mandatory: true}, "制定辦理方案", "Plan the work")
	t.step(casetype.Step{Key: "carry_out", Mandatory: true, Record: true}, "業務操作", "Carry it out")
	t.step(casetype.Step{Key: "confirm", Mandatory: true, Record: true}, "與客戶溝通確認成果", "Confirm the result with the customer")
	t.Rules.Retention = casetype.Retention{Class: "contract", Years: 15, From: "archiving"}
	t.Rules.Weight = 150
	return t.Definition
}

// applicationFirst is the route of service handling (業務經辦服務管理辦法): first review of the application, second review where
// it is important or complex, and approval within authority, all before handling; a refusal is told with its reasons.
func applicationFirst(s *seeder) casetype.Definition {
	t := newSheet(s, "SUB", "補助申請業務單", "Application for a subsidy")
	t.core(words{"startup", "創業補助", "Start-up subsidy"}, words{"training", "培訓補助", "Training subsidy"},
		words{"hardship", "困難補助", "Hardship subsidy"})
	t.field(form.Field{Key: "amount", Type: form.Money, Required: true, Min: "0.01", Max: "5000000"}, "申請金額", "Amount applied for")
	t.field(form.Field{Key: "bank_card", Type: form.BankCard, Required: true, Marked: true}, "收款銀行卡號", "Bank card to pay to")
	t.field(form.Field{Key: "household", Type: form.Table, Marked: true, Columns: []form.Field{
		{Key: "name", Type: form.Text, Required: true, MaxLength: 100},
		{Key: "relation", Type: form.Enum, Required: true, Choices: []string{"spouse", "child", "parent", "other"}},
	}}, "家庭成員", "Household")
	for _, w := range []words{
		{"household.name", "姓名", "Name"}, {"household.relation", "關係", "Relation"}, {"household.relation.spouse", "配偶", "Spouse"},
		{"household.relation.child", "子女", "Child"}, {"household.relation.parent", "父母", "Parent"}, {"household.relation.other", "其他", "Other"},
	} {
		t.label(w.key, w.hant, w.english)
	}
	t.material(form.Material{Key: "identity_document", Required: true, Original: true, Copies: 1}, "身份證明文件", "Identity document")
	t.material(form.Material{Key: "proof_of_need", Required: true, Copies: 1}, "申請事由證明", "Proof of the grounds")
	t.stage(route.Stage{
		Key: "first_review", When: route.Before, Kind: route.Review, Role: authz.Reviewer, Limit: worktime.WorkingDays(2),
		Opinion: []string{"identity", "truth", "compliance", "first_opinion"},
	}, "初審", "First review")
	t.stage(route.Stage{
		Key: "second_review", When: route.Before, Kind: route.Review, Role: authz.Specialist, Limit: worktime.WorkingDays(3),
		Condition: `form.amount >= 50000.0 || risk == "high" || form.item == "startup"`, Opinion: []string{"compliance", "risk"},
	}, "復審", "Second review")
	t.stage(route.Stage{
		Key: "approval", When: route.Before, Kind: route.Approval, Role: authz.Approver, Limit: worktime.WorkingDays(2),
		Authority: "subsidy",
	}, "審批", "Approval")
	t.step(casetype.Step{Key: "notify_decision", Mandatory: true, Record: true}, "告知審批結果", "Tell the decision")
	t.step(casetype.Step{Key: "pay", Mandatory: true, Record: true}, "撥付款項", "Pay out")
	t.Rules.Amount, t.Rules.Identity, t.Rules.Sensitive = "amount", true, true
	t.Rules.Start = worktime.NextWorkingDay
	t.Rules.Retention = casetype.Retention{Class: "financial", Years: 30, From: "closing"}
	t.Rules.Weight = 200
	return t.Definition
}

// circulated is the route of the ticket rules themselves (窗口工作業務單管理辦法): a plain ticket that is passed between people with
// handover records, and reviewed by nobody.
func circulated(s *seeder) casetype.Definition {
	t := newSheet(s, "WIN", "窗口業務單", "Window ticket")
	t.core(words{"registration", "登記", "Registration"}, words{"collection", "代收代辦", "Collection"}, words{"other", "其他", "Other"})
	t.field(form.Field{Key: "pages", Type: form.Number, Min: "0", Max: "1000", Default: "1", Harmless: true}, "頁數", "Pages")
	t.material(form.Material{Key: "identity_document", Copies: 1}, "身份證明文件", "Identity document")
	t.step(casetype.Step{Key: "handle", Mandatory: true, Record: true}, "窗口辦理", "Handle at the window")
	t.Rules.Instant = true
	t.Rules.Weight = 50
	return t.Definition
}
