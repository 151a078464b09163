package jsonplan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/internal/jsonplan"
)

// Types with a word of their own on how they are written, and others that encoding/json treats specially.
type (
	upper string
	lower string
	pair  struct{ A, B int }
	spot  struct{ X, Y int }
	inner struct {
		Deep string `json:"deep,omitempty"`
		When time.Time
	}
	tree struct {
		Name string  `json:"name"`
		Kids []*tree `json:"kids,omitempty"`
	}
	joined struct {
		inner
		pair
		Ref   pair        `json:"ref,omitzero"`
		Spot  spot        `json:"spot,omitzero"`
		Then  time.Time   `json:"then,omitzero"`
		Num   json.Number `json:"num,omitempty"`
		Tree  *tree       `json:"tree"`
		Text  string      `json:"text,string"`
		Blunt bool        `json:"-"`
	}
	hiding struct {
		inner
		Deep int `json:"deep"`
	}
)

func (u upper) MarshalJSON() ([]byte, error) { return json.Marshal(strings.ToUpper(string(u))) }
func (l *lower) MarshalText() ([]byte, error) {
	if *l == "refused" {
		return nil, errors.New("refused")
	}
	return []byte(strings.ToLower(string(*l))), nil
}
func (p pair) IsZero() bool  { return p.A == 0 }
func (s *spot) IsZero() bool { return s.X == 0 }

// leaves are types that a drawn type ends in.
var leaves = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[uint64](), reflect.TypeFor[float64](),
	reflect.TypeFor[float32](), reflect.TypeFor[string](), reflect.TypeFor[time.Time](), reflect.TypeFor[[]byte](), reflect.TypeFor[upper](),
	reflect.TypeFor[lower](), reflect.TypeFor[pair](), reflect.TypeFor[spot](), reflect.TypeFor[joined](), reflect.TypeFor[hiding](),
	reflect.TypeFor[tree](), reflect.TypeFor[any](), reflect.TypeFor[time.Duration](), reflect.TypeFor[json.RawMessage](),
}

// drawType makes a type of a few levels.
func drawType(t *rapid.T, depth int) reflect.Type {
	kind := rapid.IntRange(0, 6).Draw(t, "kind")
	if depth == 0 {
		kind = 0
	}
	switch kind {
	case 1:
		return reflect.PointerTo(drawType(t, depth-1))
	case 2:
		return reflect.SliceOf(drawType(t, depth-1))
	case 3:
		return reflect.ArrayOf(rapid.IntRange(0, 2).Draw(t, "length"), drawType(t, depth-1))
	case 4:
		key := rapid.SampledFrom([]reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[int](), reflect.TypeFor[upper]()}).Draw(t, "key")
		return reflect.MapOf(key, drawType(t, depth-1))
	case 5, 6:
		options := []string{"", ",omitempty", ",omitzero", ",string", ",omitempty,omitzero"}
		names := []string{"", "a", "b", "a-b", "ü", "-", "a<b"}
		fields := make([]reflect.StructField, rapid.IntRange(0, 5).Draw(t, "fields"))
		for i := range fields {
			tag := rapid.SampledFrom(names).Draw(t, "name") + rapid.SampledFrom(options).Draw(t, "options")
			fields[i] = reflect.StructField{Name: "F" + string(rune('A'+i)), Type: drawType(t, depth-1), Tag: reflect.StructTag(`json:"` + tag + `"`)}
		}
		return reflect.StructOf(fields)
	}
	return rapid.SampledFrom(leaves).Draw(t, "leaf")
}

// fill sets a value by chance; zero values are frequent.
func fill(t *rapid.T, v reflect.Value, depth int) {
	if !v.CanSet() || depth == 0 || rapid.IntRange(0, 3).Draw(t, "zero") == 0 {
		return
	}
	if v.Type() == reflect.TypeFor[time.Time]() {
		zone := rapid.SampledFrom([]*time.Location{time.UTC, time.FixedZone("", 8*3600), time.FixedZone("", 25*3600)}).Draw(t, "zone")
		seconds := rapid.SampledFrom([]int64{0, 1e9, 1e9 + 1, -1e11, 3e11}).Draw(t, "seconds")
		v.Set(reflect.ValueOf(time.Unix(seconds, rapid.SampledFrom([]int64{0, 120e6, 1}).Draw(t, "ns")).In(zone)))
		return
	}
	if v.Type() == reflect.TypeFor[json.RawMessage]() {
		v.SetBytes([]byte(rapid.SampledFrom([]string{`{ "a" : 1 }`, `null`, `<`, `"\u2028"`}).Draw(t, "raw")))
		return
	}
	if v.Type() == reflect.TypeFor[json.Number]() {
		v.SetString(rapid.SampledFrom([]string{"1", "1e3", "x"}).Draw(t, "number"))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int64:
		v.SetInt(rapid.Int64Range(-128, 127).Draw(t, "int"))
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(rapid.Uint64Range(0, 255).Draw(t, "uint"))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(rapid.SampledFrom([]float64{1, -0.5, 1e21, 1e-7, math.NaN(), math.Copysign(0, -1)}).Draw(t, "float"))
	case reflect.String:
		v.SetString(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"refused", "\x00\x1f\x7f\"\\/<&>", "\u2028\u2029\ufffd", "\xff\xed\xa0\x80", "王\r\n\t\b\f小"})).Draw(t, "text"))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), depth-1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), rapid.IntRange(0, 3).Draw(t, "length"), 3))
		for i := range v.Len() {
			fill(t, v.Index(i), depth-1)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i), depth-1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range rapid.IntRange(0, 3).Draw(t, "members") {
			key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(t, key, 1)
			fill(t, elem, depth-1)
			v.SetMapIndex(key, elem)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), depth-1)
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf(rapid.SampledFrom([]any{1, "x", pair{1, 2}, &pair{}, []int{1}, map[string]any{"a": nil}}).Draw(t, "any")))
	}
}

// standard is what encoding/json writes.
func standard(value any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return b.String(), err
}

// TestEverythingIsWrittenAsEncodingJSONWritesIt draws types and values of them, with and without an address.
func TestEverythingIsWrittenAsEncodingJSONWritesIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := reflect.New(drawType(t, 4))
		fill(t, v.Elem(), 8)
		for _, value := range []any{v.Interface(), v.Elem().Interface()} {
			want, wanted := standard(value)
			var got bytes.Buffer
			err := jsonplan.Write(&got, value)
			if wanted != nil {
				require.Error(t, err)
				require.Empty(t, got.String(), "nothing is written of what cannot be")
				continue
			}
			require.NoError(t, err)
			require.Equal(t, want, got.String())
		}
	})
}

func TestNilIsNull(t *testing.T) {
	t.Parallel()
	b, err := jsonplan.Append([]byte("x"), nil)
	require.NoError(t, err)
	require.Equal(t, "xnull", string(b))
}
