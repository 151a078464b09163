package ticket

import (
	"time"

	"docket/domain/worktime"
)

// Deadline is where a clock stands by its events so far, and by which calendar that was computed (mission row L1). It is
// stored in the event, so that a replay, and a calendar published later, leave it as it was told.
type Deadline struct {
	Calendar  string     `json:"calendar"`
	Version   int        `json:"version"`
	AllowedMs int64      `json:"allowed_ms,omitempty"` // working time allowed, extensions included
	UsedMs    int64      `json:"used_ms,omitempty"`    // working time used when it was computed
	DueAt     *time.Time `json:"due_at,omitempty"`     // missing while a pause lasts, or as Unknown says
	Reminders []Share    `json:"reminders,omitempty"`  // when shares of the time allowed are used up, in working time
	Unknown   bool       `json:"unknown,omitempty"`    // the deadline lies in a year that the calendar does not know
}

// Share is the instant at which so many percent of the time allowed are used up (mission row L5).
type Share struct {
	Percent int       `json:"percent"`
	At      time.Time `json:"at"`
}

// ClockStarted: a limit runs from Since on. Round counts the starts of clocks of that name, from 1.
type ClockStarted struct {
	Clock    string             `json:"clock" class:"skeleton"`
	Round    int                `json:"round" class:"skeleton"`
	Since    time.Time          `json:"since" class:"skeleton"` // the fact; a start rule may let the clock count later
	Rule     worktime.StartRule `json:"rule,omitempty" class:"skeleton"`
	Limit    worktime.Limit     `json:"limit" class:"skeleton"`
	Deadline Deadline           `json:"deadline" class:"skeleton"`
}

// ClockPaused: the clock does not count from At on, and has no deadline until it goes on.
type ClockPaused struct {
	Clock  string    `json:"clock" class:"skeleton"`
	Round  int       `json:"round" class:"skeleton"`
	Pause  int       `json:"pause" class:"skeleton"` // number of the ticket's pause
	Kind   PauseKind `json:"kind" class:"skeleton"`
	At     time.Time `json:"at" class:"skeleton"`
	LeftMs int64     `json:"left_ms" class:"skeleton"` // working time left
}

// ClockResumed: the clock counts again from At on, after a pause or, where Reopened, after it had stopped; the time between
// is not counted (kpis §1.4 and §1.8).
type ClockResumed struct {
	Clock    string    `json:"clock" class:"skeleton"`
	Round    int       `json:"round" class:"skeleton"`
	At       time.Time `json:"at" class:"skeleton"`
	Reopened bool      `json:"reopened,omitempty" class:"skeleton"`
	Deadline Deadline  `json:"deadline" class:"skeleton"`
}

// ClockMoved: the deadline is another, for the cause given. Before is the deadline until now.
type ClockMoved struct {
	Clock     string              `json:"clock" class:"skeleton"`
	Round     int                 `json:"round" class:"skeleton"`
	Cause     MoveCause           `json:"cause" class:"skeleton"`
	Limit     worktime.Limit      `json:"limit" class:"skeleton"` // in force from now on, extensions apart
	Extension *worktime.Extension `json:"extension,omitempty" class:"skeleton"`
	Before    *time.Time          `json:"before,omitempty" class:"skeleton"`
	Deadline  Deadline            `json:"deadline" class:"skeleton"`
}

// ClockRebased: management put the clock on another limit or calendar version. What was computed before stays beside it
// (mission row L1). Met tells of a clock that has stopped already.
type ClockRebased struct {
	Clock    string         `json:"clock" class:"skeleton"`
	Round    int            `json:"round" class:"skeleton"`
	Limit    worktime.Limit `json:"limit" class:"skeleton"`
	Reason   string         `json:"reason" class:"content"`
	Before   Basis          `json:"before" class:"skeleton"`
	Deadline Deadline       `json:"deadline" class:"skeleton"`
	Met      *bool          `json:"met,omitempty" class:"skeleton"`
}

// Basis is what a clock was computed on until it was re-based, and what came of it.
type Basis struct {
	Limit    worktime.Limit `json:"limit"`
	Calendar string         `json:"calendar"`
	Version  int            `json:"version"`
	DueAt    *time.Time     `json:"due_at,omitempty"`
	Met      *bool          `json:"met,omitempty"`
}

// ClockStopped: what was limited has happened at At. It is on time unless At lies after the deadline (kpis §1.7). Cancelled
// clocks ended with the ticket and without the act.
type ClockStopped struct {
	Clock     string     `json:"clock" class:"skeleton"`
	Round     int        `json:"round" class:"skeleton"`
	At        time.Time  `json:"at" class:"skeleton"`
	DueAt     *time.Time `json:"due_at,omitempty" class:"skeleton"`
	Met       bool       `json:"met" class:"skeleton"`
	Cancelled bool       `json:"cancelled,omitempty" class:"skeleton"`
}

func (ClockStarted) isTicket() {}
func (ClockPaused) isTicket()  {}
func (ClockResumed) isTicket() {}
func (ClockMoved) isTicket()   {}
func (ClockRebased) isTicket() {}
func (ClockStopped) isTicket() {}

func (ClockStarted) isClock() {}
func (ClockPaused) isClock()  {}
func (ClockResumed) isClock() {}
func (ClockMoved) isClock()   {}
func (ClockRebased) isClock() {}
func (ClockStopped) isClock() {}
