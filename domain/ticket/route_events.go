package ticket

import (
	"time"

	"docket/domain/route"
)

// StagesPlanned: which stages of the route this ticket has to pass, as its conditions came out over the form of the given
// revision (mission rows R5, R8). The latest one counts.
type StagesPlanned struct {
	Holds map[string]bool `json:"holds" class:"skeleton"` // by the key of each stage with a condition
	Form  int             `json:"form" class:"skeleton"`  // revision of the form that was looked at
	Risk  Risk            `json:"risk,omitempty" class:"skeleton"`

	Urgency Urgency `json:"urgency,omitempty" class:"skeleton"`
}

// StagePassed: somebody with the stage's role found the application or the result good, and signed for it (mission rows R1,
// R2, R4–R6). A stage with a quorum is passed once so many people have passed it.
type StagePassed struct {
	Stage      string      `json:"stage" class:"skeleton"`
	When       route.When  `json:"when" class:"skeleton"`
	Round      int         `json:"round" class:"skeleton"` // of the application before handling, of the result after it
	Opinion    string      `json:"opinion" class:"content"`
	Judgement  Judgement   `json:"judgement,omitzero" class:"skeleton"`
	Conditions []Condition `json:"conditions,omitempty" class:"content"` // with which it was approved (mission row A6)
	Last       bool        `json:"last,omitempty" class:"skeleton"`      // nobody else has to pass the stage
	Signature  Signature   `json:"signature" class:"skeleton"`
	Digest     string      `json:"digest" class:"content"` // of what was judged and said; see [Signature]
}

// StageReturned: the application goes back to the clerk, or the result to the handler, with the reason and the items to put
// right (mission row R3). Of a result the ticket's next round begins as well ([ReviewReturned]).
type StageReturned struct {
	Stage     string     `json:"stage" class:"skeleton"`
	When      route.When `json:"when" class:"skeleton"`
	Round     int        `json:"round" class:"skeleton"` // the round that begins
	Fault     Fault      `json:"fault" class:"skeleton"`
	Reason    string     `json:"reason" class:"content"`
	Items     []string   `json:"items" class:"content"`
	Fields    []string   `json:"fields,omitempty" class:"skeleton"`   // keys of the fields at fault
	AskOnce   bool       `json:"ask_once,omitempty" class:"skeleton"` // the customer has to be told once what is missing
	Judgement Judgement  `json:"judgement,omitzero" class:"skeleton"`
	To        string     `json:"to,omitempty" class:"skeleton"` // another handler than the one who completed it
	Signature Signature  `json:"signature" class:"skeleton"`
}

// ItemsAnswered: whoever puts a return right says what was done about each item (整改, mission row R3).
type ItemsAnswered struct {
	Round   int      `json:"round" class:"skeleton"`
	By      string   `json:"by" class:"skeleton"`
	Items   []int    `json:"items" class:"skeleton"` // their places, from 1
	Answers []string `json:"answers" class:"content"`
}

// ApplicationResubmitted: the returned application is before its reviewers again, perhaps with amended fields (mission
// rows I8, R3).
type ApplicationResubmitted struct {
	Round    int               `json:"round" class:"skeleton"`
	By       string            `json:"by" class:"skeleton"`
	Fields   []string          `json:"fields,omitempty" class:"skeleton"` // keys of what was amended
	Values   map[string]string `json:"values,omitempty" class:"content"`
	Marked   map[string]string `json:"marked,omitempty" class:"marked"`
	Customer string            `json:"customer,omitempty" class:"skeleton"`
}

// ApplicationRefused: the application is not granted (審批不通過, mission row R7). The customer has to be told the reasons,
// the remedies and how to object before the ticket can be closed.
type ApplicationRefused struct {
	Stage     string    `json:"stage" class:"skeleton"`
	Round     int       `json:"round" class:"skeleton"`
	Reasons   []string  `json:"reasons" class:"content"`
	Remedies  []string  `json:"remedies" class:"content"`
	Objection string    `json:"objection" class:"content"` // how, where and by when to object
	Signature Signature `json:"signature" class:"skeleton"`
	Digest    string    `json:"digest" class:"content"`
}

// SecondReviewRequired: a superior wants a stage passed although its condition does not hold (mission row R5).
type SecondReviewRequired struct {
	Stage  string `json:"stage" class:"skeleton"`
	By     string `json:"by" class:"skeleton"`
	Reason string `json:"reason" class:"content"`
}

// ConditionsAnswered: what was done about conditions written in an approval (按審批意見辦理, mission row A6).
type ConditionsAnswered struct {
	By         string   `json:"by" class:"skeleton"`
	Conditions []int    `json:"conditions" class:"skeleton"` // their numbers
	Answers    []string `json:"answers" class:"content"`
}

// FieldCorrected: a field of the registered form was corrected under the unit's correction stamp (更正章＋經辦人員簽字, mission
// row K1). The old value stays readable, struck through beside the new one.
type FieldCorrected struct {
	Field     string `json:"field" class:"skeleton"`
	Old       string `json:"old,omitempty" class:"content"`
	New       string `json:"new,omitempty" class:"content"`
	OldMarked string `json:"old_marked,omitempty" class:"marked"`
	NewMarked string `json:"new_marked,omitempty" class:"marked"`
	Fault     Fault  `json:"fault" class:"skeleton"`
	Reason    string `json:"reason" class:"content"`
	Corrector string `json:"corrector" class:"skeleton"`
	Unit      string `json:"unit" class:"skeleton"`  // whose stamp it is
	Stamp     string `json:"stamp" class:"skeleton"` // number of the stamp
	Form      int    `json:"form" class:"skeleton"`  // revision of the form that the correction makes
	Addendum  bool   `json:"addendum,omitempty" class:"skeleton"`
	Customer  string `json:"customer,omitempty" class:"skeleton"`
}

// StagesVoided: decisions that relied on a corrected field do not stand any more, and neither do later ones (更正後重審,
// mission row K3). They stay visible as given.
type StagesVoided struct {
	Stages []string `json:"stages" class:"skeleton"`          // in the order of the route
	Field  string   `json:"field,omitempty" class:"skeleton"` // that was corrected
}

// MarkedSubject seals the marked fields under the customer's key where the customer is known.
func (e ApplicationResubmitted) MarkedSubject() string { return customerSubject(e.Customer) }

// MarkedSubject seals the marked fields under the customer's key where the customer is known.
func (e FieldCorrected) MarkedSubject() string { return customerSubject(e.Customer) }

// Signature binds a decision to who took it, when, over what (簽署意見, mission row R6). The digest beside it covers the
// canonical form values and result, the opinion, and this signature; it is sealed like the texts it covers and goes with
// their key. What outlives the key is the revision of the form alone, which the log's own chain pins down.
type Signature struct {
	By         string    `json:"by"`
	OnBehalfOf string    `json:"on_behalf_of,omitempty"` // whose powers a deputy used
	Delegation string    `json:"delegation,omitempty"`   // the delegation that lent them
	Role       string    `json:"role"`                   // of the stage
	Unit       string    `json:"unit,omitempty"`         // of the post
	Authority  string    `json:"authority,omitempty"`    // entry of the authority matrix that allowed it
	At         time.Time `json:"at"`
	Form       int       `json:"form"` // revision of the form that was judged
}

// Condition is what an approval asks of the handling. Numbers count a ticket's conditions from 1.
type Condition struct {
	Number int    `json:"number"`
	Text   string `json:"text"`
}

func (StagesPlanned) isTicket()          {}
func (StagePassed) isTicket()            {}
func (StageReturned) isTicket()          {}
func (ItemsAnswered) isTicket()          {}
func (ApplicationResubmitted) isTicket() {}
func (ApplicationRefused) isTicket()     {}
func (SecondReviewRequired) isTicket()   {}
func (ConditionsAnswered) isTicket()     {}
func (FieldCorrected) isTicket()         {}
func (StagesVoided) isTicket()           {}

func (StagesPlanned) isRoute()          {}
func (StagePassed) isRoute()            {}
func (StageReturned) isRoute()          {}
func (ItemsAnswered) isRoute()          {}
func (ApplicationResubmitted) isRoute() {}
func (ApplicationRefused) isRoute()     {}
func (SecondReviewRequired) isRoute()   {}
func (ConditionsAnswered) isRoute()     {}
func (FieldCorrected) isRoute()         {}
func (StagesVoided) isRoute()           {}
