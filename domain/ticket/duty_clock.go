package ticket

import (
	"strconv"

	"docket/domain"
)

func raiseClock(number int) string { return RaiseClocks + strconv.Itoa(number) }

// spokenTo stops the clock to the next answer, where a person has answered; a service's own message does not count
// (mission row L2).
func (s State) spokenTo(m domain.Meta) []Event {
	if m.Actor.Staff == "" {
		return nil
	}
	return s.stopClock(ResponseClock, m.Effective)
}

// waiting starts the clock to the next answer: the customer has turned to us.
func (s State) waiting(m domain.Meta, f ClockFacts) []Event {
	if !s.Live() && s.Status != StatusRegistered {
		return nil
	}
	return s.restartClock(ResponseClock, m.Effective, f.Calendar)
}

// asked starts the clock to a superior's answer.
func (s State) asked(problem int, m domain.Meta, f ClockFacts) []Event {
	return s.startClock(raiseClock(problem), m.Now, f.Calendar)
}

// replied stops the clock to a superior's answer.
func (s State) replied(problem int, m domain.Meta) []Event {
	return s.stopClock(raiseClock(problem), m.Now)
}

// askedAgain stops the clock of one superior and starts that of the next.
func (s State) askedAgain(problem int, m domain.Meta, f ClockFacts) []Event {
	stopped := s.replied(problem, m)
	for _, e := range stopped {
		s = evolve(s, e)
	}
	return append(stopped, s.asked(problem, m, f)...)
}

// due refuses what a timer asks for before its clock has run out. A clock that does not run, or has no date, keeps nothing
// back: then there is nobody but the timer who could tell.
func (s State) due(clock string, m domain.Meta) error {
	if c, ok := s.Clocks.Clock(clock); ok && c.Running() && !c.Due.IsZero() && m.Now.Before(c.Due) {
		return ErrNotDue
	}
	return nil
}
