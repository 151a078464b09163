package ticket

import "time"

// MaterialReceived: something the customer had to bring has come. Items of a ticket are numbered from 1; one that comes
// later stands beside the earlier ones and never in their place (補正, mission row I6).
type MaterialReceived struct {
	Item       int        `json:"item" class:"skeleton"`
	Material   string     `json:"material" class:"skeleton"` // key in the template's list
	Copies     int        `json:"copies,omitempty" class:"skeleton"`
	Pages      int        `json:"pages,omitempty" class:"skeleton"`
	Original   bool       `json:"original,omitempty" class:"skeleton"` // the original was seen
	Issuer     string     `json:"issuer,omitempty" class:"content"`
	ValidUntil string     `json:"valid_until,omitempty" class:"skeleton"` // last day, 2006-01-02
	File       string     `json:"file,omitempty" class:"skeleton"`        // digest of the attached file
	Unreadable bool       `json:"unreadable,omitempty" class:"skeleton"`
	Verdict    Assessment `json:"verdict" class:"skeleton"`
	Defect     string     `json:"defect,omitempty" class:"content"`
	Cure       string     `json:"cure,omitempty" class:"content"`
	By         string     `json:"by,omitempty" class:"skeleton"`         // staff who accepted it
	Supplement bool       `json:"supplement,omitempty" class:"skeleton"` // came after the customer had been told once
}

// Checked: somebody judged fields and materials (初步審核, mission row I3). Keys are "form.<field>" and "materials.<material>".
type Checked struct {
	Verdicts map[string]Assessment `json:"verdicts" class:"skeleton"`
	Defects  map[string]string     `json:"defects,omitempty" class:"content"`
	Cures    map[string]string     `json:"cures,omitempty" class:"content"`
	By       string                `json:"by,omitempty" class:"skeleton"`
}

// ScopeDecided: the application is for this unit, for another one, or for nobody here (mission row I4). For another unit,
// that unit has to decide anew.
type ScopeDecided struct {
	Scope    ScopeDecision `json:"scope" class:"skeleton"`
	Unit     string        `json:"unit,omitempty" class:"skeleton"` // the other unit
	Previous string        `json:"previous,omitempty" class:"skeleton"`
	Reason   string        `json:"reason" class:"content"`
}

// Declined: 不予受理. Text is what the customer is told, by the channel.
type Declined struct {
	Reason     string  `json:"reason" class:"content"`
	RightPlace string  `json:"right_place,omitempty" class:"content"` // where to apply instead, if known
	Text       string  `json:"text" class:"content"`
	Channel    Channel `json:"channel" class:"skeleton"`
}

// DefectsNotified: the customer was told every defect found, all at once (一次性告知, mission row I5). The clock "supplement"
// tells by when they are to be cured.
type DefectsNotified struct {
	Notice   int      `json:"notice" class:"skeleton"` // counts the ticket's notices from 1
	Paths    []string `json:"paths" class:"skeleton"`  // what is at fault
	Defects  []Defect `json:"defects" class:"content"` // in the order of Paths
	On       string   `json:"on" class:"skeleton"`     // day of the notice, 2006-01-02
	Channel  Channel  `json:"channel" class:"skeleton"`
	Override bool     `json:"override,omitempty" class:"skeleton"` // allowed by a supervisor although it was visible before
	Unit     string   `json:"unit" class:"skeleton"`               // against which an override counts
	Reason   string   `json:"reason,omitempty" class:"content"`
	Text     string   `json:"text,omitempty" class:"content"`
}

// Defect is one thing that is wrong, and what would cure it.
type Defect struct {
	Path string      `json:"path"`
	Code Shortcoming `json:"code"`
	Text string      `json:"text,omitempty"`
	Cure string      `json:"cure,omitempty"`
}

// DefectNoticeDelivered: the notice of defects reached the customer.
type DefectNoticeDelivered struct {
	Notice   int       `json:"notice" class:"skeleton"`
	At       time.Time `json:"at" class:"skeleton"`
	Evidence string    `json:"evidence,omitempty" class:"content"`
}

// DefectsCured: nothing of what the customer was told is at fault any more.
type DefectsCured struct {
	Notice int `json:"notice" class:"skeleton"`
}

// Lapsed: what the customer was told was not cured by the date, and the customer is told that, too.
type Lapsed struct {
	Notice  int       `json:"notice" class:"skeleton"`
	DueAt   time.Time `json:"due_at" class:"skeleton"`
	Paths   []string  `json:"paths" class:"skeleton"` // what was never supplied
	Channel Channel   `json:"channel" class:"skeleton"`
}

// IntakeReopened: a declined or lapsed application is being drawn up again.
type IntakeReopened struct {
	From   Status `json:"from" class:"skeleton"`
	Reason string `json:"reason" class:"content"`
}

// IdentityChecked: somebody looked who the customer is, or who acts for them (核實客戶身份, mission row I9). The latest counts.
type IdentityChecked struct {
	Method    IdentityMethod `json:"method" class:"skeleton"`
	Document  Document       `json:"document" class:"skeleton"`
	Passed    bool           `json:"passed" class:"skeleton"`
	Note      string         `json:"note,omitempty" class:"content"`
	Agent     string         `json:"agent,omitempty" class:"content"`       // name of who acts for the customer
	Authority string         `json:"authority,omitempty" class:"content"`   // power of attorney 授權委託書
	Acts      []AgentAct     `json:"acts,omitempty" class:"skeleton"`       // what the agent may do
	Expires   *time.Time     `json:"expires_at,omitempty" class:"skeleton"` // end of the authority
	By        string         `json:"by,omitempty" class:"skeleton"`
}

func (MaterialReceived) isTicket()      {}
func (Checked) isTicket()               {}
func (ScopeDecided) isTicket()          {}
func (Declined) isTicket()              {}
func (DefectsNotified) isTicket()       {}
func (DefectNoticeDelivered) isTicket() {}
func (DefectsCured) isTicket()          {}
func (Lapsed) isTicket()                {}
func (IntakeReopened) isTicket()        {}
func (IdentityChecked) isTicket()       {}

func (MaterialReceived) isIntake()      {}
func (Checked) isIntake()               {}
func (ScopeDecided) isIntake()          {}
func (Declined) isIntake()              {}
func (DefectsNotified) isIntake()       {}
func (DefectNoticeDelivered) isIntake() {}
func (DefectsCured) isIntake()          {}
func (Lapsed) isIntake()                {}
func (IntakeReopened) isIntake()        {}
func (IdentityChecked) isIntake()       {}
