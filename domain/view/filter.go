package view

import (
	"slices"
	"strings"
	"time"

	"docket/domain"
)

// Filter says which tickets a list holds; conditions add up, and what is left empty does not narrow. It is stored as data, in
// the words of the list's address: "me" and "mine" mean whoever opens the list, not who saved it.
type Filter struct {
	States     []string   `json:"state,omitempty" doc:"either open or finished ones"`
	Unit       string     `json:"unit,omitempty" doc:"responsible unit"`
	Group      string     `json:"group,omitempty" doc:"responsible group"`
	Handler    string     `json:"handler,omitempty" doc:"responsible person: an id, me, or none"`
	Handover   string     `json:"handover,omitempty" doc:"handovers that wait for this receiver's answer: an id, me, or any"`
	Helping    string     `json:"helping,omitempty" doc:"who does a sub-task of it or helps its handler: an id, or me"`
	Urgencies  []string   `json:"urgency,omitempty"`
	Type       string     `json:"type,omitempty" doc:"business type"`
	Template   string     `json:"template,omitempty" doc:"id of the template"`
	Customer   string     `json:"customer,omitempty" doc:"key of the customer's file"`
	Channels   []string   `json:"channel,omitempty" doc:"by which the tickets came"`
	Reference  string     `json:"reference,omitempty" doc:"number in another system"`
	Stage      string     `json:"stage,omitempty" doc:"key of the stage that waits for its decision; mine: those that I may sign"`
	Bands      []Band     `json:"band,omitempty" doc:"share of the limit that is used up"`
	DueAfter   *time.Time `json:"due_after,omitempty" doc:"promised at or after"`
	DueBefore  *time.Time `json:"due_before,omitempty" doc:"promised before"`
	DueWithin  int        `json:"due_within_hours,omitempty" doc:"promised before so many hours from now are over; late ones included"`
	Paused     *bool      `json:"paused,omitempty"`
	Pauses     []string   `json:"pause,omitempty" doc:"kinds of pause"`
	Fallback   *bool      `json:"fallback,omitempty" doc:"lies in a fallback queue, because the rules placed it nowhere"`
	Reported   *bool      `json:"late_reported,omitempty" doc:"somebody said that its limit will not be met, or was not"`
	Unanswered *bool      `json:"unacknowledged,omitempty" doc:"urgent or critical and held by nobody"`
}

// Band is how much of its limit a ticket has used up, in percent.
type Band string

// The bands. A ticket without a limit is in none of them.
const (
	BelowHalf Band = "below_50"
	FromHalf  Band = "50_to_80"
	FromMost  Band = "80_to_100"
	Over      Band = "over"
	NoLimit   Band = "none"
)

// Bands are the bands, from early to late.
var Bands = []Band{BelowHalf, FromHalf, FromMost, Over, NoLimit}

// UnmarshalText refuses an unknown band.
func (b *Band) UnmarshalText(text []byte) error { return domain.ParseCode(b, text, Bands) }

// Words that mean whoever asks, nobody, and anybody.
const (
	Me   = "me"
	Mine = "mine"
	None = "none"
	Any  = "any"
)

// States by which lists are narrowed: two words for many, and the states of a ticket. Open and Finished part the latter.
var (
	OpenStates     = []string{"draft", "registered", "accepted", "in_progress", "completed", "reviewed", "delivered", "refused"}
	FinishedStates = []string{"closed", "cancelled", "declined", "lapsed", "joined"}
	AnyOpen        = "open"
	AnyFinished    = "finished"
)

// Urgencies are the classes of a ticket, from high to low.
var Urgencies = []string{"critical", "urgent", "normal", "low"}

// Limits of a filter.
const (
	maxReference = 64
	maxWithin    = 24 * 366
)

// Check tells what is wrong with a filter, by field below at, which ends with a dot or is empty.
func (f Filter) Check(v *domain.Checks, at string) {
	open, finished := false, false
	for _, state := range f.States {
		switch {
		case state == AnyOpen, slices.Contains(OpenStates, state):
			open = true
		case state == AnyFinished, slices.Contains(FinishedStates, state):
			finished = true
		default:
			v.Fail(at+"state", "not_allowed", "is no state of a ticket")
		}
	}
	if open && finished {
		v.Fail(at+"state", "not_together", "must name either open or finished states")
	}
	id(v, at+"unit", f.Unit)
	id(v, at+"group", f.Group)
	id(v, at+"handler", f.Handler, Me, None)
	id(v, at+"handover", f.Handover, Me, Any)
	id(v, at+"helping", f.Helping, Me)
	id(v, at+"template", f.Template)
	listed(v, at+"urgency", f.Urgencies, Urgencies)
	listed(v, at+"band", f.Bands, Bands)
	for field, codes := range map[string][]string{
		"channel": f.Channels, "pause": f.Pauses, "type": {f.Type}, "stage": {f.Stage}, "customer": {f.Customer},
	} {
		for _, code := range codes {
			if len(code) > 64 || strings.ContainsFunc(code, func(r rune) bool { return r <= ' ' || r > '~' }) {
				v.Fail(at+field, "not_a_code", "must be a code")
			}
		}
	}
	v.Text(at+"reference", f.Reference, maxReference)
	moment(v, at+"due_after", f.DueAfter)
	moment(v, at+"due_before", f.DueBefore)
	if f.DueWithin < 0 || f.DueWithin > maxWithin {
		v.Fail(at+"due_within_hours", "out_of_range", "must be hours of at most a year")
	}
}

// Finished reports whether the filter asks for finished tickets.
func (f Filter) Finished() bool {
	return slices.ContainsFunc(f.States, func(state string) bool { return state == AnyFinished || slices.Contains(FinishedStates, state) })
}

// Exact lists the states that are asked for one by one; none when a word for many is among them, or nothing is said.
func (f Filter) Exact() []string {
	if slices.Contains(f.States, AnyOpen) || slices.Contains(f.States, AnyFinished) {
		return nil
	}
	return f.States
}

func listed[T ~string](v *domain.Checks, field string, values, allowed []T) {
	for _, value := range values {
		if !slices.Contains(allowed, value) {
			v.Fail(field, "not_allowed", "holds a value that there is not")
		}
	}
}

// id wants the canonical text of a UUID, or one of the words.
func id(v *domain.Checks, field, value string, words ...string) {
	if value == "" || slices.Contains(words, value) || canonical(value) {
		return
	}
	v.Fail(field, "not_an_id", "must be an id: a UUID of 36 characters")
}

func canonical(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		c := text[i]
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Bounds of instants, as everywhere in the service.
var (
	earliest = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)
)

func moment(v *domain.Checks, field string, at *time.Time) {
	if at != nil && (at.Before(earliest) || !at.Before(latest)) {
		v.Fail(field, "out_of_range", "must be a time from 1900 to 2999")
	}
}
