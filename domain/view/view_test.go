package view_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/domaintest"
	"docket/domain/view"
)

var given = domaintest.Of(view.Decider)

const unit1, unit2 = "00000000-0000-4000-8000-0000000000a1", "00000000-0000-4000-8000-0000000000a2"

func post(staff, role, unit string) domain.Actor {
	return domain.Actor{Principal: "staff-" + staff, Staff: staff, Posts: []domain.Post{{Role: role, Unit: unit}}}
}

var (
	ann    = post("ann", authz.Handler, unit1)
	bob    = post("bob", authz.Handler, unit2)
	leader = post("eve", authz.Leader, unit1)
	admin  = post("adam", authz.Administrator, "")

	saved     = view.Saved{Name: "Late", Owner: "ann", Filter: view.Filter{States: []string{"open"}, Bands: []view.Band{view.Over}}, Sort: "urgency,-due", Columns: []string{"number", "title"}}
	inUnit    = view.Shared{Level: view.UnitWide, Unit: unit1, By: "eve"}
	forAll    = view.Shared{Level: view.SystemWide, By: "adam"}
	withdrawn = view.Withdrawn{By: "ann"}
	byEve     = func() view.Saved { s := saved; s.Owner = "eve"; return s }()
	byAdam    = func() view.Saved { s := saved; s.Owner = "adam"; return s }()
)

func save(change ...func(*view.Save)) view.Save {
	c := view.Save{Name: saved.Name, Filter: saved.Filter, Sort: saved.Sort, Columns: saved.Columns}
	for _, f := range change {
		f(&c)
	}
	return c
}

func shared(l view.Level, unit string) view.Share {
	return view.Share{Level: l, Unit: unit, Facts: view.UnitFacts{Known: unit != "", Active: true}}
}

var cases = domaintest.Cases{
	"saved":            given().When(save()).As(ann).Then(saved),
	"saved twice":      given(saved).When(save()).As(ann).Refused(view.ErrExists),
	"saved by nobody":  given().When(save()).As(domain.Actor{Principal: "service-x"}).Refused(view.ErrNoPerson),
	"saved as nothing": given().When(view.Save{}).As(ann).Invalid("name required"),
	"saved badly": given().When(save(func(c *view.Save) {
		c.Filter = view.Filter{States: []string{"open", "closed"}, Unit: "x", Bands: []view.Band{"half"}, Urgencies: []string{"soon"}, DueWithin: -1}
		c.Sort, c.Columns = "colour", []string{"a", "a"}
	})).As(ann).Invalid("filter.state not_together", "filter.unit not_an_id", "filter.urgency not_allowed", "filter.band not_allowed",
		"filter.due_within_hours out_of_range", "sort not_allowed", "columns[1] not_allowed"),

	"renamed":               given(saved).When(view.Rename{Name: "Overdue"}).As(ann).Then(view.Renamed{Name: "Overdue"}),
	"renamed as it is":      given(saved).When(view.Rename{Name: "Late"}).As(ann).Then(),
	"renamed by a stranger": given(saved).When(view.Rename{Name: "X"}).As(bob).Refused(view.ErrUnknown),
	"renamed in the unit":   given(byEve, inUnit).When(view.Rename{Name: "X"}).As(ann).Refused(view.ErrNotKeeper),
	"renamed by a leader":   given(saved, inUnit).When(view.Rename{Name: "X"}).As(leader).Then(view.Renamed{Name: "X"}),

	"revised":                             given(saved).When(view.Revise{Sort: "due"}).As(ann).Then(view.Saved{Name: "Late", Owner: "ann", Sort: "due"}),
	"revised for all by who gave it away": given(saved, forAll).When(view.Revise{}).As(ann).Refused(view.ErrNotKeeper),

	"shared by a leader":      given(byEve).When(shared(view.UnitWide, unit1)).As(leader).Then(inUnit),
	"shared elsewhere":        given(byEve).When(shared(view.UnitWide, unit2)).As(leader).Refused(view.ErrNotWide),
	"shared by a handler":     given(saved).When(shared(view.UnitWide, unit1)).As(ann).Refused(view.ErrNotWide),
	"shared with all":         given(byAdam).When(shared(view.SystemWide, "")).As(admin).Then(forAll),
	"shared with all by none": given(byEve).When(shared(view.SystemWide, "")).As(leader).Refused(view.ErrNotWide),
	"shared with nobody":      given(byEve).When(view.Share{Level: view.UnitWide}).As(leader).Invalid("unit unknown"),
	"shared as it is":         given(byEve, inUnit).When(shared(view.UnitWide, unit1)).As(leader).Then(),
	"withdrawn":               given(byEve, inUnit).When(shared(view.Private, "")).As(leader).Then(view.Shared{Level: view.Private, By: "eve"}),

	"pinned":                given(byEve, inUnit).When(view.Pin{Pinned: true}).As(ann).Then(view.Pinned{By: "ann", Pinned: true}),
	"pinned already":        given(saved, view.Pinned{By: "ann", Pinned: true}).When(view.Pin{Pinned: true}).As(ann).Then(),
	"pinned unseen":         given(byEve, inUnit).When(view.Pin{Pinned: true}).As(bob).Refused(view.ErrUnknown),
	"taken away":            given(saved).When(view.Withdraw{}).As(ann).Then(withdrawn),
	"withdrawn by a reader": given(byEve, inUnit).When(view.Withdraw{}).As(ann).Refused(view.ErrNotKeeper),
	"withdrawn already":     given(saved, withdrawn).When(view.Withdraw{}).As(ann).Refused(view.ErrUnknown),
}

func TestViews(t *testing.T) { t.Parallel(); cases.Run(t) }

// A sort names one to three of the columns, each once.
func TestSorts(t *testing.T) {
	t.Parallel()
	orders, err := view.Sort("").Orders()
	require.NoError(t, err)
	require.Equal(t, []view.Order{{Column: "due"}}, orders)
	orders, err = view.Sort("urgency,-due,number").Orders()
	require.NoError(t, err)
	require.Equal(t, []view.Order{{Column: "urgency"}, {Column: "due", Down: true}, {Column: "number"}}, orders)
	for _, s := range []view.Sort{"colour", "due,due", "due,-due", "due,", ",", "due,number,title,status", "--due"} {
		_, err := s.Orders()
		require.ErrorIs(t, err, domain.ErrInvalid, string(s))
	}
}

// recorded holds every event ever written, by wire name and version: what its golden file means today.
var recorded = map[string]view.Event{
	"ViewSaved.v1":     view.Saved{Name: "逾期", Owner: "ann", Filter: full, Sort: "urgency,-due", Columns: []string{"number"}},
	"ViewRenamed.v1":   view.Renamed{Name: "即將到期"},
	"ViewShared.v1":    view.Shared{Level: view.UnitWide, Unit: unit1, By: "eve"},
	"ViewPinned.v1":    view.Pinned{By: "ann", Pinned: true},
	"ViewWithdrawn.v1": view.Withdrawn{By: "ann"},
}

var (
	yes  = true
	noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	full = view.Filter{
		States: []string{"open"}, Unit: unit1, Group: unit2, Handler: "me", Handover: "any", Urgencies: []string{"urgent"}, Type: "INC", Template: unit1,
		Customer: "c-1", Channels: []string{"phone"}, Reference: "R 1", Stage: "mine", Bands: []view.Band{view.Over}, DueAfter: &noon, DueBefore: &noon,
		DueWithin: 48, Paused: &yes, Pauses: []string{"customer"}, Fallback: &yes, Reported: &yes, Unanswered: &yes,
	}
)

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, view.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, view.Decider) }

// A filter that uses every condition passes, and every text of it is bounded.
func TestFullFilter(t *testing.T) {
	t.Parallel()
	var v domain.Checks
	full.Check(&v, "")
	require.NoError(t, v.Err())
	long := strings.Repeat("x", 65)
	view.Filter{Type: long, Customer: long, Reference: long, Stage: long, Channels: []string{long}, Pauses: []string{long}}.Check(&v, "")
	var refused *domain.Error
	require.ErrorAs(t, v.Err(), &refused)
	require.Len(t, refused.Fields, 6)
}
