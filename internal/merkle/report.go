package merkle

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Kind is what is wrong with a log.
type Kind string

// What a check finds.
const (
	Changed       Kind = "changed"        // an event is not the one that was hashed
	Removed       Kind = "removed"        // an event that was hashed is gone
	Inserted      Kind = "inserted"       // an event stands where none was hashed
	Truncated     Kind = "truncated"      // a signed head covers more events than there are
	Contradicted  Kind = "contradicted"   // a signed head is of another history
	Forged        Kind = "forged"         // a head without the signature of the log's key
	Gap           Kind = "gap"            // a stream lacks a revision
	Disordered    Kind = "disordered"     // the log contradicts itself
	StoredChanged Kind = "stored_changed" // the hashes that were noted are not those that were signed
)

// maxFindings is how many findings are told one by one.
const maxFindings = 20

// Finding is one thing that is wrong. Position is where, or where the log is known up to; Event names the event that stands
// there, if one does.
type Finding struct {
	Kind     Kind   `json:"kind"`
	Position uint64 `json:"position"`
	Event    string `json:"event,omitempty"`
	Text     string `json:"text"`
}

// String is one line for people.
func (f Finding) String() string {
	event := f.Event
	if event != "" {
		event += ": "
	}
	return fmt.Sprintf("%s at position %d: %s%s", f.Kind, f.Position, event, f.Text)
}

// Report is what a check found.
type Report struct {
	Size         int64     `json:"size"` // events that count
	Last         uint64    `json:"last"` // position of the last
	Root         tlog.Hash `json:"root"`
	Heads        int       `json:"heads"`   // with the log's signature, in the log
	Outside      int       `json:"outside"` // with it, kept elsewhere
	Covered      int64     `json:"covered"` // events under the largest head that holds
	CoveredTo    uint64    `json:"covered_to"`
	Stored       int64     `json:"stored"` // hashes that were compared one by one
	StoredDiffer bool      `json:"stored_differ"`
	Findings     []Finding `json:"findings"`
	More         int       `json:"more"` // findings beyond those
}

// Sound reports whether nothing was found.
func (r Report) Sound() bool { return len(r.Findings) == 0 }

// String tells it to people.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d events up to position %d, root %s\n", r.Size, r.Last, r.Root)
	fmt.Fprintf(&b, "held against %d tree heads of the log, %d kept outside it, %d stored hashes\n", r.Heads, r.Outside, r.Stored)
	fmt.Fprintf(&b, "signed and unchanged: the first %d events, up to position %d; %d after them are not signed yet\n", r.Covered, r.CoveredTo, r.Size-r.Covered)
	for _, f := range r.Findings {
		fmt.Fprintln(&b, f)
	}
	if r.More > 0 {
		fmt.Fprintf(&b, "and %d findings more\n", r.More)
	}
	return b.String()
}
