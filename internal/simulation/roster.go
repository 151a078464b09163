package simulation

import (
	"fmt"
	"math/rand/v2"

	"docket/domain/authz"
	"docket/internal/demo"
)

// Office is where the simulated work is done, by the keys that the service gave.
type Office struct {
	Hall, Hotline Place // the service hall, and the telephone centre whose tickets are simple
	Templates     map[string]string
	Deputies      []string
	Supervisors   []string
	Reviewers     []string
	Specialists   []string
	Approvers     []string
}

// Place is a department with its groups and the clerks at its windows.
type Place struct {
	Unit   string
	Clerks []string
	Groups []Group
}

// Group is a group with its people.
type Group struct {
	ID, Leader string
	Handlers   []string
}

// How many people work where.
const (
	hallGroups, hotlineGroups = 6, 2
	handlersEach              = 8
	windows                   = 10
)

// The words of the hotline, which is a department besides the centre of the roster.
const hotline = "hotline"

// rosterOf is who works at a simulated office. Everybody's name follows from the seed.
func rosterOf(seed uint64) demo.Roster {
	rng := rand.New(rand.NewPCG(seed, 0x6f666669)) //nolint:gosec // the same again, not a secret
	r := demo.Roster{
		Centre:      demo.Place{Word: "centre", Name: "政务服务中心", Code: "ZW"},
		Departments: []demo.Place{{Word: hotline, Name: "政务热线", Code: "RX"}},
	}
	add := func(login, role, place string, groups ...string) {
		r.People = append(r.People, demo.Person{Login: login, Name: fullName(rng), Role: role, Place: place, Groups: groups})
	}
	for _, p := range []struct {
		login, role, place string
	}{
		{"manager", authz.Manager, ""}, {"head", authz.DepartmentHead, "centre"}, {"designer", authz.Designer, "centre"},
		{"admin", authz.Administrator, ""}, {"auditor", authz.Auditor, ""}, {"analyst", authz.Analyst, ""},
	} {
		add(p.login, p.role, p.place)
	}
	several := func(n int, role string) {
		for i := range n {
			add(fmt.Sprintf("%s%d", role, i), role, "centre")
		}
	}
	several(2, authz.DeputyManager)
	several(3, authz.Supervisor)
	several(4, authz.Reviewer)
	several(2, authz.Specialist)
	several(2, authz.Approver)
	several(windows, authz.Clerk)
	r.Leaders = []demo.Leading{{Place: "centre", Login: "manager"}}
	for i := range hallGroups + hotlineGroups {
		word := groupWord(i)
		g := demo.Place{Word: word, Name: groupName(i)}
		if i >= hallGroups {
			g.Parent = hotline
		}
		r.Groups = append(r.Groups, g)
		add("leader-"+word, authz.Leader, word, word)
		r.Leaders = append(r.Leaders, demo.Leading{Place: word, Login: "leader-" + word})
		for k := range handlersEach {
			add(fmt.Sprintf("handler-%s-%d", word, k), authz.Handler, word, word)
		}
	}
	return r
}

// groupWord is first for the one that templates place tickets with.
func groupWord(i int) string {
	if i == 0 {
		return "first"
	}
	return fmt.Sprintf("group%d", i)
}

func groupName(i int) string {
	if i >= hallGroups {
		return fmt.Sprintf("热线%d组", i-hallGroups+1)
	}
	return [...]string{"企业开办组", "项目审批组", "社会保障组", "不动产组", "公安户政组", "综合窗口组"}[i]
}

// peopled finds an office's places and people by the words of its roster.
func peopled(opened demo.Office) Office {
	id := func(format string, n any) string { return opened.IDs[fmt.Sprintf(format, n)] }
	several := func(role string) (all []string) {
		for i := 0; opened.IDs[fmt.Sprintf("%s%d", role, i)] != ""; i++ {
			all = append(all, id(role+"%d", i))
		}
		return all
	}
	o := Office{
		Hall: Place{Unit: opened.IDs["centre"]}, Hotline: Place{Unit: opened.IDs[hotline]}, Templates: map[string]string{},
		Deputies: several(authz.DeputyManager), Supervisors: several(authz.Supervisor), Reviewers: several(authz.Reviewer),
		Specialists: several(authz.Specialist), Approvers: several(authz.Approver),
	}
	o.Hall.Clerks = several(authz.Clerk)
	o.Hotline.Clerks = o.Hall.Clerks
	for i := range hallGroups + hotlineGroups {
		word := groupWord(i)
		g := Group{ID: opened.IDs[word], Leader: opened.IDs["leader-"+word]}
		for k := range handlersEach {
			g.Handlers = append(g.Handlers, opened.IDs[fmt.Sprintf("handler-%s-%d", word, k)])
		}
		place := &o.Hall
		if i >= hallGroups {
			place = &o.Hotline
		}
		place.Groups = append(place.Groups, g)
	}
	for _, word := range []string{"s0", "s1", "s2", "s3"} {
		o.Templates[word] = opened.IDs[word]
	}
	return o
}
