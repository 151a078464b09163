package commands_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/commands"
)

// schema is a JSON schema of the OpenAPI document as a client reads it.
type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Format     string
	Properties map[string]schema
	Additional any `json:"additionalProperties"`
	Required   []string
	Items      *schema
	Enum       []any
	Pattern    string
	MinLength  *int
	MaxLength  *int
	MinItems   *int
	MaxItems   *int
	Minimum    *float64
	Maximum    *float64
}

// kinds are the JSON types that a schema takes; none for one that takes any.
func (s schema) kinds() []string {
	switch t := s.Type.(type) {
	case string:
		return []string{t}
	case []any:
		var kinds []string
		for _, k := range t {
			kinds = append(kinds, k.(string))
		}
		return kinds
	}
	return nil
}

func (s schema) takes(kind string) bool { return slices.Contains(s.kinds(), kind) }

// documented are the schemas of all requests, as GET /openapi.json tells them.
type documented struct {
	Paths map[string]map[string]struct {
		RequestBody struct {
			Content map[string]struct{ Schema schema }
		}
	}
	Components struct{ Schemas map[string]schema }
}

func (d documented) resolve(s schema) schema {
	for s.Ref != "" {
		s = d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	return s
}

// raw is put into a body as it stands.
type raw string

// secret is part of what is submitted and must not come back.
const secret = "s3cr3t-value"

// encode writes a body; it may hold what is no JSON.
func encode(v any) string {
	switch v := v.(type) {
	case raw:
		return string(v)
	case map[string]any:
		parts := []string{}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, strconv.Quote(k)+":"+encode(v[k]))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case []any:
		parts := []string{}
		for _, e := range v {
			parts = append(parts, encode(e))
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// step is one segment of the way to a value: a key, or the first element of a list.
type step struct {
	key   string
	first bool
}

// with is a copy of a body with another value at the end of a way; what lacks on the way is made.
func with(v any, way []step, value any) any {
	if len(way) == 0 {
		return value
	}
	if way[0].first {
		list, _ := v.([]any)
		var first any
		if len(list) > 0 {
			first = list[0]
		}
		return append([]any{with(first, way[1:], value)}, list[min(1, len(list)):]...)
	}
	object, _ := v.(map[string]any)
	object = maps.Clone(object)
	if object == nil {
		object = map[string]any{}
	}
	object[way[0].key] = with(object[way[0].key], way[1:], value)
	return object
}

// at is the value at the end of a way.
func at(v any, way []step) any {
	for _, s := range way {
		if list, ok := v.([]any); ok && s.first && len(list) > 0 {
			v = list[0]
		} else if object, ok := v.(map[string]any); ok && !s.first {
			v = object[s.key]
		} else {
			return nil
		}
	}
	return v
}

func nameOf(way []step) string {
	var b strings.Builder
	for _, s := range way {
		switch {
		case s.first:
			b.WriteString("[0]")
		case b.Len() > 0:
			b.WriteString("." + s.key)
		default:
			b.WriteString(s.key)
		}
	}
	return b.String()
}

// wrong is one body of which a field fails.
type wrong struct {
	what  string
	body  string
	field string
	codes []string // any of them
}

// spoiler makes wrong bodies of a good one.
type spoiler struct {
	api   documented
	good  map[string]any
	found []wrong
}

func (s *spoiler) add(what string, way []step, value any, codes ...string) {
	s.found = append(s.found, wrong{what, encode(with(s.good, way, value)), nameOf(way), codes})
}

// spoil walks a schema and makes every value that it has wrong in every way that the schema tells.
func (s *spoiler) spoil(c schema, way []step, required bool, depth int) {
	c = s.api.resolve(c)
	if depth > 7 {
		return
	}
	if len(way) > 0 {
		s.types(c, way, required)
		s.text(c, way)
		s.number(c, way)
	}
	if c.takes("array") && c.Items != nil {
		s.list(c, way)
		s.spoil(*c.Items, append(slices.Clip(way), step{first: true}), true, depth+1)
	}
	if !c.takes("object") {
		return
	}
	s.object(c, way)
	for _, key := range slices.Sorted(maps.Keys(c.Properties)) {
		s.spoil(c.Properties[key], append(slices.Clip(way), step{key: key}), slices.Contains(c.Required, key), depth+1)
	}
}

// types puts a value of every JSON type that is not the field's own; null counts as left out where that is possible.
func (s *spoiler) types(c schema, way []step, required bool) {
	if len(c.kinds()) == 0 {
		return
	}
	for kind, value := range map[string]any{
		"string": secret, "number": 7.5, "boolean": true, "array": []any{secret}, "object": map[string]any{"x": secret}, "null": nil,
	} {
		if c.takes(kind) || kind == "null" && !required {
			continue
		}
		s.add("a "+kind, way, value, "wrong_type", "not_allowed", "wrong_form", "not_a_time", "out_of_range", "required")
	}
}

func (s *spoiler) text(c schema, way []step) {
	if !c.takes("string") {
		return
	}
	s.add("an escaped NUL", way, raw(`"`+secret+`\u0000"`), "control_character")
	s.add("an escape character", way, raw(`"`+secret+`\u001b[31m"`), "control_character")
	s.add("invalid UTF-8", way, raw("\"a\xff"+secret+`"`), "invalid_utf8")
	s.add("half a character", way, raw(`"\ud83d`+secret+`"`), "unpaired_surrogate")
	if c.MaxLength != nil {
		text := strings.Repeat("x", *c.MaxLength+1)
		s.add("too long by one", way, text, "too_long", "wrong_form", "not_allowed")
		s.add("too long by one, not ASCII", way, strings.Repeat("長", *c.MaxLength+1), "too_long", "wrong_form", "not_allowed")
	}
	if c.MinLength != nil && *c.MinLength > 0 {
		s.add("empty", way, "", "required", "too_short", "wrong_form", "not_allowed")
	}
	if len(c.Enum) > 0 {
		s.add("an unknown value", way, secret, "not_allowed")
	}
	if c.Pattern != "" {
		for _, text := range []string{"§ " + secret + " §", "\u3000"} {
			if !regexp.MustCompile(c.Pattern).MatchString(text) {
				s.add("another form", way, text, "wrong_form", "too_short", "too_long", "not_allowed")
			}
		}
	}
	if c.Format == "date-time" {
		s.add("no time", way, secret, "not_a_time")
		s.add("a date", way, "2026-03-02", "not_a_time")
		s.add("a day that is none", way, "2026-02-30T10:00:00Z", "not_a_time")
		if len(way) == 1 {
			s.add("a year beyond all", way, "9999-12-31T23:59:59-12:00", "out_of_range")
			s.add("a year before all", way, "0001-01-01T00:00:00Z", "out_of_range")
		}
	}
}

func (s *spoiler) number(c schema, way []step) {
	if !c.takes("integer") && !c.takes("number") {
		return
	}
	s.add("beyond what readers hold", way, raw("9007199254740993"), "out_of_range")
	s.add("beyond all numbers", way, raw("1e999"), "out_of_range")
	if c.takes("integer") {
		s.add("a fraction", way, 1.5, "wrong_type", "out_of_range")
	}
	if c.Minimum != nil {
		s.add("too small", way, *c.Minimum-1, "out_of_range")
	}
	if c.Maximum != nil {
		s.add("too large", way, *c.Maximum+1, "out_of_range")
	}
}

func (s *spoiler) list(c schema, way []step) {
	if c.MinItems != nil && *c.MinItems > 0 {
		s.add("an empty list", way, []any{}, "too_few", "required")
	}
	if c.MaxItems != nil && *c.MaxItems < 1_000 {
		var first any = secret
		if list, ok := at(s.good, way).([]any); ok && len(list) > 0 {
			first = list[0]
		}
		s.add("one element too many", way, slices.Repeat([]any{first}, *c.MaxItems+1), "too_many")
	}
}

func (s *spoiler) object(c schema, way []step) {
	here, _ := at(s.good, way).(map[string]any)
	if _, any := c.Additional.(map[string]any); !any {
		s.add("a field that is unknown", append(slices.Clip(way), step{key: "unexpected"}), secret, "unknown_field")
	}
	for _, key := range slices.Sorted(maps.Keys(c.Properties)) {
		there := append(slices.Clip(way), step{key: key})
		value, given := here[key]
		if slices.Contains(c.Required, key) {
			lacking := maps.Clone(here)
			if lacking == nil {
				lacking = map[string]any{}
			}
			delete(lacking, key)
			s.found = append(s.found, wrong{"missing", encode(with(s.good, way, lacking)), nameOf(there), []string{"required"}})
		}
		if !given {
			value = secret
		}
		if upper := strings.ToUpper(key[:1]) + key[1:]; upper != key {
			s.add("wrongly cased", append(slices.Clip(way), step{key: upper}), value, "wrong_case", "unknown_field")
		}
		if given && len(here) > 0 {
			twice := strings.Replace(encode(here), "{", "{"+strconv.Quote(key)+":"+encode(value)+",", 1)
			s.found = append(s.found, wrong{"twice", encode(with(s.good, way, raw(twice))), nameOf(there), []string{"duplicate_key"}})
		}
	}
}

// TestEveryFieldOfEveryCommandWrong: whatever can be wrong with a field by the command's own schema is told as 422 with the
// field's name, without what was submitted, and nothing is appended.
func TestEveryFieldOfEveryCommandWrong(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var api documented
	require.NoError(t, json.Unmarshal(o.send(http.MethodGet, "", "/openapi.json", "").body, &api))
	before, tried := o.head(), 0
	for _, e := range commands.Catalogue() {
		t.Run(e.Name, func(t *testing.T) {
			c := api.Paths[e.Route]["post"].RequestBody.Content["application/json"].Schema
			s := &spoiler{api: api, good: o.example(t, e)}
			s.spoil(c, nil, true, 0)
			require.NotEmpty(t, s.found)
			where := path(e, o.things[e.Category])
			for _, w := range s.found {
				o.fails(t, where, w)
			}
			tried += len(s.found)
			o.failAllAtOnce(t, where, api.resolve(c))
		})
		if head := o.head(); head != before {
			t.Errorf("%s: something was appended", e.Name)
			before = head
		}
	}
	t.Log(tried, "wrong bodies")
	require.Greater(t, tried, 5_000)
}

func (o *office) fails(t *testing.T, where string, w wrong) {
	t.Helper()
	r := o.post("all", where, w.body)
	shown := w.body[:min(len(w.body), 300)]
	if r.status != http.StatusUnprocessableEntity {
		t.Errorf("%s %s: %d %s\n%s", w.field, w.what, r.status, r.body, shown)
		return
	}
	p := r.problem(t)
	require.Equal(t, "invalid", p.Code, w.what)
	named := false
	for _, f := range p.Errors {
		named = named || f.Field == w.field && slices.Contains(w.codes, f.Code)
	}
	if !named {
		t.Errorf("%s %s: want one of %s, got %s\n%s", w.field, w.what, w.codes, r.body, shown)
	}
	if strings.Contains(string(r.body), secret) {
		t.Errorf("%s %s: the answer has what was submitted: %s", w.field, w.what, r.body)
	}
}

// failAllAtOnce gives every field a wrong type; all of them are told.
func (o *office) failAllAtOnce(t *testing.T, where string, c schema) {
	t.Helper()
	body, want := map[string]any{}, []string{}
	for key, property := range c.Properties {
		if property.Ref != "" || !property.takes("boolean") {
			body[key] = true
			want = append(want, key)
		}
	}
	if len(want) == 0 {
		return
	}
	var told []string
	for _, f := range o.post("all", where, encode(body)).problem(t).Errors {
		told = append(told, f.Field)
	}
	require.Subset(t, told, want)
}

// TestEveryRequestMalformed: what is wrong with a request beside its fields has one answer for all commands.
func TestEveryRequestMalformed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	large := `{"x":"` + strings.Repeat("x", 2<<20) + `"}`
	tomorrow := o.clock.now().AddDate(0, 0, 1).Format("2006-01-02T15:04:05Z07:00")
	cases := []struct {
		what, body, query string
		headers           []string
		status            int
		code, field       string
	}{
		{what: "no JSON", body: "nonsense " + secret, status: 400, code: "body.malformed"},
		{what: "half a document", body: `{"reason":"` + secret, status: 400, code: "body.malformed"},
		{what: "two documents", body: "{}{}", status: 400, code: "body.malformed"},
		{what: "a list", body: `["` + secret + `"]`, status: 422, code: "invalid"},
		{what: "null", body: `null`, status: 422, code: "invalid"},
		{what: "too large", body: large, status: 413, code: "body.too_large"},
		{what: "a form", headers: []string{"Content-Type", "application/x-www-form-urlencoded"}, status: 415, code: "body.not_json"},
		{what: "Latin-1", headers: []string{"Content-Type", "application/json; charset=iso-8859-1"}, status: 415, code: "body.not_json"},
		{what: "a query", query: "?force=" + secret, status: 422, code: "invalid", field: "query unknown_parameter"},
		{what: "key of spaces", headers: []string{"Idempotency-Key", "a " + secret}, status: 422, code: "invalid", field: "header.Idempotency-Key not_printable"},
		{what: "key too long", headers: []string{"Idempotency-Key", strings.Repeat("k", 201)}, status: 422, code: "invalid", field: "header.Idempotency-Key too_long"},
		{what: "two keys", headers: []string{"Idempotency-Key", "a", "Idempotency-Key", secret}, status: 422, code: "invalid", field: "header.Idempotency-Key repeated"},
		{what: "no revision", headers: []string{"If-Match", secret}, status: 422, code: "invalid", field: "header.If-Match"},
		{what: "a weak revision", headers: []string{"If-Match", `W/"1"`}, status: 422, code: "invalid", field: "header.If-Match"},
		{what: "any revision", headers: []string{"If-Match", `*`}, status: 422, code: "invalid", field: "header.If-Match"},
		{what: "a negative revision", headers: []string{"If-Match", `"-1"`}, status: 422, code: "invalid", field: "header.If-Match"},
		{what: "no time", headers: []string{"Docket-Effective-At", secret}, status: 422, code: "invalid", field: "header.Docket-Effective-At not_a_time"},
		{what: "tomorrow", headers: []string{"Docket-Effective-At", tomorrow}, status: 422, code: "invalid", field: "header.Docket-Effective-At too_late"},
		{what: "for no id", headers: []string{"Docket-On-Behalf-Of", secret}, status: 422, code: "invalid", field: "header.Docket-On-Behalf-Of not_an_id"},
		{what: "after nowhere", headers: []string{"Docket-After", "-" + secret}, status: 422, code: "invalid", field: "header.Docket-After not_a_position"},
	}
	before := o.head()
	for _, e := range commands.Catalogue() {
		good, where := encode(o.example(t, e)), path(e, o.things[e.Category])
		for _, c := range cases {
			body := c.body
			if body == "" {
				body = good
			}
			r := o.post("all", where+c.query, body, c.headers...)
			name := e.Name + ", " + c.what
			if c.status != r.status {
				t.Errorf("%s: %d %s", name, r.status, r.body)
				continue
			}
			p := r.problem(t)
			require.Equal(t, c.code, p.Code, name)
			var told []string
			for _, f := range p.Errors {
				told = append(told, f.Field+" "+f.Code)
			}
			if c.field != "" {
				require.Contains(t, fmt.Sprint(told), c.field, name)
			}
			require.NotContains(t, string(r.body), secret, name)
		}
		require.Equal(t, before, o.head(), "%s: something was appended", e.Name)
	}
}
