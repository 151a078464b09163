package quarantine

import "docket/domain"

// Refusals.
var (
	ErrExists   = domain.Refusal(domain.Conflict, "quarantine.exists", "the message is in quarantine already")
	ErrUnknown  = domain.Refusal(domain.NotFound, "quarantine.unknown", "there is no such message in quarantine")
	ErrSettled  = domain.Refusal(domain.Conflict, "quarantine.settled", "the message has been settled already")
	ErrNoPerson = domain.Refusal(domain.Forbidden, "quarantine.no_person", "only a person can do this, not a service for itself")
)

const (
	maxAddress = 320
	maxLine    = 998 // RFC 5322 §2.1.1
	maxText    = 10_000
)

// Enter puts a message into quarantine; a connector does.
type Enter struct {
	Channel   string `json:"channel" enum:"mail,online"`
	Unit      string `json:"unit" doc:"unit that has to look after it" minLength:"1" maxLength:"64"`
	Cause     Cause  `json:"cause" enum:"oversized,unparseable,automatic,no_template,attachment,reused"`
	Size      int64  `json:"size" doc:"bytes received" minimum:"0"`
	Digest    string `json:"digest,omitempty" doc:"of the sealed bytes that are kept" pattern:"^[0-9a-f]{64}$"`
	Truncated bool   `json:"truncated,omitempty" doc:"only its beginning is kept"`
	Ticket    string `json:"ticket,omitempty" doc:"that it opened all the same" maxLength:"64"`
	Message   string `json:"message,omitempty" doc:"Message-ID" maxLength:"998"`
	Subject   string `json:"subject,omitempty" maxLength:"998"`
	Sender    string `json:"sender,omitempty" maxLength:"320"`
	Recipient string `json:"recipient,omitempty" maxLength:"320"`
	Detail    string `json:"detail,omitempty" maxLength:"10000"`

	Facts EnterFacts `json:"-"`
}

// EnterFacts are what the pipeline looks up.
type EnterFacts struct{ UnitKnown, FileKnown bool }

// Scope is the unit that has to look after it.
func (c Enter) Scope() domain.Scope { return domain.Scope{Unit: c.Unit} }

// May wants a message that has not been entered.
func (c Enter) May(s State, _ domain.Meta) error {
	if s.Entered {
		return ErrExists
	}
	return nil
}

// Decide enters.
func (c Enter) Decide(_ State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "channel", c.Channel, "mail", "online")
	domain.OneOf(&v, "cause", c.Cause, Causes...)
	if !c.Facts.UnitKnown {
		v.Fail("unit", "unknown", "no such unit at that time")
	}
	if c.Size < 0 {
		v.Fail("size", "negative", "must not be negative")
	}
	if c.Digest != "" && !c.Facts.FileKnown {
		v.Fail("digest", "unknown", "no such file is kept for this message")
	}
	v.Text("message", c.Message, maxLine)
	v.Text("subject", c.Subject, maxLine)
	v.Text("sender", c.Sender, maxAddress)
	v.Text("recipient", c.Recipient, maxAddress)
	v.Text("detail", c.Detail, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Entered{
		Channel: c.Channel, Unit: c.Unit, Cause: c.Cause, Size: c.Size, Digest: c.Digest, Truncated: c.Truncated, Ticket: c.Ticket,
		Message: c.Message, Subject: c.Subject, Sender: c.Sender, Recipient: c.Recipient, Detail: c.Detail,
	}}, nil
}
