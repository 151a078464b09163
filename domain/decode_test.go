package domain_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
)

// all has a field of every form that events are made of.
type all struct {
	Text    string            `json:"text,omitempty" class:"skeleton"`
	Code    code              `json:"code,omitempty" class:"skeleton"`
	Yes     bool              `json:"yes,omitempty" class:"skeleton"`
	Small   int8              `json:"small,omitempty" class:"skeleton"`
	Large   int64             `json:"large,omitempty" class:"skeleton"`
	Count   uint16            `json:"count,omitempty" class:"skeleton"`
	Share   float64           `json:"share,omitempty" class:"skeleton"`
	At      time.Time         `json:"at,omitzero" class:"skeleton"`
	Later   *time.Time        `json:"later,omitempty" class:"skeleton"`
	List    []string          `json:"list,omitempty" class:"skeleton"`
	Parts   []inner           `json:"parts,omitempty" class:"skeleton"`
	Part    *inner            `json:"part,omitempty" class:"skeleton"`
	Bytes   []byte            `json:"bytes,omitempty" class:"skeleton"`
	Values  map[string]string `json:"values,omitempty" class:"skeleton"`
	Raw     json.RawMessage   `json:"raw,omitempty" class:"skeleton"`
	Strange strange           `json:"strange,omitzero" class:"skeleton"`
}

type inner struct {
	Name  string  `json:"name"`
	Codes []code  `json:"codes,omitempty"`
	Below []inner `json:"below,omitempty"`
}

type code string

func (c *code) UnmarshalText(b []byte) error { return domain.ParseCode(c, b, []code{"a", "b"}) }

// strange has fields whose names follow rules that only encoding/json knows.
type strange struct {
	Untagged int
	Quoted   int `json:"quoted,string"`
}

// FuzzDecode: what is read without encoding/json is read as it does, on any bytes.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"text":"a\u003cb","code":"a","yes":true,"small":-7,"large":-123456789012345678,"count":65535,"share":1.5e3}`,
		`{"at":"2026-03-02T01:00:00.123456Z","later":"2026-03-02T01:00:00+08:00","list":["x",""],"list":["y"]}`,
		`{"parts":[{"name":"n","codes":["b"],"below":[{"name":"m"}]},{"name":"k"}],"part":{"name":"o"},"part":{"codes":["a"]}}`,
		`{"bytes":"AAEC","values":{"a":"1","b":"2"},"raw":[1,{"x":"]"}],"strange":{"Untagged":1,"quoted":"2"}}`,
		`{"text":null}`, `{"later":null,"list":null,"part":null,"parts":null,"bytes":null,"values":null}`, `{"TEXT":"x"}`, ` {"text" : "x"} `, `{"small":300}`, `{"count":-0}`, `{"large":01}`, `{"at":"2026\u002d03-02T01:00:00Z"}`,
		"{\"text\":\"\xff\"}", "{\"text\":\"\t\"}", `{"text":"x"}{}`, `{"parts":[{"name":"n"}],"parts":[{}]}`, `{"code":"c"}`, `{"raw":}`, `{"list":[]}`, `{"yes":truefalse}`,
		`{"text":"\ud800"}`, `{"small":-}`, `{"text":"\`,
	} {
		f.Add([]byte(seed))
	}
	kind := domain.Of[all]()
	f.Fuzz(func(t *testing.T, part []byte) {
		var got, want all
		if !kind.Decode(part, reflect.ValueOf(&got).Elem()) {
			return
		}
		require.NoError(t, json.Unmarshal(part, &want), "%q", part)
		require.Equal(t, want, got, "%q", part)
	})
}

// TestEveryEventIsDecodedAlike: each event of each aggregate, with anything in its fields, is read as encoding/json reads it, and without
// its help.
func TestEveryEventIsDecodedAlike(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(1, 2))
	for _, s := range commands.Schemas() {
		for name, kind := range s.Kinds {
			for range 20 {
				event := reflect.New(kind.Type).Elem()
				fill(chance, event, 0)
				_, version, parts, err := s.Split(event.Interface())
				if err != nil { // a value that has no JSON
					continue
				}
				got, want := reflect.New(kind.Type), reflect.New(kind.Type)
				for _, part := range [][]byte{parts.Skeleton, parts.Content, parts.Marked} {
					if part == nil || json.Unmarshal(part, want.Interface()) != nil { // a code that is none
						want = reflect.Value{}
						break
					}
					if !kind.Decode(part, got.Elem()) {
						t.Errorf("%s version %d is left to encoding/json: %s", name, version, part)
					}
				}
				if want.IsValid() {
					require.Equal(t, want.Interface(), got.Interface(), name)
				}
			}
		}
	}
}

// fill puts anything into a value.
func fill(chance *rand.Rand, v reflect.Value, depth int) {
	if chance.IntN(4) == 0 || depth > 4 {
		return
	}
	if at, ok := v.Addr().Interface().(*time.Time); ok {
		*at = time.Unix(chance.Int64N(4e9), chance.Int64N(1e9)).In(time.FixedZone("", 3600*chance.IntN(9)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.Repeat([]string{"a", "信", `"`, "<&>", "\n", "\\", "\u2028", "𠀀"}[chance.IntN(8)], chance.IntN(3)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(chance.Int64N(1<<40) - 1<<39)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(chance.Uint64N(1 << 50))
	case reflect.Float64:
		v.SetFloat(chance.NormFloat64())
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(chance, v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), chance.IntN(3), 3))
		for i := range v.Len() {
			fill(chance, v.Index(i), depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(chance, v.Field(i), depth+1)
			}
		}
	}
}
