// Package caselog reads a process log: a CSV file, zipped or not, of one row per event of a case. It brings the rows of each
// case together, whatever order the file has them in, within bounded memory. What the rows mean for a ticket is package
// plan's business.
package caselog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"docket/internal/importer/mapping"
)

// Row is one event of a case. A row that cannot be understood has a Fault and is part of the log all the same, so that it
// can be accounted for.
type Row struct {
	Line                            int // in the file, from 2
	Case                            string
	Order                           int // within the case
	At                              time.Time
	Activity, Person, Group, Urgent string // as the log has them; empty when unknown
	Operation                       mapping.Operation
	Fault                           *Fault
}

// Fault is why a row cannot be carried in.
type Fault struct {
	Code string // stable slug, "import.…"
	Msg  string
}

// Faults of rows.
const (
	FaultLine      = "import.line_unreadable"
	FaultCase      = "import.case_missing"
	FaultOrder     = "import.order_unreadable"
	FaultTime      = "import.time_unreadable"
	FaultOperation = "import.operation_unknown"
	FaultPause     = "import.pause_unknown"
	FaultText      = "import.text_unreadable"
)

// Case is all rows of one case in their order.
type Case struct {
	Name  string
	Place int // among the cases of the log, from 0
	Rows  []Row
}

// parser turns records into rows.
type parser struct {
	mapping  *mapping.Mapping
	zone     *time.Location
	at       map[string]int
	expected int
}

// newParser finds the mapping's columns in the header.
func newParser(m *mapping.Mapping, header []string) (*parser, error) {
	zone, err := m.Time.Location()
	if err != nil {
		return nil, err
	}
	p := &parser{mapping: m, zone: zone, at: map[string]int{}, expected: len(header)}
	for i, name := range header {
		p.at[strings.TrimPrefix(name, "\ufeff")] = i
	}
	var missing []error
	c := m.Columns
	for _, name := range []string{c.Case, c.Order, c.Time, c.Activity, c.Person, c.Group, c.Operation, c.Urgency} {
		if _, ok := p.at[name]; name != "" && !ok {
			missing = append(missing, fmt.Errorf("the log has no column %q", name))
		}
	}
	return p, errors.Join(missing...)
}

// row reads one record; the first fault counts.
func (p *parser) row(line int, record []string, unreadable error) Row {
	r := Row{Line: line, Order: line}
	fault := func(code, format string, args ...any) {
		if r.Fault == nil {
			r.Fault = &Fault{code, fmt.Sprintf(format, args...)}
		}
	}
	switch {
	case unreadable != nil:
		fault(FaultLine, "%v", unreadable)
		return r
	case len(record) != p.expected:
		fault(FaultLine, "has %d fields instead of %d", len(record), p.expected)
		return r
	}
	c := p.mapping.Columns
	r.Case = p.value(record, c.Case)
	r.Activity = p.value(record, c.Activity)
	r.Person, r.Group, r.Urgent = p.value(record, c.Person), p.value(record, c.Group), p.value(record, c.Urgency)
	if r.Case == "" {
		fault(FaultCase, "column %s is empty", c.Case)
	}
	for _, text := range []string{r.Case, r.Activity, r.Person, r.Group} {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }) {
			fault(FaultText, "holds invalid UTF-8 or control characters")
		}
	}
	var err error
	if c.Order != "" {
		if r.Order, err = strconv.Atoi(p.value(record, c.Order)); err != nil {
			fault(FaultOrder, "column %s is not a number", c.Order)
		}
	}
	if r.At, err = time.ParseInLocation(p.mapping.Time.Layout, p.value(record, c.Time), p.zone); err != nil {
		fault(FaultTime, "column %s is not a time of the form %s", c.Time, p.mapping.Time.Layout)
	}
	r.At = r.At.UTC()
	known := false
	if r.Operation, known = p.mapping.Operations[p.value(record, c.Operation)]; !known {
		fault(FaultOperation, "column %s holds an operation that the mapping does not know", c.Operation)
	}
	if _, known := p.mapping.Pauses[r.Activity]; r.Operation == mapping.Pause && !known {
		fault(FaultPause, "column %s holds a reason to wait that the mapping does not know", c.Activity)
	}
	return r
}

func (p *parser) value(record []string, column string) string {
	if column == "" {
		return ""
	}
	return strings.TrimSpace(record[p.at[column]])
}
