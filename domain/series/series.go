// Package series gives out ticket numbers: one stream per unit, type and year, in which every event takes the next serial.
// A serial is unique because the stream's revisions are, and is never reused because events are never taken back. A number
// is "<unit code>-<type>-<year>-<serial>-<check character>" (mission row I7).
package series

import (
	"fmt"
	"strings"

	"docket/domain"
)

// Event is what may become true of a series.
//
//sumtype:decl
type Event interface{ isSeries() }

// Taken: the ticket has the serial that is this event's revision plus one.
type Taken struct {
	Ticket string `json:"ticket" class:"skeleton"` // key of the ticket's stream
}

func (Taken) isSeries() {}

// State counts the serials given out.
type State struct{ Last uint64 }

// Decider ties the series' streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "series",
	Evolve:   func(s State, _ Event) State { s.Last++; return s },
	Scope:    func(State) domain.Scope { return domain.Scope{} },
	Events:   domain.Contract[Event]{"SerialTaken": domain.Of[Taken]()},
}

// Name says which series a ticket's number comes from.
type Name struct {
	Unit string // unit code: upper-case letters and digits
	Type string // business type
	Year int    // local year of the effective time
}

// Stream is the series' stream, for example "series-CS-INC-2026".
func (n Name) Stream() domain.StreamID {
	return domain.Stream("series", fmt.Sprintf("%s-%s-%d", n.Unit, n.Type, n.Year))
}

// Number writes the number with the given serial, for example "CS-INC-2026-000042-K".
func (n Name) Number(serial uint64) string {
	body := fmt.Sprintf("%s-%s-%d-%06d", n.Unit, n.Type, n.Year, serial)
	return body + "-" + string(checkCharacter(body))
}

// alphabet is that of ISO/IEC 7064 MOD 37,36: a character's place is its value.
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// checkCharacter is ISO/IEC 7064 MOD 37,36 over the letters and digits of body; hyphens do not count. It finds every single
// wrong character and nearly every swap of two.
func checkCharacter(body string) byte {
	p := len(alphabet)
	for _, r := range body {
		v := strings.IndexRune(alphabet, r)
		if v < 0 {
			continue
		}
		s := (p + v) % len(alphabet)
		if s == 0 {
			s = len(alphabet)
		}
		p = (2 * s) % (len(alphabet) + 1)
	}
	return alphabet[(len(alphabet)+1-p)%len(alphabet)]
}

// ErrMistyped: the number's check character does not fit.
var ErrMistyped = domain.Refusal(domain.Invalid, "ticket.number_mistyped", "the number is mistyped: its check character does not fit")

// Check refuses a number that was mistyped, before anything is looked up. Case and surrounding blanks do not matter; the
// returned number is in its written form.
func Check(number string) (string, error) {
	number = strings.ToUpper(strings.TrimSpace(number))
	i := strings.LastIndexByte(number, '-')
	if i <= 0 || i != len(number)-2 || strings.Count(number, "-") != 4 || checkCharacter(number[:i]) != number[i+1] {
		return "", ErrMistyped
	}
	return number, nil
}
