package ticket

import (
	"time"

	"docket/domain"
)

// Refusals of the one-time notice (mission row I5).
var (
	ErrNoDefects   = domain.Refusal(domain.Conflict, "ticket.no_defects", "nothing is at fault that the customer could cure")
	ErrDefectsTold = domain.Refusal(domain.Conflict, "ticket.defects_told", "the customer has been told already, and nothing has been supplied since that is at fault")
	ErrVisible     = domain.Refusal(domain.Conflict, "ticket.visible_at_first", "this was visible when the customer was told: only a supervisor may let it be told after all")
	ErrUnchecked   = domain.Refusal(domain.Conflict, "ticket.unchecked", "one notice tells everything: first judge what has not been judged yet")
)

// NotifyDefects tells the customer every defect found, all at once, and by when they are to be cured (一次性告知補充或更正,
// mission row I5). What it lists is what the check found; nothing can be left out.
type NotifyDefects struct {
	Channel Channel `json:"channel" enum:"window,phone,online,mail"`
	Text    string  `json:"text,omitempty" doc:"what is told beside the list" maxLength:"10000"`

	Facts ClockFacts `json:"-"`
}

// May wants a draft with defects, all of them judged, that the customer has not been told of and could not have been.
func (c NotifyDefects) May(s State, m domain.Meta) error {
	if err := notifiable(s, m); err != nil || s.Intake.Notices == 0 {
		return err
	}
	var news bool
	for _, d := range s.curable(m.Effective) {
		_, told := s.Intake.Told[d.Path]
		fresh := s.fresh(d)
		if !told && !fresh {
			return ErrVisible
		}
		news = news || fresh
	}
	if !news {
		return ErrDefectsTold
	}
	return nil
}

// Decide tells.
func (c NotifyDefects) Decide(s State, m domain.Meta) ([]Event, error) {
	return s.notify(m, DefectsNotified{Channel: c.Channel, Text: c.Text}, c.Facts)
}

// OverrideNotice lets a second notice tell what was visible at the first. It is a supervisor's act and counts against the
// unit (mission row I5).
type OverrideNotice struct {
	Channel Channel `json:"channel" enum:"window,phone,online,mail"`
	Text    string  `json:"text,omitempty" maxLength:"10000"`
	Reason  string  `json:"reason" minLength:"1" maxLength:"10000"`

	Facts ClockFacts `json:"-"`
}

// ErrNotNotified: the customer has not been told of any defect.
var ErrNotNotified = domain.Refusal(domain.Conflict, "ticket.not_notified", "the customer has not been told of any defect")

// May wants a draft with defects of which the customer has been told before.
func (c OverrideNotice) May(s State, m domain.Meta) error {
	if err := notifiable(s, m); err != nil {
		return err
	}
	if s.Intake.Notices == 0 {
		return ErrNotNotified
	}
	return nil
}

// Decide tells, with the reason.
func (c OverrideNotice) Decide(s State, m domain.Meta) ([]Event, error) {
	e := DefectsNotified{Channel: c.Channel, Text: c.Text, Override: true, Reason: c.Reason}
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return s.notify(m, e, c.Facts)
}

// notifiable wants a draft in which everything has been judged and something is at fault.
func notifiable(s State, m domain.Meta) error {
	if err := draft(s); err != nil {
		return err
	}
	for _, g := range s.Gaps(m.Effective) {
		if g.Code == GapUnchecked {
			return ErrUnchecked
		}
	}
	if len(s.curable(m.Effective)) == 0 {
		return ErrNoDefects
	}
	return nil
}

// curable are the gaps that the customer can close.
func (s State) curable(at time.Time) []Defect {
	var list []Defect
	for _, g := range s.Gaps(at) {
		if g.Code != GapUnchecked && g.Code != GapUndecided {
			list = append(list, g)
		}
	}
	return list
}

// fresh reports whether a defect came up only after the last notice: with what was supplied since, or by expiring.
func (s State) fresh(d Defect) bool {
	if supplied, ok := s.Intake.Touched[d.Path]; ok && supplied == s.Intake.Notices {
		return true
	}
	if d.Code != GapExpired {
		return false
	}
	m, _ := s.material(d.Path[len("materials."):])
	return m.ValidUntil >= s.Intake.NotifiedOn
}

// notify lists every defect and starts the clock of their cure anew.
func (s State) notify(m domain.Meta, e DefectsNotified, f ClockFacts) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "channel", e.Channel, Channels...)
	v.Text("text", e.Text, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if f.Calendar == nil && !s.Rules.Supplement.Zero() {
		return nil, ErrNoCalendar
	}
	e.Notice, e.Unit, e.Defects = s.Intake.Notices+1, s.Unit, s.curable(m.Effective)
	e.On = m.Effective.In(paper).Format(day)
	for _, d := range e.Defects {
		e.Paths = append(e.Paths, d.Path)
	}
	events := []Event{e}
	if e.Channel == Window || e.Channel == Phone { // told in person, it has arrived
		events = append(events, DefectNoticeDelivered{Notice: e.Notice, At: m.Effective})
	}
	events = append(events, s.stopClock(SupplementClock, m.Effective)...)
	for _, stopped := range events {
		s = evolve(s, stopped)
	}
	return append(events, s.startClock(SupplementClock, m.Effective, f.Calendar)...), nil
}

// RecordNoticeDelivery notes that a notice of defects reached the customer (mission row I5: sent and delivered times).
type RecordNoticeDelivery struct {
	Notice      int       `json:"notice" minimum:"1"`
	DeliveredAt time.Time `json:"delivered_at"`
	Evidence    string    `json:"evidence,omitempty" doc:"how that is known" maxLength:"1000"`
}

// May wants a ticket whose customer has been told of defects.
func (c RecordNoticeDelivery) May(s State, _ domain.Meta) error {
	if s.Intake.Notices == 0 {
		return ErrNotNotified
	}
	return nil
}

// Decide notes it once for each notice.
func (c RecordNoticeDelivery) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if c.Notice < 1 || c.Notice > s.Intake.Notices {
		v.Fail("notice", "unknown", "there was no such notice")
	}
	v.NotAfter("delivered_at", c.DeliveredAt, m.Now, "now")
	v.Text("evidence", c.Evidence, maxRemark)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Notice <= s.Intake.Delivered {
		return nil, nil
	}
	return []Event{DefectNoticeDelivered{Notice: c.Notice, At: c.DeliveredAt, Evidence: c.Evidence}}, nil
}
