package demo

import (
	"slices"

	"docket/domain/authz"
)

// Roster says which places an office has and who works there. Words name places and people among themselves; an office has at
// least somebody with the word designer, head and manager, who bring its templates into force, and a group named first, which
// its templates place tickets with.
type Roster struct {
	Centre      Place
	Departments []Place // besides the centre
	Groups      []Place
	People      []Person
	Leaders     []Leading
	Stamps      []Stamp
}

// Place is a department or a group.
type Place struct {
	Word, Name string
	Code       string // part of ticket numbers; of departments alone
	Parent     string // word of the department that a group belongs to; empty: the centre
}

// Person is one of the staff, with a post at a place; "" is the whole organisation.
type Person struct {
	Login, Name, Role string // the login is the word too
	Place             string
	Groups            []string // whose members they are
}

// Leading names who leads a place.
type Leading struct{ Place, Login string }

// Stamp is a place's correction stamp (更正章) and who keeps it. A number names one stamp of the office.
type Stamp struct{ Number, Place, Login string }

func (r Roster) person(login string) Person {
	return r.People[slices.IndexFunc(r.People, func(p Person) bool { return p.Login == login })]
}

const (
	centre = "centre"
	first  = "first"
)

// demonstration is the office that a new service opens to be tried with.
var demonstration = Roster{
	Centre: Place{Word: centre, Name: "客戶服務中心", Code: "CS"},
	Groups: []Place{{Word: first, Name: "業務處理一組"}, {Word: "second", Name: "業務處理二組"}},
	People: []Person{
		{"clerk", "陳靜", authz.Clerk, centre, nil},
		{"handler", "林志強", authz.Handler, first, []string{first}},
		{"handler2", "黃美玲", authz.Handler, first, []string{first}},
		{"handler3", "張偉", authz.Handler, "second", []string{"second"}},
		{"leader", "王淑芬", authz.Leader, first, []string{first}},
		{"leader2", "吳國華", authz.Leader, "second", []string{"second"}},
		{"deputy", "劉建國", authz.DeputyManager, centre, nil},
		{"manager", "李明", authz.Manager, "", nil},
		{"supervisor", "鄭文博", authz.Supervisor, centre, nil},
		{"reviewer", "何雅婷", authz.Reviewer, centre, nil},
		{"specialist", "許志明", authz.Specialist, centre, nil},
		{"approver", "孫麗華", authz.Approver, centre, nil},
		{"head", "蔡明德", authz.DepartmentHead, centre, nil},
		{"designer", "葉思妤", authz.Designer, centre, nil},
		{"dispatcher", "羅振宇", authz.Dispatcher, centre, nil},
		{"auditor", "趙雪", authz.Auditor, "", nil},
		{"analyst", "周子墨", authz.Analyst, "", nil},
		{"admin", "徐安", authz.Administrator, "", nil},
	},
	Leaders: []Leading{{centre, "manager"}, {first, "leader"}, {"second", "leader2"}},
	Stamps:  []Stamp{{"CS-01", centre, "head"}, {"CS-07", centre, "supervisor"}, {"CS-11", first, "leader"}, {"CS-12", "second", "leader2"}},
}
