package row_test

import (
	"reflect"
	"testing"
	"time"

	"docket/projections/internal/row"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type status string

type sample struct {
	Key     string         `db:"key,key"`
	N       int            `db:"n,key"`
	At      time.Time      `db:"at,key"`
	Up      bool           `db:"up,key"`
	Place   uint64         `db:"place"`
	Status  status         `db:"status"`
	Share   float64        `db:"share"`
	Ended   *time.Time     `db:"ended"`
	Note    *string        `db:"note"`
	Count   *int64         `db:"count"`
	Marks   map[string]int `db:"marks,json"`
	Numbers []int32        `db:"numbers"`
	Ignored []string
}

var plan = row.For(reflect.TypeFor[sample]())

func draw(t *rapid.T) sample {
	text, number := rapid.String(), rapid.Int64()
	instant := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(-1e11, 1e11).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
	})
	return sample{
		Key: text.Draw(t, "key"), N: rapid.Int().Draw(t, "n"), At: instant.Draw(t, "at"), Up: rapid.Bool().Draw(t, "up"),
		Place: uint64(rapid.Int64Min(0).Draw(t, "place")), Status: status(text.Draw(t, "status")), Share: rapid.Float64().Draw(t, "share"),
		Ended: rapid.Ptr(instant, true).Draw(t, "ended"), Note: rapid.Ptr(text, true).Draw(t, "note"), Count: rapid.Ptr(number, true).Draw(t, "count"),
		Marks:   rapid.OneOf(rapid.Just(map[string]int(nil)), rapid.MapOf(text, rapid.Int())).Draw(t, "marks"),
		Numbers: rapid.SliceOf(rapid.Int32()).Draw(t, "numbers"),
	}
}

func TestTuplesGiveTheRowBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		v := reflect.ValueOf(&s).Elem()
		plan.Normalise(v)
		require.Zero(t, s.At.Nanosecond()%1000)
		tuple, err := plan.Append(nil, v)
		require.NoError(t, err)
		fields, err := plan.Split(tuple, nil)
		require.NoError(t, err)
		var back sample
		require.NoError(t, plan.Decode(fields, reflect.ValueOf(&back).Elem()))
		require.Equal(t, s, back)
		require.Positive(t, plan.Size(v))
		for cut := range tuple {
			if fields, err := plan.Split(tuple[:cut], nil); err == nil {
				require.Error(t, plan.Decode(fields, reflect.ValueOf(&back).Elem()))
			}
		}
	})
}

func TestKeysAreEqualWhenTheirColumnsAre(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t), draw(t)
		if rapid.Bool().Draw(t, "same") {
			b.Key, b.N, b.Up = a.Key, a.N, a.Up
			b.At = a.At.In(time.FixedZone("elsewhere", 3600))
		}
		equal := a.Key == b.Key && a.N == b.N && a.Up == b.Up && a.At.UnixMicro() == b.At.UnixMicro()
		require.Equal(t, equal, plan.Key(reflect.ValueOf(&a).Elem()) == plan.KeyOf([]any{b.Key, b.N, b.At, b.Up}))
		require.Equal(t, plan.Key(reflect.ValueOf(&a).Elem()), plan.KeyOf(plan.KeyValues(reflect.ValueOf(&a).Elem())))
	})
	require.Panics(t, func() { plan.KeyOf([]any{"too few"}) })
	require.Panics(t, func() { plan.KeyOf([]any{1, 2, time.Time{}, true}) })
}

func TestARecordNeedsEveryColumn(t *testing.T) {
	t.Parallel()
	var table []row.Attribute
	for _, c := range plan.Columns {
		_, err := plan.RecordFor(1, table)
		require.Error(t, err, "without %s", c.Name)
		table = append(table, row.Attribute{Name: c.Name, Type: 25}, row.Attribute{Name: "not_" + c.Name, Type: 25})
	}
	_, err := plan.RecordFor(1, table)
	require.NoError(t, err)
}

func TestRowTypesThatBreakTheRulesPanic(t *testing.T) {
	t.Parallel()
	for _, bad := range []any{
		struct {
			A string `db:"a"`
		}{},
		struct {
			A []string `db:"a,key"`
		}{},
		struct {
			A *string `db:"a,key"`
		}{},
		struct {
			A string `db:"a,key,sorted"`
		}{},
		struct {
			A string `db:",key"`
		}{},
		struct {
			a string `db:"a,key"`
		}{},
		7,
	} {
		require.Panics(t, func() { row.For(reflect.TypeOf(bad)) })
	}
}
