package ticket

import (
	"slices"

	"docket/domain"
)

// The coded values of tickets. Each is a typed string whose UnmarshalText refuses what is not listed, so that an unknown
// code never reaches a decision.
type (
	Channel       string // how the customer came, or is answered (mission row I1)
	Urgency       string // mission row I10
	Status        string // where the ticket stands
	PauseKind     string // whom it waits for (mission row L4)
	Outcome       string // how handling ended
	Fault         string // whose mistake made rework necessary (kpis §1.12)
	RefusalReason string // why a handover was refused (mission row C2)
	CancelReason  string // why a ticket was cancelled
)

// Values of the codes.
const (
	Phone  Channel = "phone"
	Mail   Channel = "mail"
	Online Channel = "online"
	Window Channel = "window"
	System Channel = "system" // carried in from another system
	SMS    Channel = "sms"    // for notices to customers alone

	Critical Urgency = "critical"
	Urgent   Urgency = "urgent"
	Normal   Urgency = "normal"
	Low      Urgency = "low"

	StatusDraft      Status = "draft" // opened on a template and not yet submitted (mission row I3)
	StatusRegistered Status = "registered"
	StatusAccepted   Status = "accepted"
	StatusInProgress Status = "in_progress"
	StatusCompleted  Status = "completed"
	StatusReviewed   Status = "reviewed"
	StatusDelivered  Status = "delivered"
	StatusClosed     Status = "closed"
	StatusCancelled  Status = "cancelled"
	StatusDeclined   Status = "declined" // 不予受理 (mission row I4)
	StatusLapsed     Status = "lapsed"   // defects told once were not cured in time (mission row I5)
	StatusRefused    Status = "refused"  // by a stage before handling (mission row R7)
	StatusJoined     Status = "joined"   // goes on as another ticket (mission row I11)

	AwaitingCustomer   PauseKind = "customer"   // 等待客戶
	AwaitingExternal   PauseKind = "external"   // 等待外部單位
	AwaitingInspection PauseKind = "inspection" // 法定檢驗、鑑定、聽證
	ForceMajeure       PauseKind = "force_majeure"

	Fulfilled    Outcome = "fulfilled"
	NotFulfilled Outcome = "not_fulfilled"

	FaultStaff        Fault = "staff"
	FaultCustomer     Fault = "customer"
	FaultExternal     Fault = "external"
	FaultSystem       Fault = "system"
	FaultRuleChange   Fault = "rule_change"
	FaultUndetermined Fault = "undetermined"

	RefusedNotResponsible RefusalReason = "not_responsible"
	RefusedIncomplete     RefusalReason = "incomplete"
	RefusedOverloaded     RefusalReason = "overloaded"
	RefusedUnqualified    RefusalReason = "unqualified"

	CancelWithdrawn   CancelReason = "withdrawn"
	CancelError       CancelReason = "registered_in_error"
	CancelNotAccepted CancelReason = "not_accepted"
	CancelOutOfScope  CancelReason = "out_of_scope"
)

// Values of each code, in the order forms show them.
var (
	Channels       = []Channel{Window, Phone, Online, Mail, System}
	Urgencies      = []Urgency{Critical, Urgent, Normal, Low}
	PauseKinds     = []PauseKind{AwaitingCustomer, AwaitingExternal, AwaitingInspection, ForceMajeure}
	Outcomes       = []Outcome{Fulfilled, NotFulfilled}
	Faults         = []Fault{FaultStaff, FaultCustomer, FaultExternal, FaultSystem, FaultRuleChange, FaultUndetermined}
	RefusalReasons = []RefusalReason{RefusedNotResponsible, RefusedIncomplete, RefusedOverloaded, RefusedUnqualified}
	CancelReasons  = []CancelReason{CancelWithdrawn, CancelError, CancelNotAccepted, CancelOutOfScope}
)

// UnmarshalText refuses an unknown channel.
func (c *Channel) UnmarshalText(b []byte) error {
	return domain.ParseCode(c, b, append(slices.Clip(Channels), SMS))
}

// UnmarshalText refuses an unknown urgency.
func (u *Urgency) UnmarshalText(b []byte) error { return domain.ParseCode(u, b, Urgencies) }

// UnmarshalText refuses an unknown pause kind.
func (k *PauseKind) UnmarshalText(b []byte) error { return domain.ParseCode(k, b, PauseKinds) }

// UnmarshalText refuses an unknown outcome.
func (o *Outcome) UnmarshalText(b []byte) error { return domain.ParseCode(o, b, Outcomes) }

// UnmarshalText refuses an unknown fault code.
func (f *Fault) UnmarshalText(b []byte) error { return domain.ParseCode(f, b, Faults) }

// UnmarshalText refuses an unknown refusal reason.
func (r *RefusalReason) UnmarshalText(b []byte) error { return domain.ParseCode(r, b, RefusalReasons) }

// UnmarshalText refuses an unknown cancel reason.
func (r *CancelReason) UnmarshalText(b []byte) error { return domain.ParseCode(r, b, CancelReasons) }
