// Package demo seeds a small office to try Docket with: a centre with two groups, somebody in every role, and a login for
// each. Everything is done by issuing commands, and can be repeated: what is there already is left alone.
package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"docket/commands"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/staff"
	"docket/domain/unit"
	"docket/internal/accounts"
)

// Commands carries commands out; commands.Pipeline does.
type Commands interface {
	Do(ctx context.Context, e *commands.Entry, r commands.Request) (commands.Answer, error)
}

// Accounts makes accounts; accounts.Store does.
type Accounts interface {
	Create(ctx context.Context, n accounts.New) (created bool, err error)
}

// Login is an account somebody can sign in with.
type Login struct{ Login, Password, Role, Name string }

// person is one of the demo's staff. Place and groups are named by the demo's own words.
type person struct {
	login, name, role string
	place             string // of the post; "" is the whole organisation
	groups            []string
}

const centre = "centre"

var groups = []struct{ key, name string }{{"first", "業務處理一組"}, {"second", "業務處理二組"}}

var people = []person{
	{"clerk", "陳靜", authz.Clerk, centre, nil},
	{"handler", "林志強", authz.Handler, "first", []string{"first"}},
	{"handler2", "黃美玲", authz.Handler, "first", []string{"first"}},
	{"handler3", "張偉", authz.Handler, "second", []string{"second"}},
	{"leader", "王淑芬", authz.Leader, "first", []string{"first"}},
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
}

// leaders of the places.
var leaders = []struct{ place, login string }{{centre, "manager"}, {"first", "leader"}, {"second", "leader2"}}

// Seed opens the demo office. The given passwords are used where an account is new; missing ones are drawn. It returns the
// logins with their passwords, whether they are new or not.
func Seed(ctx context.Context, c Commands, a Accounts, passwords map[string]string) ([]Login, error) {
	s := &seeder{ctx: ctx, commands: c, ids: map[string]string{}}
	s.organisation()
	s.calendar()
	for _, p := range people {
		s.person(p)
	}
	s.agreements()
	for _, l := range leaders {
		s.do("unit.appoint_leader", s.ids[l.place], "leader-"+l.place, &unit.AppointLeader{Leader: s.ids[l.login]})
	}
	s.templates()
	if s.err != nil {
		return nil, fmt.Errorf("seed the demo office: %w", s.err)
	}
	logins := make([]Login, len(people))
	for i, p := range people {
		password := passwords[p.login]
		if password == "" {
			password = NewPassword()
		}
		if _, err := a.Create(ctx, accounts.New{Login: p.login, Password: password, Staff: s.ids[p.login]}); err != nil {
			return nil, fmt.Errorf("seed the demo office: %w", err)
		}
		logins[i] = Login{p.login, password, p.role, p.name}
	}
	return logins, nil
}

// Logins lists the demo's logins.
func Logins() []string {
	logins := make([]string, len(people))
	for i, p := range people {
		logins[i] = p.login
	}
	return logins
}

// NewPassword draws a password of 60 bits in groups that can be read aloud.
func NewPassword() string {
	text := strings.ToLower(rand.Text())
	return text[:4] + "-" + text[4:8] + "-" + text[8:12]
}

// seeder issues commands until one fails.
type seeder struct {
	ctx      context.Context
	commands Commands
	ids      map[string]string // by the demo's own words
	after    uint64            // position of the last answer, for the directory to pass
	err      error
}

func (s *seeder) organisation() {
	s.ids[centre] = s.do("unit.open", "", centre, &unit.Open{Kind: unit.Department, Code: "CS", Name: "客戶服務中心"})
	for _, g := range groups {
		s.ids[g.key] = s.do("unit.open", "", g.key, &unit.Open{Kind: unit.Group, Name: g.name, Parent: s.ids[centre]})
	}
}

func (s *seeder) person(p person) {
	id := s.do("staff.join", "", p.login, &staff.Join{Name: p.name})
	s.ids[p.login] = id
	s.do("staff.grant_post", id, "post-"+p.login, &staff.GrantPost{Role: p.role, Unit: s.ids[p.place]})
	for _, group := range p.groups {
		s.do("staff.start_membership", id, "membership-"+p.login+"-"+group, &staff.StartMembership{Group: s.ids[group]})
	}
}

// setup is who opens the office.
var setup = domain.Actor{Principal: "service-setup", Channel: "setup", Posts: []domain.Post{{Role: authz.Administrator}}}

// do issues one command with a key of its own, so that seeding again finds it done, and gives the stream's key.
func (s *seeder) do(name, id, key string, command any) string {
	return s.issue(name, id, key, command, setup, nil).ID
}

// as is somebody of the office, with the post they were hired for.
func (s *seeder) as(login string) domain.Actor {
	p := people[slices.IndexFunc(people, func(p person) bool { return p.login == login })]
	return domain.Actor{
		Principal: "staff-" + s.ids[login], Staff: s.ids[login], Channel: "setup",
		Posts: []domain.Post{{Role: p.role, Unit: s.ids[p.place]}},
	}
}

// issue issues one command as somebody, decided on a revision where one is given.
func (s *seeder) issue(name, id, key string, command any, by domain.Actor, on *uint64) commands.Answer {
	if s.err != nil {
		return commands.Answer{}
	}
	e, ok := commands.Lookup(name)
	if !ok {
		s.err = fmt.Errorf("no command %s", name)
		return commands.Answer{}
	}
	r := commands.Request{ID: id, Key: "demo-" + key, Command: command, After: s.after, Actor: by}
	if on != nil {
		r.Match, r.Matches = domain.Revision(*on), true
	}
	answer, err := s.commands.Do(s.ctx, e, r)
	if err != nil {
		s.err = fmt.Errorf("%s (%s): %w", name, key, err)
	}
	s.after = max(s.after, answer.Position)
	return answer
}
