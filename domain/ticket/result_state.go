package ticket

import (
	"maps"
	"slices"

	"docket/domain"
)

// ResultEvent is an event of what the customer is told and answers: notices, objections (mission rows F1–F3, R7).
//
//sumtype:decl
type ResultEvent interface {
	Event
	isResult()
}

// Result is what decisions read of it.
type Result struct {
	Notices   map[int]Notice // by number
	Last      int            // number of the newest notice
	Objection Objection      // the newest; zero when none was filed
}

// Notice is a notice to the customer on its way.
type Notice struct {
	Kind     NoticeKind
	Channels []Channel // in the order they are tried
	Text     string    // exactly what is told
	Failed   []Channel
	Settled  bool   // delivered, or every channel failed
	Cause    string // event that it follows from; empty when somebody asked for it by hand
	Defects  int    // notice of defects that it carries; 0: none
	Round    int    // of the ticket when it was written
	Form     int    // revision of the form then
}

// NoticeRequested: the customer is to be told exactly this, by the first of these channels that works (結果通知, mission
// rows F1, F2, I5, L3, R7).
type NoticeRequested struct {
	Notice   int               `json:"notice" class:"skeleton"` // counts the ticket's notices from 1
	Kind     NoticeKind        `json:"kind" class:"skeleton"`
	Language string            `json:"language" class:"skeleton"`
	Channels []Channel         `json:"channels" class:"skeleton"`
	Customer string            `json:"customer,omitempty" class:"skeleton"`
	To       map[string]string `json:"to,omitempty" class:"marked"` // address by channel
	Subject  string            `json:"subject" class:"content"`
	Text     string            `json:"text" class:"content"`
	Cause    string            `json:"cause,omitempty" class:"skeleton"`   // event that asks for it, when nobody did by hand
	Defects  int               `json:"defects,omitempty" class:"skeleton"` // notice of defects that it carries
}

// MarkedSubject seals the addresses under the customer's key where the customer is known.
func (e NoticeRequested) MarkedSubject() string {
	return Registered{Customer: e.Customer}.MarkedSubject()
}

// NoticeDelivered: the customer has it. Phone and window: Teller told Told in person.
type NoticeDelivered struct {
	Notice   int     `json:"notice" class:"skeleton"`
	Channel  Channel `json:"channel" class:"skeleton"`
	Attempts int     `json:"attempts" class:"skeleton"`
	Message  string  `json:"message,omitempty" class:"skeleton"` // the provider's message id
	Teller   string  `json:"teller,omitempty" class:"skeleton"`  // staff
	Told     string  `json:"told,omitempty" class:"content"`     // who was told
	Party    Party   `json:"party,omitempty" class:"skeleton"`   // on whose behalf; empty: the agent, where one acts for the customer
}

// NoticeFailed: a channel has given up.
type NoticeFailed struct {
	Notice   int     `json:"notice" class:"skeleton"`
	Channel  Channel `json:"channel" class:"skeleton"`
	Attempts int     `json:"attempts" class:"skeleton"`
	Code     string  `json:"code" class:"skeleton"` // no_address, refused, unreachable
	Detail   string  `json:"detail,omitempty" class:"content"`
}

// NoticeExhausted: every channel failed, so that a person has to tell the customer.
type NoticeExhausted struct {
	Notice int `json:"notice" class:"skeleton"`
}

// Objected: the customer objects to the result (異議, mission row F3). Its number is the ticket's with its count.
type Objected struct {
	Objection int     `json:"objection" class:"skeleton"` // counts from 1
	Number    string  `json:"number" class:"skeleton"`
	Channel   Channel `json:"channel" class:"skeleton"`
	Grounds   string  `json:"grounds" class:"content"`
	Party     Party   `json:"party,omitempty" class:"skeleton"` // empty: the agent, where one acts for the customer
}

// ObjectionDecided: somebody who did not decide the original has answered it.
type ObjectionDecided struct {
	Objection int     `json:"objection" class:"skeleton"`
	Reviewer  string  `json:"reviewer" class:"skeleton"`
	Verdict   Verdict `json:"verdict" class:"skeleton"`
	Fault     Fault   `json:"fault,omitempty" class:"skeleton"` // when upheld in whole or part
	Reasons   string  `json:"reasons" class:"content"`
}

// ObjectionContacted: somebody tried to reach the customer about the answer.
type ObjectionContacted struct {
	Objection int    `json:"objection" class:"skeleton"`
	Try       int    `json:"try" class:"skeleton"`
	Reached   bool   `json:"reached" class:"skeleton"`
	Summary   string `json:"summary" class:"content"`
}

// ObjectionClosed: the customer confirmed, or a supervisor closed it after enough tries.
type ObjectionClosed struct {
	Objection int    `json:"objection" class:"skeleton"`
	Confirmed bool   `json:"confirmed" class:"skeleton"` // by the customer
	Reason    string `json:"reason,omitempty" class:"content"`
}

func (NoticeRequested) isTicket()    {}
func (NoticeRequested) isResult()    {}
func (NoticeDelivered) isTicket()    {}
func (NoticeDelivered) isResult()    {}
func (NoticeFailed) isTicket()       {}
func (NoticeFailed) isResult()       {}
func (NoticeExhausted) isTicket()    {}
func (NoticeExhausted) isResult()    {}
func (Objected) isTicket()           {}
func (Objected) isResult()           {}
func (ObjectionDecided) isTicket()   {}
func (ObjectionDecided) isResult()   {}
func (ObjectionContacted) isTicket() {}
func (ObjectionContacted) isResult() {}
func (ObjectionClosed) isTicket()    {}
func (ObjectionClosed) isResult()    {}

var resultEvents = domain.Contract[Event]{
	"TicketNoticeRequested":    domain.Of[NoticeRequested](),
	"TicketNoticeDelivered":    domain.Of[NoticeDelivered](),
	"TicketNoticeFailed":       domain.Of[NoticeFailed](),
	"TicketNoticeExhausted":    domain.Of[NoticeExhausted](),
	"TicketObjected":           domain.Of[Objected](),
	"TicketObjectionDecided":   domain.Of[ObjectionDecided](),
	"TicketObjectionContacted": domain.Of[ObjectionContacted](),
	"TicketObjectionClosed":    domain.Of[ObjectionClosed](),
}

// afterResult folds notices and objections.
func (s State) afterResult(event ResultEvent) State {
	switch e := event.(type) {
	case NoticeRequested:
		s.Result = s.Result.with(e.Notice, Notice{
			Kind: e.Kind, Channels: e.Channels, Text: e.Text, Cause: e.Cause, Defects: e.Defects, Round: s.Round, Form: s.Route.Form.Revision,
		})
		s.Result.Last = e.Notice
	case NoticeDelivered:
		n := s.Result.Notices[e.Notice]
		n.Settled = true
		s.Result = s.Result.with(e.Notice, n)
	case NoticeFailed:
		n := s.Result.Notices[e.Notice]
		n.Failed = append(slices.Clip(n.Failed), e.Channel)
		s.Result = s.Result.with(e.Notice, n)
	case NoticeExhausted:
		n := s.Result.Notices[e.Notice]
		n.Settled = true
		s.Result = s.Result.with(e.Notice, n)
	case Objected:
		s.Result.Objection = Objection{Objection: e.Objection, Open: true}
	case ObjectionDecided:
		s.Result.Objection.Verdict, s.Result.Objection.Reviewer = e.Verdict, e.Reviewer
	case ObjectionContacted:
		s.Result.Objection.Tries = e.Try
	case ObjectionClosed:
		s.Result.Objection.Open = false
	}
	return s
}

// with is a copy with one notice replaced, so that folding never changes an earlier state.
func (r Result) with(number int, n Notice) Result {
	next := maps.Clone(r.Notices)
	if next == nil {
		next = map[int]Notice{}
	}
	next[number] = n
	r.Notices = next
	return r
}
