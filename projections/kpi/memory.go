package kpi

import (
	"slices"
	"time"

	"docket/domain/casetype"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// memory is what the fold remembers of a ticket to tell later facts by. Its lists are never changed in place: rows of
// earlier positions share them. It holds ids, codes, times and numbers only, nothing that anybody wrote.
type memory struct {
	Status   ticket.Status `json:"status,omitempty"`
	Round    int           `json:"round,omitempty"`
	Template casetype.Ref  `json:"template,omitzero"`
	Clocks   []counted     `json:"clocks,omitempty"`
	Rows     []Clock       `json:"rows,omitempty"` // of each clock and round, as it is now

	Opened   int64    `json:"opened,omitempty"`  // first contact
	Entered  int64    `json:"entered,omitempty"` // when it came inside, the last time
	Left     int64    `json:"left,omitempty"`    // when it left, the last time
	Promised int64    `json:"promised,omitempty"`
	Weight   int64    `json:"weight,omitempty"`
	Instant  bool     `json:"instant,omitempty"`
	Fields   []string `json:"fields,omitempty"`  // filled in, until it is registered
	Notices  int64    `json:"notices,omitempty"` // of defects, until it is registered

	Fill       *Fill      `json:"fill,omitempty"`
	Flawed     []string   `json:"flawed,omitempty"` // fields at fault, and those with a fault undetermined
	Unsure     []string   `json:"unsure,omitempty"`
	Deliveries []Delivery `json:"deliveries,omitempty"`

	Internal bool  `json:"internal,omitempty"` // a fault of staff was found before the first delivery
	Doubtful bool  `json:"doubtful,omitempty"` // a fault was found that nobody has determined
	Since    tally `json:"since,omitzero"`     // since the delivery before

	Held  int64   `json:"held,omitempty"` // up to when holding is accounted for
	Parts []share `json:"parts,omitempty"`
	Ready int64   `json:"ready,omitempty"` // when the holder's work was done; 0: not known to be
	Leg   leg     `json:"leg,omitzero"`

	Acts [len(repeated)]uint64 `json:"acts,omitzero"` // position of the newest act of each of these kinds

	Superior string `json:"superior,omitempty"` // whom the newest problem was put to
	OldDue   int64  `json:"old_due,omitempty"`  // deadline before the newest extension
	Outside  []sent `json:"outside,omitempty"`
}

// tally counts what happens to a ticket between two deliveries.
type tally struct {
	Touches    int64 `json:"touches,omitempty"`
	Reassigned int64 `json:"reassigned,omitempty"`
	Contacts   int64 `json:"contacts,omitempty"`
	Extensions int64 `json:"extensions,omitempty"`
	WorkedMS   int64 `json:"worked,omitempty"`
	SilenceMS  int64 `json:"silence,omitempty"`
	NewsMS     int64 `json:"news,omitempty"` // when the customer last heard something
}

// share is how long one party has held the ticket.
type share struct {
	Party  string `json:"party"`
	Unit   string `json:"unit,omitempty"`
	Group  string `json:"grp,omitempty"`
	Person string `json:"person,omitempty"`
	MS     int64  `json:"ms"`
}

// leg is the handover that runs, or the last one that was refused.
type leg struct {
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	LagMS  int64  `json:"lag,omitempty"`
	Answer string `json:"answer,omitempty"`
}

// row is the place among the rows of a clock's newest fact; -1 when there is none.
func (m memory) row(clock string, round int) int {
	for i := len(m.Rows) - 1; i >= 0; i-- {
		if m.Rows[i].Clock == clock && m.Rows[i].Round == round {
			return i
		}
	}
	return -1
}

// with is the memory with a clock's row changed or added; the list before stays as it was.
func (m memory) with(i int, c Clock) memory {
	m.Rows = slices.Clone(m.Rows)
	if i < 0 {
		m.Rows = append(m.Rows, c)
	} else {
		m.Rows[i] = c
	}
	return m
}

// state is the part of the ticket's state that facts are told by.
func (l Life) state(m memory) ticket.State {
	s := ticket.State{
		Status: m.Status, Unit: l.Unit, Group: l.Group, Handler: l.Person, Urgency: ticket.Urgency(l.Urgency),
		Pause: ticket.PauseKind(l.Paused), Round: m.Round, Template: m.Template,
	}
	for _, k := range m.Clocks {
		s.Clocks.All = append(s.Clocks.All, ticket.Clock{
			Name: k.Name, Round: k.Round, Since: k.Since, Rule: k.Rule, Limit: k.Limit, Calendar: k.Calendar, Version: k.Version, Due: k.Due,
			Pauses: k.Pauses, Extensions: k.Extensions, Stopped: k.Stopped, Met: k.Met, Cancelled: k.Cancelled,
		})
	}
	return s
}

// keep takes over what an event made of the state.
func (m memory) keep(s ticket.State) memory {
	m.Status, m.Round, m.Template, m.Clocks = s.Status, s.Round, s.Template, nil
	for _, k := range s.Clocks.All {
		m.Clocks = append(m.Clocks, counted{
			Name: k.Name, Round: k.Round, Since: k.Since, Rule: k.Rule, Limit: k.Limit, Calendar: k.Calendar, Version: k.Version, Due: k.Due,
			Pauses: k.Pauses, Extensions: k.Extensions, Stopped: k.Stopped, Met: k.Met, Cancelled: k.Cancelled,
		})
	}
	return m
}

// counted is what of a ticket's clock its next events are folded on.
type counted struct {
	Name       string               `json:"name"`
	Round      int                  `json:"round"`
	Since      time.Time            `json:"since"`
	Rule       worktime.StartRule   `json:"rule,omitempty"`
	Limit      worktime.Limit       `json:"limit,omitzero"`
	Calendar   string               `json:"calendar,omitempty"`
	Version    int                  `json:"version,omitempty"`
	Due        time.Time            `json:"due,omitzero"`
	Pauses     []ticket.Pausing     `json:"pauses,omitempty"`
	Extensions []worktime.Extension `json:"extensions,omitempty"`
	Stopped    time.Time            `json:"stopped,omitzero"`
	Met        bool                 `json:"met,omitempty"`
	Cancelled  bool                 `json:"cancelled,omitempty"`
}

// inside reports whether a ticket of a status is in the backlog: registered, and neither delivered nor ended.
func inside(s ticket.Status) bool {
	switch s {
	case ticket.StatusRegistered, ticket.StatusAccepted, ticket.StatusInProgress, ticket.StatusCompleted, ticket.StatusReviewed,
		ticket.StatusRefused:
		return true
	case ticket.StatusDraft, ticket.StatusDelivered, ticket.StatusClosed, ticket.StatusCancelled, ticket.StatusDeclined,
		ticket.StatusLapsed, ticket.StatusJoined:
	}
	return false
}
