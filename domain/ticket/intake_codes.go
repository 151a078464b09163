package ticket

import "docket/domain"

// The coded values of intake.
type (
	Assessment     string // what a check finds of a field or material (mission row I3)
	ScopeDecision  string // whether the application is for this house (mission row I4)
	Shortcoming    string // what is wrong with a field or material
	IdentityMethod string // how somebody was identified (mission row I9)
	Document       string // what they were identified by
	AgentAct       string // what an agent may do in the customer's name
)

// Values of the codes.
const (
	Present   Assessment = "present" // is there, and nobody has judged it yet
	Valid     Assessment = "valid"
	Defective Assessment = "defective"

	InScope    ScopeDecision = "in"
	OutOfScope ScopeDecision = "out"        // 不予受理
	OtherUnit  ScopeDecision = "other_unit" // of this organisation

	GapMissing     Shortcoming = "missing"
	GapInvalid     Shortcoming = "invalid"   // no field of its type holds it
	GapUnchecked   Shortcoming = "unchecked" // nobody has judged it
	GapDefective   Shortcoming = "defective"
	GapExpired     Shortcoming = "expired"
	GapUnreadable  Shortcoming = "unreadable"
	GapTooFew      Shortcoming = "too_few" // copies
	GapNotOriginal Shortcoming = "original_not_seen"
	GapUndecided   Shortcoming = "undecided" // whether it is in scope

	SeenInPerson IdentityMethod = "in_person"
	SeenOnVideo  IdentityMethod = "video"
	CalledBack   IdentityMethod = "call_back"
	RealName     IdentityMethod = "real_name" // 實名認證, by a verified account
	CopyCompared IdentityMethod = "copy"

	IdentityCard    Document = "identity_card" // 居民身份證
	Passport        Document = "passport"
	TravelPermit    Document = "travel_permit"    // 港澳居民來往內地通行證, 臺灣居民來往大陸通行證
	BusinessLicence Document = "business_licence" // 營業執照
	OtherDocument   Document = "other"

	MayApply      AgentAct = "apply"
	MaySupplement AgentAct = "supplement"
	MayWithdraw   AgentAct = "withdraw"
	MayCollect    AgentAct = "collect"
	MayObject     AgentAct = "object"
)

// Values of each code, in the order forms show them.
var (
	Assessments     = []Assessment{Present, Valid, Defective}
	ScopeDecisions  = []ScopeDecision{InScope, OutOfScope, OtherUnit}
	IdentityMethods = []IdentityMethod{SeenInPerson, SeenOnVideo, CalledBack, RealName, CopyCompared}
	Documents       = []Document{IdentityCard, Passport, TravelPermit, BusinessLicence, OtherDocument}
	AgentActs       = []AgentAct{MayApply, MaySupplement, MayWithdraw, MayCollect, MayObject}
)

// UnmarshalText refuses an unknown assessment.
func (x *Assessment) UnmarshalText(b []byte) error { return domain.ParseCode(x, b, Assessments) }

// UnmarshalText refuses an unknown scope decision.
func (x *ScopeDecision) UnmarshalText(b []byte) error { return domain.ParseCode(x, b, ScopeDecisions) }

// UnmarshalText refuses an unknown method of identification.
func (x *IdentityMethod) UnmarshalText(b []byte) error {
	return domain.ParseCode(x, b, IdentityMethods)
}

// UnmarshalText refuses an unknown document.
func (x *Document) UnmarshalText(b []byte) error { return domain.ParseCode(x, b, Documents) }

// UnmarshalText refuses an unknown act.
func (x *AgentAct) UnmarshalText(b []byte) error { return domain.ParseCode(x, b, AgentActs) }
