package ticket

import "docket/domain"

// The coded values of notices and objections.
type (
	NoticeKind string // what a notice is about
	Verdict    string // what became of an objection
)

// Values of the codes.
const (
	NoticeResult    NoticeKind = "result"    // 結果通知
	NoticeRefusal   NoticeKind = "refusal"   // 審批不通過
	NoticeDefects   NoticeKind = "defects"   // 一次性告知
	NoticeDeclined  NoticeKind = "declined"  // 不予受理
	NoticeLapsed    NoticeKind = "lapsed"    // 逾期未補正
	NoticeExtended  NoticeKind = "extended"  // 延長時限
	NoticeObjection NoticeKind = "objection" // 異議答覆
	NoticeProgress  NoticeKind = "progress"  // 辦理進度

	Upheld       Verdict = "upheld"
	PartlyUpheld Verdict = "partly_upheld"
	NotUpheld    Verdict = "not_upheld"
)

// Values of each code, in the order forms show them.
var (
	NoticeKinds = []NoticeKind{
		NoticeResult, NoticeRefusal, NoticeDefects, NoticeDeclined, NoticeLapsed, NoticeExtended, NoticeObjection, NoticeProgress,
	}
	Verdicts = []Verdict{Upheld, PartlyUpheld, NotUpheld}
)

// UnmarshalText refuses an unknown kind of notice.
func (k *NoticeKind) UnmarshalText(b []byte) error { return domain.ParseCode(k, b, NoticeKinds) }

// UnmarshalText refuses an unknown verdict.
func (v *Verdict) UnmarshalText(b []byte) error { return domain.ParseCode(v, b, Verdicts) }
