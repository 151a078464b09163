package ticket

import (
	"slices"
	"strings"

	"docket/domain"
)

// Refusals of notices.
var (
	ErrNoNotice    = domain.Refusal(domain.NotFound, "ticket.no_notice", "the ticket has no such notice")
	ErrToldAlready = domain.Refusal(domain.Conflict, "ticket.told_already", "the customer is being told already")
)

// Languages that notices are written in.
var languages = []string{"zh-Hant", "zh-Hans", "en"}

// The longest address of a customer, in characters, and the most points a notice lists.
const (
	maxAddress = 254
	maxPoints  = 20
)

// NotifyResult tells the customer the outcome by the chosen channels, in order (mission rows F1, F2, R7). A success carries
// what the customer has to do next; a failure carries the reasons and the ways to remedy it. Told in person, at the window
// or by phone, it counts as delivered at once; all other channels are tried by the service.
type NotifyResult struct {
	Channels []Channel         `json:"channels" doc:"in the order they are tried; window and phone mean in person and stand alone" minItems:"1" maxItems:"4"`
	To       map[string]string `json:"to,omitempty" doc:"address by channel: an e-mail address for mail, a phone number for sms"`
	Told     string            `json:"told,omitempty" doc:"who was told in person" maxLength:"200"`
	Party    Party             `json:"party,omitempty" enum:"customer,agent" doc:"whom that is; left out: the agent where one acts for the customer"`
	Language string            `json:"language,omitempty" doc:"zh-Hant (when left out), zh-Hans or en"`
	Text     string            `json:"text,omitempty" doc:"what else is to be said" maxLength:"10000"`
	FollowUp []string          `json:"follow_up,omitempty" doc:"of a success: what the customer has to do or mind next" maxItems:"20"`
	Reasons  []string          `json:"reasons,omitempty" doc:"of a failure: why" maxItems:"20"`
	Remedies []string          `json:"remedies,omitempty" doc:"of a failure: what can be done about it, and how to object" maxItems:"20"`

	Facts NoticeFacts `json:"-"`
}

// NoticeFacts are what the pipeline fills in: the words around what was asked to be said.
type NoticeFacts struct {
	Subject, Text string
}

// May wants a result that may leave the house, or a refused application, and nobody telling it already.
func (c NotifyResult) May(s State, _ domain.Meta) error {
	if s.Status != StatusRefused {
		if err := reviewed(s); err != nil {
			return err
		}
	}
	if n, ok := s.Result.Notices[s.Result.Last]; ok && !n.Settled && (n.Kind == NoticeResult || n.Kind == NoticeRefusal) {
		return ErrToldAlready
	}
	return nil
}

// Failed reports whether what has to be told is a refusal or an unsuccessful result.
func (s State) Failed() bool { return s.Status == StatusRefused || s.Outcome == NotFulfilled }

// Decide asks for the notice, and counts it as delivered when it was told in person.
func (c NotifyResult) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	kind := NoticeResult
	if s.Status == StatusRefused {
		kind = NoticeRefusal
	}
	if s.Failed() {
		points(&v, "reasons", c.Reasons, true)
		points(&v, "remedies", c.Remedies, true)
		points(&v, "follow_up", c.FollowUp, false)
	} else {
		points(&v, "follow_up", c.FollowUp, true)
		points(&v, "reasons", c.Reasons, false)
		points(&v, "remedies", c.Remedies, false)
	}
	v.Text("text", c.Text, maxText)
	if c.Language != "" && !slices.Contains(languages, c.Language) {
		v.Fail("language", "not_allowed", "must be one of "+strings.Join(languages, ", "))
	}
	inPerson := checkChannels(&v, c.Channels, c.To)
	if inPerson {
		v.RequiredText("told", c.Told, maxName)
		s.party(&v, c.Party)
		if m.Actor.Staff == "" {
			return nil, ErrNoPerson
		}
	} else if c.Party != "" {
		v.Fail("party", "not_applicable", "goes with telling in person")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	if inPerson {
		if err := s.actsFor(m, c.Party, MayCollect); err != nil {
			return nil, err
		}
	}
	number := s.Result.Last + 1
	events := []Event{NoticeRequested{
		Notice: number, Kind: kind, Language: s.language(c.Language), Channels: c.Channels, Customer: s.Customer, To: c.To,
		Subject: c.Facts.Subject, Text: c.Facts.Text,
	}}
	if inPerson {
		events = append(events, NoticeDelivered{
			Notice: number, Channel: c.Channels[0], Attempts: 1, Teller: m.Actor.Staff, Told: c.Told, Party: c.Party,
		})
		events = append(events, s.told(m, c.Channels[0], c.Facts.Text)...)
	}
	return events, nil
}

// language is the one asked for, or the first.
func (s State) language(asked string) string {
	if asked == "" {
		return languages[0]
	}
	return asked
}

// told is what follows when the customer knows the result: the limit of handling asks for it, and it is an answer too, since
// a person wrote it.
func (s State) told(m domain.Meta, channel Channel, text string) []Event {
	events := append([]Event{ResultDelivered{Channel: channel, Text: text}}, s.stopClock(HandlingClock, m.Effective)...)
	return append(events, s.stopClock(ResponseClock, m.Effective)...)
}

// checkChannels wants known channels, each once, with an address where one is needed; it reports whether the customer is
// told in person.
func checkChannels(v *domain.Checks, channels []Channel, to map[string]string) (inPerson bool) {
	if len(channels) == 0 {
		v.Fail("channels", "required", "must name a channel")
	}
	for i, ch := range channels {
		domain.OneOf(v, "channels", ch, Window, Phone, Mail, SMS, Online)
		if slices.Contains(channels[:i], ch) {
			v.Fail("channels", "repeated", "must name each channel once")
		}
		switch ch {
		case Window, Phone:
			inPerson = true
			if len(channels) > 1 {
				v.Fail("channels", "not_together", "telling in person needs no other channel")
			}
		case Mail, SMS:
			v.RequiredText("to."+string(ch), to[string(ch)], maxAddress)
		case Online, System:
		}
	}
	for ch := range to {
		if !slices.Contains(channels, Channel(ch)) {
			v.Fail("to."+ch, "not_applicable", "is no channel of this notice")
		}
	}
	return inPerson
}

// points checks a list of sentences.
func points(v *domain.Checks, field string, list []string, wanted bool) {
	switch {
	case wanted && len(list) == 0:
		v.Fail(field, "required", "must not be empty")
	case !wanted && len(list) > 0:
		v.Fail(field, "not_applicable", "does not go with this outcome")
	case len(list) > maxPoints:
		v.Fail(field, "too_many", "must be at most twenty")
	}
	for _, p := range list {
		v.RequiredText(field, p, maxText)
	}
}

// RecordNotice tells what became of a notice at one channel; the service's own command (mission row F1).
type RecordNotice struct {
	Notice    int     `json:"notice" minimum:"1"`
	Channel   Channel `json:"channel" enum:"mail,sms,online"`
	Delivered bool    `json:"delivered"`
	Attempts  int     `json:"attempts" minimum:"1"`
	Message   string  `json:"message,omitempty" doc:"the provider's message id" maxLength:"200"`
	Code      string  `json:"code,omitempty" doc:"why it failed: no_address, refused, unreachable" maxLength:"40"`
	Detail    string  `json:"detail,omitempty" maxLength:"1000"`
}

// May leaves everything to Decide, which knows the notice.
func (c RecordNotice) May(s State, _ domain.Meta) error {
	if !s.Exists() {
		return ErrNoNotice
	}
	return nil
}

// Decide records it once. The last channel's failure leaves the notice to a person.
func (c RecordNotice) Decide(s State, m domain.Meta) ([]Event, error) {
	n, ok := s.Result.Notices[c.Notice]
	switch {
	case !ok || !slices.Contains(n.Channels, c.Channel):
		return nil, ErrNoNotice
	case n.Settled || slices.Contains(n.Failed, c.Channel):
		return nil, nil
	case !c.Delivered:
		events := []Event{NoticeFailed{Notice: c.Notice, Channel: c.Channel, Attempts: c.Attempts, Code: c.Code, Detail: c.Detail}}
		if len(n.Failed)+1 == len(n.Channels) {
			events = append(events, NoticeExhausted{Notice: c.Notice})
		}
		return events, nil
	}
	events := []Event{NoticeDelivered{Notice: c.Notice, Channel: c.Channel, Attempts: c.Attempts, Message: c.Message}}
	if n.Defects > s.Intake.Delivered {
		events = append(events, DefectNoticeDelivered{Notice: n.Defects, At: m.Effective, Evidence: c.Message})
	}
	if (n.Kind == NoticeResult || n.Kind == NoticeRefusal) && s.tells(n) {
		events = append(events, s.told(m, c.Channel, n.Text)...)
	}
	return events, nil
}

// tells reports whether a notice tells the outcome as it stands: nothing has been corrected, returned or reopened since it
// was written, and the customer still has to be told.
func (s State) tells(n Notice) bool {
	return reviewed(s) == nil && n.Round == s.Round && n.Form == s.Route.Form.Revision
}
