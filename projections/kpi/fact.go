package kpi

import (
	"time"

	"docket/domain/casetype"
	"docket/domain/worktime"
)

// forever is the to_pos of a fact that nothing has replaced.
const forever = uint64(1<<63 - 1)

// Life is what the fold remembers of a ticket beyond its [Case], and with it the stay that holds now.
type Life struct {
	Ticket       string  `db:"ticket,key"`
	Pos          *uint64 `db:"stay_pos"` // since when the stay holds; nil when the ticket is not inside
	EnteredMS    int64   `db:"stay_ms"`
	Unit         string  `db:"unit"`
	Group        string  `db:"grp"`
	Person       string  `db:"person"`
	Template     string  `db:"template"`
	Urgency      string  `db:"urgency"`
	Paused       string  `db:"paused"`
	Entry        string  `db:"entry"`
	RegisteredMS int64   `db:"registered_ms"`
	HalfMS       int64   `db:"half_ms"` // when half of the handling limit is used up
	MostMS       int64   `db:"most_ms"` // when four fifths of it are
	DueMS        int64   `db:"due_ms"`
	Memory       *memory `db:"memory,json"`
}

// Stay is a finished stretch of being inside, in which nothing that a backlog is told by changed.
type Stay struct {
	Ticket       string `db:"ticket"`
	FromPos      uint64 `db:"from_pos,key"`
	ToPos        uint64 `db:"to_pos"`
	EnteredMS    int64  `db:"entered_ms"`
	LeftMS       int64  `db:"left_ms"` // never before EnteredMS
	Unit         string `db:"unit"`
	Group        string `db:"grp"`
	Person       string `db:"person"`
	Template     string `db:"template"`
	Urgency      string `db:"urgency"`
	Paused       string `db:"paused"`
	Entry        string `db:"entry"`
	Exit         string `db:"exit"`
	RegisteredMS int64  `db:"registered_ms"`
	HalfMS       int64  `db:"half_ms"`
	MostMS       int64  `db:"most_ms"`
	DueMS        int64  `db:"due_ms"`
}

// Clock is what is known of a clock from one event on until another. It is comparable but for its basis, which only the
// tables hold.
type Clock struct {
	Ticket     string `db:"ticket,key" json:"-"`
	Clock      string `db:"clock,key" json:"clock"`
	Round      int    `db:"round,key" json:"round"`
	FromPos    uint64 `db:"from_pos,key" json:"from"`
	ToPos      uint64 `db:"to_pos" json:"-"`
	Kind       string `db:"kind" json:"kind"` // the clock's name without what numbers it
	Run        int    `db:"run" json:"run,omitempty"`
	SinceMS    int64  `db:"since_ms" json:"since"`
	DueMS      int64  `db:"due_ms" json:"due,omitempty"`
	PromisedMS int64  `db:"promised_ms" json:"promised,omitempty"` // its first deadline
	StoppedMS  int64  `db:"stopped_ms" json:"stopped,omitempty"`
	DecidedMS  int64  `db:"decided_ms" json:"decided,omitempty"`
	Met        bool   `db:"met" json:"met,omitempty"`
	Cancelled  bool   `db:"cancelled" json:"cancelled,omitempty"`
	Reported   bool   `db:"reported" json:"reported,omitempty"` // lateness was told in advance
	UsedMS     int64  `db:"used_ms" json:"used,omitempty"`      // at its stop
	AllowedMS  int64  `db:"allowed_ms" json:"allowed,omitempty"`
	Cause      string `db:"cause" json:"cause,omitempty"` // why it was missed; empty: nobody has found that
	LagMS      int64  `db:"lag_ms" json:"lag,omitempty"`  // of a handover: from ready to offered
	Answer     string `db:"answer" json:"answer,omitempty"`
	Sender     string `db:"sender" json:"sender,omitempty"`
	Unit       string `db:"unit" json:"unit,omitempty"`
	Group      string `db:"grp" json:"grp,omitempty"`
	Person     string `db:"person" json:"person,omitempty"`
	Template   string `db:"template" json:"template,omitempty"`
	Urgency    string `db:"urgency" json:"urgency,omitempty"`
	Basis      *Basis `db:"basis,json" json:"-"`
}

// Basis is what a clock is computed on, so that it can be computed anew with another limit or calendar.
type Basis struct {
	Calendar   string               `json:"calendar"`
	Version    int                  `json:"version"`
	Rule       worktime.StartRule   `json:"rule,omitempty"`
	Since      time.Time            `json:"since"`
	Limit      worktime.Limit       `json:"limit"`
	Pauses     []worktime.Pause     `json:"pauses,omitempty"`
	Extensions []worktime.Extension `json:"extensions,omitempty"`
}

// Fill is a registered ticket's form.
type Fill struct {
	Ticket   string `db:"ticket,key" json:"-"`
	FromPos  uint64 `db:"from_pos,key" json:"from"`
	AtMS     int64  `db:"at_ms" json:"at"`
	Unit     string `db:"unit" json:"unit"`
	Group    string `db:"grp" json:"grp,omitempty"`
	Person   string `db:"person" json:"person,omitempty"` // who registered it
	Template string `db:"template" json:"template"`
	Urgency  string `db:"urgency" json:"urgency"`
	Filled   int64  `db:"filled" json:"filled"`
	Flawed   int64  `db:"flawed" json:"flawed,omitempty"` // fields with a fault of staff
	Unsure   int64  `db:"unsure" json:"unsure,omitempty"` // fields with a fault that nobody has determined
}

// Delivery is a ticket's result as it was delivered, or the closing of one where nothing has to be delivered.
type Delivery struct {
	Ticket     string `db:"ticket,key" json:"-"`
	FromPos    uint64 `db:"from_pos,key" json:"from"`
	Number     int64  `db:"delivery,key" json:"n"` // counts the ticket's deliveries, from 1
	AtMS       int64  `db:"at_ms" json:"at"`
	Unit       string `db:"unit" json:"unit"`
	Group      string `db:"grp" json:"grp,omitempty"`
	Person     string `db:"person" json:"person,omitempty"`
	Template   string `db:"template" json:"template,omitempty"`
	Urgency    string `db:"urgency" json:"urgency"`
	Weight     int64  `db:"weight" json:"weight"` // hundredths
	Instant    bool   `db:"instant" json:"instant,omitempty"`
	UsedMS     int64  `db:"used_ms" json:"used"`                   // of the handling limit; -1: not known
	AllowedMS  int64  `db:"allowed_ms" json:"allowed,omitempty"`   // by the handling limit; 0: none
	WallMS     int64  `db:"wall_ms" json:"wall"`                   // since it entered
	DueMS      int64  `db:"due_ms" json:"due,omitempty"`           // of the handling limit; 0: none
	PromisedMS int64  `db:"promised_ms" json:"promised,omitempty"` // first date promised; 0: none
	Extensions int64  `db:"extensions" json:"extensions,omitempty"`
	Contacts   int64  `db:"contacts" json:"contacts,omitempty"`
	Touches    int64  `db:"touches" json:"touches,omitempty"`
	Reassigned int64  `db:"reassigned" json:"reassigned,omitempty"`
	WorkedMS   int64  `db:"worked_ms" json:"worked,omitempty"`
	SilenceMS  int64  `db:"silence_ms" json:"silence,omitempty"`
	Error      string `db:"error" json:"error,omitempty"` // internal, escaped or empty
	Unsure     bool   `db:"unsure" json:"unsure,omitempty"`
	ReopenedMS int64  `db:"reopened_ms" json:"reopened,omitempty"`
	Fault      string `db:"fault" json:"fault,omitempty"` // for which it was reopened
}

// Struck says that the event at ToPos replaced a fact.
type Struck struct {
	Fact    string `db:"fact,key"`
	Ticket  string `db:"ticket,key"`
	FromPos uint64 `db:"from_pos,key"`
	ToPos   uint64 `db:"to_pos"`
}

// Holding is how long one party held a ticket before a delivery.
type Holding struct {
	FromPos  uint64 `db:"from_pos,key"`
	N        int64  `db:"n,key"`
	Ticket   string `db:"ticket"`
	AtMS     int64  `db:"at_ms"`
	Party    string `db:"party"`
	Unit     string `db:"unit"`
	Group    string `db:"grp"`
	Person   string `db:"person"`
	Template string `db:"template"`
	Urgency  string `db:"urgency"`
	HeldMS   int64  `db:"held_ms"`
}

// Book is all published calendars, as JSON of their editions by id.
type Book struct {
	ID       string `db:"id,key"`
	Editions string `db:"editions"`
	Digest   string `db:"digest"`
}

// Kind is what a template version says of its tickets.
type Kind struct {
	Template string                 `db:"template,key"`
	Version  int                    `db:"version,key"`
	Weight   int64                  `db:"weight"`
	Instant  bool                   `db:"instant"`
	Limits   []casetype.ClassLimits `db:"limits,json"`
}
