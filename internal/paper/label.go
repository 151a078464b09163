package paper

// Languages are those that papers are printed in. Traditional Chinese is always there, for the paper is the office's; the
// reader's own language stands beside it.
var Languages = []string{"zh-Hant", "zh-Hans", "en"}

// label is a fixed text of a paper in the order of [Languages].
type label [3]string

// in is the label in Traditional Chinese and, where it reads differently, in the language asked for.
func (l label) in(language string) string { return Both(l[0], l.only(language)) }

// only is the label in one language, Traditional Chinese where that one is not printed.
func (l label) only(language string) string {
	for i, known := range Languages {
		if known == language {
			return l[i]
		}
	}
	return l[0]
}

// Both joins a text with its translation, once when they are alike.
func Both(text, translation string) string {
	if translation == "" || translation == text {
		return text
	}
	if text == "" {
		return translation
	}
	return text + " " + translation
}

// The texts of a receipt.
var (
	receiptTitle = label{"業務受理回執", "业务受理回执", "Receipt"}
	numberLabel  = label{"受理編號", "受理编号", "Number"}
	titleLabel   = label{"業務名稱", "业务名称", "Matter"}
	typeLabel    = label{"業務類型", "业务类型", "Type"}
	whenLabel    = label{"登記時間", "登记时间", "Registered"}
	promiseLabel = label{"承諾辦結時間", "承诺办结时间", "Promised by"}
	openPromise  = label{"未約定", "未约定", "not agreed"}
	unitLabel    = label{"受理單位", "受理单位", "Unit"}
	handlerLabel = label{"經辦人員", "经办人员", "Handler"}
	noHandler    = label{"待分派", "待分派", "to be assigned"}
	phoneLabel   = label{"聯繫電話", "联系电话", "Phone"}
	listTitle    = label{"已收材料", "已收材料", "Materials received"}
	noMaterials  = label{"未收材料", "未收材料", "none"}
	itemColumn   = label{"序號", "序号", "No."}
	nameColumn   = label{"材料名稱", "材料名称", "Material"}
	copiesColumn = label{"份數", "份数", "Copies"}
	pagesColumn  = label{"頁數", "页数", "Pages"}
	originColumn = label{"驗原件", "验原件", "Original seen"}
	dayColumn    = label{"收到日期", "收到日期", "Received"}
	yes          = label{"是", "是", "yes"}
	keepNote     = label{
		"請妥善保管本回執，查詢進度時請提供受理編號。", "请妥善保管本回执，查询进度时请提供受理编号。",
		"Please keep this receipt; quote the number when you ask how the matter stands.",
	}
	pageLabel    = label{"第 %d 頁 共 %s 頁", "第 %d 页 共 %s 页", "Page %d of %s"}
	printedLabel = label{"列印時間", "打印时间", "Printed"}
)

// The texts of a sheet of corrections.
var (
	correctionsTitle = label{"更正記錄單", "更正记录单", "Corrections"}
	oldLabel         = label{"原值", "原值", "Old value"}
	newLabel         = label{"更正為", "更正为", "New value"}
	stampLabel       = label{"更正章", "更正章", "Stamp"}
	stampUnitLabel   = label{"用章單位", "用章单位", "Stamp of"}
	signerLabel      = label{"經辦人員簽字", "经办人员签字", "Signed by"}
	faultLabel       = label{"差錯責任", "差错责任", "Whose mistake"}
	reasonLabel      = label{"更正原因", "更正原因", "Reason"}
	addendumLabel    = label{"（辦結後補正）", "（办结后补正）", "(after closing)"}
	maskedLabel      = label{"（已遮蔽）", "（已遮蔽）", "(masked)"}
	emptyLabel       = label{"（未填）", "（未填）", "(nothing)"}
	takenLabel       = label{"（刪去）", "（删去）", "(taken away)"}
)

// faults are the codes of whose mistake a correction puts right.
var faults = map[string]label{
	"staff":        {"工作人員", "工作人员", "staff"},
	"customer":     {"客戶", "客户", "customer"},
	"external":     {"外部單位", "外部单位", "external body"},
	"system":       {"系統", "系统", "system"},
	"rule_change":  {"規則變更", "规则变更", "change of rules"},
	"undetermined": {"未能確定", "未能确定", "undetermined"},
}

// fault is a code in words; one that is not known stands as it is.
func fault(code, language string) string {
	if l, known := faults[code]; known {
		return l.in(language)
	}
	return code
}
