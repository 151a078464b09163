package kpi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"docket/domain/calendar"
	"docket/domain/worktime"
	"docket/projections"
)

// library is the key of the one row that holds all calendars: few, and looked up by events that do not name them.
const library = "all"

// publish adds a version of a calendar to the library.
func publish(rows *projections.Rows, id string, e calendar.Published) {
	editions := map[string][]worktime.Edition{}
	if book, found := books.Get(rows, library); found {
		editions = read(book.Editions)
	}
	if slices.ContainsFunc(editions[id], func(x worktime.Edition) bool { return x.Version == e.Version }) {
		return // folded already
	}
	editions[id] = append(editions[id], worktime.Edition{Version: e.Version, From: e.From, Definition: e.Definition})
	text, err := json.Marshal(editions)
	if err != nil {
		panic(fmt.Errorf("calendars as JSON: %w", err)) // plain values that came from JSON
	}
	digest := sha256.Sum256(text)
	books.Put(rows, Book{ID: library, Editions: string(text), Digest: hex.EncodeToString(digest[:])})
}

func read(text string) map[string][]worktime.Edition {
	editions := map[string][]worktime.Edition{}
	if err := json.Unmarshal([]byte(text), &editions); err != nil {
		panic(fmt.Errorf("calendars from JSON: %w", err)) // this package wrote them
	}
	return editions
}

// compiled keeps calendars that have been made from a library's text. It holds nothing that the text does not say: without
// it every fold would give the same rows, more slowly.
var compiled = struct {
	sync.Mutex
	known map[edition]*worktime.Calendar
}{known: map[edition]*worktime.Calendar{}}

// edition names a calendar as of a version, in a library of that digest.
type edition struct {
	library, id string
	version     int
}

// mostCompiled bounds what is kept; beyond it all is made anew.
const mostCompiled = 64

// calendarOf is a calendar made of a version and those before it; nil when the library lacks it, or this machine its zone.
func calendarOf(rows *projections.Rows, id string, version int) *worktime.Calendar {
	book, found := books.Get(rows, library)
	if !found || id == "" {
		return nil
	}
	key := edition{book.Digest, id, version}
	compiled.Lock()
	defer compiled.Unlock()
	if cal, known := compiled.known[key]; known {
		return cal
	}
	if len(compiled.known) >= mostCompiled {
		clear(compiled.known)
	}
	cal := compile(id, version, read(book.Editions)[id])
	compiled.known[key] = cal
	return cal
}

func compile(id string, version int, editions []worktime.Edition) *worktime.Calendar {
	editions = slices.DeleteFunc(editions, func(e worktime.Edition) bool { return e.Version > version })
	if len(editions) == 0 {
		return nil
	}
	zone, err := time.LoadLocation(editions[len(editions)-1].Definition.Zone)
	if err != nil {
		return nil
	}
	cal, err := worktime.New(id, zone, editions...)
	if err != nil {
		return nil
	}
	return cal
}
