package ticketpage

import (
	"time"

	"docket/domain/ticket"
)

// Correction is a field that was corrected under the unit's stamp: the old value stands struck through beside the new one
// (更正章, mission rows K1 and X3). Marked values come masked.
type Correction struct {
	Field     string
	Old, New  string // empty: nothing was filled in, or the value was taken away
	Marked    bool
	Fault     ticket.Fault
	Reason    string
	Corrector string // staff
	Unit      string // whose stamp it is
	Stamp     string
	Addendum  bool // made after the ticket was closed
	At        time.Time
	Revision  uint64
}

// correctionOf reads a correction off its line of the timeline; false when the line cannot be read as one.
func correctionOf(e Entry) (Correction, bool) {
	c, ok := as[ticket.FieldCorrected](e)
	if !ok {
		return Correction{}, false
	}
	view := Correction{
		Field: c.Field, Old: c.Old, New: c.New, Fault: c.Fault, Reason: c.Reason, Corrector: c.Corrector, Unit: c.Unit,
		Stamp: c.Stamp, Addendum: c.Addendum, At: e.Effective, Revision: e.Revision,
	}
	if c.OldMarked != "" || c.NewMarked != "" {
		view.Marked, view.Old, view.New = true, c.OldMarked, c.NewMarked
	}
	return view, true
}
