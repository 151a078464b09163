package ticket

import "docket/domain"

// ReleaseCode says why a ticket left its handler without a handover.
type ReleaseCode string

// The codes.
const (
	ReleasedLeft      ReleaseCode = "left"       // the handler no longer works here
	ReleasedLostGroup ReleaseCode = "lost_group" // the handler no longer belongs to the group
	ReleasedAbsent    ReleaseCode = "absent"     // the handler is away
	ReleasedOther     ReleaseCode = "other"      // a leader takes it back, for a reason told
)

// ReleaseCodes are the codes, in the order forms show them.
var ReleaseCodes = []ReleaseCode{ReleasedLeft, ReleasedLostGroup, ReleasedAbsent, ReleasedOther}

// UnmarshalText refuses an unknown code.
func (c *ReleaseCode) UnmarshalText(b []byte) error { return domain.ParseCode(c, b, ReleaseCodes) }

// Released: the ticket left its handler, who can no longer look after it, for the queue, or for the deputy named (mission row
// A2). An offer that was pending lapses.
type Released struct {
	From   string      `json:"from" class:"skeleton"`
	To     string      `json:"to,omitempty" class:"skeleton"` // deputy; empty: back to the queue
	Code   ReleaseCode `json:"code" class:"skeleton"`
	Reason string      `json:"reason,omitempty" class:"content"`
}

// HandoverWithdrawn: an offer lapsed before its receiver answered, since the ticket went another way.
type HandoverWithdrawn struct {
	Handover int    `json:"handover" class:"skeleton"`
	From     string `json:"from" class:"skeleton"`
	To       string `json:"to" class:"skeleton"`
}

func (Released) isTicket()          {}
func (Released) isDuty()            {}
func (HandoverWithdrawn) isTicket() {}
func (HandoverWithdrawn) isDuty()   {}

// Release takes the ticket from a handler who can no longer look after it. Reactions to leaving, to losing a group and to
// absences issue it for every open ticket; a leader may do so too.
type Release struct {
	Handler string      `json:"handler" minLength:"1" maxLength:"64" doc:"from whom; somebody else's ticket is left alone"`
	Code    ReleaseCode `json:"code" enum:"left,lost_group,absent,other"`
	To      string      `json:"to,omitempty" maxLength:"64" doc:"deputy who takes over; left out: back to the queue"`
	Reason  string      `json:"reason,omitempty" maxLength:"10000" doc:"required with other"`

	Facts Person `json:"-"` // about the deputy
}

// May leaves it to Decide, since what no longer holds is no refusal.
func (c Release) May(State, domain.Meta) error { return nil }

// Decide releases what the handler still holds, be it that a correction has put it back before its stages. A deputy who is not fit to hold it does not keep it from being released: it
// goes to the queue, which is never absent.
func (c Release) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "code", c.Code, ReleaseCodes...)
	v.Text("reason", c.Reason, maxText)
	if c.Code == ReleasedOther {
		v.Required("reason", c.Reason)
	}
	if err := v.Err(); err != nil || s.Status.Finished() || c.Handler == "" || s.Handler != c.Handler {
		return nil, err
	}
	to := c.To
	if unfit := (&domain.Checks{}); to != "" {
		if c.Facts.check(unfit, "to", s.Group); unfit.Err() != nil || to == s.Handler {
			to = ""
		}
	}
	events := []Event{Released{From: s.Handler, To: to, Code: c.Code, Reason: c.Reason}}
	if to == "" {
		return append(events, s.stopClock(HandoverClock, m.Now)...), nil
	}
	reason := c.Reason
	if reason == "" {
		reason = string(c.Code)
	}
	return append(events, s.given(to, reason, m)...), nil
}

// withdrawn lets a pending offer lapse.
func (s State) withdrawn(m domain.Meta) []Event {
	if !s.Offer.Pending() {
		return nil
	}
	lapsed := HandoverWithdrawn{Handover: s.Offer.Handover, From: s.Handler, To: s.Offer.To}
	return append([]Event{lapsed}, s.stopClock(HandoverClock, m.Now)...)
}

// given makes somebody the handler over everybody's head; a pending offer lapses by that.
func (s State) given(to, reason string, m domain.Meta) []Event {
	named := AssignedToHandler{Handler: to, Previous: s.Handler, Reason: reason}
	return append([]Event{named}, s.stopClock(HandoverClock, m.Now)...)
}
