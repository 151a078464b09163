package ticket

import (
	"time"

	"docket/domain/casetype"
)

// Event is what may become true of a ticket.
//
//sumtype:decl
type Event interface{ isTicket() }

// Registered: the ticket exists and has its number (登記, mission row I7). Policy is the unit's, as in force then.
type Registered struct {
	Number           string     `json:"number" class:"skeleton"`
	Unit             string     `json:"unit" class:"skeleton"`
	Type             string     `json:"type" class:"skeleton"` // business type 業務類型, a code
	Channel          Channel    `json:"channel" class:"skeleton"`
	Urgency          Urgency    `json:"urgency" class:"skeleton"`
	Title            string     `json:"title" class:"content"`
	Description      string     `json:"description,omitempty" class:"content"` // 業務內容
	Customer         string     `json:"customer,omitempty" class:"skeleton"`   // customer reference, an id
	CustomerName     string     `json:"customer_name,omitempty" class:"content"`
	CustomerPhone    string     `json:"customer_phone,omitempty" class:"marked"`
	CustomerIDNumber string     `json:"customer_id_number,omitempty" class:"marked"`
	Reference        string     `json:"reference,omitempty" class:"skeleton"` // number in another system
	DueAt            *time.Time `json:"due_at,omitempty" class:"skeleton"`    // promised date
	Policy           Policy     `json:"policy" class:"skeleton"`

	Template casetype.Ref `json:"template,omitzero" class:"skeleton"` // version it was opened on; none for a plain ticket
}

// Accepted: the application is taken on (受理).
type Accepted struct {
	Opinion string `json:"opinion,omitempty" class:"content"`
}

// AssignedToGroup: the group is responsible from now on (分配, mission row A1). A handler of another group stays
// responsible until somebody accepts the handover (mission row X14).
type AssignedToGroup struct {
	Group    string `json:"group" class:"skeleton"`
	Unit     string `json:"unit" class:"skeleton"` // the group's unit
	Previous string `json:"previous,omitempty" class:"skeleton"`
	Reason   string `json:"reason,omitempty" class:"content"`
	Rule     string `json:"rule,omitempty" class:"skeleton"` // of the template that named the group; empty: somebody did
}

// Taken: a member of the group took the ticket from the queue and is responsible (mission row A2).
type Taken struct {
	Handler string `json:"handler" class:"skeleton"`
}

// AssignedToHandler: a leader named the responsible handler; a pending handover offer lapses.
type AssignedToHandler struct {
	Handler  string `json:"handler" class:"skeleton"`
	Previous string `json:"previous,omitempty" class:"skeleton"`
	Reason   string `json:"reason,omitempty" class:"content"`
}

// WorkRecorded: a work record was written (工作記錄, mission row A5).
type WorkRecorded struct {
	Content   string     `json:"content" class:"content"`
	Result    string     `json:"result,omitempty" class:"content"`
	StartedAt *time.Time `json:"started_at,omitempty" class:"skeleton"`
	EndedAt   *time.Time `json:"ended_at,omitempty" class:"skeleton"`
	Step      string     `json:"step,omitempty" class:"skeleton"` // key step of the template
	Files     []string   `json:"files,omitempty" class:"content"` // digests of what is attached
	By        string     `json:"by,omitempty" class:"skeleton"`   // author, where a key step is recorded
}

// Noted: somebody left a note; it changes nothing and is allowed on a closed ticket too.
type Noted struct {
	Text    string `json:"text" class:"content"`
	Visible bool   `json:"visible,omitempty" class:"skeleton"` // to the customer; else it is internal
}

// HandoverOffered: the handler wants to pass the ticket on (交接, mission row C1); the sender stays responsible.
type HandoverOffered struct {
	Handover int    `json:"handover" class:"skeleton"` // counts the ticket's offers from 1
	From     string `json:"from" class:"skeleton"`
	To       string `json:"to" class:"skeleton"`
	Note     string `json:"note,omitempty" class:"content"`
	Pages    int    `json:"pages,omitempty" class:"skeleton"` // pages that go along
	Paper    bool   `json:"paper,omitempty" class:"skeleton"` // the paper original goes along

	Items  []string `json:"items,omitempty" class:"content"`   // what goes along
	Status Status   `json:"status,omitempty" class:"skeleton"` // where the ticket stood
}

// HandoverAccepted: the receiver is responsible from now on (mission row C2).
type HandoverAccepted struct {
	Handover int    `json:"handover" class:"skeleton"`
	From     string `json:"from" class:"skeleton"`
	To       string `json:"to" class:"skeleton"`
}

// HandoverRefused: the receiver will not take it, with a coded reason; the sender remains responsible.
type HandoverRefused struct {
	Handover int           `json:"handover" class:"skeleton"`
	From     string        `json:"from" class:"skeleton"`
	To       string        `json:"to" class:"skeleton"`
	Code     RefusalReason `json:"code" class:"skeleton"`
	Reason   string        `json:"reason" class:"content"`
}

// Paused: waiting for somebody outside, by a listed kind (暫停, mission row L4).
type Paused struct {
	Kind   PauseKind `json:"kind" class:"skeleton"`
	Reason string    `json:"reason" class:"content"`
}

// Resumed: what was waited for has come, or the wait was given up.
type Resumed struct {
	Kind   PauseKind `json:"kind" class:"skeleton"`
	Reason string    `json:"reason,omitempty" class:"content"`
}

// Completed: the handler has finished; the result awaits review and delivery (辦結).
type Completed struct {
	Handler string  `json:"handler,omitempty" class:"skeleton"` // who held it; empty only where the policy allows it
	By      string  `json:"by,omitempty" class:"skeleton"`      // who completed it; empty for a service that acts for itself
	Outcome Outcome `json:"outcome" class:"skeleton"`
	Summary string  `json:"summary" class:"content"`
}

// ReviewPassed: a reviewer other than the handler found the result accurate, compliant and complete (mission row R1).
type ReviewPassed struct {
	Reviewer string `json:"reviewer" class:"skeleton"`
	Opinion  string `json:"opinion" class:"content"`
}

// ReviewReturned: back to the handler with the reason and the items to fix (返回重新處理, mission row R3).
type ReviewReturned struct {
	Reviewer string   `json:"reviewer" class:"skeleton"`
	Fault    Fault    `json:"fault" class:"skeleton"`
	Reason   string   `json:"reason" class:"content"`
	Items    []string `json:"items" class:"content"`
	Round    int      `json:"round" class:"skeleton"` // the round that begins
}

// ResultDelivered: the customer was told the result or can fetch it (結果通知, mission row F1).
type ResultDelivered struct {
	Channel Channel `json:"channel" class:"skeleton"`
	Text    string  `json:"text" class:"content"` // exactly what was told
}

// Reopened: handling goes on in a new round.
type Reopened struct {
	Fault  Fault  `json:"fault" class:"skeleton"`
	Reason string `json:"reason" class:"content"`
	Round  int    `json:"round" class:"skeleton"`
}

// Closed: nothing more is to be done.
type Closed struct {
	Reason string `json:"reason,omitempty" class:"content"`
}

// Cancelled: withdrawn by the customer, registered in error, or not accepted (mission row I4).
type Cancelled struct {
	Code   CancelReason `json:"code" class:"skeleton"`
	Reason string       `json:"reason" class:"content"`
}

// MarkedSubject seals the marked fields under the customer's key where the customer is known.
func (e Registered) MarkedSubject() string { return customerSubject(e.Customer) }

// ReviewVoided: the ticket goes back to a stage whose decision does not stand any more, or that it has to pass now after all
// (更正後重審, mission row K3): to before handling, or to its completed result.
type ReviewVoided struct {
	Stage  string `json:"stage" class:"skeleton"`
	Status Status `json:"status" class:"skeleton"`
}

func (Registered) isTicket()        {}
func (Accepted) isTicket()          {}
func (AssignedToGroup) isTicket()   {}
func (Taken) isTicket()             {}
func (AssignedToHandler) isTicket() {}
func (WorkRecorded) isTicket()      {}
func (Noted) isTicket()             {}
func (HandoverOffered) isTicket()   {}
func (HandoverAccepted) isTicket()  {}
func (HandoverRefused) isTicket()   {}
func (Paused) isTicket()            {}
func (Resumed) isTicket()           {}
func (Completed) isTicket()         {}
func (ReviewPassed) isTicket()      {}
func (ReviewReturned) isTicket()    {}
func (ResultDelivered) isTicket()   {}
func (Reopened) isTicket()          {}
func (Closed) isTicket()            {}
func (Cancelled) isTicket()         {}
func (ReviewVoided) isTicket()      {}
