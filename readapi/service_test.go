package readapi_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/internal/eventstore"
	"docket/internal/httpapi"
	"docket/projections/directory"
	"docket/readapi"
)

// now is when the tests ask: a day after the tickets' story.
var now = began.Add(30 * time.Hour)

// accounts knows people's tokens: the keys of their streams.
type accounts struct{}

func (accounts) Authenticate(_ context.Context, bearer string) (httpapi.Account, error) {
	if !slices.Contains([]string{ann, bob, eve, carl, dora, max, audrey, anton}, bearer) {
		return httpapi.Account{}, domain.Refusal(domain.Forbidden, "token.unknown", "no such token")
	}
	return httpapi.Account{ID: "staff-" + bearer, Staff: bearer}, nil
}

// desk is the queries over real parts, once the story has been told.
type desk struct {
	*world
	handler http.Handler
	head    uint64
	live    *readapi.Live
	passing atomic.Pointer[time.Time] // since when time passes; it stands still before
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	w := newWorld(t)
	all := append(slices.Clone(models), directory.Model)
	runner, _ := w.run(all...)
	positions := w.story(nil)
	d := &desk{world: w, head: positions[len(positions)-1]}
	w.settle(runner, d.head, all...)

	view := directory.NewView()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- view.Run(ctx, runner) }()
	t.Cleanup(func() { cancel(); require.ErrorIs(t, <-done, context.Canceled) })
	require.NoError(t, view.WaitFor(t.Context(), d.head))

	clock := func() time.Time {
		if since := d.passing.Load(); since != nil {
			return now.Add(time.Since(*since))
		}
		return now
	}
	quiet := slog.New(slog.DiscardHandler)
	denials := commands.NewDenials(w.store, clock, quiet)
	pipeline, err := commands.NewPipeline(commands.Config{
		Journal: w.store, Lookups: view, Clock: clock, Logger: quiet,
		Digest: func(context.Context, []byte) (string, error) { return "", nil },
	})
	require.NoError(t, err)
	api := httpapi.New(httpapi.Options{Auth: accounts{}, Lookups: view, Denials: denials, Reads: denials.Reads(), Clock: clock, Logger: quiet, Version: "test"})
	d.live = readapi.NewLive(runner)
	d.live.Heartbeat = 50 * time.Millisecond
	d.live.Clock = clock
	t.Cleanup(d.live.Close)
	readapi.Mount(api, readapi.Deps{
		Live:   d.live,
		Reader: runner, History: w.store, Lookups: view, Past: view, Fingerprints: w.store, Organisation: view, Calendars: view, Templates: view, Procedures: view, Clock: clock,
		Pages: pages{w.store, pipeline},
	})
	d.handler = api.Handler()
	return d
}

// pages reads streams for their pages as the program does.
type pages struct {
	store    *eventstore.Store
	pipeline *commands.Pipeline
}

func (p pages) Open(ctx context.Context, id domain.StreamID) (readapi.Opened, error) {
	masked, open, err := p.store.LoadBoth(ctx, id)
	return readapi.Opened{Events: masked, Offers: func(a domain.Actor) ([]readapi.Offer, error) {
		offers, err := p.pipeline.Offers(a, id, open)
		shown := make([]readapi.Offer, len(offers))
		for i, o := range offers {
			shown[i] = readapi.Offer(o)
		}
		return shown, err
	}}, err
}

// in is the same desk for a subtest.
func (d *desk) in(t *testing.T) *desk {
	t.Helper()
	w := *d.world
	w.t = t
	return &desk{world: &w, handler: d.handler, head: d.head, live: d.live}
}

// object is a JSON object of an answer.
type object = map[string]any

// answer is a response read to its end.
type answer struct {
	status int
	header http.Header
	raw    []byte
	body   object
}

// get asks as somebody; headers come in pairs.
func (d *desk) get(who, target string, headers ...string) answer {
	d.t.Helper()
	request := httptest.NewRequest(http.MethodGet, target, nil)
	if who != "" {
		request.Header.Set("Authorization", "Bearer "+who)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	d.handler.ServeHTTP(recorder, request)
	a := answer{status: recorder.Code, header: recorder.Header(), raw: recorder.Body.Bytes()}
	if len(a.raw) > 0 && a.header.Get("Content-Type") != "application/zip" {
		require.NoError(d.t, json.Unmarshal(a.raw, &a.body), "%s", a.raw)
	}
	require.NotEqual(d.t, http.StatusInternalServerError, a.status, "%s: %s", target, a.raw)
	return a
}

// ok is get for what must succeed; every answer says where it stands.
func (d *desk) ok(who, target string, headers ...string) answer {
	d.t.Helper()
	a := d.get(who, target, headers...)
	require.Equal(d.t, http.StatusOK, a.status, "%s: %s", target, a.raw)
	position, err := strconv.ParseUint(a.header.Get("Docket-Position"), 10, 64)
	require.NoError(d.t, err)
	require.GreaterOrEqual(d.t, position, d.head)
	return a
}

// items are the rows of a list.
func (a answer) items() []object {
	list, _ := a.body["items"].([]any)
	items := make([]object, len(list))
	for i, item := range list {
		items[i] = item.(object)
	}
	return items
}

// column is one field of every row; a dot leads into an object.
func (a answer) column(field string) []string {
	var values []string
	for _, item := range a.items() {
		values = append(values, text(item, field))
	}
	return values
}

func text(o object, field string) string {
	for i := range len(field) {
		if field[i] == '.' {
			inner, ok := o[field[:i]].(object)
			if !ok {
				return ""
			}
			return text(inner, field[i+1:])
		}
	}
	value, _ := o[field].(string)
	return value
}

// failing lists the fields of a problem.
func (a answer) failing() []string {
	list, _ := a.body["errors"].([]any)
	var fields []string
	for _, e := range list {
		fields = append(fields, e.(object)["field"].(string))
	}
	return fields
}
