package httpapi

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"docket/domain"
)

// Shape is what a JSON body has to look like: the schema of a Go struct, which is also what the OpenAPI document shows.
type Shape struct {
	Schema *huma.Schema // a reference into the document's components

	schema   *huma.Schema
	registry huma.Registry
	times    []string          // top-level fields that hold an instant
	folded   map[string]string // field names by their lower case
}

// Shape derives the shape of a struct type.
func (a *API) Shape(t reflect.Type) *Shape {
	registry := a.Huma.OpenAPI().Components.Schemas
	ref := registry.Schema(t, true, t.Name())
	s := &Shape{Schema: ref, schema: ref, registry: registry, folded: map[string]string{}}
	for s.schema.Ref != "" {
		s.schema = registry.SchemaFromRef(s.schema.Ref)
	}
	s.schema.PrecomputeMessages()
	for name, property := range s.schema.Properties {
		s.folded[strings.ToLower(name)] = name
		if property.Format == "date-time" {
			s.times = append(s.times, name)
		}
	}
	slices.Sort(s.times)
	return s
}

// scratch is what validation needs and can be used again.
type scratch struct {
	path   *huma.PathBuffer
	result huma.ValidateResult
}

var scratches = sync.Pool{New: func() any { return &scratch{path: huma.NewPathBuffer(make([]byte, 0, 128), 0)} }}

// Decode reads a body into a pointer to the shape's struct and gives the canonical form of the body: sorted keys, no blanks,
// numbers and instants in one spelling. Every failing field is told, and left zero in the struct; an empty body counts as
// an empty object. The error is a problem (400) for what is no JSON at all.
func (s *Shape) Decode(body []byte, into any) (canonical []byte, failures []domain.FieldError, err error) {
	if len(body) == 0 {
		body = []byte("{}")
	}
	parsed, failures, err := parseJSON(body)
	if err != nil {
		return nil, nil, err
	}
	object, ok := parsed.(map[string]any)
	if !ok {
		return []byte("{}"), []domain.FieldError{{Field: "", Code: "wrong_type", Msg: "the body must be a JSON object"}}, nil
	}
	failures = s.validate(object, failures)
	failures = s.instants(object, failures)
	for _, f := range failures {
		delete(object, topOf(f.Field))
	}
	canonical = appendCanonical(make([]byte, 0, len(body)+16), object)
	if err := json.Unmarshal(canonical, into); err != nil {
		failures = append(failures, undecodable(err))
	}
	return canonical, failures, nil
}

// validate checks the document against the schema. Fields that reading has refused already are not told twice.
func (s *Shape) validate(object map[string]any, failures []domain.FieldError) []domain.FieldError {
	w := scratches.Get().(*scratch)
	defer func() {
		w.path.Reset()
		w.result.Reset()
		scratches.Put(w)
	}()
	w.path.Push("body") // as in what huma reads itself; a field may have the same name
	huma.Validate(s.registry, s.schema, w.path, huma.ModeWriteToServer, object, &w.result)
	if len(w.result.Errors) == 0 {
		return failures
	}
	told := map[string]bool{}
	for _, f := range failures {
		told[f.Field] = true
	}
	found := fieldErrors("", w.result.Errors)
	slices.SortStableFunc(found, func(a, b domain.FieldError) int { return strings.Compare(a.Field, b.Field) })
	for _, f := range found {
		if told[f.Field] || len(failures) >= maxFailures {
			continue
		}
		if proper := s.folded[strings.ToLower(f.Field)]; f.Code == "unknown_field" && proper != "" {
			f.Code, f.Msg = "wrong_case", english("wrong_case")
		}
		failures = append(failures, f)
	}
	return failures
}

// instants bounds the times of the document and brings them into one spelling.
func (s *Shape) instants(object map[string]any, failures []domain.FieldError) []domain.FieldError {
	for _, name := range s.times {
		text, ok := object[name].(string)
		if !ok || slices.ContainsFunc(failures, func(f domain.FieldError) bool { return f.Field == name }) {
			continue
		}
		t, code := instant(text)
		if code != "" {
			failures = append(failures, domain.FieldError{Field: name, Code: code, Msg: english(code)})
			continue
		}
		object[name] = t.Format("2006-01-02T15:04:05.999999Z07:00")
	}
	return failures
}

// undecodable tells what the decoder refuses although the schema lets it through.
func undecodable(err error) domain.FieldError {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		return domain.FieldError{Field: wrongType.Field, Code: "wrong_type", Msg: english("wrong_type")}
	}
	return domain.FieldError{Field: "", Code: "not_allowed", Msg: english("not_allowed")}
}

func topOf(field string) string {
	if i := strings.IndexAny(field, ".["); i >= 0 {
		return field[:i]
	}
	return field
}

// appendCanonical writes a parsed document with sorted keys and one spelling of every number.
func appendCanonical(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case float64:
		if v == math.Trunc(v) {
			return strconv.AppendInt(b, int64(v), 10)
		}
		return strconv.AppendFloat(b, v, 'g', -1, 64)
	case string:
		return appendText(b, v)
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendCanonical(b, e)
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for i, k := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(b, k), ':')
			b = appendCanonical(b, v[k])
		}
		return append(b, '}')
	}
	return b
}

// appendText quotes a text that is known to be valid UTF-8.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= 0x20 && c < utf8.RuneSelf, c >= utf8.RuneSelf:
			b = append(b, c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'r')
		}
	}
	return append(b, '"')
}

// Required reports whether a body must be sent: some field has no default.
func (s *Shape) Required() bool { return len(s.schema.Required) > 0 }
