package httpapi_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"docket/internal/httpapi"
)

// form has a field of every kind that a body may hold.
type form struct {
	Text  string     `json:"text" minLength:"1" maxLength:"10"`
	Kind  string     `json:"kind,omitempty" enum:"a,b"`
	Count int        `json:"count,omitempty" minimum:"0" maximum:"9"`
	Yes   bool       `json:"yes,omitempty"`
	At    *time.Time `json:"at,omitempty"`
	Items []string   `json:"items,omitempty" maxItems:"2"`
	Inner struct {
		Code string `json:"code,omitempty" pattern:"^[A-Z]+$"`
	} `json:"inner,omitempty"`
}

func shape(t testing.TB) *httpapi.Shape {
	t.Helper()
	return httpapi.New(httpapi.Options{}).Shape(reflect.TypeFor[form]())
}

func TestDecodeTakes(t *testing.T) {
	t.Parallel()
	s := shape(t)
	for body, want := range map[string]string{
		`{"text":"x"}`:                                            `{"text":"x"}`,
		"\t{ \"text\" :\r\n\"x\" } ":                              `{"text":"x"}`,
		`{"yes":true,"text":"x","count":3}`:                       `{"count":3,"text":"x","yes":true}`,
		`{"text":"x","count":3.0}`:                                `{"count":3,"text":"x"}`,
		`{"text":"x","count":0.3e1}`:                              `{"count":3,"text":"x"}`,
		`{"text":"x","count":-0}`:                                 `{"count":0,"text":"x"}`,
		`{"text":"\u00e9\/\ud83d\ude00"}`:                         `{"text":"é/😀"}`,
		`{"text":"a\n\r\t\"\\b"}`:                                 `{"text":"a\n\r\t\"\\b"}`,
		`{"text":"業務單🖨"}`:                                         `{"text":"業務單🖨"}`,
		`{"text":"x","kind":null}`:                                `{"kind":null,"text":"x"}`,
		`{"text":"x","items":["a","b"]}`:                          `{"items":["a","b"],"text":"x"}`,
		`{"text":"x","inner":{"code":"AB"}}`:                      `{"inner":{"code":"AB"},"text":"x"}`,
		`{"text":"x","at":"2026-03-02T17:00:00.123456789+08:00"}`: `{"at":"2026-03-02T09:00:00.123456Z","text":"x"}`,
	} {
		var f form
		canonical, failures, err := s.Decode([]byte(body), &f)
		require.NoError(t, err, body)
		require.Empty(t, failures, body)
		require.Equal(t, want, string(canonical), body)
		var direct form
		require.NoError(t, json.Unmarshal(canonical, &direct), body)
		require.Equal(t, direct, f, body)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	s := shape(t)
	for body, want := range map[string]string{
		`{"text":"x","items":["a",7]}`:                        "items[1] wrong_type",
		`{"text":"x","items":["a","b","c"]}`:                  "items too_many",
		`{"text":"x","items":["a","b\u0001"]}`:                "items[1] control_character",
		`{"text":"x","inner":{"code":"a","b":1}}`:             "inner.b unknown_field, inner.code wrong_form",
		`{"text":"x","inner":{"code":"A","code":"B"}}`:        "inner.code duplicate_key",
		`{"text":"x","inner":[]}`:                             "inner wrong_type",
		`{"text":"x","kind":"c"}`:                             "kind not_allowed",
		`{"text":"12345678901","count":10}`:                   "count out_of_range, text too_long",
		`{"text":"一二三四五六七八九十"}`:                               "",
		`{"text":"x","at":"2026-02-30T00:00:00Z"}`:            "at not_a_time",
		`{"text":"x","at":"1899-12-31T23:59:59Z"}`:            "at out_of_range",
		`{"TEXT":"x","text":"y","Yes":true}`:                  "TEXT wrong_case, Yes wrong_case",
		`{"text":"x","` + strings.Repeat("long", 20) + `":1}`: "(unnamed) unknown_field",
		`{"text":"\ude00\ud83d"}`:                             "text unpaired_surrogate",
		`{"text":"\ud83d\u0041"}`:                             "text unpaired_surrogate",
		"{\"text\":\"\xed\xa0\xbd\"}":                         "text invalid_utf8",
		`{"text":"x","count":123456789012345678901234567890}`: "count out_of_range",
	} {
		var f form
		_, failures, err := s.Decode([]byte(body), &f)
		require.NoError(t, err, body)
		var told []string
		for _, failure := range failures {
			require.NotEmpty(t, failure.Msg, body)
			told = append(told, failure.Field+" "+failure.Code)
		}
		require.Equal(t, want, strings.Join(told, ", "), body)
	}
}

func TestManyFailuresAreBounded(t *testing.T) {
	t.Parallel()
	s := shape(t)
	var b strings.Builder
	b.WriteString(`{"text":"x"`)
	for range 5000 {
		b.WriteString(`,"text":"y"`)
	}
	b.WriteString("}")
	var f form
	_, failures, err := s.Decode([]byte(b.String()), &f)
	require.NoError(t, err)
	require.Len(t, failures, 100)
}

// What is taken is JSON that every reader reads alike, and holds nothing that a database refuses as text.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"text":"x","count":3,"at":"2026-03-02T09:00:00Z"}`, `{"text":"\ud83d\ude00","items":["a"]}`, `{"a":[[{}]]}`, `{"text":"a\u0000"}`,
		"{\"text\":\"\xff\"}", `{"count":1e400}`, `[1,2`, `{"text":"x","text":"y"}`, `nul`, `-`, `"`, `{"count":01}`, ``, `{"text":"\`,
	} {
		f.Add([]byte(seed))
	}
	s := shape(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		var got form
		canonical, failures, err := s.Decode(body, &got)
		if len(body) == 0 {
			return
		}
		if err != nil || len(failures) > 0 {
			return
		}
		require.True(t, json.Valid(body), "taken, though no JSON")
		require.True(t, utf8.Valid(canonical))
		require.False(t, bytes.ContainsFunc(canonical, func(r rune) bool { return r < 0x20 || r >= 0x7f && r <= 0x9f }))
		require.NotContains(t, string(canonical), `\u`)
		var direct form
		require.NoError(t, json.Unmarshal(body, &direct))
		if direct.At != nil {
			at := direct.At.UTC().Truncate(time.Microsecond)
			direct.At = &at
		}
		if got.At != nil {
			at := got.At.UTC()
			got.At = &at
		}
		require.Equal(t, direct, got)
		var again form
		twice, failures, err := s.Decode(canonical, &again)
		require.NoError(t, err)
		require.Empty(t, failures)
		require.Equal(t, string(canonical), string(twice))
	})
}
