package domaintest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os" //nolint:depguard // the kit runs in tests alone, and golden files are files
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"docket/domain"
)

// goldens is where an aggregate keeps how its events are written, one file per event version: "TicketTaken.v1.json".
// A file once committed is never changed: events written so are out there. When a field that may be left out joins an event, the
// file as it was becomes "TicketTaken.v1.before.json" and stays. With UPDATE_GOLDEN=1 missing files are written.
const goldens = "testdata/contract"

// golden is how an event is stored: its payload by class.
type golden struct {
	Skeleton json.RawMessage `json:"skeleton"`
	Content  json.RawMessage `json:"content,omitempty"`
	Marked   json.RawMessage `json:"marked,omitempty"`
}

// Contract proves how events are written. Examples hold one event per wire name and version, "TicketTaken.v1", with every
// field set: what the golden file of that version means today, be it by upcasts. Every golden must decode to its example,
// that of the current version must be what the example is written as, and every event type must have one. What "TicketTaken.v1.before"
// means is an example, too, in which fields may be missing.
func Contract[S, E any](t *testing.T, d domain.Decider[S, E], examples map[string]E) {
	t.Helper()
	for name, kind := range d.Events {
		for version := 1; version <= kind.Version(); version++ {
			id := fmt.Sprintf("%s.v%d", name, version)
			t.Run(id, func(t *testing.T) {
				example, ok := examples[id]
				if !ok {
					t.Fatalf("no example of %s", id)
				}
				full(t, example)
				if version == kind.Version() {
					written(t, d.Events, example, name, version)
				}
				decodes(t, d.Events, example, name, version, path(name, version))
			})
		}
	}
	for _, file := range stored(t) {
		id := filepath.Base(file[:len(file)-len(".json")])
		example, ok := examples[id]
		if !ok {
			t.Errorf("%s is stored somewhere, but there is no example of what it means", id)
		}
		if name, version, before := identified(t, file); before {
			decodes(t, d.Events, example, name, version, file)
		}
	}
}

// full wants every field set, so that the golden file shows each.
func full[E any](t *testing.T, example E) {
	t.Helper()
	v := reflect.ValueOf(example)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("the example of %T leaves %s out", example, v.Type().Field(i).Name)
		}
	}
}

func written[E any](t *testing.T, c domain.Contract[E], example E, name string, version int) {
	t.Helper()
	gotName, gotVersion, p, err := c.Split(example)
	if err != nil || gotName != name || gotVersion != version {
		t.Fatalf("example of %s version %d is written as %s version %d: %v", name, version, gotName, gotVersion, err)
	}
	text, err := json.MarshalIndent(golden{p.Skeleton, p.Content, p.Marked}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	file := path(name, version)
	want, err := os.ReadFile(file)
	if os.IsNotExist(err) && os.Getenv("UPDATE_GOLDEN") != "" {
		if err = os.MkdirAll(goldens, 0o755); err == nil {
			err = os.WriteFile(file, text, 0o644)
		}
		want = text
	}
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, want) {
		t.Errorf("%s is now written as\n%s\nstored events read\n%s\n(a changed event needs a new version and an upcast)", name, text, want)
	}
}

func decodes[E any](t *testing.T, c domain.Contract[E], example E, name string, version int, file string) {
	t.Helper()
	e, err := c.Join(name, version, load(t, file))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(e, example) {
		t.Errorf("%s reads\n%+v\nwant\n%+v", file, e, example)
	}
}

// FuzzJoin proves that decoding never panics, whatever is stored, and that what decodes folds: goldens are the seeds. What
// was decoded and can be read again once written is written the same.
func FuzzJoin[S, E any](f *testing.F, d domain.Decider[S, E]) {
	f.Helper()
	for _, file := range stored(f) {
		p := load(f, file)
		name, version, _ := identified(f, file)
		f.Add(name, version, p.Skeleton, p.Content, p.Marked)
	}
	f.Fuzz(func(t *testing.T, name string, version int, skeleton, content, marked []byte) {
		p := domain.Parts{Skeleton: skeleton, Content: content, Marked: marked}
		if _, err := d.Events.JoinFor(name, version, p, domain.Content); err != nil {
			return
		}
		e, err := d.Events.Join(name, version, p)
		if err != nil {
			t.Fatalf("masked it decodes, open it does not: %v", err)
		}
		d.Fold(e, e)
		first := parts(t, d.Events, e)
		again, err := d.Events.Join(name, d.Events[name].Version(), first)
		if err != nil {
			return
		}
		if second := parts(t, d.Events, again); !reflect.DeepEqual(first, second) {
			t.Errorf("written first\n%s\nthen\n%s", first, second)
		}
	})
}

func parts[E any](t testing.TB, c domain.Contract[E], e E) domain.Parts {
	t.Helper()
	_, _, p, err := c.Split(e)
	if err != nil {
		t.Fatalf("split %+v: %v", e, err)
	}
	return p
}

func path(name string, version int) string {
	return filepath.Join(goldens, fmt.Sprintf("%s.v%d.json", name, version))
}

// identified is the wire name and version that a file is of, and whether it is of before a field joined.
func identified(t testing.TB, file string) (name string, version int, before bool) {
	t.Helper()
	name, rest, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".json"), ".v")
	rest, before = strings.CutSuffix(rest, ".before")
	version, err := strconv.Atoi(rest)
	if err != nil {
		t.Fatal(err)
	}
	return name, version, before
}

func stored(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(goldens, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func load(t testing.TB, file string) domain.Parts {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return domain.Parts{Skeleton: g.Skeleton, Content: g.Content, Marked: g.Marked}
}
