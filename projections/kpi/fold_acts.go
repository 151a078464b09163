package kpi

import (
	"slices"

	"docket/domain/ticket"
)

// Kinds of acts that the formulas count, beside those of a ticket's plain life.
const (
	actRegistered   = "registered"        // to_id: who did; n: weight; m: since the first contact
	actSupplemented = "supplemented"      // the material stage of an application with defects ended; n: notices
	actNotified     = "notified"          // of defects; n: number of the notice; code: override
	actDeclined     = "declined"          // not accepted
	actCommitted    = "committed"         // n: handling limit; m: what the law allows, in the same unit
	actOffered      = "offered"           // a handover
	actRefused      = "refused"           // a handover; to_id: who refused
	actDispatched   = "dispatched"        // to a body outside; n: number
	actReceipt      = "receipt"           // of what was dispatched; n: number; m: since it was dispatched
	actGranted      = "extension_granted" // n: number; m: added to the deadline
	actTold         = "extension_told"    // n: number; m: 1 where before the old deadline
	actObjected     = "objected"          // to a result
	actConcluded    = "objection_decided" // code: verdict
	actSettled      = "objection_closed"  // code: confirmed
	actEscalated    = "escalated"         // code: to whom or why; n: level
	actHeard        = "heard"             // the customer turned to us
	actContacted    = "contacted"         // we turned to the customer
	fullLimit       = 100                 // percent of a limit at which a reminder says that it is used up
)

// note puts down acts that the plain life does not tell of, and counts what deliveries tell.
func (c *course) note(event ticket.Event) {
	if c.meta.Index == 0 && c.meta.Actor != "" {
		c.m.Since.Touches++
	}
	switch e := event.(type) {
	case ticket.Opened:
		c.m.Opened = c.at
	case ticket.FormFilled:
		c.m.Fields = filled(c.m.Fields, e.Values, e.Marked)
	case ticket.Declined, ticket.Lapsed:
		c.act(actDeclined, Act{N: c.m.Weight})
		if c.m.Notices > 0 {
			c.act(actSupplemented, Act{Code: "declined", N: c.m.Notices})
			c.m.Notices = 0
		}
	case ticket.DefectsNotified:
		c.m.Notices++
		code := ""
		if e.Override {
			code = "override"
		}
		c.act(actNotified, Act{Code: code, N: int64(e.Notice)})
		c.news()
	case ticket.WorkRecorded:
		c.m.Ready = c.at
		if e.StartedAt != nil && e.EndedAt != nil {
			c.m.Since.WorkedMS += max(e.EndedAt.UnixMilli()-e.StartedAt.UnixMilli(), 0)
		}
	case ticket.StagePassed, ticket.Completed:
		c.m.Ready = c.at
	case ticket.Taken, ticket.AssignedToGroup, ticket.Released:
		c.m.Ready = 0
	case ticket.AssignedToHandler:
		c.m.Ready = 0
		if e.Previous != "" && e.Previous != e.Handler {
			c.m.Since.Reassigned++
		}
	default:
		c.noteLegs(event)
		c.noteLimits(event)
		c.noteCustomer(event)
	}
}

// noteLegs follows a ticket from hand to hand, inside and out.
func (c *course) noteLegs(event ticket.Event) {
	switch e := event.(type) {
	case ticket.HandoverOffered:
		c.m.Leg = leg{From: e.From, To: e.To}
		if c.m.Ready > 0 {
			c.m.Leg.LagMS = c.worked(c.m.Ready, c.at)
		}
		c.act(actOffered, Act{FromID: e.From, ToID: e.To, N: int64(e.Handover)})
	case ticket.HandoverAccepted:
		c.m.Leg.Answer, c.m.Ready = accepted, 0
	case ticket.HandoverRefused:
		c.m.Leg.Answer = refused
		c.act(actRefused, Act{FromID: e.From, ToID: e.To, Code: string(e.Code), N: int64(e.Handover)})
	case ticket.HandoverWithdrawn:
		c.m.Leg.Answer = withdrawn
	case ticket.CirculationReleased:
		c.m.Outside = append(slices.Clip(c.m.Outside), sent{e.Circulation, c.at})
		c.act(actDispatched, Act{Code: string(e.Channel), N: int64(e.Circulation)})
	case ticket.CirculationReceived:
		for _, s := range c.m.Outside {
			if s.Number == e.Circulation {
				c.act(actReceipt, Act{Code: string(e.Kind), N: int64(e.Circulation), M: max(c.at-s.AtMS, 0)})
			}
		}
	}
}

// noteLimits follows extensions, and whoever had to be called since a limit was used up.
func (c *course) noteLimits(event ticket.Event) {
	switch e := event.(type) {
	case ticket.ExtensionApproved:
		c.m.Since.Extensions++
		c.m.OldDue = milliseconds(e.Before)
		c.act(actGranted, Act{ToID: e.Approver, N: int64(e.Extension), M: max(milliseconds(e.DueAt)-c.m.OldDue, 0)})
	case ticket.ExtensionTold:
		inTime := int64(0)
		if c.m.OldDue == 0 || c.at < c.m.OldDue {
			inTime = 1
		}
		c.act(actTold, Act{Code: string(e.Channel), N: int64(e.Extension), M: inTime})
		c.news()
	case ticket.ProblemRaised:
		c.m.Superior = e.To
		c.act(actEscalated, Act{FromID: e.By, ToID: e.To, Code: "raised", N: 1})
	case ticket.ProblemPassedUp:
		c.m.Superior = e.To
		c.act(actEscalated, Act{FromID: e.From, ToID: e.To, Code: "passed_up", N: 2})
	case ticket.Paged:
		c.act(actEscalated, Act{ToID: e.Person, Code: "paged", N: int64(e.Level)})
	case ticket.HandoverOverdue:
		c.act(actEscalated, Act{FromID: e.From, ToID: e.To, Code: "handover_overdue", N: 1})
	case ticket.HandoverDisputed:
		c.act(actEscalated, Act{ToID: e.Arbiter, Code: "disputed", N: 1})
	case ticket.ReminderDue:
		if e.Percent >= fullLimit {
			c.act(actEscalated, Act{ToID: e.To, Code: "limit_used_up", N: int64(e.Percent)})
		}
	}
}

// noteCustomer follows what the customer says and hears.
func (c *course) noteCustomer(event ticket.Event) {
	switch e := event.(type) {
	case ticket.CustomerContacted:
		c.m.Since.Contacts++
		if e.Direction == ticket.Inbound {
			c.act(actHeard, Act{Code: string(e.Outcome)})
			return
		}
		c.act(actContacted, Act{Code: string(e.Outcome), FromID: e.By})
		if e.Outcome != ticket.ContactNotReached {
			c.news()
		}
	case ticket.NoticeDelivered, ticket.NoteSent, ticket.ProgressReported:
		c.news()
	case ticket.Objected:
		c.act(actObjected, Act{N: int64(e.Objection)})
	case ticket.ObjectionDecided:
		c.act(actConcluded, Act{Code: string(e.Verdict), FromID: e.Reviewer, N: int64(e.Objection)})
	case ticket.ObjectionClosed:
		code := "not_confirmed"
		if e.Confirmed {
			code = "confirmed"
		}
		c.act(actSettled, Act{Code: code, N: int64(e.Objection)})
	}
}

// news notes that the customer heard something; the longest time without is told at the delivery (kpis §5.4).
func (c *course) news() {
	if inside(c.was.Status) && c.at > c.m.Since.NewsMS {
		c.m.Since.SilenceMS = max(c.m.Since.SilenceMS, c.at-c.m.Since.NewsMS)
		c.m.Since.NewsMS = c.at
	}
}

// filled is the list of fields that hold something, once these values have been written.
func filled(fields []string, written ...map[string]string) []string {
	next := slices.Clone(fields)
	for _, values := range written {
		for key, value := range values {
			i, found := slices.BinarySearch(next, key)
			switch {
			case found && value == "":
				next = slices.Delete(next, i, i+1)
			case !found && value != "":
				next = slices.Insert(next, i, key)
			}
		}
	}
	return next
}

// sent is what went to a body outside, and when.
type sent struct {
	Number int   `json:"n"`
	AtMS   int64 `json:"at"`
}
