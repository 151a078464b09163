// Package series gives out ticket numbers: one stream per unit, type and year, in which every event takes the next serial.
// A serial is unique because the stream's revisions are, and is never reused because events are never taken back. A number
// is "<unit code>-<type>-<year>-<serial>-<check character>" (mission row I7).
package series

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

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

// checkCharacter is ISO/IEC 7064 MOD 37,36 over the letters and digits of body; hyphens do not count. It finds every wrong
// character, and of the swaps of two neighbours all but one in 630: those of two that follow each other in the alphabet,
// in one of the 36 states of the computation. A hyphen moved between the unit's code and the type is not found.
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

// Check refuses a number that was mistyped, before anything is looked up: one that no series could have given out, or whose
// check character does not fit. Case and surrounding blanks do not matter; the returned number is in its written form.
func Check(number string) (string, error) {
	number = strings.TrimSpace(number)
	for i := range len(number) {
		if number[i] >= utf8.RuneSelf { // some letters would turn into one of the alphabet in upper case
			return "", ErrMistyped
		}
	}
	number = strings.ToUpper(number)
	parts := strings.Split(number, "-")
	if len(parts) != 5 || !isCode(parts[0], 1, 8) || !isCode(parts[1], 2, 8) || len(parts[2]) != 4 {
		return "", ErrMistyped
	}
	year, err := strconv.Atoi(parts[2])
	if err != nil {
		return "", ErrMistyped
	}
	serial, err := strconv.ParseUint(parts[3], 10, 64)
	if err != nil || serial == 0 || (Name{parts[0], parts[1], year}).Number(serial) != number {
		return "", ErrMistyped
	}
	return number, nil
}

// isCode reports whether a part of a number is made of so many characters of the alphabet.
func isCode(part string, shortest, longest int) bool {
	return len(part) >= shortest && len(part) <= longest && strings.Trim(part, alphabet) == ""
}
