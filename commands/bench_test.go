package commands_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"docket/commands"
	"docket/domain"
	"docket/internal/httpapi"
)

// held is a journal of one stream's length: what costs is everything but the store.
type held struct {
	commands.Journal
	history []domain.Envelope
}

func (h *held) Load(context.Context, domain.StreamID) ([]domain.Envelope, domain.Revision, error) {
	return h.history, domain.Revision(len(h.history) - 1), nil
}

func (h *held) Append(context.Context, domain.StreamID, domain.Revision, string, []domain.Pending) (domain.Appended, error) {
	return domain.Appended{Revision: uint64(len(h.history)), IDs: []string{h.history[0].ID}}, nil
}

// BenchmarkPathWithoutStore is one command from the request to the answer, the store apart.
func BenchmarkPathWithoutStore(b *testing.B) {
	d := newDesk(b)
	id := d.inHandling()
	journal := &held{Journal: d.store, history: d.events(domain.Stream("ticket", id))}
	handler := d.serve(d.pipeline(func(c *commands.Config) { c.Journal = journal }))
	benchmark(b, handler, id)
}

// BenchmarkCommand is one command on the engine in memory, over gRPC; the stream grows.
func BenchmarkCommand(b *testing.B) {
	d := newDesk(b)
	handler := d.serve(d.p)
	var id string
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%10 == 0 {
			id = d.inHandling()
		}
		post(b, handler, id)
	}
}

func (d *desk) serve(p *commands.Pipeline) http.Handler {
	api := httpapi.New(httpapi.Options{
		Auth: tokens{"import": {ID: "service-import", Posts: admin.Posts}}, Lookups: d.dir, Clock: d.clock.now, Logger: slog.New(slog.DiscardHandler),
	})
	commands.Mount(api, p)
	return api.Handler()
}

func benchmark(b *testing.B, handler http.Handler, id string) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		post(b, handler, id)
	}
}

func post(b *testing.B, handler http.Handler, id string) {
	b.Helper()
	body := `{"content":"` + strings.Repeat("cleaned the print head; ", 12) + `","result":"prints again"}`
	r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/v1/tickets/"+id+"/record-work", strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer import")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Docket-Effective-At", "2026-03-02T09:00:00Z")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatal(w.Body)
	}
}
