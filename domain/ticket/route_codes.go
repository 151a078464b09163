package ticket

import "docket/domain"

// The coded values of review and approval.
type (
	Finding      string // what a reviewer finds of one part of an opinion (mission row R1)
	FirstOpinion string // 初審意見, mission row R4
	View         string // what a second reviewer holds of the first opinion (mission row R5)
	Risk         string // risk rating 風險評級, from low to high
)

// Values of the codes.
const (
	Met    Finding = "met"
	NotMet Finding = "not_met"

	OpinionApprove FirstOpinion = "approve"
	OpinionRefuse  FirstOpinion = "refuse"
	OpinionAskOnce FirstOpinion = "ask_once" // the customer has to be told once what is missing (mission row I5)

	Agrees    View = "agrees"
	Disagrees View = "disagrees"

	RiskLow    Risk = "low"
	RiskMedium Risk = "medium"
	RiskHigh   Risk = "high"
)

// Values of each code, in the order forms show them.
var (
	Findings      = []Finding{Met, NotMet}
	FirstOpinions = []FirstOpinion{OpinionApprove, OpinionRefuse, OpinionAskOnce}
	Views         = []View{Agrees, Disagrees}
	Risks         = []Risk{RiskLow, RiskMedium, RiskHigh}
)

// UnmarshalText refuses an unknown finding.
func (f *Finding) UnmarshalText(b []byte) error { return domain.ParseCode(f, b, Findings) }

// UnmarshalText refuses an unknown first opinion.
func (o *FirstOpinion) UnmarshalText(b []byte) error { return domain.ParseCode(o, b, FirstOpinions) }

// UnmarshalText refuses an unknown view.
func (v *View) UnmarshalText(b []byte) error { return domain.ParseCode(v, b, Views) }

// UnmarshalText refuses an unknown risk rating.
func (r *Risk) UnmarshalText(b []byte) error { return domain.ParseCode(r, b, Risks) }
