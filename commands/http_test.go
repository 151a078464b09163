package commands_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/security"
	"docket/domain/staff"
	"docket/internal/httpapi"
)

// tokens knows accounts by their bearer token.
type tokens map[string]httpapi.Account

func (k tokens) Authenticate(_ context.Context, bearer string) (httpapi.Account, error) {
	if a, ok := k[bearer]; ok {
		return a, nil
	}
	return httpapi.Account{}, domain.Refusal(domain.Forbidden, "token.refused", "the token is unknown, expired or revoked")
}

// service is the desk behind HTTP.
type service struct {
	*desk
	url    string
	client *http.Client
}

func newService(t *testing.T) *service {
	d := newDesk(t)
	api := httpapi.New(httpapi.Options{
		Auth: tokens{
			"import": {ID: "service-import", Posts: admin.Posts},
			"clerk":  {ID: "staff-" + d.clerk, Staff: d.clerk}, "handler": {ID: "staff-" + d.handler, Staff: d.handler},
			"chief": {ID: "staff-" + d.chief, Staff: d.chief}, "ghost": {ID: "staff-" + nowhere, Staff: nowhere},
			"analyst": {ID: "service-analyst", Posts: []domain.Post{{Role: authz.Analyst}}},
		},
		Lookups: d.dir, Denials: d.denials, Clock: d.clock.now, Logger: slog.New(slog.DiscardHandler), Version: "test",
	})
	commands.Mount(api, d.p)
	server := httptest.NewServer(api.Handler())
	t.Cleanup(func() {
		server.Close()
		server.Client().CloseIdleConnections()
	})
	return &service{desk: d, url: server.URL, client: server.Client()}
}

// reply is an answer with its body.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) problem(t testing.TB) httpapi.ProblemDetails {
	t.Helper()
	require.Equal(t, "application/problem+json", r.header.Get("Content-Type"), string(r.body))
	var p httpapi.ProblemDetails
	d := json.NewDecoder(bytes.NewReader(r.body))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&p))
	require.Equal(t, r.status, p.Status)
	require.NotEmpty(t, p.Title)
	require.NotEmpty(t, p.Detail)
	require.Equal(t, "urn:docket:problem:"+p.Code, p.Type)
	for _, f := range p.Errors {
		require.NotEmpty(t, f.Code)
		require.NotEmpty(t, f.Msg)
	}
	return p
}

// post sends a command; headers come in pairs.
func (s *service) post(token, path, body string, headers ...string) reply {
	return s.send(http.MethodPost, token, path, body, headers...)
}

func (s *service) send(method, token, path, body string, headers ...string) reply {
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	require.NoError(s.t, err)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Content-Type" || headers[i] == "Authorization" {
			r.Header.Del(headers[i])
		}
		r.Header.Add(headers[i], headers[i+1])
	}
	response, err := s.client.Do(r)
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, response.Body.Close()) }()
	answer, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	return reply{response.StatusCode, response.Header, answer}
}

func (s *service) registrationBody() string {
	return `{"unit":"` + s.unit + `","type":"INC","channel":"phone","urgency":"normal","title":"列印機壞了 🖨"}`
}

func TestCommandOverHTTP(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := s.post("clerk", "/v1/tickets", s.registrationBody(), "Idempotency-Key", "k1")
	require.Equal(t, http.StatusCreated, r.status, string(r.body))
	var a commands.Answer
	require.NoError(t, json.Unmarshal(r.body, &a))
	require.Equal(t, `"0"`, r.header.Get("ETag"))
	require.Equal(t, "/v1/tickets/"+a.ID, r.header.Get("Location"))
	require.Equal(t, strconv.FormatUint(a.Position, 10), r.header.Get("Docket-Position"))
	require.Contains(t, a.Number, "CS-INC-2026-")

	again := s.post("clerk", "/v1/tickets", " "+strings.ReplaceAll(s.registrationBody(), `,"`, ` , "`), "Idempotency-Key", "k1")
	require.Equal(t, r.status, again.status)
	require.JSONEq(t, string(r.body), string(again.body), "blanks do not make another request")
	require.Equal(t, "true", again.header.Get("Idempotent-Replayed"))

	r = s.post("clerk", "/v1/tickets", strings.Replace(s.registrationBody(), "normal", "urgent", 1), "Idempotency-Key", "k1")
	require.Equal(t, "idempotency.key_reused", r.problem(t).Code)
	require.Equal(t, http.StatusConflict, r.status)

	path := "/v1/tickets/" + strings.ToUpper(a.ID)
	r = s.post("clerk", path+"/accept", "", "If-Match", `"0"`)
	require.Equal(t, http.StatusOK, r.status, string(r.body))
	require.Equal(t, `"1"`, r.header.Get("ETag"))
	r = s.post("clerk", path+"/accept", "{}", "If-Match", `"0"`)
	require.Equal(t, http.StatusPreconditionFailed, r.status)
	p := r.problem(t)
	require.Equal(t, "match.moved", p.Code)
	require.Equal(t, int64(1), *p.Revision)
	require.Equal(t, []httpapi.EventRef{{Type: "TicketAccepted", Revision: 1}}, p.Since)
	require.Subset(t, p.AllowedCommands, []string{"ticket.assign_group", "ticket.assign_handler", "ticket.note", "ticket.cancel"})
	r = s.post("clerk", path+"/accept", "{}")
	require.Equal(t, http.StatusConflict, r.status)
	require.Equal(t, "ticket.not_registered", r.problem(t).Code)
	require.Subset(t, r.problem(t).AllowedCommands, []string{"ticket.assign_group", "ticket.assign_handler", "ticket.note", "ticket.cancel"})
	r = s.post("chief", path+"/pass-review", `{"opinion":"good"}`)
	require.Equal(t, http.StatusPreconditionRequired, r.status)
	require.Equal(t, "match.required", r.problem(t).Code)

	at := s.opened.Add(time.Hour).Format(time.RFC3339)
	r = s.post("import", path+"/note", `{"text":"x"}`, "Docket-Effective-At", at, "Docket-On-Behalf-Of", s.handler, "Traceparent", "00-aa-bb-01")
	require.Equal(t, http.StatusOK, r.status, string(r.body))
	m := s.events(domain.Stream("ticket", a.ID))[2].Meta
	require.Equal(t, s.handler, m.OnBehalfOf)
	require.Equal(t, "import", m.Channel)
	require.Equal(t, "127.0.0.1", m.Source)
	require.Equal(t, "00-aa-bb-01", m.Trace)
	require.Equal(t, s.opened.Add(time.Hour), m.Effective)
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	s := newService(t)
	id := s.inHandling()
	note := "/v1/tickets/" + id + "/note"
	secret := "s3cr3t-value"
	long := strings.Repeat("x", 10_001)
	register := func(part, instead string) string { return strings.Replace(s.registrationBody(), part, instead, 1) }
	before := s.head()

	cases := map[string]struct {
		token, method, path, body string
		headers                   []string
		status                    int
		code                      string
		errors                    string // "field code, field code"
	}{
		"malformed JSON":         {path: note, body: `{"text":`, status: 400, code: "body.malformed"},
		"trailing data":          {path: note, body: `{"text":"x"} {}`, status: 400, code: "body.malformed"},
		"single quotes":          {path: note, body: `{'text':'x'}`, status: 400, code: "body.malformed"},
		"no JSON at all":         {path: note, body: "\x00\xff", status: 400, code: "body.malformed"},
		"byte order mark":        {path: note, body: "\ufeff{}", status: 400, code: "body.malformed"},
		"NaN":                    {path: note, body: `{"text":NaN}`, status: 400, code: "body.malformed"},
		"invalid escape":         {path: note, body: `{"text":"\x41"}`, status: 400, code: "body.malformed"},
		"too deep":               {path: note, body: strings.Repeat("[", 100_000), status: 400, code: "body.malformed"},
		"not an object":          {path: note, body: `["x"]`, status: 422, code: "invalid", errors: " wrong_type, text required"},
		"null":                   {path: note, body: `null`, status: 422, code: "invalid", errors: " wrong_type, text required"},
		"empty body":             {path: note, body: ``, status: 422, code: "invalid", errors: "text required"},
		"unknown field":          {path: note, body: `{"text":"x","` + secret + `":1}`, status: 422, code: "invalid", errors: secret + " unknown_field"},
		"unknown field, no name": {path: note, body: `{"text":"x","a b":1,"":2}`, status: 422, code: "invalid", errors: "(unnamed) unknown_field, (unnamed) unknown_field"},
		"wrong type":             {path: note, body: `{"text":7}`, status: 422, code: "invalid", errors: "text wrong_type"},
		"null for a text":        {path: note, body: `{"text":null}`, status: 422, code: "invalid", errors: "text wrong_type"},
		"wrong types, all told": {path: "/v1/tickets/" + id + "/offer-handover", body: `{"to":1,"note":[],"pages":"3","paper":"yes"}`, status: 422, code: "invalid",
			errors: "note wrong_type, pages wrong_type, paper wrong_type, to wrong_type"},
		"fraction for an integer": {path: "/v1/tickets/" + id + "/accept-handover", body: `{"handover":1.5}`, status: 422, code: "invalid", errors: "handover wrong_type"},
		"negative":                {path: "/v1/tickets/" + id + "/accept-handover", body: `{"handover":-1}`, status: 422, code: "invalid", errors: "handover out_of_range"},
		"number too large":        {path: "/v1/tickets/" + id + "/accept-handover", body: `{"handover":1e400}`, status: 422, code: "invalid", errors: "handover out_of_range"},
		"integer beyond 2^53":     {path: "/v1/tickets/" + id + "/accept-handover", body: `{"handover":9007199254740993}`, status: 422, code: "invalid", errors: "handover out_of_range"},
		"duplicate key":           {path: note, body: `{"text":"x","text":"y"}`, status: 422, code: "invalid", errors: "text duplicate_key"},
		"wrongly cased key":       {path: note, body: `{"Text":"x"}`, status: 422, code: "invalid", errors: "Text wrong_case, text required"},
		"invalid UTF-8":           {path: note, body: "{\"text\":\"a\xffb\"}", status: 422, code: "invalid", errors: "text invalid_utf8"},
		"overlong UTF-8":          {path: note, body: "{\"text\":\"\xc0\x80\"}", status: 422, code: "invalid", errors: "text invalid_utf8"},
		"escaped NUL":             {path: note, body: `{"text":"a\u0000b"}`, status: 422, code: "invalid", errors: "text control_character"},
		"raw NUL":                 {path: note, body: "{\"text\":\"a\x00b\"}", status: 422, code: "invalid", errors: "text control_character"},
		"escape character":        {path: note, body: `{"text":"a\u001b[31mb"}`, status: 422, code: "invalid", errors: "text control_character"},
		"delete character":        {path: note, body: "{\"text\":\"a\x7fb\"}", status: 422, code: "invalid", errors: "text control_character"},
		"C1 control":              {path: note, body: "{\"text\":\"a\u0085b\"}", status: 422, code: "invalid", errors: "text control_character"},
		"raw line end":            {path: note, body: "{\"text\":\"a\nb\"}", status: 422, code: "invalid", errors: "text control_character"},
		"unpaired surrogate":      {path: note, body: `{"text":"\ud83d"}`, status: 422, code: "invalid", errors: "text unpaired_surrogate"},
		"control in a key":        {path: note, body: `{"te\u0000xt":"x","text":"x"}`, status: 422, code: "invalid", errors: "(key) control_character, (unnamed) unknown_field"},
		"blank text":              {path: note, body: `{"text":" \n\t"}`, status: 422, code: "invalid", errors: "text required"},
		"too long":                {path: note, body: `{"text":"` + long + `"}`, status: 422, code: "invalid", errors: "text too_long"},
		"2 MB body":               {path: note, body: `{"text":"` + strings.Repeat("x", 2<<20) + `"}`, status: 413, code: "body.too_large"},
		"another media type":      {path: note, body: `text=x`, headers: []string{"Content-Type", "application/x-www-form-urlencoded"}, status: 415, code: "body.not_json"},
		"another charset":         {path: note, body: `{"text":"x"}`, headers: []string{"Content-Type", "application/json; charset=utf-16"}, status: 415, code: "body.not_json"},
		"query":                   {path: note + "?force=" + secret, body: `{"text":"x"}`, status: 422, code: "invalid", errors: "query unknown_parameter"},

		"everything wrong with a registration": {path: "/v1/tickets", body: `{"unit":"` + nowhere + `","type":"` + secret + `","channel":"` + secret + `","title":" ","due_at":"tomorrow","customer_phone":{},"extra":1}`,
			status: 422, code: "invalid", errors: "channel not_allowed, customer_phone wrong_type, due_at not_a_time, extra unknown_field, type wrong_form, urgency required, unit unknown, title required"},
		"unknown unit":       {path: "/v1/tickets", body: register(s.unit, nowhere), status: 422, code: "invalid", errors: "unit unknown"},
		"a group for a unit": {path: "/v1/tickets", body: register(s.unit, s.group), status: 422, code: "invalid", errors: "unit unknown"},
		"due in year 10000":  {path: "/v1/tickets", body: register(`"type"`, `"due_at":"9999-12-31T23:59:59-12:00","type"`), status: 422, code: "invalid", errors: "due_at out_of_range"},
		"due before":         {path: "/v1/tickets", body: register(`"type"`, `"due_at":"2020-01-01T00:00:00Z","type"`), status: 422, code: "invalid", errors: "due_at too_early"},
		"If-Match for a new": {path: "/v1/tickets", body: s.registrationBody(), headers: []string{"If-Match", `"0"`}, status: 422, code: "invalid", errors: "header.If-Match not_applicable"},

		"headers, all told": {path: note, body: `{"text":""}`, headers: []string{
			"If-Match", `W/"1"`, "Idempotency-Key", "a b", "Docket-Effective-At", "yesterday", "Docket-On-Behalf-Of", secret, "Docket-After", "-1"},
			status: 422, code: "invalid",
			errors: "header.Idempotency-Key not_printable, header.Docket-Effective-At not_a_time, header.If-Match not_a_revision, header.Docket-On-Behalf-Of not_an_id, header.Docket-After not_a_position, text required"},
		"time in the future": {path: note, body: `{"text":"x"}`, headers: []string{"Docket-Effective-At", "2026-03-02T09:00:05Z"}, status: 422, code: "invalid", errors: "header.Docket-Effective-At too_late"},
		"time out of range":  {path: note, body: `{"text":"x"}`, headers: []string{"Docket-Effective-At", "0001-01-01T00:00:00Z"}, status: 422, code: "invalid", errors: "header.Docket-Effective-At out_of_range"},
		"key repeated":       {path: note, body: `{"text":"x"}`, headers: []string{"Idempotency-Key", "a", "Idempotency-Key", "b"}, status: 422, code: "invalid", errors: "header.Idempotency-Key repeated"},
		"key too long":       {path: note, body: `{"text":"x"}`, headers: []string{"Idempotency-Key", long}, status: 422, code: "invalid", errors: "header.Idempotency-Key too_long"},
		"after the end":      {path: "/v1/tickets/" + id + "/assign-handler", body: `{"handler":"` + s.mate + `","reason":"x"}`, headers: []string{"Docket-After", "9223372036854775807"}, status: 422, code: "invalid", errors: "header.Docket-After beyond_end"},
		"bad id":             {path: "/v1/tickets/42/note", body: `{"text":"x"}`, status: 422, code: "invalid", errors: "path.id not_an_id"},
		"id with a NUL":      {path: "/v1/tickets/" + id[:35] + "%00/note", body: `{"text":"x"}`, status: 422, code: "invalid", errors: "path.id not_an_id"},
		"id with braces":     {path: "/v1/tickets/%7B" + id[:34] + "%7D/note", body: `{"text":""}`, status: 422, code: "invalid", errors: "path.id not_an_id, text required"},
		"unknown ticket":     {path: "/v1/tickets/" + nowhere + "/note", body: `{"text":"x"}`, status: 404, code: "not_found"},
		"unknown command":    {path: "/v1/tickets/" + id + "/frobnicate", body: `{}`, status: 404, code: "route.not_found"},
		"unknown path":       {path: "/v1/nothing", body: `{}`, status: 404, code: "route.not_found"},
		"wrong method":       {method: http.MethodDelete, path: note, status: 405, code: "route.method_not_allowed"},
		"unknown on behalf":  {path: note, body: `{"text":"x"}`, headers: []string{"Docket-On-Behalf-Of", nowhere}, status: 422, code: "invalid", errors: "header.Docket-On-Behalf-Of unknown"},
		"unknown receiver":   {path: "/v1/tickets/" + id + "/offer-handover", body: `{"to":"` + nowhere + `"}`, status: 422, code: "invalid", errors: "to unknown"},
		"no token":           {token: "-", path: note, body: `{"text":"x"}`, status: 401, code: "unauthenticated"},
		"forged token":       {token: "forged", path: note, body: `{"text":"x"}`, status: 401, code: "unauthenticated"},
		"odd token":          {path: note, body: `{"text":"x"}`, headers: []string{"Authorization", "Bearer a b"}, status: 401, code: "unauthenticated"},
		"another scheme":     {path: note, body: `{"text":"x"}`, headers: []string{"Authorization", "Basic aW1wb3J0Og=="}, status: 401, code: "unauthenticated"},
		"no token, no such":  {token: "-", path: "/v1/nothing", status: 401, code: "unauthenticated"},
		"account of nobody":  {token: "ghost", path: note, body: `{"text":"x"}`, status: 403, code: "account.inactive"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			token, method := c.token, c.method
			switch token {
			case "":
				token = "import"
			case "-":
				token = ""
			}
			if method == "" {
				method = http.MethodPost
			}
			r := s.send(method, token, c.path, c.body, c.headers...)
			require.Equal(t, c.status, r.status, string(r.body))
			p := r.problem(t)
			require.Equal(t, c.code, p.Code)
			var told []string
			for _, f := range p.Errors {
				told = append(told, f.Field+" "+f.Code)
			}
			require.Equal(t, c.errors, strings.Join(told, ", "))
			if name != "unknown field" {
				require.NotContains(t, string(r.body), secret)
			}
			if c.status == http.StatusUnauthorized {
				require.Contains(t, r.header.Get("WWW-Authenticate"), `Bearer realm="docket"`)
			}
			if c.status == http.StatusMethodNotAllowed {
				require.Equal(t, "POST", r.header.Get("Allow"))
			}
		})
	}
	require.Equal(t, before, s.head(), "nothing was appended")
}

func TestDeniedOverHTTPIsRecorded(t *testing.T) {
	t.Parallel()
	s := newService(t)
	id := s.inHandling()
	r := s.post("analyst", "/v1/tickets/"+id+"/note", `{"text":"x"}`)
	require.Equal(t, http.StatusForbidden, r.status)
	require.Equal(t, "not_allowed", r.problem(t).Code)
	require.Len(t, s.events(domain.Stream("ticket", id)), 4)
	denied := s.events(security.Stream(s.clock.now()))
	require.Len(t, denied, 1)
	require.Equal(t, "service-analyst", denied[0].Meta.Principal)
	require.Equal(t, "127.0.0.1", denied[0].Meta.Source)
}

func TestProblemsInTheLanguageAskedFor(t *testing.T) {
	t.Parallel()
	s := newService(t)
	id := s.inHandling()
	for accept, want := range map[string]struct{ language, conflict, field string }{
		"":                      {"en", "the ticket is not paused", "must not be empty"},
		"fr":                    {"en", "the ticket is not paused", "must not be empty"},
		"zh-TW,zh;q=0.8":        {"zh-Hant", "業務單未暫停", "不能為空"},
		"zh-HK":                 {"zh-Hant", "業務單未暫停", "不能為空"},
		"zh-CN, en;q=0.5":       {"zh-Hans", "业务单未暂停", "不能为空"},
		"en-GB;q=0.9, zh;q=0.1": {"en", "the ticket is not paused", "must not be empty"},
		"\x80;;;":               {"en", "the ticket is not paused", "must not be empty"},
	} {
		r := s.post("handler", "/v1/tickets/"+id+"/resume", "{}", "Accept-Language", accept)
		require.Equal(t, want.conflict, r.problem(t).Detail, accept)
		require.Equal(t, want.language, r.header.Get("Content-Language"), accept)
		r = s.post("handler", "/v1/tickets/"+id+"/note", "{}", "Accept-Language", accept)
		require.Equal(t, want.field, r.problem(t).Errors[0].Msg, accept)
	}
}

func TestPeopleWhoLeftAreOut(t *testing.T) {
	t.Parallel()
	s := newService(t)
	id := s.inHandling()
	s.settle(s.must("staff.leave", s.handler, &staff.Leave{}).Position)
	r := s.post("handler", "/v1/tickets/"+id+"/note", `{"text":"x"}`)
	require.Equal(t, "account.inactive", r.problem(t).Code)
	require.Equal(t, http.StatusForbidden, r.status)
}

func TestCatalogueIsListed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := s.send(http.MethodGet, "analyst", "/v1/meta/commands", "")
	require.Equal(t, http.StatusOK, r.status, string(r.body))
	var list struct{ Items []commands.Described }
	require.NoError(t, json.Unmarshal(r.body, &list))
	require.Len(t, list.Items, len(commands.Catalogue()))
	require.Equal(t, "ticket.register", list.Items[0].Name)

	r = s.send(http.MethodGet, "", "/openapi.json", "")
	require.Equal(t, http.StatusOK, r.status)
	var o struct {
		OpenAPI    string
		Paths      map[string]map[string]any
		Components struct{ Schemas map[string]any }
	}
	require.NoError(t, json.Unmarshal(r.body, &o))
	require.Equal(t, "3.1.0", o.OpenAPI)
	for _, e := range commands.Catalogue() {
		require.Contains(t, o.Paths[e.Route], "post", e.Name)
	}
	require.Contains(t, o.Components.Schemas, "TicketClose")
	require.Contains(t, o.Components.Schemas, "UnitClose")
}
