package ticket_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

var (
	notifying  = ticket.NotifyDefects{Channel: ticket.Phone, Facts: ticket.ClockFacts{Calendar: office}}
	overriding = ticket.OverrideNotice{Channel: ticket.Phone, Reason: "our mistake", Facts: ticket.ClockFacts{Calendar: office}}

	// What was valid at the first notice is found defective without anything having been supplied.
	badShop = ticket.Checked{
		Verdicts: map[string]ticket.Assessment{"form.shop": ticket.Defective}, Defects: map[string]string{"form.shop": "no such name"},
		Cures: map[string]string{"form.shop": "state the registered name"}, By: "ann",
	}
	cancelledClock = ticket.ClockStopped{Clock: ticket.SupplementClock, Round: 1, At: noon, Met: true, DueAt: &supplementDue}
)

// arrived: what was told in person at noon has arrived.
func arrived(notice int) ticket.DefectNoticeDelivered {
	return ticket.DefectNoticeDelivered{Notice: notice, At: noon}
}

// secondNotice is the second notice with what it lists.
func secondNotice(change func(*ticket.DefectsNotified)) ticket.DefectsNotified {
	e := notice
	e.Notice = 2
	change(&e)
	return e
}

var defectNoticeCases = domaintest.Cases{
	"every defect at once": onPlan(defective...).When(notifying).As(ann).Then(notice, arrived(1), supplementing),
	"restated, of what was supplied and is wrong again": onPlan(then(notified, restated, badArea)...).When(notifying).As(ann).
		Then(secondNotice(func(*ticket.DefectsNotified) {}), arrived(2), cancelledClock, secondRound()),
	"restated, of what has expired since": onPlan(then(brought, inScope, badArea, oneNotice)...).When(notifying).As(ann).At(at(33, 10, 0)).
		Then(secondNotice(func(e *ticket.DefectsNotified) {
			e.On = "2026-04-03"
			e.Defects = []ticket.Defect{notice.Defects[0], {Path: "materials.lease", Code: ticket.GapExpired}}
		}), ticket.DefectNoticeDelivered{Notice: 2, At: at(33, 10, 0)}, aprilClock()),
	"restated, of the same":              onPlan(notified...).When(notifying).As(ann).Refused(ticket.ErrDefectsTold),
	"restated, of what was visible":      onPlan(then(notified, badShop)...).When(notifying).As(ann).Refused(ticket.ErrVisible),
	"restated, of something new as well": onPlan(then(notified, restated, badArea, badShop)...).When(notifying).As(ann).Refused(ticket.ErrVisible),
	"by mail, it arrives later": onPlan(defective...).When(ticket.NotifyDefects{Channel: ticket.Mail, Facts: ticket.ClockFacts{Calendar: office}}).As(ann).
		Then(mailed, supplementing),
	"before all is judged": onPlan(then(brought, inScope)...).When(notifying).As(ann).Refused(ticket.ErrUnchecked),
	"without a defect":     onPlan(ready...).When(notifying).As(ann).Refused(ticket.ErrNoDefects),
	"once registered":      onPlan(then(ready, numbered)...).When(notifying).As(ann).Refused(ticket.ErrNotDraft),
	"without a calendar":   onPlan(defective...).When(ticket.NotifyDefects{Channel: ticket.Phone}).As(ann).Refused(ticket.ErrNoCalendar),
	"all that is wrong":    onPlan(defective...).When(ticket.NotifyDefects{Text: tooLong}).As(ann).Invalid("channel not_allowed", "text too_long"),
}

// mailed is the notice as it goes by mail.
var mailed = func() ticket.DefectsNotified {
	e := notice
	e.Channel = ticket.Mail
	return e
}()

// oneNotice told of the area alone, while the lease was good.
var oneNotice = ticket.DefectsNotified{Notice: 1, Paths: []string{"form.area"}, On: "2026-03-02", Channel: ticket.Phone, Unit: "u1"}

func aprilClock() ticket.ClockStarted {
	e := supplementing
	e.Since = at(33, 10, 0)
	due := at(36, 10, 0)
	e.Deadline.DueAt = &due
	return e
}

var overrideCases = domaintest.Cases{
	"what was visible at the first": onPlan(then(notified, badShop)...).When(overriding).As(eve).
		Then(secondNotice(func(e *ticket.DefectsNotified) {
			e.Override, e.Reason = true, "our mistake"
			e.Paths = []string{"form.shop", "form.area", "materials.lease"}
			e.Defects = append([]ticket.Defect{{Path: "form.shop", Code: ticket.GapDefective, Text: "no such name", Cure: "state the registered name"}}, notice.Defects...)
		}), arrived(2), cancelledClock, secondRound()),
	"the first one":   onPlan(defective...).When(overriding).As(eve).Refused(ticket.ErrNotNotified),
	"without defects": onPlan(ready...).When(overriding).As(eve).Refused(ticket.ErrNoDefects),
	"without a word":  onPlan(notified...).When(ticket.OverrideNotice{Channel: ticket.Phone}).As(eve).Invalid("reason required"),
}

var deliveryCases = domaintest.Cases{
	"once it has arrived": onPlan(notified...).When(ticket.RecordNoticeDelivery{Notice: 1, DeliveredAt: noon, Evidence: "said so"}).
		Then(ticket.DefectNoticeDelivered{Notice: 1, At: noon, Evidence: "said so"}),
	"twice": onPlan(then(notified, ticket.DefectNoticeDelivered{Notice: 1, At: noon})...).When(ticket.RecordNoticeDelivery{Notice: 1, DeliveredAt: noon}).Nothing(),
	"of another, in the future": onPlan(notified...).When(ticket.RecordNoticeDelivery{Notice: 2, DeliveredAt: later}).
		Invalid("notice unknown", "delivered_at too_late"),
	"before any": onPlan(defective...).When(ticket.RecordNoticeDelivery{Notice: 1, DeliveredAt: noon}).Refused(ticket.ErrNotNotified),
}

func TestNotifyDefects(t *testing.T)        { t.Parallel(); defectNoticeCases.Run(t) }
func TestOverrideNotice(t *testing.T)       { t.Parallel(); overrideCases.Run(t) }
func TestRecordNoticeDelivery(t *testing.T) { t.Parallel(); deliveryCases.Run(t) }
