package ticket

import (
	"slices"
	"time"

	"docket/domain"
)

// ReceiptChased: the receipt of what went outside has not come for so many days, and whoever sends things out is to ask for it
// (簽收憑證, mission row C5).
type ReceiptChased struct {
	Circulation int `json:"circulation" class:"skeleton"`
	Days        int `json:"days" class:"skeleton"`
}

func (ReceiptChased) isTicket() {}
func (ReceiptChased) isDuty()   {}

// ChaseDays are the days after a release on which a receipt that has not come is asked for. They are days as they pass: the body
// outside keeps a calendar of its own.
var ChaseDays = []int{7, 14, 28}

// ChaseReceipt notes that a receipt has not come for so many days. It is the timer's.
type ChaseReceipt struct {
	Circulation int       `json:"circulation" minimum:"1"`
	Days        int       `json:"days" minimum:"1" maximum:"28"`
	At          time.Time `json:"at" doc:"when the days are over"`
}

// May leaves it to Decide, since what no longer holds is no refusal.
func (c ChaseReceipt) May(State, domain.Meta) error { return nil }

// Decide chases once for each number of days, and only while the receipt is owed.
func (c ChaseReceipt) Decide(s State, m domain.Meta) ([]Event, error) {
	out, found := s.circulation(c.Circulation)
	if !found || !out.Released || out.Received || out.Returned || out.Chased >= c.Days || !slices.Contains(ChaseDays, c.Days) {
		return nil, nil
	}
	if m.Now.Before(c.At) {
		return nil, ErrNotDue
	}
	return []Event{ReceiptChased{Circulation: c.Circulation, Days: c.Days}}, nil
}
