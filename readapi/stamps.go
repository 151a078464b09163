package readapi

import (
	"context"
	"time"
)

// StampsView is the register of a unit's or group's own correction stamps (mission row K1). A ticket is corrected under those of
// its group, its unit and every unit above.
type StampsView struct {
	Unit   *Ref        `json:"unit"`
	At     time.Time   `json:"at"`
	Stamps []StampView `json:"stamps" doc:"in the order in which they were registered"`
}

// StampView is a correction stamp.
type StampView struct {
	Number    string `json:"number"`
	Keeper    *Ref   `json:"keeper" doc:"who alone corrects under it"`
	Withdrawn bool   `json:"withdrawn,omitempty" doc:"nothing is corrected under it any more"`
}

func (s *service) stamps(ctx context.Context, in *UnitAtRequest) (*OneResponse[StampsView], error) {
	facts, at, position, err := s.unitAt(ctx, "unit.stamps", in)
	if err != nil {
		return nil, err
	}
	v := StampsView{Unit: s.names.unit(in.ID, at), At: at, Stamps: []StampView{}}
	for _, st := range facts.Stamps {
		v.Stamps = append(v.Stamps, StampView{Number: st.Number, Keeper: s.names.staff(st.Keeper, at), Withdrawn: st.Withdrawn})
	}
	return &OneResponse[StampsView]{Position: position, Body: v}, nil
}
