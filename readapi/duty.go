package readapi

import (
	"context"
	"slices"
	"time"

	"docket/domain/unit"
	"docket/projections/ticketpage"
)

// UnitAtRequest asks what holds for a unit or group at an instant.
type UnitAtRequest struct {
	Request
	ID string    `path:"id" doc:"key of the unit"`
	At time.Time `query:"at" doc:"at this time, be it to come; now when left out"`
}

// RosterView is who is called for a unit or group at an instant, and what is planned from then on (mission row I10).
type RosterView struct {
	Unit   *Ref       `json:"unit"`
	At     time.Time  `json:"at"`
	Duty   *DutyView  `json:"duty" doc:"that covers the instant, be it of a unit above; null when there is none"`
	Called *Ref       `json:"called" doc:"who is called: who is on duty, else who leads; null when nobody does"`
	Absent bool       `json:"absent,omitempty" doc:"who is on duty has left or is absent, so the next one is called"`
	Next   []DutyView `json:"next" doc:"duties of the unit itself that begin later, the first first"`
}

// DutyView is a time during which somebody is the one to be called.
type DutyView struct {
	Duty   int       `json:"duty" doc:"number of the place's duty"`
	Place  *Ref      `json:"place" doc:"unit or group that it was planned for"`
	Person *Ref      `json:"person"`
	From   time.Time `json:"from"`
	Until  time.Time `json:"until" doc:"not included"`
}

// tallest bounds walks up the organisation, should its history hold a cycle.
const tallest = 64

// unitAt admits the reader to the organisation and gives the unit or group at the instant that is asked about.
func (s *service) unitAt(ctx context.Context, operation string, in *UnitAtRequest) (facts unit.Facts, at time.Time, position uint64, err error) {
	var c check
	c.id("path.id", &in.ID)
	asked := c.instant("query.at", in.At)
	at, position, err = s.moment(ctx, operation, Moment{}, &c)
	if err != nil {
		return facts, at, 0, err
	}
	if asked != nil {
		at = *asked
	}
	facts, known := s.Lookups.Unit(in.ID, at)
	if !known {
		return facts, at, 0, ticketpage.ErrUnknown
	}
	return facts, at, position, nil
}

func (s *service) duty(ctx context.Context, in *UnitAtRequest) (*OneResponse[RosterView], error) {
	facts, at, position, err := s.unitAt(ctx, "unit.duty", in)
	if err != nil {
		return nil, err
	}
	v := RosterView{Unit: s.names.unit(in.ID, at), At: at, Next: []DutyView{}}
	s.call(&v, in.ID, at)
	for _, d := range facts.Roster {
		if d.From.After(at) {
			v.Next = append(v.Next, s.dutyView(in.ID, d, at))
		}
	}
	slices.SortFunc(v.Next, func(a, b DutyView) int { return a.From.Compare(b.From) })
	return &OneResponse[RosterView]{Position: position, Body: v}, nil
}

// call finds who is on duty from a place upwards, and else who leads there.
func (s *service) call(v *RosterView, place string, at time.Time) {
	leader := ""
	for range tallest {
		u, known := s.Lookups.Unit(place, at)
		if !known {
			break
		}
		if d, planned := u.Roster.On(at); planned {
			view := s.dutyView(place, d, at)
			if s.here(d.Person, at) {
				v.Duty, v.Called = &view, view.Person
				return
			}
			v.Absent = true
			if v.Duty == nil {
				v.Duty = &view
			}
		}
		if leader == "" && s.works(u.Leader, at) {
			leader = u.Leader
		}
		place = u.Parent
	}
	v.Called = s.names.staff(leader, at)
}

// here reports whether somebody works here and is not absent.
func (s *service) here(person string, at time.Time) bool {
	p, known := s.Lookups.Staff(person, at)
	_, absent := p.Fit.Absence(at)
	return known && p.Active && !absent
}

func (s *service) works(person string, at time.Time) bool {
	p, known := s.Lookups.Staff(person, at)
	return known && p.Active
}

func (s *service) dutyView(place string, d unit.Duty, at time.Time) DutyView {
	return DutyView{Duty: d.Number, Place: s.names.unit(place, at), Person: s.names.staff(d.Person, at), From: d.From, Until: d.Until}
}
