package commands_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/ticket"
)

// never are the commands that no state of these lives accepts from somebody who has every post, with the reason. A command
// that is neither accepted somewhere nor named here fails the test, and so does one that is both.
var never = map[string]string{
	"staff.delegate":          "lends one's own powers alone",
	"staff.revoke_delegation": "takes back what one lent oneself",

	"ticket.migrate":     "needs another approved version of the ticket's template",
	"ticket.release":     "takes from a handler who is away alone",
	"ticket.arbitrate":   "is for the one who was named arbiter alone",
	"ticket.attach_file": "needs a file that was uploaded",

	"batch.undo":      "takes back what the process has carried out alone",
	"ticket.put_back": "takes back what a batch moved alone",

	"ticket.explain_breach":     "is about a limit that the clock has used up alone",
	"ticket.lapse":              "falls due by the clock alone",
	"ticket.expire_acknowledge": "falls due by the clock alone",
	"ticket.escalate":           "falls due by the clock alone",
	"ticket.remind":             "falls due by the clock alone",
	"ticket.expire_pause":       "falls due by the clock alone",
}

// TestEveryCommandInEveryState: in every state of every kind of thing every command with the payload of its example is either
// accepted, and then its events are appended once however often it is sent, or refused by a rule, and then nothing is. What
// is not offered is refused by the rule that the offers name.
func TestEveryCommandInEveryState(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("thousands of commands one after another race with nobody: make test runs this without the detector")
	}
	o := newOffice(t)
	c := &census{office: o, accepted: map[string]int{}, statuses: map[int]int{}, refusals: map[string]map[string]string{}}
	start := c.stored()
	for _, l := range lives {
		for n := l.from; n <= len(l.acts); n++ {
			c.everything(t, l, n)
		}
		require.Equal(t, start+c.appended, c.stored(), "%s: what was appended is not what was answered", l.name)
	}
	t.Log(c.tried, "commands in", c.states, "states:", c.statuses)
	for _, e := range commands.Catalogue() {
		why, excused := never[e.Name]
		switch {
		case c.accepted[e.Name] == 0 && !excused:
			t.Errorf("%s is accepted in no state: lead a life to one, or name the reason; it was refused by %s", e.Name, c.refusals[e.Name])
		case c.accepted[e.Name] > 0 && excused:
			t.Errorf("%s is accepted, though it is said that it %s", e.Name, why)
		}
	}
}

// census counts what was tried.
type census struct {
	*office
	accepted map[string]int
	statuses map[int]int
	tried    int
	states   int
	refusals map[string]map[string]string // by command and rule, the last failing fields
	appended int                          // events that answers told of
}

// stored counts the events of all things that commands are about.
func (c *census) stored() int {
	c.settle(c.head())
	c.dir.mu.Lock()
	defer c.dir.mu.Unlock()
	n := 0
	for category := range c.things {
		n += c.dir.counts[category]
	}
	return n
}

// everything issues every command of the thing's kind after the first n acts of a life.
func (c *census) everything(t *testing.T, l life, n int) {
	c.states++
	subject := ""
	for _, e := range commands.Catalogue() {
		if e.Category != l.category() || e.Creates != (n == 0) {
			continue
		}
		if subject == "" && n > 0 {
			subject = c.lead(t, l, n)
		}
		if !c.one(t, l.name+" "+strconv.Itoa(n), e, subject) {
			subject = "" // it has moved on
		}
	}
}

// one issues one command and reports whether the thing is as it was.
func (c *census) one(t *testing.T, state string, e commands.Entry, id string) (unmoved bool) {
	c.tried++
	key := "one-" + strconv.Itoa(c.tried)
	body := c.example(t, e)
	if fit := fitting[e.Name]; fit != nil {
		fit(c.office, id, body)
	}
	headers := []string{"Idempotency-Key", key}
	stream := domain.Stream(e.Category, id)
	var before []domain.Envelope
	var offered map[string]commands.Offer
	if !e.Creates {
		before = c.events(stream)
		headers = append(headers, "If-Match", `"`+strconv.Itoa(len(before)-1)+`"`)
		offered = c.offered(t, stream)
	}
	what := state + ", " + e.Name
	r := c.post("all", path(e, id), encode(body), headers...)
	c.statuses[r.status]++
	if r.status < http.StatusMultipleChoices {
		a := answered(t, r)
		c.settle(a.Position)
		assert.Len(t, c.events(domain.Stream(e.Category, a.ID)), len(before)+len(a.Events), what)
		if len(a.Events) == 0 {
			return true
		}
		c.accepted[e.Name]++
		c.appended += len(a.Events)
		c.again(t, what, e, id, encode(body), headers, r)
		c.offered(t, domain.Stream(e.Category, a.ID)) // it still folds
		return false
	}
	p := r.problem(t)
	if c.refusals[e.Name] == nil {
		c.refusals[e.Name] = map[string]string{}
	}
	c.refusals[e.Name][p.Code] = fmt.Sprint(p.Errors)
	assert.True(t, declared(e, p.Code), "%s is refused by a rule that the catalogue does not tell: %s", what, r.body)
	if !e.Creates {
		assert.Len(t, c.events(stream), len(before), "%s is refused, and something was appended", what)
	}
	if o := offered[e.Name]; !e.Creates && !o.Allowed {
		assert.Equal(t, o.Why, p.Code, "%s: %s", what, r.body)
	}
	if r.status == http.StatusConflict && !e.Creates {
		var allowed []string
		for name, o := range offered {
			if o.Allowed {
				allowed = append(allowed, name)
			}
		}
		assert.ElementsMatch(t, allowed, p.AllowedCommands, what)
	}
	return true
}

// again sends what was accepted once more, and then something else under its key.
func (c *census) again(t *testing.T, what string, e commands.Entry, id, body string, headers []string, first reply) {
	r := c.post("all", path(e, id), body, headers...)
	assert.Equal(t, first.status, r.status, "%s, again: %s", what, r.body)
	assert.JSONEq(t, string(first.body), string(r.body), what)
	assert.Equal(t, "true", r.header.Get("Idempotent-Replayed"), what)
	r = c.post("all", path(e, id), body, append(slices.Clip(headers), "Docket-Effective-At", c.clock.now().Format(time.RFC3339))...)
	assert.Equal(t, http.StatusConflict, r.status, "%s, with other content: %s", what, r.body)
	assert.Equal(t, "idempotency.key_reused", r.problem(t).Code, what)
}

// declared reports whether the catalogue tells that a command may be refused by a rule, beside the rules of the pipeline.
func declared(e commands.Entry, rule string) bool {
	return rule == domain.ErrInvalid.Rule || rule == commands.ErrNotAllowed.Rule ||
		slices.ContainsFunc(e.Refuses, func(r *domain.Error) bool { return r.Rule == rule })
}

// offered is how the commands on a stream stand for the one with every post.
func (c *census) offered(t *testing.T, stream domain.StreamID) map[string]commands.Offer {
	list, err := c.offers(c.as(c.all), stream)
	require.NoError(t, err, "the stream does not fold")
	m := map[string]commands.Offer{}
	for _, o := range list {
		m[o.Name] = o
	}
	return m
}

// lead issues the first n acts of a life.
func (c *census) lead(t *testing.T, l life, n int) string {
	t.Helper()
	id := ""
	for _, a := range l.acts[:n] {
		e, ok := commands.Lookup(a.command)
		require.True(t, ok, "%s: no command %s", l.name, a.command)
		payload := a.payload
		if make, ok := payload.(func(*office, string) any); ok {
			payload = make(c.office, id)
		}
		var body map[string]any
		if payload == nil {
			body = c.example(t, *e)
		} else {
			text, err := json.Marshal(payload)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, &body))
		}
		if fit := fitting[e.Name]; fit != nil && payload == nil {
			fit(c.office, id, body)
		}
		headers := []string{}
		if e.Match == commands.MatchRequired {
			headers = append(headers, "If-Match", `"`+strconv.Itoa(len(c.events(domain.Stream(e.Category, id)))-1)+`"`)
		}
		r := c.post(a.who, path(*e, id), encode(body), headers...)
		require.Contains(t, []int{http.StatusOK, http.StatusCreated}, r.status, "%s: %s by %s: %s", l.name, a.command, a.who, r.body)
		answer := answered(t, r)
		require.NotEmpty(t, answer.Events, "%s: %s", l.name, a.command)
		c.appended += len(answer.Events)
		id = answer.ID
		if e.Category != ticket.Decider.Category {
			c.settle(answer.Position)
		}
	}
	return id
}

// fitting makes examples fit the office where names of fields do not tell what they mean.
var fitting = map[string]func(o *office, id string, body map[string]any){
	"template.review":  digested,
	"template.approve": digested,
	"template.reject":  digested,

	"procedure.publish": digested,
	"ticket.open": func(o *office, _ string, body map[string]any) {
		body["template"], body["customer"] = o.ids["PER"], "C-1001"
		delete(body, "values")
	},
	"ticket.bring_in": func(o *office, _ string, body map[string]any) { body["template"] = o.ids["PER"] },

	"template.draft": withCalendar,
	"template.revise": func(o *office, id string, body map[string]any) {
		withCalendar(o, id, body)
		body["definition"].(map[string]any)["rules"].(map[string]any)["weight"] = 120
	},
	"ticket.attach_receipt": func(o *office, id string, body map[string]any) {
		body["signed_at"] = o.clock.now().Format(time.RFC3339)
		for _, e := range o.events(domain.Stream("ticket", id)) {
			if r, ok := e.Event.(ticket.Registered); ok {
				body["reference"] = r.Number + "/1"
			}
		}
	},
	"unit.plan_duty":      func(o *office, _ string, body map[string]any) { body["person"] = o.all },
	"unit.register_stamp": func(o *office, _ string, body map[string]any) { body["keeper"] = o.all },
	"ticket.correct":      func(_ *office, _ string, body map[string]any) { body["stamp"] = "CS-99" },

	"scorecard.draft":   func(o *office, _ string, body map[string]any) { body["unit"] = o.uncarded() },
	"scorecard.review":  func(o *office, _ string, body map[string]any) { body["digest"] = exampleCard(o.t).Digest() },
	"scorecard.approve": func(o *office, _ string, body map[string]any) { body["digest"] = exampleCard(o.t).Digest() },

	"closing.freeze": func(o *office, _ string, body map[string]any) { body["month"] = o.nextMonth() },
	"ticket.join":    func(o *office, _ string, body map[string]any) { body["into"] = o.ids["twin"] },
}

func withCalendar(o *office, _ string, body map[string]any) {
	body["definition"].(map[string]any)["rules"].(map[string]any)["calendar"] = o.ids["calendar"]
}

// digested names the digest of the newest version.
func digested(o *office, id string, body map[string]any) {
	if f, ok := o.dir.Procedure(id); ok {
		body["digest"] = f.Versions[len(f.Versions)-1].Digest
	}
	if f, ok := o.dir.Template(id); ok {
		body["digest"] = f.Versions[len(f.Versions)-1].Digest
	}
}
