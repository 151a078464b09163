package authority

import (
	"slices"
	"time"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/form"
)

// Matrix is every row that was ever granted.
type Matrix []Line

// Line is a row with the end that a withdrawal gave it.
type Line struct {
	ID string
	Row
	WithdrawnAt time.Time // zero unless withdrawn
}

// After is what is known of a row once an event took effect.
func (l Line) After(event Event, at time.Time) Line {
	switch e := event.(type) {
	case Granted:
		l.Row, l.WithdrawnAt = e.Row, time.Time{}
	case Withdrawn:
		l.WithdrawnAt = at
	}
	return l
}

// Matter is what an approval is about: the kind of authority that its stage names, the business type, the amount as typed
// (empty: none) and the risk as last rated (empty: nobody has rated it, which counts as the highest).
type Matter struct {
	Kind, Type, Amount, Risk string
}

// Live reports whether the line holds at an instant.
func (l Line) Live(at time.Time) bool {
	return l.Kind != "" && !at.Before(l.From) && (l.To.IsZero() || at.Before(l.To)) && (l.WithdrawnAt.IsZero() || at.Before(l.WithdrawnAt))
}

// Covers reports whether the line reaches as far as the matter goes, whenever it holds.
func (l Line) Covers(m Matter) bool {
	if l.Kind != m.Kind || l.Type != "" && l.Type != m.Type || level(m.Risk) > level(l.Risk) {
		return false
	}
	return l.Amount == "" || m.Amount == "" || form.Money.Compare(m.Amount, l.Amount) <= 0
}

// level orders risks; one that is not rated counts as the highest.
func level(risk string) int {
	if i := slices.Index(casetype.Risks, risk); i >= 0 {
		return i
	}
	return len(casetype.Risks) - 1
}

// Who lists the lines under which a matter may be signed at an instant: what a refusal tells beside F (mission row R6).
func (m Matrix) Who(matter Matter, at time.Time) []Line {
	var lines []Line
	for _, l := range m {
		if l.Live(at) && l.Covers(matter) {
			lines = append(lines, l)
		}
	}
	return lines
}

// May finds the line under which a person with these posts may sign; false when there is none.
func (m Matrix) May(person string, posts []domain.Post, matter Matter, at time.Time) (Line, bool) {
	for _, l := range m.Who(matter, at) {
		if l.Person != "" && l.Person == person {
			return l, true
		}
		if l.Role != "" && slices.ContainsFunc(posts, func(p domain.Post) bool { return p.Role == l.Role }) {
			return l, true
		}
	}
	return Line{}, false
}

// Gap is a risk at which nobody may sign from some amount on.
type Gap struct {
	Risk  string
	Above string // the largest amount that somebody may sign; empty: nobody may sign any
}

// Gaps lists, for each risk, what nobody could sign of a kind and type at an instant, up to the largest amount that can come
// (empty: any). Only lines that somebody stands behind count: manned tells which.
func (m Matrix) Gaps(kind, business, largest string, at time.Time, manned func(Line) bool) []Gap {
	var gaps []Gap
	for _, risk := range casetype.Risks {
		gap, closed := Gap{Risk: risk}, false
		for _, l := range m.Who(Matter{Kind: kind, Type: business, Risk: risk}, at) {
			switch {
			case !manned(l):
			case l.Amount == "" || largest != "" && form.Money.Compare(l.Amount, largest) >= 0:
				closed = true
			case gap.Above == "" || form.Money.Compare(l.Amount, gap.Above) > 0:
				gap.Above = l.Amount
			}
		}
		if !closed {
			gaps = append(gaps, gap)
		}
	}
	return gaps
}
