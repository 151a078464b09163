package kpi

import (
	"strings"

	script "docket/domain/form/fold"
)

// In is the title in a language: en, zh-Hant or zh-Hans.
func (d Definition) In(language string) string { return inLanguage(language, d.Title, d.Chinese) }

// In is the title of a part in a language: en, zh-Hant or zh-Hans.
func (m Measured) In(language string) string { return inLanguage(language, m.Title, m.Chinese) }

// inLanguage is a name in one language; the simplified one is written with the simplified forms of the traditional one's characters.
func inLanguage(language, english, hant string) string {
	switch {
	case hant == "", !strings.HasPrefix(language, "zh"):
		return english
	case language == "zh-Hans":
		return strings.Map(script.Simplified, hant)
	}
	return hant
}

// named fills in what follows from the declared names: the simplified ones, and those of the parts.
func named(d Definition) Definition {
	d.Simplified = d.In("zh-Hans")
	for i := range d.Parts {
		p := &d.Parts[i]
		p.Chinese = chineseParts[p.Title]
		p.Simplified = p.In("zh-Hans")
	}
	return d
}

// chineseParts are the titles of parts in Traditional Chinese, by those in English.
var chineseParts = map[string]string{
	"On time":                   "按時",
	"Late, reported in advance": "提前報備的逾期",
	"Missed":                    "逾期",
	"Completed":                 "已辦結",

	"From ready to handed over":                 "辦妥至移交",
	"From handed over to accepted":              "移交至接收",
	"Refused without cause":                     "無理由拒收",
	"External circulation: receipts attached":   "外部流轉：已附回執",
	"External circulation: dispatch to receipt": "外部流轉：發出至回執",

	"Missed, reported in advance":    "逾期，已提前報備",
	"Missed, done since":             "逾期，其後辦結",
	"Missed, still open":             "逾期，仍未辦結",
	"Problems put to a superior":     "上報問題",
	"Passed up":                      "逐級上報",
	"Called":                         "緊急呼叫",
	"Overdue reminders":              "逾期提醒",
	"Handovers not answered in time": "交接逾時未答覆",
	"Put to an arbiter":              "提交裁定",
	"Explained":                      "原因已查明",
	"Unexplained":                    "原因未查明",
	"Unreported":                     "未提前報備",
	"Caused by: staff":               "原因：員工",
	"Caused by: customer":            "原因：客戶",
	"Caused by: external":            "原因：外部",
	"Caused by: system":              "原因：系統",
	"Caused by: rule change":         "原因：規則變更",
	"Caused by: undetermined":        "原因：未定",

	"Tickets without fault":                  "無差錯業務",
	"Fields without fault":                   "無差錯字段",
	"Accurate":                               "準確",
	"Errors":                                 "差錯",
	"Errors caught before delivery":          "交付前發現的差錯",
	"Errors that escaped":                    "交付後發現的差錯",
	"First pass":                             "一次通過",
	"Rework":                                 "返工",
	"Mean rounds":                            "平均輪次",
	"Reopened":                               "重開",
	"Reopened by fault of staff":             "因員工過失重開",
	"Reopened for the customer":              "因客戶重開",
	"Filed":                                  "提出",
	"Upheld":                                 "成立",
	"Settled to the customer's confirmation": "經客戶確認了結",
	"Told once":                              "一次告知",
	"Told again by override":                 "經批准再次告知",

	"Working time used":                  "已用工作時間",
	"Early":                              "提前辦結",
	"Weighted deliveries, in hundredths": "加權交付量（百分之一）",
	"Time to answer":                     "答覆用時",
	"Unanswered past the limit":          "逾時未答覆",
	"Working time":                       "工作時間",
	"Elapsed time":                       "歷時",
	"People":                             "經辦人",
	"Groups' queues":                     "小組待辦",
	"Units' desks":                       "部門待辦",
	"The customer":                       "客戶",
	"Bodies outside":                     "外部機構",
	"Kept":                               "如期兌現",
	"Longest silence":                    "最長未告知時間",
	"To complete materials":              "補齊材料用時",

	"Registered":                          "登記",
	"Registered, weighted, in hundredths": "加權登記量（百分之一）",
	"Accepted":                            "受理",
	"Not accepted":                        "未受理",
	"Delivered":                           "交付",
	"Delivered, weighted, in hundredths":  "加權首次交付量（百分之一）",
	"Delivered again":                     "再次交付",
	"Hand-offs per delivery":              "每件流轉次數",
	"Refused":                             "拒收",
	"Reassignments":                       "改派",
	"Touches":                             "經手",
	"Contacts with the customer":          "與客戶聯繫",
	"Time worked":                         "工時",
	"First contact":                       "即辦",
	"Extended":                            "延期",
	"Told before the old deadline":        "原期限前告知",
	"Time added":                          "延長時間",
	"Compression":                         "壓縮比",
	"Keyed in later":                      "補錄",

	"Inside":                           "在辦",
	"Paused":                           "暫停",
	"Less than half of the limit used": "已用時限不足一半",
	"Half of the limit used":           "已用時限過半",
	"Four fifths of the limit used":    "已用時限過八成",
	"Overdue":                          "逾期",
	"Without a limit":                  "無時限",
	"Younger than 7 days":              "不足7天",
	"7 to 30 days old":                 "7至30天",
	"30 to 90 days old":                "30至90天",
	"90 days and older":                "90天及以上",
	"Net change":                       "淨增減",
	"Reopened or put back":             "重開或退回",
	"Cancelled":                        "撤銷",
	"Moved here, net":                  "淨轉入",
	"Weighted tickets a day":           "人均日加權辦理量",
}
