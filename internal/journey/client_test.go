package journey_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"docket/commands"
)

// answer is what became of a command.
type answer struct {
	ID       string
	Revision uint64
	Position uint64
	Number   string
	Events   []struct{ Type string }
}

// types lists the events of an answer by name.
func (a answer) types() []string {
	names := make([]string, len(a.Events))
	for i, e := range a.Events {
		names[i] = e.Type
	}
	return names
}

// problem is a refusal as the service tells it.
type problem struct {
	Status          int
	Code, Detail    string
	Errors          []struct{ Field, Code, Message string }
	Revision        *int64
	AllowedCommands []string `json:"allowed_commands"`
}

// fields lists what failed as "field code", sorted.
func (p problem) fields() []string {
	list := make([]string, len(p.Errors))
	for i, e := range p.Errors {
		list[i] = e.Field + " " + e.Code
	}
	slices.Sort(list)
	return list
}

// option changes a request before it is sent.
type option func(*http.Request)

// at names the revision that the command is decided on. A command that needs one is sent the newest that the office knows
// unless it is told otherwise.
func at(revision uint64) option { return header("If-Match", `"`+strconv.FormatUint(revision, 10)+`"`) }

// unmatched sends a command without the revision that it needs.
func unmatched() option { return func(r *http.Request) { r.Header.Del("If-Match") } }

// keyed gives the command an idempotency key.
func keyed(key string) option { return header("Idempotency-Key", key) }

// header sets any header.
func header(name, value string) option {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// Do issues a command as somebody; it has to be accepted. The payload is the command's own struct, or anything that has its
// JSON; an id is left out where the command creates something.
func (o *office) Do(login, command, id string, payload any, options ...option) answer {
	o.Helper()
	status, body := o.issue(login, command, id, payload, options)
	require.Contains(o, []int{http.StatusOK, http.StatusCreated}, status, "%s by %s: %s", command, login, body)
	return o.took(body)
}

// took has what is read from now on hold what an answer tells of.
func (o *office) took(body []byte) answer {
	o.Helper()
	var a answer
	require.NoError(o, json.Unmarshal(body, &a))
	o.mu.Lock()
	defer o.mu.Unlock()
	o.position = max(o.position, a.Position)
	o.revisions[a.ID] = a.Revision
	return a
}

// Refused issues a command that has to be refused with this status and by this rule.
func (o *office) Refused(login, command, id string, payload any, status int, code string, options ...option) problem {
	o.Helper()
	got, body := o.issue(login, command, id, payload, options)
	return o.problem(got, body, status, code, command+" by "+login)
}

// Invalid issues a command of which exactly these fields fail, each told as "field code".
func (o *office) Invalid(login, command, id string, payload any, fields []string, options ...option) {
	o.Helper()
	p := o.Refused(login, command, id, payload, http.StatusUnprocessableEntity, "invalid", options...)
	require.ElementsMatch(o, fields, p.fields())
}

// Get reads something as somebody, once it has seen everything that this office wrote.
func (o *office) Get(login, path string, into any) {
	o.Helper()
	status, body := o.read(login, path)
	require.Equal(o, http.StatusOK, status, "%s by %s: %s", path, login, body)
	require.NoError(o, json.Unmarshal(body, into), string(body))
}

// NotGet reads something that has to be refused.
func (o *office) NotGet(login, path string, status int, code string) problem {
	o.Helper()
	got, body := o.read(login, path)
	return o.problem(got, body, status, code, path+" by "+login)
}

func (o *office) problem(got int, body []byte, status int, code, what string) problem {
	o.Helper()
	require.Equal(o, status, got, "%s: %s", what, body)
	var p problem
	require.NoError(o, json.Unmarshal(body, &p))
	require.Equal(o, code, p.Code, "%s: %s", what, body)
	return p
}

func (o *office) issue(login, command, id string, payload any, options []option) (int, []byte) {
	o.Helper()
	e, ok := commands.Lookup(command)
	require.True(o, ok, "no command %s", command)
	body, err := json.Marshal(payload)
	require.NoError(o, err)
	r := o.request(login, http.MethodPost, strings.ReplaceAll(e.Route, "{id}", id), body)
	o.mu.Lock()
	revision, known := o.revisions[id]
	o.mu.Unlock()
	if e.Match == commands.MatchRequired && known {
		at(revision)(r)
	}
	for _, change := range options {
		change(r)
	}
	return o.send(r)
}

func (o *office) read(login, path string) (int, []byte) {
	o.Helper()
	return o.send(o.request(login, http.MethodGet, path, nil))
}

// request makes a request of somebody that stands after everything written so far.
func (o *office) request(login, method, path string, body []byte) *http.Request {
	o.Helper()
	token := o.token(login)
	o.mu.Lock()
	position := o.position
	o.mu.Unlock()
	r, err := http.NewRequestWithContext(o.Context(), method, o.running.URL+path, bytes.NewReader(body))
	require.NoError(o, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	if position > 0 {
		r.Header.Set("Docket-After", strconv.FormatUint(position, 10))
	}
	return r
}

// token signs somebody in, once.
func (o *office) token(login string) string {
	o.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if token, ok := o.tokens[login]; ok {
		return token
	}
	require.Contains(o, o.passwords, login, "nobody in the demo office has this login")
	body, err := json.Marshal(map[string]string{"login": login, "password": o.passwords[login]})
	require.NoError(o, err)
	r, err := http.NewRequestWithContext(o.Context(), http.MethodPost, o.running.URL+"/v1/login", bytes.NewReader(body))
	require.NoError(o, err)
	r.Header.Set("Content-Type", "application/json")
	status, content := o.send(r)
	require.Equal(o, http.StatusOK, status, "%s", content)
	var session struct{ Token string }
	require.NoError(o, json.Unmarshal(content, &session))
	o.tokens[login] = session.Token
	return session.Token
}

func (o *office) send(r *http.Request) (int, []byte) {
	o.Helper()
	response, err := http.DefaultClient.Do(r)
	require.NoError(o, err)
	defer func() { require.NoError(o, response.Body.Close()) }()
	content, err := io.ReadAll(response.Body)
	require.NoError(o, err)
	return response.StatusCode, content
}

// Unit finds a unit or group of the demo office by its name.
func (o *office) Unit(name string) string { return o.named("/v1/units?limit=200", name) }

// Person finds a member of staff by name.
func (o *office) Person(name string) string { return o.named("/v1/staff?limit=200", name) }

func (o *office) named(path, name string) string {
	o.Helper()
	var list struct{ Items []struct{ ID, Name string } }
	o.Get("admin", path, &list)
	for _, item := range list.Items {
		if item.Name == name {
			return item.ID
		}
	}
	o.Fatalf("%s: nothing is called %s", path, name)
	return ""
}
