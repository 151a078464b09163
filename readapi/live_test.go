package readapi_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/authz"
	"docket/domain/ticket"
)

// told is one event of a stream.
type told struct {
	event string
	id    uint64
	data  object
}

// ticket is the key of the ticket that it is about.
func (e told) ticket() string {
	if e.event == "changed" {
		return text(e.data, "ticket.id")
	}
	return text(e.data, "id")
}

// listening is an open stream.
type listening struct {
	t      testing.TB
	cancel context.CancelFunc
	events chan told
}

// listen opens a stream over a real connection and waits for its first event.
func (d *desk) listen(server *httptest.Server, who, query string, last uint64) (*listening, told) {
	d.t.Helper()
	ctx, cancel := context.WithCancel(d.t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/v1/tickets/live"+query, nil)
	require.NoError(d.t, err)
	request.Header.Set("Authorization", "Bearer "+who)
	if last > 0 {
		request.Header.Set("Last-Event-ID", strconv.FormatUint(last, 10))
	}
	response, err := server.Client().Do(request) // closed by the reader below
	require.NoError(d.t, err)
	require.Equal(d.t, http.StatusOK, response.StatusCode)
	require.Equal(d.t, "text/event-stream", response.Header.Get("Content-Type"))
	l := &listening{d.t, cancel, make(chan told, 10_000)}
	var reading sync.WaitGroup
	reading.Go(func() {
		defer close(l.events)
		defer func() { _ = response.Body.Close() }()
		var e told
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "event":
				e.event = value
			case "id":
				e.id, _ = strconv.ParseUint(value, 10, 64)
			case "data":
				if json.Unmarshal([]byte(value), &e.data) != nil {
					return
				}
				if e.event != "" {
					l.events <- e
				}
				e = told{}
			}
		}
	})
	d.t.Cleanup(func() { cancel(); reading.Wait() })
	return l, l.next()
}

func (l *listening) next() told {
	l.t.Helper()
	select {
	case e, ok := <-l.events:
		if !ok {
			return told{event: "end"}
		}
		return e
	case <-time.After(patience):
		require.Fail(l.t, "no event came")
		return told{}
	}
}

// on is next of a stream that has to go on.
func (l *listening) on() told {
	l.t.Helper()
	e := l.next()
	require.NotEqual(l.t, "end", e.event, "the stream ended")
	return e
}

// until reads events up to a position.
func (l *listening) until(position uint64) (events []told) {
	l.t.Helper()
	for {
		e := l.on()
		if e.event == "position" {
			if e.id >= position {
				return events
			}
			continue
		}
		events = append(events, e)
	}
}

func served(t testing.TB) (*desk, *httptest.Server) {
	d := newDesk(t)
	server := httptest.NewServer(d.handler)
	t.Cleanup(func() { d.live.Close(); server.Close() })
	return d, server
}

// say stores one more event of a ticket.
func (d *desk) say(key string, event ticket.Event) uint64 {
	d.t.Helper()
	story := &teller{at: now.Add(-time.Minute)}
	story.ticket(eve, authz.Leader, "note", key, event)
	return d.append(story.steps[0])
}

// TestLiveList: a list is told what changes in it and what leaves it, under the reader's rights at that moment; nobody learns of
// tickets that they could never see.
func TestLiveList(t *testing.T) {
	t.Parallel()
	d, server := served(t)
	group, hello := d.listen(server, ann, "?group="+printing, 0)
	require.Equal(t, "position", hello.event)
	stranger, _ := d.listen(server, carl, "", 0)
	own, _ := d.listen(server, dora, "?handler=me", 0)

	at := d.say(fourth, ticket.Noted{Text: "asked again"})
	events := group.until(at)
	require.Len(t, events, 1)
	require.Equal(t, "changed", events[0].event)
	require.Equal(t, "Toner", text(events[0].data, "ticket.title"))

	d.say(fourth, ticket.AssignedToGroup{Group: network, Unit: service, Previous: printing})
	at = d.say(fourth, ticket.AssignedToHandler{Handler: dora, Previous: ann})
	events = group.until(at)
	require.NotEmpty(t, events)
	last := events[len(events)-1]
	require.Equal(t, []string{"left", fourth}, []string{last.event, last.ticket()}, "she may not see it any more, and is told that it has gone")
	events = own.until(at)
	require.Equal(t, []string{"changed", fourth}, []string{events[len(events)-1].event, events[len(events)-1].ticket()})
	require.Empty(t, stranger.until(at), "he could never see it")

	require.Equal(t, http.StatusForbidden, d.get(anton, "/v1/tickets/live").status)
	require.Equal(t, []string{"query.group"}, d.get(ann, "/v1/tickets/live?group=x").failing())
	require.Equal(t, []string{"header.Last-Event-ID"}, d.get(ann, "/v1/tickets/live", "Last-Event-ID", "x").failing())
	d.live.Close()
	for e := group.on(); ; e = group.on() {
		if e.event == "closed" {
			require.Equal(t, "shutdown", e.data["reason"])
			break
		}
		require.Equal(t, "position", e.event)
	}
	require.Equal(t, "end", group.next().event)
	require.Equal(t, http.StatusServiceUnavailable, d.get(ann, "/v1/tickets/live").status)
}

// TestLiveListUnderLoad: fifty listeners all learn of every ticket that changes; one that is cut off again and again, and goes on
// after the last position it got, misses nothing.
func TestLiveListUnderLoad(t *testing.T) {
	t.Parallel()
	d, server := served(t)
	const tickets, rounds = 30, 4
	all := make([]*listening, 50)
	for i := range all {
		all[i], _ = d.listen(server, max, "?type=LIVE", 0)
	}
	cut, hello := d.listen(server, max, "?type=LIVE", 0)
	resumed, seen := hello.id, map[string]float64{}
	note := func(e told) {
		if e.event == "changed" {
			seen[e.ticket()] = e.data["ticket"].(object)["revision"].(float64)
		}
	}
	var last uint64
	for round := range rounds {
		for n := range tickets {
			key := fmt.Sprintf("00000000-0000-4000-8000-0000000f%04d", n)
			if round == 0 {
				last = d.say(key, ticket.Registered{Number: fmt.Sprint("L-", n), Unit: service, Type: "LIVE", Channel: ticket.System, Urgency: ticket.Normal, Title: "live"})
			} else {
				last = d.say(key, ticket.Noted{Text: "again"})
			}
		}
		for e := cut.on(); e.event != "position"; e = cut.on() { // leaves in the middle of what there is
			note(e)
		}
		cut.cancel()
		var first told
		cut, first = d.listen(server, max, "?type=LIVE", resumed)
		for e := first; ; e = cut.on() {
			note(e)
			if e.event == "position" {
				resumed = e.id
				break
			}
		}
	}
	if resumed < last {
		for _, e := range cut.until(last) {
			note(e)
		}
	}
	require.Len(t, seen, tickets)
	for key, revision := range seen {
		require.Equal(t, rounds-1, int(revision), "%s: the newest state was told", key)
	}
	for _, l := range all {
		newest := map[string]float64{}
		for _, e := range l.until(last) {
			newest[e.ticket()] = e.data["ticket"].(object)["revision"].(float64)
		}
		require.Equal(t, seen, newest)
	}
}

// stuck is a connection that takes nothing until it is released.
type stuck struct {
	header  http.Header
	release chan struct{}
	written bytes.Buffer
}

func (s *stuck) Header() http.Header { return s.header }
func (s *stuck) WriteHeader(int)     {}
func (s *stuck) Flush()              {}
func (s *stuck) Write(p []byte) (int, error) {
	<-s.release
	return s.written.Write(p)
}

// TestSlowReaderIsDropped: who does not read is told so and dropped, with a bounded backlog, while others go on.
func TestSlowReaderIsDropped(t *testing.T) {
	t.Parallel()
	d, server := served(t)
	other, _ := d.listen(server, max, "", 0)
	w := &stuck{header: http.Header{}, release: make(chan struct{})}
	request := httptest.NewRequest(http.MethodGet, "/v1/tickets/live", nil)
	request.Header.Set("Authorization", "Bearer "+max)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.handler.ServeHTTP(w, request)
	}()
	for range 200 { // one page each, since the other listener has had it before the next
		other.until(d.say(second, ticket.Noted{Text: "more"}))
	}
	close(w.release)
	select {
	case <-ended:
	case <-time.After(patience):
		require.Fail(t, "the slow reader is still served")
	}
	require.Contains(t, w.written.String(), `"reason":"slow"`)
	require.LessOrEqual(t, strings.Count(w.written.String(), "event: changed"), 70)
}
