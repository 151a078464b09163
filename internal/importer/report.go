package importer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"docket/internal/importer/caselog"
	"docket/internal/importer/mapping"
	"docket/internal/importer/plan"
)

// maxRefusals is how many refused rows a report lists; all are counted, and a ledger lists them all.
const maxRefusals = 10_000

// Report accounts for every row of a log: it gave commands, or a work record or note only, or was refused.
type Report struct {
	Import    string    `json:"import"`
	File      string    `json:"file"`
	Mapping   string    `json:"mapping"`
	DryRun    bool      `json:"dry_run,omitempty"`
	BeganAt   time.Time `json:"began_at"`
	EndedAt   time.Time `json:"ended_at"`
	FirstAt   time.Time `json:"first_row_at"`
	LastAt    time.Time `json:"last_row_at"`
	Cases     int       `json:"cases"`
	Rows      int       `json:"rows"`
	Accounted int       `json:"rows_accounted_for"`

	WithCommands int `json:"rows_with_commands"` // that change the ticket
	NoteOnly     int `json:"rows_as_notes"`
	Refused      int `json:"rows_refused"`
	Earlier      int `json:"rows_carried_in_earlier"` // of the former two, by an earlier run that was broken off

	Operations   map[mapping.Operation]int `json:"rows_by_operation"`
	Commands     map[plan.Verb]int         `json:"commands"` // accepted; planned, in a dry run
	Repeated     int                       `json:"commands_repeated"`
	Events       int                       `json:"events"`
	Position     uint64                    `json:"last_position"` // of the newest event made; ask for figures after it
	Organisation Organisation              `json:"organisation"`
	Codes        map[string]int            `json:"refusals_by_code"`
	Refusals     []Refusal                 `json:"refusals"`
}

// Organisation counts what was created before the log.
type Organisation struct {
	Groups      int `json:"groups"`
	People      int `json:"people"`
	Memberships int `json:"memberships"`
}

// Refusal is one row that was not, or not wholly, carried in.
type Refusal struct {
	Line    int       `json:"line"` // of the file
	Case    string    `json:"case,omitempty"`
	Order   int       `json:"order"`
	Command plan.Verb `json:"command,omitempty"` // the first that was refused
	Code    string    `json:"code"`
	Reason  string    `json:"reason"`
}

// outcome is what became of one row.
type outcome struct {
	Line      int               `json:"line"`
	Case      string            `json:"case,omitempty"`
	Order     int               `json:"order"`
	At        time.Time         `json:"at"`
	Operation mapping.Operation `json:"operation,omitempty"`
	Commands  []plan.Verb       `json:"commands,omitempty"`
	NoteOnly  bool              `json:"note_only,omitempty"`
	Earlier   bool              `json:"earlier,omitempty"`
	Ticket    string            `json:"ticket,omitempty"` // of the row that registered it
	Number    string            `json:"number,omitempty"`
	Refusal   *Refusal          `json:"refusal,omitempty"`
	Events    int               `json:"events,omitempty"`
	Repeated  int               `json:"-"`

	position uint64
}

type outcomes []outcome

// refuse notes a refusal; the first of a row counts.
func (o *outcome) refuse(command plan.Verb, code, reason string) {
	if o.Refusal == nil {
		o.Refusal = &Refusal{Line: o.Line, Case: o.Case, Order: o.Order, Command: command, Code: code, Reason: reason}
	}
}

// outcomeOf is what becomes of a row if everything planned is accepted.
func outcomeOf(s plan.Step) outcome {
	r := s.Row
	o := outcome{
		Line: r.Line, Case: r.Case, Order: r.Order, At: r.At, Operation: r.Operation, NoteOnly: s.NoteOnly(),
	}
	for _, c := range s.Commands {
		o.Commands = append(o.Commands, c.Verb)
	}
	if s.Fault != nil {
		o.refuse("", s.Fault.Code, s.Fault.Msg)
	}
	return o
}

func planned(steps []plan.Step) outcomes {
	all := make(outcomes, len(steps))
	for i, s := range steps {
		all[i] = outcomeOf(s)
	}
	return all
}

// homeless are rows that belong to no case.
func homeless(rows []caselog.Row) outcomes {
	all := make(outcomes, len(rows))
	for i, r := range rows {
		all[i] = outcomeOf(plan.Step{Row: r, Fault: r.Fault})
	}
	return all
}

func newReport(o Options, m *mapping.Mapping, l *caselog.Log) *Report {
	return &Report{
		File: o.File, Mapping: m.Name, DryRun: o.DryRun, BeganAt: time.Now().UTC(), FirstAt: l.Begin, LastAt: l.End,
		Cases: l.Cases, Rows: l.Rows,
		Operations: map[mapping.Operation]int{}, Commands: map[plan.Verb]int{}, Codes: map[string]int{},
	}
}

func countOrganisation(o *plan.Organisation) Organisation {
	c := Organisation{Groups: len(o.Groups()), People: len(o.People())}
	for _, person := range o.People() {
		c.Memberships += len(o.Memberships(person))
	}
	return c
}

func (r *Report) add(all outcomes) {
	for _, o := range all {
		r.Accounted++
		if o.Operation != "" {
			r.Operations[o.Operation]++
		}
		for _, c := range o.Commands {
			r.Commands[c]++
		}
		r.Events += o.Events
		r.Repeated += o.Repeated
		r.Position = max(r.Position, o.position)
		switch {
		case o.Refusal != nil:
			r.Refused++
			r.Codes[o.Refusal.Code]++
			if len(r.Refusals) < maxRefusals {
				r.Refusals = append(r.Refusals, *o.Refusal)
			}
			continue
		case o.NoteOnly:
			r.NoteOnly++
		default:
			r.WithCommands++
		}
		if o.Earlier {
			r.Earlier++
		}
	}
}

// Complete reports whether every row of the log was carried in.
func (r Report) Complete() bool { return r.Refused == 0 && r.Accounted == r.Rows }

// Total is the number of commands.
func (r Report) Total() int {
	n := 0
	for _, count := range r.Commands {
		n += count
	}
	return n
}

// String tells the report in words, on several lines.
func (r Report) String() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	verb := "carried in"
	if r.DryRun {
		verb = "planned"
	}
	line("%d cases, %d rows of %d accounted for, %s in %s", r.Cases, r.Accounted, r.Rows, verb,
		r.EndedAt.Sub(r.BeganAt).Round(10*time.Millisecond))
	line("  %7d rows gave commands", r.WithCommands)
	line("  %7d rows were kept as work records or notes", r.NoteOnly)
	line("  %7d rows were refused", r.Refused)
	if r.Earlier > 0 {
		line("  %7d of them had been carried in by an earlier run", r.Earlier)
	}
	line("%d commands for them, %d of these repeated; before that %d groups, %d people, %d memberships",
		r.Total(), r.Repeated, r.Organisation.Groups, r.Organisation.People, r.Organisation.Memberships)
	for _, c := range byCount(r.Commands) {
		line("  %7d %s", r.Commands[c], c)
	}
	for _, code := range byCount(r.Codes) {
		line("refused by %s: %d rows", code, r.Codes[code])
	}
	for i, f := range r.Refusals {
		if i == 20 {
			line("  … and %d more", r.Refused-i)
			break
		}
		line("  line %d, case %s row %d, %s: %s: %s", f.Line, f.Case, f.Order, f.Command, f.Code, f.Reason)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (r Report) save(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// byCount sorts the keys, most frequent first.
func byCount[K ~string](counts map[K]int) []K {
	return slices.SortedFunc(maps.Keys(counts), func(a, b K) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b))
	})
}
