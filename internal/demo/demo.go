// Package demo seeds a small office to try Docket with: a centre with two groups, somebody in every role, and a login for
// each. Everything is done by issuing commands, and can be repeated: what is there already is left alone.
package demo

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

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

// Seed opens the demo office. The given passwords are used where an account is new; missing ones are drawn. It returns the
// logins with their passwords, whether they are new or not.
func Seed(ctx context.Context, c Commands, a Accounts, passwords map[string]string) ([]Login, error) {
	office, err := Open(ctx, c, Opening{Roster: demonstration, Key: "demo-"})
	if err != nil {
		return nil, err
	}
	people := demonstration.People
	logins := make([]Login, len(people))
	for i, p := range people {
		password := passwords[p.Login]
		if password == "" {
			password = NewPassword()
		}
		if _, err := a.Create(ctx, accounts.New{Login: p.Login, Password: password, Staff: office.IDs[p.Login]}); err != nil {
			return nil, fmt.Errorf("seed the demo office: %w", err)
		}
		logins[i] = Login{p.Login, password, p.Role, p.Name}
	}
	return logins, nil
}

// Opening says what office is opened, and when.
type Opening struct {
	Roster Roster
	Key    string    // what the idempotency keys begin with
	At     time.Time // when everything came into force; zero: now
}

// Office is an office that is open: the keys of its places, people, templates (s0 to s3) and calendar (office) by their words.
type Office struct {
	IDs   map[string]string
	After uint64 // position that the directory has to pass to know all of it
}

// Open opens an office by commands: its places and people, their posts, agreements and stamps, a calendar, the matrix of authorities,
// and a template for each of the rules' four routes. Opened again, with the same key, it is left as it is.
func Open(ctx context.Context, c Commands, o Opening) (Office, error) {
	s := &seeder{ctx: ctx, commands: c, Opening: o, ids: map[string]string{}}
	s.organisation()
	s.calendar()
	for _, p := range o.Roster.People {
		s.person(p)
	}
	s.agreements()
	for _, l := range o.Roster.Leaders {
		s.do("unit.appoint_leader", s.ids[l.Place], "leader-"+l.Place, &unit.AppointLeader{Leader: s.ids[l.Login]})
	}
	for _, st := range o.Roster.Stamps {
		s.do("unit.register_stamp", s.ids[st.Place], "stamp-"+st.Number, &unit.RegisterStamp{Number: st.Number, Keeper: s.ids[st.Login]})
	}
	s.templates()
	if s.err != nil {
		return Office{}, fmt.Errorf("open the office: %w", s.err)
	}
	return Office{s.ids, s.after}, nil
}

// Logins lists the demo's logins.
func Logins() []string {
	logins := make([]string, len(demonstration.People))
	for i, p := range demonstration.People {
		logins[i] = p.Login
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
	Opening
	ids   map[string]string // by the demo's own words
	after uint64            // position of the last answer, for the directory to pass
	err   error
}

func (s *seeder) organisation() {
	s.ids[centre] = s.do("unit.open", "", centre, &unit.Open{Kind: unit.Department, Code: s.Roster.Centre.Code, Name: s.Roster.Centre.Name})
	for _, d := range s.Roster.Departments {
		s.ids[d.Word] = s.do("unit.open", "", d.Word, &unit.Open{Kind: unit.Department, Code: d.Code, Name: d.Name})
	}
	for _, g := range s.Roster.Groups {
		parent := s.ids[cmp.Or(g.Parent, centre)]
		s.ids[g.Word] = s.do("unit.open", "", g.Word, &unit.Open{Kind: unit.Group, Name: g.Name, Parent: parent})
	}
}

func (s *seeder) person(p Person) {
	id := s.do("staff.join", "", p.Login, &staff.Join{Name: p.Name})
	s.ids[p.Login] = id
	s.do("staff.grant_post", id, "post-"+p.Login, &staff.GrantPost{Role: p.Role, Unit: s.ids[p.Place]})
	for _, group := range p.Groups {
		s.do("staff.start_membership", id, "membership-"+p.Login+"-"+group, &staff.StartMembership{Group: s.ids[group]})
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
	p := s.Roster.person(login)
	return domain.Actor{
		Principal: "staff-" + s.ids[login], Staff: s.ids[login], Channel: "setup",
		Posts: []domain.Post{{Role: p.Role, Unit: s.ids[p.Place]}},
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
	r := commands.Request{ID: id, Key: s.Key + key, Command: command, After: s.after, Actor: by, Effective: s.At}
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
