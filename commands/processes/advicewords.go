package processes

import "docket/domain/ticket"

// adviceWords are the service's own words in one language around what a person wrote; theirs stay in the language they chose.
type adviceWords struct {
	subjects map[ticket.NoticeKind]string
	lapsed   string
	defect   string // number, name and text of one thing that is missing
	cure     string // what would cure it
	// shortcomings say what is wrong where nobody wrote it.
	shortcomings map[ticket.Shortcoming]string
}

// wordings are the words by language; notices know these languages alone.
var wordings = map[string]adviceWords{
	"zh-Hant": {
		subjects: map[ticket.NoticeKind]string{
			ticket.NoticeDeclined: "不予受理通知", ticket.NoticeDefects: "補正材料一次性告知",
			ticket.NoticeLapsed: "申請失效通知", ticket.NoticeExtended: "辦理期限延長通知", ticket.NoticeProgress: "辦理進度通知",
		},
		lapsed: "您的申請因逾期未補正所告知的材料而失效；補齊材料後可重新申請。",
		defect: "%d. %s：%s", cure: "（%s）",
		shortcomings: map[ticket.Shortcoming]string{
			ticket.GapMissing:     "缺少",
			ticket.GapInvalid:     "填寫的內容無效",
			ticket.GapDefective:   "有缺陷",
			ticket.GapExpired:     "已過期",
			ticket.GapUnreadable:  "無法辨認",
			ticket.GapTooFew:      "份數不足",
			ticket.GapNotOriginal: "未核對原件",
		},
	},
	"zh-Hans": {
		subjects: map[ticket.NoticeKind]string{
			ticket.NoticeDeclined: "不予受理通知", ticket.NoticeDefects: "补正材料一次性告知",
			ticket.NoticeLapsed: "申请失效通知", ticket.NoticeExtended: "办理期限延长通知", ticket.NoticeProgress: "办理进度通知",
		},
		lapsed: "您的申请因逾期未补正所告知的材料而失效；补齐材料后可重新申请。",
		defect: "%d. %s：%s", cure: "（%s）",
		shortcomings: map[ticket.Shortcoming]string{
			ticket.GapMissing:     "缺少",
			ticket.GapInvalid:     "填写的内容无效",
			ticket.GapDefective:   "有缺陷",
			ticket.GapExpired:     "已过期",
			ticket.GapUnreadable:  "无法辨认",
			ticket.GapTooFew:      "份数不足",
			ticket.GapNotOriginal: "未核对原件",
		},
	},
	"en": {
		subjects: map[ticket.NoticeKind]string{
			ticket.NoticeDeclined: "Your application was not accepted", ticket.NoticeDefects: "What is missing from your application",
			ticket.NoticeLapsed: "Your application has lapsed", ticket.NoticeExtended: "Your application will take longer", ticket.NoticeProgress: "How your application stands",
		},
		lapsed: "Your application has lapsed, because what we told you was missing did not arrive in time. You may apply again with everything complete.",
		defect: "%d. %s: %s", cure: " (%s)",
		shortcomings: map[ticket.Shortcoming]string{
			ticket.GapMissing:     "is missing",
			ticket.GapInvalid:     "does not hold a valid value",
			ticket.GapDefective:   "is defective",
			ticket.GapExpired:     "has expired",
			ticket.GapUnreadable:  "cannot be read",
			ticket.GapTooFew:      "has too few copies",
			ticket.GapNotOriginal: "has not been seen in the original",
		},
	},
}
