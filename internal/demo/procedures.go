package demo

import (
	"docket/domain/casetype"
	"docket/domain/form/fold"
	"docket/domain/procedure"
)

// guide is a procedure of the demo, written in traditional Chinese; the simplified text follows.
type guide struct {
	title, english, rules, standards string
	steps                            []instruction
}

type instruction struct{ key, text string }

// guides are the procedures of the demo's templates, by the template's word: what the rules say of handling, cut to what a
// handler needs at the desk.
var guides = map[string]guide{
	"s0": {
		"客戶業務處理操作規程", "Handling customers' requests",
		"一、處理人員應自接單起負責到底，未經交接不得離手。\n二、未核對客戶資料，不得進入業務處理。\n三、客戶資料只供本業務使用，不得外傳。",
		"資料準確、手續合規、要件齊全；每一關鍵步驟均有記錄，客戶得知進度與結果。",
		[]instruction{
			{"verify", "對照原件逐項核對姓名、證件號碼、聯繫電話與申請內容；有出入的，先聯繫客戶澄清並記錄，再決定是否繼續。"},
			{"process", "按業務類型辦理補換證件、資料變更或查詢；辦理依據、處理結果與所用時間記入工作記錄。"},
			{"inform", "辦理過程有重要進展或預計超時的，主動以客戶指定方式告知，並記錄告知時間與內容。"},
		},
	},
	"s1": {
		"業務受理與操作規程", "Taking and carrying out business",
		"一、業務受理單經業務主管審核後方可操作。\n二、操作人員須按辦理方案執行，變更方案須說明理由。\n三、涉及合同的，以簽署文本為準，不得口頭變更。",
		"方案可行、操作留痕、成果經客戶確認；文件按合同檔案保管。",
		[]instruction{
			{"plan", "依受理單列明工作內容、責任人、時間安排與風險，形成辦理方案。"},
			{"carry_out", "按方案逐項操作，每完成一項即記錄；遇到問題及時上報直接上級，不得擅自擱置。"},
			{"confirm", "向客戶說明成果，取得確認；客戶有異議的，記錄其意見並調整後再次確認。"},
		},
	},
	"s2": {
		"補助申請經辦規程", "Handling applications for subsidies",
		"一、初審、復審、審批由不同人員承擔，不得兼任。\n二、未獲審批不得撥付，不批准的須告知理由與救濟途徑。\n三、銀行卡號與家庭成員資料按敏感資料管理。",
		"審批結果二日內告知；撥付金額與批准金額一致，憑證齊全可查。",
		[]instruction{
			{"notify_decision", "以書面或客戶指定方式告知審批結果、金額與後續手續；告知方式與時間記入工作記錄。"},
			{"pay", "核對收款銀行卡戶名與申請人一致後提交撥付，撥付憑證編號記入工作記錄。"},
		},
	},
	"s3": {
		"窗口業務辦理規程", "Work at the window",
		"一、窗口業務當場受理、當場辦結。\n二、代收代辦須開具收據，當日移交。\n三、交接須雙方簽收，以移交記錄為準。",
		"當場辦結率百分之九十五以上；登記無漏項，移交無遺失。",
		[]instruction{
			{"handle", "核對身份與材料，當場辦理並登記；不能當場辦結的，說明原因與下一步並移交。"},
		},
	},
}

// procedure has the designer write a procedure and the department head publish it, and gives its key. Another text in a later
// program is another procedure here, so that one that is followed stays as it is.
func (s *seeder) procedure(word string) string {
	g := guides[word]
	d := procedure.Document{
		Title: casetype.Text{"zh-Hant": g.title, "zh-Hans": simplified(g.title), "en": g.english},
		Rules: bothScripts(g.rules), Standards: bothScripts(g.standards),
	}
	for _, i := range g.steps {
		d.Steps = append(d.Steps, procedure.Instruction{Key: i.key, Text: bothScripts(i.text)})
	}
	digest := d.Digest()
	key := "procedure-" + word + "-" + digest[:8]
	drafted := s.issue("procedure.draft", "", key,
		&procedure.DraftVersion{Department: s.ids[centre], Document: d, Reason: "示範規程"}, s.as("designer"), nil)
	s.issue("procedure.publish", drafted.ID, key+"-publish",
		&procedure.Publish{Digest: digest, Opinion: "內容清楚可行，發布施行。"}, s.as("head"), &drafted.Revision)
	return drafted.ID
}

func bothScripts(traditional string) casetype.Text {
	return casetype.Text{"zh-Hant": traditional, "zh-Hans": simplified(traditional)}
}

func simplified(traditional string) string {
	runes := []rune(traditional)
	for i, r := range runes {
		runes[i] = fold.Simplified(r)
	}
	return string(runes)
}
