// Package mapping tells how a process log of another system is read: which column is what, what its operations mean, and
// what the tickets made of it look like. A mapping is a small YAML file; those of well-known systems are built in.
package mapping

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"docket/domain/ticket"
)

// Operation is what a row of the log says happened.
type Operation string

// The operations. A row of an operation that the ticket cannot undergo any more, such as a second closing, is a note.
const (
	Register Operation = "register" // the case is new, or still untouched
	Work     Operation = "work"     // it is being worked on
	Pause    Operation = "pause"    // it waits for somebody
	Resolve  Operation = "resolve"  // handling has ended
	Close    Operation = "close"    // nothing more is to be done
	None     Operation = "none"     // nothing that concerns the ticket's state
)

var operations = []Operation{Register, Work, Pause, Resolve, Close, None}

// Mapping is one such file.
type Mapping struct {
	Name       string                      `yaml:"name"`
	Columns    Columns                     `yaml:"columns"`
	Time       Time                        `yaml:"time"`
	Operations map[string]Operation        `yaml:"operations"` // by value of the operation column
	Pauses     map[string]ticket.PauseKind `yaml:"pauses"`     // by value of the activity column
	Urgencies  map[string]ticket.Urgency   `yaml:"urgencies"`  // by value of the urgency column
	Ticket     Ticket                      `yaml:"ticket"`
	Unit       Unit                        `yaml:"unit"`
	Names      Names                       `yaml:"names"`

	source []byte
}

// Columns names the columns of the log. Order, person, group and urgency may be left out.
type Columns struct {
	Case      string `yaml:"case"`
	Order     string `yaml:"order"` // a number that orders the rows of a case; left out, the log's own order holds
	Time      string `yaml:"time"`
	Activity  string `yaml:"activity"`
	Person    string `yaml:"person"`
	Group     string `yaml:"group"`
	Operation string `yaml:"operation"`
	Urgency   string `yaml:"urgency"`
}

// Time tells how times are written, as a Go layout; Zone holds for layouts without an offset.
type Time struct {
	Layout string `yaml:"layout"`
	Zone   string `yaml:"zone"`
}

// Location is the zone, UTC when none is named.
func (t Time) Location() (*time.Location, error) { return time.LoadLocation(t.Zone) }

// Ticket is what all tickets of the log have in common; {case} in the title stands for the case's number.
type Ticket struct {
	Type    string         `yaml:"type"`
	Channel ticket.Channel `yaml:"channel"`
	Urgency ticket.Urgency `yaml:"urgency"` // where the log tells none
	Title   string         `yaml:"title"`
}

// Unit is the unit that the log's groups are put under.
type Unit struct {
	Code string `yaml:"code"`
	Name string `yaml:"name"`
}

// Names turn the log's keys of groups and people into names; {id} stands for the key.
type Names struct {
	Group  string `yaml:"group"`
	Person string `yaml:"person"`
}

//go:embed *.yaml
var builtin embed.FS

// Load reads the built-in mapping of that name, or else the file.
func Load(nameOrPath string) (*Mapping, error) {
	source, err := builtin.ReadFile(nameOrPath + ".yaml")
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		source, err = os.ReadFile(nameOrPath)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("mapping %q is neither built in (%s) nor a file", nameOrPath, strings.Join(Builtin(), ", "))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("mapping: %w", err)
	}
	return Parse(source)
}

// Parse reads a mapping. A value that tickets do not know ends the reading; whatever else is wrong is told at once.
func Parse(source []byte) (*Mapping, error) {
	m := &Mapping{source: source}
	decoder := yaml.NewDecoder(bytes.NewReader(source))
	decoder.KnownFields(true)
	if err := decoder.Decode(m); err != nil {
		return nil, fmt.Errorf("mapping: %w", err)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("mapping %s: %w", m.Name, err)
	}
	return m, nil
}

// Builtin lists the mappings that are built in.
func Builtin() []string {
	files, err := builtin.ReadDir(".")
	if err != nil {
		return nil
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f.Name(), ".yaml")
	}
	return names
}

// Source is the text of the mapping, for telling one import from another.
func (m *Mapping) Source() []byte { return m.source }

var (
	unitCode   = regexp.MustCompile(`^[A-Z0-9]{1,8}$`)
	ticketType = regexp.MustCompile(`^[A-Z0-9]{2,8}$`)
)

func (m *Mapping) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	for what, value := range map[string]string{
		"columns.case": m.Columns.Case, "columns.time": m.Columns.Time, "columns.activity": m.Columns.Activity,
		"columns.operation": m.Columns.Operation, "time.layout": m.Time.Layout, "ticket.title": m.Ticket.Title,
		"unit.name": m.Unit.Name, "names.group": m.Names.Group, "names.person": m.Names.Person,
	} {
		if value == "" {
			fault("%s is missing", what)
		}
	}
	if _, err := m.Time.Location(); err != nil {
		fault("time.zone: %w", err)
	}
	if !unitCode.MatchString(m.Unit.Code) {
		fault("unit.code must be 1 to 8 upper-case letters and digits")
	}
	if !ticketType.MatchString(m.Ticket.Type) {
		fault("ticket.type must be 2 to 8 upper-case letters and digits")
	}
	for value, operation := range m.Operations {
		if !slices.Contains(operations, operation) {
			fault("operations.%s must be one of %v", value, operations)
		}
	}
	// Values that tickets know have been checked while they were decoded; they may still be missing.
	if m.Ticket.Channel == "" {
		fault("ticket.channel is missing")
	}
	if m.Ticket.Urgency == "" {
		fault("ticket.urgency is missing")
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(faults...)
}
