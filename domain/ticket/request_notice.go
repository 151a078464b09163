package ticket

import (
	"cmp"
	"slices"
	"strings"

	"docket/domain"
)

// RequestNotice asks for a notice that follows from an act which told the customer something from afar: defects found,
// intake declined or lapsed, an extension (mission rows I4, I5, L3). It is the service's own command: by text message where a
// phone number is known, else it lies ready online.
type RequestNotice struct {
	Kind     NoticeKind `json:"kind" enum:"defects,declined,lapsed,extended,progress"`
	Subject  string     `json:"subject" minLength:"1" maxLength:"200"`
	Text     string     `json:"text" minLength:"1" maxLength:"10000"`
	Language string     `json:"language,omitempty" doc:"zh-Hant (when left out), zh-Hans or en"`
	Cause    string     `json:"cause" doc:"id of the event that it follows from" minLength:"1" maxLength:"64"`
	Defects  int        `json:"defects,omitempty" doc:"number of the notice of defects that it carries; of kind defects" minimum:"0"`
}

// requestable are the kinds that follow from an act.
var requestable = []NoticeKind{NoticeDefects, NoticeDeclined, NoticeLapsed, NoticeExtended, NoticeProgress}

// May wants a ticket.
func (c RequestNotice) May(s State, _ domain.Meta) error {
	if !s.Exists() {
		return ErrNoNotice
	}
	return nil
}

// Decide asks for it once for each cause.
func (c RequestNotice) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "kind", c.Kind, requestable...)
	v.RequiredText("subject", c.Subject, maxTitle)
	v.RequiredText("text", c.Text, maxText)
	v.Required("cause", c.Cause)
	if c.Language != "" && !slices.Contains(languages, c.Language) {
		v.Fail("language", "not_allowed", "must be one of "+strings.Join(languages, ", "))
	}
	if c.Defects < 0 || c.Defects > s.Intake.Notices || c.Defects > 0 && c.Kind != NoticeDefects {
		v.Fail("defects", "unknown", "there was no such notice of defects")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(s.Result.causes(), func(cause string) bool { return cause == c.Cause }) {
		return nil, nil
	}
	asked := NoticeRequested{
		Notice: s.Result.Last + 1, Kind: c.Kind, Language: s.language(c.Language), Channels: []Channel{Online},
		Customer: cmp.Or(s.Customer, s.Intake.Application.Customer),
		Subject:  c.Subject, Text: c.Text, Cause: c.Cause, Defects: c.Defects,
	}
	if phone := cmp.Or(s.Privacy.Marked["customer_phone"], s.Intake.Application.CustomerPhone); phone != "" {
		asked.Channels, asked.To = []Channel{SMS, Online}, map[string]string{string(SMS): phone}
	}
	return []Event{asked}, nil
}

// causes are the events that notices followed from.
func (r Result) causes() []string {
	var list []string
	for _, n := range r.Notices {
		if n.Cause != "" {
			list = append(list, n.Cause)
		}
	}
	return list
}
