// Package casetype is the definition of one kind of business ticket: its form, materials, route, limits and rules. A
// template (package domain/template) approves versions of definitions; a ticket refers to one version and is bound by its
// [Rules] for ever (mission rows T1–T6). It decides nothing about any one ticket.
package casetype

import (
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/worktime"
)

// Ref names an approved version of a template: immutable, so that what it resolves to never changes.
type Ref struct {
	Template string `json:"template"` // key of the template's stream
	Version  int    `json:"version"`  // from 1
	Digest   string `json:"digest"`   // of the approved definition
}

// Zero reports whether no version is named: a ticket without a template.
func (r Ref) Zero() bool { return r.Template == "" }

// ProcedureRef names a published version of a procedure, which never changes (mission row T6).
type ProcedureRef struct {
	Procedure string `json:"procedure"` // key of the procedure's stream
	Version   int    `json:"version"`   // from 1
}

// Definition is all that is approved: the rules, and the words that people see.
type Definition struct {
	Rules  Rules           `json:"rules"`
	Labels map[string]Text `json:"labels" doc:"of the form itself (\"title\"), fields, choices (field.choice), materials, stages, steps"`
}

// Text is a label in the languages it is written in, by language tag: zh-Hant, zh-Hans, en.
type Text map[string]string

// Languages are those that labels are written in; the first that a label has stands in for the others.
var Languages = []string{"zh-Hant", "zh-Hans", "en"}

// In is the label in a language, or in the first that it has.
func (t Text) In(language string) string {
	if text := t[language]; text != "" {
		return text
	}
	for _, l := range Languages {
		if t[l] != "" {
			return t[l]
		}
	}
	return ""
}

// Rules are what a definition asks of its tickets.
type Rules struct {
	Type       string             `json:"type" doc:"business type 業務類型, the code in ticket numbers"`
	Owner      string             `json:"owner" doc:"unit that owns it"`
	Calendar   string             `json:"calendar" doc:"calendar that its limits run by"`
	Start      worktime.StartRule `json:"start,omitempty"`
	Fields     []form.Field       `json:"fields"`
	Amount     string             `json:"amount,omitempty" doc:"key of the field that authority is measured by; empty: no amount"`
	Materials  []form.Material    `json:"materials,omitempty"`
	Stages     []route.Stage      `json:"stages,omitempty" doc:"in order"`
	Limits     []ClassLimits      `json:"limits" doc:"one for each urgency"`
	Urgencies  []Choice           `json:"urgencies,omitempty" doc:"first whose condition holds gives the urgency; none: normal"`
	Groups     []Choice           `json:"groups,omitempty" doc:"first whose condition holds names the group (mission row A1)"`
	Fallback   string             `json:"fallback,omitempty" doc:"group whose queue takes what those rules place nowhere; empty: the desk of the unit"`
	Pauses     []Pause            `json:"pauses,omitempty" doc:"the only kinds that stop a clock (mission row L4)"`
	Extension  Extension          `json:"extension,omitzero"`
	Steps      []Step             `json:"steps,omitempty" doc:"key steps, in order (mission rows T6, A5)"`
	Procedure  string             `json:"procedure,omitempty" doc:"key of the procedure that handlers follow"`
	Handover   Handover           `json:"handover"`
	Raise      worktime.Limit     `json:"raise" doc:"in which a superior answers (mission row A4)"`
	Supplement worktime.Limit     `json:"supplement" doc:"in which defects told once have to be cured (mission row I5)"`
	Objection  Objection          `json:"objection,omitzero"`
	Archive    worktime.Limit     `json:"archive" doc:"from completion to filing"`
	Retention  Retention          `json:"retention"`
	Identity   bool               `json:"identity,omitempty" doc:"the customer's identity is checked before the first review (mission row I9)"`
	Contract   bool               `json:"contract,omitempty" doc:"needs a complete customer file (mission row U1)"`
	Duplicates int                `json:"duplicates,omitempty" doc:"days in which a like ticket of the same customer counts as a likely duplicate (mission row I11)"`
	Reminders  []int              `json:"reminders,omitempty" doc:"shares of the limit in percent, ascending (mission row L5)"`
	Qualified  string             `json:"qualified,omitempty" doc:"kind of certificate that handlers need (mission row O2)"`
	Weight     int                `json:"weight,omitempty" doc:"difficulty in hundredths for weighted volumes; 0: 100"`
	Sensitive  bool               `json:"sensitive,omitempty" doc:"every read is recorded"`
	Instant    bool               `json:"instant,omitempty" doc:"settled in the same visit (即辦件)"`
}

// Risks are the levels that reviews rate a ticket by, from low to high (mission rows R5, R6).
var Risks = []string{"low", "medium", "high"}

// ClassLimits are the limits of one urgency class (mission rows I10, L1, L2).
type ClassLimits struct {
	Urgency     string         `json:"urgency" enum:"critical,urgent,normal,low"`
	Response    worktime.Limit `json:"response" doc:"to the first real answer"`
	Handling    worktime.Limit `json:"handling" doc:"to the delivered result"`
	Statutory   worktime.Limit `json:"statutory,omitzero" doc:"what the law allows; zero: none known"`
	Acknowledge worktime.Limit `json:"acknowledge,omitzero" doc:"in which an urgent ticket must be taken; zero: none"`
}

// Choice is a value that holds when a condition does.
type Choice struct {
	Condition string `json:"condition" doc:"CEL expression over the form; empty: always"`
	Value     string `json:"value"`
}

// Pause is a kind of pause that stops the clocks.
type Pause struct {
	Kind     string         `json:"kind" enum:"customer,external,inspection,force_majeure"`
	Max      worktime.Limit `json:"max" doc:"longest single pause; zero: none"`
	Evidence bool           `json:"evidence,omitempty" doc:"needs a reference to its evidence"`
}

// Extension says how far a limit may be extended (mission row L3).
type Extension struct {
	Count int            `json:"count,omitempty" doc:"how many; 0: none"`
	Total worktime.Limit `json:"total,omitzero" doc:"all together"`
	Role  string         `json:"role,omitempty" doc:"role that approves; empty: leader"`
}

// Step is a key step of the procedure (關鍵步驟).
type Step struct {
	Key       string `json:"key" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Mandatory bool   `json:"mandatory,omitempty" doc:"skipping or reordering it needs a reason and is a deviation"`
	Record    bool   `json:"record,omitempty" doc:"needs a work record before the ticket is handed on or completed"`
}

// Handover says what handing over is bound by (mission row C2).
type Handover struct {
	Limit    worktime.Limit `json:"limit" doc:"in which the receiver answers"`
	Refusals int            `json:"refusals,omitempty" doc:"after so many a named arbiter decides; 0: never"`
	Arbiter  string         `json:"arbiter,omitempty" doc:"role of the arbiter"`
}

// Objection says how long and to whom a result may be objected to (mission row F3).
type Objection struct {
	Days  int            `json:"days,omitempty" doc:"calendar days from delivery"`
	Limit worktime.Limit `json:"limit,omitzero" doc:"in which it is answered"`
	Role  string         `json:"role,omitempty" doc:"role of its reviewer"`
	Tries int            `json:"tries,omitempty" doc:"contact attempts after which a supervisor may close it"`
}

// Retention is how long and from when the record is kept (mission row D1).
type Retention struct {
	Class string `json:"class" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Years int    `json:"years" doc:"at least five unless a legal source says otherwise"`
	From  string `json:"from" enum:"closing,archiving"`
	Legal string `json:"legal,omitempty" doc:"legal source of a shorter period"`
}
