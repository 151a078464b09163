package readapi

import (
	"time"

	"docket/projections/ticketpage"
)

// CorrectionView is a corrected field as a stamped form shows it: the old value struck through, the new one beside it, with
// who corrected it and under which stamp (mission rows K1 and X3).
type CorrectionView struct {
	Field     string    `json:"field" doc:"key of the field"`
	Old       string    `json:"old" doc:"struck through; empty where nothing was filled in"`
	New       string    `json:"new" doc:"empty where the value was taken away"`
	Masked    bool      `json:"masked,omitempty" doc:"the values are sensitive and shown masked"`
	Fault     string    `json:"fault"`
	Reason    string    `json:"reason"`
	Corrector *Ref      `json:"corrector"`
	Unit      *Ref      `json:"unit" doc:"whose stamp it is"`
	Stamp     string    `json:"stamp" doc:"number of the stamp"`
	Addendum  bool      `json:"addendum,omitempty" doc:"made after the ticket was closed"`
	At        time.Time `json:"at"`
	Revision  uint64    `json:"revision"`
}

func (m scene) corrections(list []ticketpage.Correction) []CorrectionView {
	views := make([]CorrectionView, len(list))
	for i, c := range list {
		views[i] = CorrectionView{
			Field: c.Field, Old: c.Old, New: c.New, Masked: c.Marked, Fault: string(c.Fault), Reason: c.Reason,
			Corrector: m.names.staff(c.Corrector, c.At), Unit: m.names.unit(c.Unit, c.At), Stamp: c.Stamp, Addendum: c.Addendum,
			At: c.At, Revision: c.Revision,
		}
	}
	return views
}
