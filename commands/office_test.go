package commands_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/alert"
	"docket/domain/authority"
	"docket/domain/authz"
	"docket/domain/batch"
	"docket/domain/calendar"
	"docket/domain/casetype"
	"docket/domain/closing"
	"docket/domain/customer"
	"docket/domain/export"
	"docket/domain/procedure"
	"docket/domain/quarantine"
	"docket/domain/scorecard"
	"docket/domain/staff"
	"docket/domain/template"
	"docket/domain/unit"
	"docket/domain/view"
	"docket/domain/worktime"
	"docket/internal/accounts"
	"docket/internal/demo"
	"docket/internal/httpapi"
)

// office is the demo's office behind HTTP. Beside the demo's people, who are known by their logins, there are "all", who has
// every post that a person may have, for the whole organisation, and in another unit one person for every role.
type office struct {
	*service
	tokens tokens
	ids    map[string]string // units and calendars by name, people by token, templates by the type of their tickets
	all    string
	old    string            // an existing ticket that the ticket commands of all units could be about
	things map[string]string // one existing stream of every category

	contests int      // held so far
	months   int      // frozen so far
	carded   []string // units that have no scorecard yet
}

const abroad = "abroad" // the other unit

// noAccounts takes the demo's logins and keeps none of them.
type noAccounts struct{}

func (noAccounts) Create(context.Context, accounts.New) (bool, error) { return true, nil }

func newOffice(t *testing.T) *office {
	d := &desk{t: t, store: openStore(t), clock: &clock{at: time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC)}}
	d.dir = follow(t, d.store)
	d.denials = commands.NewDenials(d.store, d.clock.now, slog.New(slog.DiscardHandler))
	shelf := library{d.dir, &sync.Map{}}
	d.config = commands.Config{
		Journal: d.store, Lookups: d.dir, Library: shelf, Calendars: shelf, Digest: digest, Denials: d.denials, Measures: tally{d.dir},
		Clock: d.clock.now, Logger: slog.New(slog.DiscardHandler),
	}
	d.p = d.pipeline(nil)
	d.opened = d.clock.now().Add(-48 * time.Hour)
	o := &office{
		service: &service{desk: d}, tokens: tokens{"import": {ID: "service-import", Posts: admin.Posts}},
		ids: map[string]string{}, things: map[string]string{},
	}
	logins, err := demo.Seed(t.Context(), d.p, noAccounts{}, nil)
	require.NoError(t, err)
	d.settle(d.head())
	o.know(logins)
	o.prepare()
	o.hire()
	o.stamp()
	o.open()
	api := httpapi.New(httpapi.Options{
		Auth: o.tokens, Lookups: d.dir, Denials: d.denials, Clock: d.clock.now, Logger: slog.New(slog.DiscardHandler), Version: "test",
	})
	commands.Mount(api, d.p)
	server := httptest.NewServer(api.Handler())
	o.url, o.client = server.URL, server.Client()
	t.Cleanup(func() {
		server.Close()
		server.Client().CloseIdleConnections()
	})
	return o
}

// know finds what the demo has opened.
func (o *office) know(logins []demo.Login) {
	for stream, history := range o.dir.streams() {
		switch first := history[0].Event.(type) {
		case unit.Opened:
			o.ids[first.Name] = stream.Key()
		case calendar.Published:
			o.ids["calendar"], o.things["calendar"] = stream.Key(), stream.Key()
		case template.Drafted:
			o.ids[first.Definition.Rules.Type] = stream.Key()
		case procedure.Drafted:
			o.things["procedure"] = stream.Key()
		case authority.Granted:
			o.things["authority"] = stream.Key()
		case staff.Joined:
			for _, l := range logins {
				if l.Name == first.Name {
					o.enrol(l.Login, stream.Key())
				}
			}
		}
	}
	o.unit, o.group, o.second = o.ids["客戶服務中心"], o.ids["業務處理一組"], o.ids["業務處理二組"]
	o.clerk, o.handler, o.mate, o.chief = o.ids["clerk"], o.ids["handler"], o.ids["handler2"], o.ids["manager"]
}

// enrol gives a person a token.
func (o *office) enrol(token, person string) {
	o.ids[token] = person
	o.tokens[token] = httpapi.Account{ID: "staff-" + person, Staff: person}
}

// personal are the roles that a person may have.
func personal() []string {
	return slices.DeleteFunc(authz.Roles(), func(role string) bool { return role == authz.Importer })
}

func (o *office) hire() {
	opened := o.must("unit.open", "", &unit.Open{Kind: unit.Department, Code: "XX", Name: abroad}, by(registrar))
	o.other = opened.ID
	o.settle(opened.Position)
	join := func(token string, posts ...domain.Post) string {
		id := o.must("staff.join", "", &staff.Join{Name: token}, by(registrar)).ID
		for _, p := range posts {
			o.must("staff.grant_post", id, &staff.GrantPost{Role: p.Role, Unit: p.Unit}, by(registrar))
		}
		o.settle(o.must("staff.sign_agreement", id, &staff.SignAgreement{Version: "1", SignedAt: o.opened}, by(registrar)).Position)
		o.enrol(token, id)
		return id
	}
	var posts []domain.Post
	for _, role := range personal() {
		join(role+"."+abroad, domain.Post{Role: role, Unit: o.other})
		posts = append(posts, domain.Post{Role: role})
	}
	o.all = join("all", posts...)
	join("headoffice", domain.Post{Role: authz.DepartmentHead})
	for range 60 {
		o.carded = append(o.carded, o.must("unit.open", "", &unit.Open{Kind: unit.Department, Code: "YY", Name: "scored"}, by(registrar)).ID)
	}
	o.settle(o.head())
	o.must("unit.appoint_leader", o.second, &unit.AppointLeader{Leader: o.all}, by(registrar))
	o.settle(o.must("staff.start_membership", o.all, &staff.StartMembership{Group: o.group}, by(registrar)).Position)
}

// open makes one thing of each category.
func (o *office) open() {
	o.things["unit"], o.things["staff"], o.things["template"] = o.other, o.all, o.ids["WIN"]
	o.things["customer"] = o.must("customer.register", "", &customer.Register{
		Unit: o.unit, Kind: customer.Person, Stage: customer.Prospect, Need: "a permit",
		Fields: []customer.Entry{
			{Field: customer.Name, Value: "Ann Lee", Source: customer.FromCustomer, Purpose: customer.ForService},
			{Field: customer.Phone, Value: "13912345678", Source: customer.FromCustomer, Purpose: customer.ForContact},
		},
	}, by(o.as(o.clerk))).ID
	o.things["quarantine"] = o.must("quarantine.enter", "", &quarantine.Enter{
		Channel: "mail", Unit: o.unit, Cause: quarantine.Unparseable, Size: 10,
	}, by(o.as(o.all))).ID
	o.old = o.inHandling()
	o.things["ticket"] = o.old
	o.things["closing"] = o.must("closing.freeze", "", &closing.Freeze{Month: o.nextMonth()}, by(o.as(o.chief))).ID
	o.things["scorecard"] = o.must("scorecard.draft", "", &scorecard.DraftVersion{Card: exampleCard(o.t), Reason: "new"}, by(o.as(o.ids["analyst"]))).ID
	o.things["export"] = o.must("export.request", "", &export.Request{
		What: "queue", Format: "csv", Filter: "state=open", Purpose: "monthly report",
	}, by(o.as(o.chief))).ID
	o.things["alert"] = o.must("alert.raise", "", &alert.Raise{
		Kind: alert.RefusedReads, Principal: "staff-" + o.mate, Person: o.mate, Count: 10, Since: o.opened, Until: o.opened,
	}, by(o.as(o.all))).ID
	o.things["batch"] = o.must("batch.start", "", &batch.Start{
		Command: "ticket.note", Tickets: []string{o.old}, Payload: map[string]any{"text": "office closed"}, Reason: "holidays",
	}, by(o.as(o.chief))).ID
	o.things["view"] = o.must("view.save", "", &view.Save{Name: "Mine"}, by(o.as(o.all))).ID
}

// streams copies what the directory has read, by stream.
func (d *directory) streams() map[domain.StreamID][]domain.Envelope {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.events)
}

func (d *directory) history(id domain.StreamID) []domain.Envelope {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.events[id])
}

// library tells of templates and calendars what the directory has read.
type library struct {
	*directory
	calendars *sync.Map // compiled, by their ids and how many versions they have
}

func (l library) Rules(ref casetype.Ref) (*casetype.Rules, bool) {
	f, _ := l.Template(ref.Template)
	e, ok := f.Edition(ref.Version)
	if !ok || e.Digest != ref.Digest || !e.Approved() {
		return nil, false
	}
	return &e.Definition.Rules, true
}

func (l library) Calendar(id string, at time.Time) (*worktime.Calendar, bool) {
	return l.compiled(id, func(e domain.Envelope) bool { return !e.Meta.Effective.After(at) })
}

func (l library) CalendarVersion(id string, version int) (*worktime.Calendar, bool) {
	return l.compiled(id, func(e domain.Envelope) bool { return e.Event.(calendar.Published).Version <= version })
}

func (l library) compiled(id string, counts func(domain.Envelope) bool) (*worktime.Calendar, bool) {
	var editions []worktime.Edition
	for _, e := range l.history(domain.Stream("calendar", id)) {
		if p, ok := e.Event.(calendar.Published); ok && counts(e) {
			editions = append(editions, worktime.Edition{Version: p.Version, From: p.From, Definition: p.Definition})
		}
	}
	if len(editions) == 0 {
		return nil, false
	}
	key := fmt.Sprint(id, len(editions))
	if c, ok := l.calendars.Load(key); ok {
		return c.(*worktime.Calendar), true
	}
	zone, err := time.LoadLocation(editions[0].Definition.Zone)
	if err != nil {
		return nil, false
	}
	c, err := worktime.New(id, zone, editions...)
	l.calendars.Store(key, c)
	return c, err == nil
}

var anyID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// example is the body that the catalogue gives as an example, with the ids it speaks of changed for those of the office, by
// the name of their field.
func (o *office) example(t testing.TB, e commands.Entry) map[string]any {
	t.Helper()
	text, err := json.Marshal(e.Example)
	require.NoError(t, err)
	if e.Example == nil {
		text = []byte("{}")
	}
	var body map[string]any
	require.NoError(t, json.Unmarshal(text, &body))
	references := map[string]string{
		"unit": o.unit, "parent": o.unit, "owner": o.unit, "group": o.group, "handler": o.mate, "to": o.mate, "deputy": o.mate,
		"leader": o.mate, "person": o.mate, "template": o.ids["WIN"], "into": o.things[e.Category], "calendar": o.ids["calendar"],
		"customer": o.things["customer"], "helper": o.mate, "from": o.handler, "staff": o.mate, "department": o.unit,
	}
	var fit func(key string, v any) any
	fit = func(key string, v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k, inner := range v {
				v[k] = fit(k, inner)
			}
		case []any:
			for i, inner := range v {
				v[i] = fit(strings.TrimSuffix(key, "s"), inner)
			}
		case string:
			if id := references[key]; id != "" && anyID.MatchString(v) {
				return id
			}
		}
		return v
	}
	return fit("", body).(map[string]any)
}

// path is where a command is posted about a stream.
func path(e commands.Entry, id string) string { return strings.Replace(e.Route, "{id}", id, 1) }

// answered reads an accepted command's answer.
func answered(t testing.TB, r reply) commands.Answer {
	t.Helper()
	require.Contains(t, []int{http.StatusOK, http.StatusCreated}, r.status, string(r.body))
	var a commands.Answer
	require.NoError(t, json.Unmarshal(r.body, &a))
	return a
}

// renamed is a command whose payload alone matters.
func renamed(name string) *unit.Rename { return &unit.Rename{Name: name} }
