package domain_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/ticket"
)

// event is the sealed interface of an aggregate that only these tests know.
type event interface{ isTest() }

// moved is in its third version: the first called the place "where", the second measured in seconds.
type moved struct {
	Place  string   `json:"place" class:"skeleton"`
	Millis int64    `json:"millis,omitempty" class:"skeleton"`
	Why    string   `json:"why,omitempty" class:"content"`
	Items  []string `json:"items,omitempty" class:"content"`
	Phone  string   `json:"phone,omitempty" class:"marked"`

	Form map[string]string `json:"form,omitempty" class:"marked"`
}

// secret has no skeleton, bare has nothing at all.
type (
	secret struct {
		Text string `json:"text" class:"content"`
	}
	bare struct{}
)

func (moved) isTest()  {}
func (secret) isTest() {}
func (bare) isTest()   {}

var decider = domain.Decider[int, event]{
	Category: "test",
	Evolve:   func(n int, _ event) int { return n + 1 },
	Events: domain.Contract[event]{
		"Moved":  domain.Of[moved](renameWhere, secondsToMillis),
		"Secret": domain.Of[secret](),
		"Bare":   domain.Of[bare](),
	},
}

func renameWhere(p map[string]any) map[string]any {
	p["place"] = p["where"]
	delete(p, "where")
	return p
}

func secondsToMillis(p map[string]any) map[string]any {
	if seconds, ok := p["seconds"].(json.Number); ok {
		p["millis"] = json.Number(seconds.String() + "000")
		delete(p, "seconds")
	}
	return p
}

func TestSplitByClass(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		event   event
		version int
		parts   domain.Parts
	}{
		"Moved": {
			moved{Place: "<desk>", Millis: 5, Why: "busy", Items: []string{"a", "b"}, Phone: "13800138000"}, 3,
			domain.Parts{
				Skeleton: []byte(`{"place":"\u003cdesk\u003e","millis":5}`),
				Content:  []byte(`{"why":"busy","items":["a","b"]}`),
				Marked:   []byte(`{"phone":"13800138000"}`),
			},
		},
		"Secret": {secret{}, 1, domain.Parts{Skeleton: []byte(`{}`), Content: []byte(`{"text":""}`)}},
		"Bare":   {bare{}, 1, domain.Parts{Skeleton: []byte(`{}`)}},
	} {
		gotName, version, p, err := decider.Events.Split(c.event)
		require.NoError(t, err)
		require.Equal(t, name, gotName)
		require.Equal(t, c.version, version)
		require.Equal(t, c.parts, p, "%s", p)
		e, err := decider.Events.Join(name, version, p)
		require.NoError(t, err)
		require.Equal(t, c.event, e)
	}
}

func TestOlderVersionsAreUpcast(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		version int
		stored  domain.Parts
		want    event
	}{
		"by every step": {
			1, domain.Parts{Skeleton: []byte(`{"where":"desk","seconds":7}`), Content: []byte(`{"why":"busy"}`), Marked: []byte(`{"phone":"13800138000"}`)},
			moved{Place: "desk", Millis: 7000, Why: "busy", Phone: "13800138000"},
		},
		"by the steps that are left": {2, domain.Parts{Skeleton: []byte(`{"place":"desk","seconds":7}`)}, moved{Place: "desk", Millis: 7000}},
		"without passing numbers through a float": {
			2, domain.Parts{Skeleton: []byte(`{"place":"desk","seconds":9007199254740}`)}, moved{Place: "desk", Millis: 9007199254740000},
		},
		"without rounding what no step touches": {
			1, domain.Parts{Skeleton: []byte(`{"where":"desk","millis":9007199254740993}`)}, moved{Place: "desk", Millis: 9007199254740993},
		},
		"whose content is gone": {1, domain.Parts{Skeleton: []byte(`{"where":"desk"}`)}, moved{Place: "desk"}},
		"the current one by none": {
			3, domain.Parts{Skeleton: []byte(`{"place":"desk","where":"elsewhere"}`)}, moved{Place: "desk"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := decider.Events.Join("Moved", c.version, c.stored)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestJoinRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		wire    string
		version int
		stored  string
		unknown bool
	}{
		"an unknown name":               {"Unmoved", 1, `{}`, true},
		"a version to come":             {"Moved", 4, `{}`, true},
		"version zero":                  {"Moved", 0, `{}`, true},
		"text":                          {"Moved", 3, `moved`, false},
		"text to upcast":                {"Moved", 1, `moved`, false},
		"a list":                        {"Moved", 3, `[]`, false},
		"a list to upcast":              {"Moved", 1, `[]`, false},
		"another type":                  {"Moved", 3, `{"place":7}`, false},
		"another type to upcast":        {"Moved", 1, `{"where":7}`, false},
		"more than an object":           {"Moved", 3, `{"place":"desk"}{}`, false},
		"more than an object to upcast": {"Moved", 1, `{"where":"desk"}{}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, part := range []domain.Parts{{Skeleton: []byte(c.stored)}, {Content: []byte(c.stored)}} {
				e, err := decider.Events.Join(c.wire, c.version, part)
				require.Error(t, err)
				require.Nil(t, e)
				require.Equal(t, c.unknown, errors.Is(err, domain.ErrUnknownEvent), "%v", err)
				e, err = decider.Events.JoinFor(c.wire, c.version, part)
				require.Error(t, err)
				require.Nil(t, e)
			}
		})
	}
}

func TestJoinForMasksAndTellsWhatIsLost(t *testing.T) {
	t.Parallel()
	_, _, stored, err := decider.Events.Split(moved{Place: "desk", Why: "busy", Items: []string{"a", "b"}, Phone: "13800138000"})
	require.NoError(t, err)
	older := domain.Parts{Skeleton: []byte(`{"where":"desk"}`), Marked: []byte(`{"phone":"13800138000"}`)}
	for name, c := range map[string]struct {
		version int
		parts   domain.Parts
		lost    []domain.Class
		want    moved
	}{
		"masked": {3, stored, nil, moved{Place: "desk", Why: "busy", Items: []string{"a", "b"}, Phone: "*******8000"}},
		"a form masked": {
			3, domain.Parts{Skeleton: []byte(`{"place":"desk"}`), Marked: []byte(`{"form":{"card":"6222020200112233"}}`)}, nil,
			moved{Place: "desk", Form: map[string]string{"card": "************2233"}},
		},
		"content lost": {
			3, domain.Parts{Skeleton: stored.Skeleton, Marked: stored.Marked}, []domain.Class{domain.Content},
			moved{Place: "desk", Why: domain.Destroyed, Items: []string{domain.Destroyed}, Phone: "*******8000"},
		},
		"marked lost": {
			3, domain.Parts{Skeleton: stored.Skeleton, Content: stored.Content}, []domain.Class{domain.Marked},
			moved{Place: "desk", Why: "busy", Items: []string{"a", "b"}, Phone: domain.Destroyed},
		},
		"both lost": {
			3, domain.Parts{Skeleton: stored.Skeleton}, []domain.Class{domain.Marked, domain.Content},
			moved{Place: "desk", Why: domain.Destroyed, Items: []string{domain.Destroyed}, Phone: domain.Destroyed},
		},
		"masked after upcasts": {1, older, nil, moved{Place: "desk", Phone: "*******8000"}},
		"lost before upcasts": {
			1, domain.Parts{Skeleton: older.Skeleton}, []domain.Class{domain.Content, domain.Marked},
			moved{Place: "desk", Why: domain.Destroyed, Items: []string{domain.Destroyed}, Phone: domain.Destroyed},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := decider.Events.JoinFor("Moved", c.version, c.parts, c.lost...)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestSchemaErasesTypes(t *testing.T) {
	t.Parallel()
	s := decider.Schema()
	require.Equal(t, "test", s.Category)
	require.Equal(t, 3, s.Kinds["Moved"].Version())
	name, version, p, err := s.Split(moved{Place: "desk", Phone: "13800138000"})
	require.NoError(t, err)
	open, err := s.Join(name, version, p)
	require.NoError(t, err)
	require.Equal(t, moved{Place: "desk", Phone: "13800138000"}, open)
	masked, err := s.JoinFor(name, version, p)
	require.NoError(t, err)
	require.Equal(t, moved{Place: "desk", Phone: "*******8000"}, masked)

	for _, foreign := range []any{ticket.Noted{}, &moved{}, nil, "moved"} {
		_, _, _, err = s.Split(foreign)
		require.Error(t, err, "%T is no event of test", foreign)
	}
}

func TestClassesTellWhereFieldsGo(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[domain.Class][]string{
		domain.Skeleton: {"place", "millis"}, domain.Content: {"why", "items"}, domain.Marked: {"phone", "form"},
	}, decider.Events["Moved"].Classes())
}

func TestEventsThatBreakTheRulesAreBugs(t *testing.T) {
	t.Parallel()
	for name, declare := range map[string]func(){
		"no struct": func() { domain.Of[int]() },
		"no class": func() {
			domain.Of[struct {
				A string `json:"a"`
			}]()
		},
		"no name": func() {
			domain.Of[struct {
				A string `class:"content"`
			}]()
		},
		"hidden": func() {
			domain.Of[struct {
				A string `json:"-" class:"content"`
			}]()
		},
		"marked number": func() {
			domain.Of[struct {
				A int `json:"a" class:"marked"`
			}]()
		},
		"two of one name, but for case": func() {
			domain.Of[struct {
				A string `json:"a" class:"skeleton"`
				B string `json:"A" class:"content"`
			}]()
		},
		"name that is no plain text": func() {
			domain.Of[struct {
				A string "json:\"a\\\"b\" class:\"content\""
			}]()
		},
	} {
		require.Panics(t, declare, name)
	}
	require.Panics(t, func() { decider.Events.Name(nil) }, "no event")
}

// TestWireNames holds across aggregates: a stored name means one event, in one category, for ever.
func TestWireNames(t *testing.T) {
	t.Parallel()
	categories, names := map[string]bool{}, map[string]string{}
	for _, s := range commands.Schemas() {
		require.False(t, categories[s.Category], "two aggregates in category %s", s.Category)
		require.NotContains(t, s.Category, "-")
		categories[s.Category] = true
		types := map[reflect.Type]string{}
		for name, kind := range s.Kinds {
			require.Empty(t, names[name], "%s is the name of two events", name)
			require.Empty(t, types[kind.Type], "%v has two names", kind.Type)
			require.False(t, strings.HasPrefix(name, "$"), "the store keeps names that begin with $ for itself")
			require.NotRegexp(t, `[vV]\d+$`, name, "names hold no version")
			names[name], types[kind.Type] = s.Category, name
		}
	}
	require.Greater(t, len(names), 40)
}

// FuzzJoin proves that no stored bytes make decoding or upcasting panic.
func FuzzJoin(f *testing.F) {
	f.Add("Moved", 1, []byte(`{"where":"desk","seconds":7}`), []byte(`{"why":"busy"}`), []byte(`{"phone":"1"}`))
	f.Add("Moved", 1, []byte(`null`), []byte(nil), []byte(nil))
	f.Add("Moved", 2, []byte(`{"seconds":1e9}`), []byte(`{}`), []byte(`null`))
	f.Add("Moved", 3, []byte(`{"place":"desk"}`), []byte(`{"items":[]}`), []byte(`{"phone":"\ud800"}`))
	f.Fuzz(func(t *testing.T, name string, version int, skeleton, content, marked []byte) {
		p := domain.Parts{Skeleton: skeleton, Content: content, Marked: marked}
		open, err := decider.Events.Join(name, version, p)
		masked, errFor := decider.Events.JoinFor(name, version, p)
		if (err == nil) != (errFor == nil) {
			t.Fatalf("open %v, masked %v", err, errFor)
		}
		if err != nil {
			return
		}
		if e, ok := open.(moved); ok && masked.(moved).Phone != domain.Mask(e.Phone) {
			t.Errorf("phone %q is shown as %q", e.Phone, masked.(moved).Phone)
		}
		_, version, p, err = decider.Events.Split(open)
		if err != nil {
			t.Fatalf("decoded %+v cannot be written: %v", open, err)
		}
		again, err := decider.Events.Join(name, version, p)
		if err != nil || fmt.Sprint(again) != fmt.Sprint(open) {
			t.Errorf("written again it reads %+v (%v), was %+v", again, err, open)
		}
	})
}
