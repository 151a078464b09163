package ticket

import "time"

// GroupFallback: the rules that name the responsible group placed the ticket nowhere, so the named fallback queue has it
// (mission row A1). Somebody has to put the rules right.
type GroupFallback struct {
	Rule   string `json:"rule,omitempty" class:"skeleton"`   // that failed; empty: none applied
	Wanted string `json:"wanted,omitempty" class:"skeleton"` // group that the rule names
	Cause  string `json:"cause" class:"skeleton"`            // no_rule, unknown, inactive, no_unit
	Group  string `json:"group,omitempty" class:"skeleton"`  // fallback group; empty: the unit's own desk
}

// Paged: an urgent ticket waits to be taken, and somebody is called (緊急業務立即處理, mission row I10). Level 1 calls who is
// on duty, else who leads the group, each further level the superior of the one before.
type Paged struct {
	Level   int        `json:"level" class:"skeleton"`
	Person  string     `json:"person,omitempty" class:"skeleton"` // empty: nobody is on duty or leads there
	Group   string     `json:"group,omitempty" class:"skeleton"`
	Urgency Urgency    `json:"urgency" class:"skeleton"`
	DueAt   *time.Time `json:"due_at,omitempty" class:"skeleton"` // by when it should have been taken
}

// Joined: the matter goes on as another ticket (mission row I11). Number and history of this one stay.
type Joined struct {
	Into   string   `json:"into" class:"skeleton"`
	Was    Status   `json:"was" class:"skeleton"`
	Clocks []string `json:"clocks,omitempty" class:"skeleton"` // that ran until then
	Reason string   `json:"reason" class:"content"`
}

// Unjoined: the joining is undone; the ticket stands where it stood (mission row X9).
type Unjoined struct {
	From   string `json:"from" class:"skeleton"`
	Status Status `json:"status" class:"skeleton"`
	Reason string `json:"reason" class:"content"`
}

func (GroupFallback) isTicket() {}
func (Paged) isTicket()         {}
func (Joined) isTicket()        {}
func (Unjoined) isTicket()      {}

func (GroupFallback) isIntake() {}
func (Paged) isIntake()         {}
func (Joined) isIntake()        {}
func (Unjoined) isIntake()      {}
