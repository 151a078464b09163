package directory

import (
	"slices"
	"sort"
	"time"

	"docket/domain"
	"docket/domain/staff"
	"docket/domain/unit"
)

// step is what is so from a time on, until the next step.
type step[F any] struct {
	from  time.Time
	facts F
}

// timeline is a thing's steps in order of time, none before it existed.
type timeline[F any] []step[F]

// at gives the facts at an instant; false before the first step.
func (t timeline[F]) at(instant time.Time) (facts F, ok bool) {
	i := sort.Search(len(t), func(i int) bool { return t[i].from.After(instant) })
	if i == 0 {
		return facts, false
	}
	return t[i-1].facts, true
}

// end is when a step ends; nil when it goes on.
func (t timeline[F]) end(i int) *time.Time {
	if i+1 == len(t) {
		return nil
	}
	to := t[i+1].from
	return &to
}

// trace folds changes into a timeline. Of changes at one instant only the outcome counts.
func trace[F any](changes []change, first F, fold func(F, change) F, existed func(F) bool) timeline[F] {
	var t timeline[F]
	facts := first
	for _, c := range changes {
		facts = fold(facts, c)
		if !existed(facts) {
			continue
		}
		if n := len(t); n > 0 && t[n-1].from.Equal(c.At) {
			t[n-1].facts = facts
			continue
		}
		t = append(t, step[F]{c.At, facts})
	}
	return t
}

func traceUnit(id string, changes []change) timeline[unit.Facts] {
	return trace(changes, unit.Facts{ID: id}, foldUnit, func(f unit.Facts) bool { return f.Kind != "" })
}

// foldUnit is total; facts of a unit that has not been opened stay empty.
func foldUnit(f unit.Facts, c change) unit.Facts {
	if opened, ok := c.Event.(unit.Opened); ok {
		return unit.Facts{ID: f.ID, Kind: opened.Kind, Code: opened.Code, Name: opened.Name, Parent: opened.Parent, Active: true}
	}
	if f.Kind == "" {
		return f
	}
	switch e := c.Event.(type) {
	case unit.Renamed:
		f.Name = e.Name
	case unit.LeaderAppointed:
		f.Leader = e.Leader
	case unit.SettingsChanged:
		f.Settings = e.Settings
	case unit.Closed:
		f.Active = false
	case unit.Moved:
		f.Parent = e.Parent
	case unit.TypesTaken:
		f.Types = e.Types
	case unit.LoadLimited:
		f.Load = e.Open
	case unit.CalendarChosen:
		f.Calendar = e.Calendar
	case unit.DutyPlanned, unit.DutyCancelled:
		f.Roster = f.Roster.After(e, c.At)
	case unit.StampRegistered, unit.StampWithdrawn:
		f.Stamps = f.Stamps.After(e)
	}
	return f
}

// person is a member of staff with what [staff.Facts] leaves out.
type person struct {
	staff.Facts
	number  string
	existed bool
}

func tracePerson(id string, changes []change) timeline[person] {
	return trace(changes, person{Facts: staff.Facts{ID: id}}, foldPerson, func(p person) bool { return p.existed })
}

// foldPerson is total. Memberships and posts are of people who work here: they end when somebody leaves, and one that would
// begin while somebody is away does not.
func foldPerson(p person, c change) person {
	if e, ok := c.Event.(staff.Event); ok {
		p.Fit = p.Fit.After(e)
	}
	switch e := c.Event.(type) {
	case staff.Joined:
		return person{staff.Facts{ID: p.ID, Name: e.Name, Active: true, Fit: p.Fit}, e.Number, true}
	case staff.Renamed:
		p.Name = e.Name
	case staff.MembershipStarted:
		if p.Active {
			p.Groups = with(p.Groups, e.Group)
		}
	case staff.MembershipEnded:
		p.Groups = without(p.Groups, e.Group)
	case staff.PostGranted:
		if p.Active {
			p.Posts = with(p.Posts, e.Post)
		}
	case staff.PostEnded:
		p.Posts = without(p.Posts, e.Post)
	case staff.Left:
		p.Active, p.Groups, p.Posts = false, nil, nil
	case staff.Returned:
		p.Active = p.existed
	}
	return p
}

// with and without give copies, since steps share what has not changed.
func with[T string | domain.Post](set []T, member T) []T {
	if slices.Contains(set, member) {
		return set
	}
	return append(slices.Clone(set), member)
}

func without[T string | domain.Post](set []T, member T) []T {
	return slices.DeleteFunc(slices.Clone(set), func(t T) bool { return t == member })
}
