package readapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/internal/httpapi"
	"docket/projections/queue"
)

// LiveRequest asks to be told what changes in a list.
type LiveRequest struct {
	Request
	QueueFilter
	Last string `header:"Last-Event-ID" doc:"position of the last event that was received; the stream goes on after it" example:"184467"`
}

// ChangedTicket tells of a ticket that is in the list and has changed, or has come into it.
type ChangedTicket struct {
	Position uint64    `json:"position"`
	Ticket   QueueItem `json:"ticket"`
}

// LeftTicket tells of a ticket that has changed and is not in the list now.
type LeftTicket struct {
	Position uint64 `json:"position"`
	ID       string `json:"id"`
}

// writeLimit is how long one write may take before the reader counts as gone.
const writeLimit = 10 * time.Second

// live answers with a stream of server-sent events: "position" when everything up to it has been told, "changed", "left", "reset"
// when the list has to be read anew, and "closed" before the stream is ended from this side.
func (s *service) live(ctx context.Context, in *LiveRequest) (*huma.StreamResponse, error) {
	if _, err := s.reaches(ctx, "queue.live", authz.TicketRead); err != nil {
		return nil, err
	}
	filter, err := s.filter(ctx, &in.QueueFilter, nil, "")
	if err != nil {
		return nil, err
	}
	var c check
	last, resumed := c.revision("header.Last-Event-ID", in.Last)
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	n, from, err := s.Live.listen(ctx)
	if err != nil {
		return nil, err
	}
	if !resumed {
		last = from
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer s.Live.leave(n)
		r, w := humachi.Unwrap(hc)
		t := &stream{service: s, listener: n, w: w, control: http.NewResponseController(w), filter: filter, fixed: !in.AsOf.IsZero()}
		t.run(r.Context(), last, from)
	}}, nil
}

// stream is one open answer.
type stream struct {
	*service
	listener *listener
	w        io.Writer
	control  *http.ResponseController
	filter   queue.Filter
	fixed    bool // shares of limits are compared with an instant that was given
	err      error
}

// run tells what was missed since the last event, and then what happens, until either side ends it.
func (t *stream) run(ctx context.Context, last, from uint64) {
	_ = t.control.SetReadDeadline(time.Time{}) // nothing more is to be read, and the stream outlasts the limit for that
	header := t.w.(http.ResponseWriter).Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // proxies pass events on at once
	t.w.(http.ResponseWriter).WriteHeader(http.StatusOK)
	switch c, whole, err := t.Live.missed(ctx, last, from); {
	case err != nil:
		t.send("closed", 0, map[string]string{"reason": "unavailable"})
		return
	case !whole:
		t.send("reset", from, map[string]uint64{"position": from})
	default:
		t.tell(ctx, c)
	}
	beat := time.NewTicker(t.Live.Heartbeat)
	defer beat.Stop()
	for t.err == nil {
		select { // what ends the stream comes before what waits for it
		case <-t.listener.gone:
			t.send("closed", 0, map[string]string{"reason": t.listener.why})
			return
		default:
		}
		select {
		case <-ctx.Done():
			return
		case <-t.listener.gone:
		case c := <-t.listener.changes:
			t.tell(ctx, c)
		case <-beat.C:
			t.write(": beat\n\n")
		}
	}
}

// tell sends what a change means for the list under the rights of this moment; the position comes last, so that whoever is cut off
// in between is told all of it again.
func (t *stream) tell(ctx context.Context, c *change) {
	if c.turned && t.fixed {
		return // time does not pass in this list
	}
	f, ok := t.now(ctx)
	if !ok {
		t.send("closed", 0, map[string]string{"reason": "rights"})
		t.err = context.Canceled
		return
	}
	for i := range c.rows {
		row := &c.rows[i]
		switch {
		case f.Holds(row):
			t.send("changed", 0, ChangedTicket{Position: c.to, Ticket: queueItem(row, t.names.roll(f.AsOf))})
		case t.knew(ctx, f, row, c.from):
			t.send("left", 0, LeftTicket{Position: c.to, ID: row.Ticket})
		}
	}
	t.send("position", c.to, map[string]uint64{"position": c.to})
}

// now is the filter with the asker's posts and the time of this moment; false when the asker has no right to tickets any more.
func (t *stream) now(ctx context.Context) (queue.Filter, bool) {
	f := t.filter
	now := t.Clock().UTC()
	if !t.fixed {
		f.AsOf = now
	}
	f.Asker = httpapi.ActorFrom(ctx)
	if f.Asker.Staff != "" {
		facts, known := t.Lookups.Staff(f.Asker.Staff, now)
		if !known || !facts.Active {
			return f, false
		}
		f.Asker.Posts, f.Asker.Groups = facts.Posts, facts.Groups
	}
	f.Reach = authz.Reached(f.Asker, authz.TicketRead)
	return f, authz.Anywhere(f.Asker, authz.TicketRead)
}

// knew reports whether the reader may see a ticket now, or could at a place where it was since a position: only then they are told
// that it is not in their list.
func (t *stream) knew(ctx context.Context, f queue.Filter, row *queue.Row, since uint64) bool {
	readable := func(on domain.Scope) bool {
		_, ok := authz.Allowed(f.Asker, authz.TicketRead, on)
		return ok
	}
	if (queue.Filter{Reach: f.Reach}).Sees(row) {
		return true
	}
	history, _, err := t.History.LoadMasked(ctx, domain.Stream(ticket.Decider.Category, row.Ticket))
	if err != nil {
		return true // a bare key tells less than a row that stays on the screen
	}
	var state ticket.State
	for i := range history {
		event, ok := history[i].Event.(ticket.Event)
		if !ok {
			continue
		}
		if history[i].Position > since && state.Exists() && readable(ticket.Decider.Scope(state)) {
			return true
		}
		state = ticket.Decider.Evolve(state, event)
	}
	return false
}

// send writes one event; id 0 for none.
func (t *stream) send(event string, id uint64, data any) {
	text, err := json.Marshal(data)
	if err != nil {
		t.err = err
		return
	}
	head := "event: " + event + "\n"
	if id > 0 {
		head += "id: " + strconv.FormatUint(id, 10) + "\n"
	}
	t.write(fmt.Sprintf("%sdata: %s\n\n", head, text))
}

func (t *stream) write(text string) {
	if t.err != nil {
		return
	}
	_ = t.control.SetWriteDeadline(time.Now().Add(writeLimit)) // some writers of tests have none
	if _, t.err = io.WriteString(t.w, text); t.err == nil {
		t.err = t.control.Flush()
	}
}
