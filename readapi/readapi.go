// Package readapi answers questions over HTTP: queues, ticket pages now and as of an earlier time, whole histories,
// handovers, the audit trail and the organisation. Each query is authorised, waits for the position that the reader names,
// and tells the position its answer stands at. Tables and their queries belong to the read models (projections/…), names of
// units and people come from the directory; commands are package commands.
package readapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"docket/domain"
	"docket/domain/staff"
	"docket/domain/unit"
	"docket/internal/httpapi"
	"docket/projections/queue"
)

// Reader opens a read model for one query: the query runs in a snapshot that has passed a position (0 for any) and is told
// where it stands. Errors: unavailable when the model does not get there in time, invalid when the log does not reach that
// far. *projections.Runner is one.
type Reader interface{ queue.Reader }

// History loads all events of a stream, marked values masked; none when the stream does not exist. Head is where the log
// ends.
type History interface {
	LoadMasked(ctx context.Context, id domain.StreamID) ([]domain.Envelope, domain.Revision, error)
	Head(ctx context.Context) (uint64, error)
}

// Lookups tells what units and people were at an instant, and how far in the log that is known.
type Lookups interface {
	Unit(id string, at time.Time) (unit.Facts, bool)
	Staff(id string, at time.Time) (staff.Facts, bool)
	Position() uint64
	WaitFor(ctx context.Context, position uint64) error
}

// Past tells what units and people were at an instant by what had been recorded by a time: what was known then.
type Past interface {
	UnitKnown(id string, at, recorded time.Time) (unit.Facts, bool)
	StaffKnown(id string, at, recorded time.Time) (staff.Facts, bool)
}

// Organisation lists the units and people there were at an instant, in any order; the lists are the caller's own.
type Organisation interface {
	Units(at time.Time) []unit.Facts
	People(at time.Time) []staff.Facts
}

// Pages reads a stream for its page, once for what it shows and for what may be done there. There is none without events.
type Pages interface {
	Open(ctx context.Context, id domain.StreamID) (Opened, error)
}

// Opened is a stream as it was read for its page.
type Opened struct {
	Events []domain.Envelope                         // marked values masked
	Offers func(actor domain.Actor) ([]Offer, error) // of each command: whether the actor may issue it now
}

// Offer is a command as it stands for somebody and one thing: whether it may be issued now, and if not, by which rule.
type Offer struct {
	Name    string `json:"name"`
	Route   string `json:"route"`
	Allowed bool   `json:"allowed"`
	Why     string `json:"why,omitempty"`
}

// Deps are what the queries stand on; all are required but Log, Live, Clock, which is time.Now when nil, and Zone.
type Deps struct {
	Reader       Reader
	History      History
	Lookups      Lookups
	Past         Past
	Fingerprints Fingerprints
	Organisation Organisation
	Calendars    Calendars
	Pages        Pages
	Customers    Customers
	Templates    Templates
	Procedures   Procedures
	Files        Files // of quarantined messages
	Log          Log   // the tree over all events; nil: bundles without proofs
	Live         *Live // lists that tell what changes in them
	Clock        func() time.Time
	Zone         *time.Location // of the office, for when its day ends; UTC when nil
}

// patience is how long a query waits for the directory to pass a position.
const patience = 2 * time.Second

var (
	errBehind = domain.Refusal(domain.Unavailable, "directory.behind", "the directory has not yet read up to the position named; try again")
	errBeyond = domain.Refusal(domain.Invalid, "position.beyond_end", "no event has that position yet")
)

// service answers the queries.
type service struct {
	api *httpapi.API
	Deps
	names names
}

// Mount adds the queries to an API.
func Mount(api *httpapi.API, d Deps) {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	s := &service{api: api, Deps: d, names: names{lookups: d.Lookups, past: d.Past, clock: d.Clock}}
	mountQueue(s)
	mountViews(s)
	if s.Live != nil {
		mount(s, "follow-queue", "/v1/tickets/live", "What changes in a list of tickets, as it happens", "Tickets", s.live)
	}
	mount(s, "search-tickets", "/v1/search", "Tickets by words", "Tickets", s.search)
	mount(s, "find-ticket", "/v1/tickets", "A ticket's page by its number", "Tickets", s.ticketByNumber)
	mount(s, "read-number", "/v1/numbers/{number}", "A ticket's page by the number on its receipt", "Tickets", s.number)
	mount(s, "read-ticket", "/v1/tickets/{id}", "A ticket's page", "Tickets", s.ticket)
	mount(s, "read-ticket-history", "/v1/tickets/{id}/history", "Every event of a ticket", "Tickets", s.history)
	mount(s, "read-ticket-as-of", "/v1/tickets/{id}/as-of", "A ticket's page as it was", "Tickets", s.asOf)
	mount(s, "read-ticket-custody", "/v1/tickets/{id}/custody", "Who held a ticket when, without gaps", "Tickets", s.custody)
	mount(s, "compare-ticket", "/v1/tickets/{id}/diff", "What changed on a ticket's page between two moments", "Tickets", s.diff)
	mount(s, "read-ticket-clocks", "/v1/tickets/{id}/clocks", "A ticket's limits, and why their dates are their dates", "Tickets", s.clocks)
	mount(s, "explain-gaps", "/v1/series/{unit}/{type}/{year}/gaps", "Numbers that were given out and are no ticket's, and why", "Audit", s.gaps)
	mountReceipt(s)
	mountCorrectionSheet(s)
	mountBundle(s)
	mountLog(s)
	mount(s, "list-duplicates", "/v1/tickets/{id}/duplicates", "Tickets that it may be a duplicate of", "Tickets", s.likelyDuplicates)
	mount(s, "list-handovers", "/v1/handovers", "The handover log", "Handovers", s.handovers)
	mount(s, "sum-handovers", "/v1/handovers/totals", "Counts and lags of the handover log", "Handovers", s.handoverTotals)
	mount(s, "list-audit", "/v1/audit", "The audit trail", "Audit", s.audit)
	mount(s, "list-alerts", "/v1/alerts", "Alerts over refused reads", "Audit", s.alerts)
	mount(s, "list-units", "/v1/units", "Units and groups", "Organisation", s.units)
	mount(s, "read-unit", "/v1/units/{id}", "A unit or group", "Organisation", s.unit)
	mount(s, "read-duty", "/v1/units/{id}/duty", "Who is on duty for a unit or group", "Organisation", s.duty)
	mount(s, "read-stamps", "/v1/units/{id}/stamps", "The correction stamps of a unit or group, and who keeps them", "Organisation", s.stamps)
	mount(s, "list-staff", "/v1/staff", "People who work here", "Organisation", s.staff)
	mount(s, "read-batch", "/v1/batches/{id}", "What became of an act on many tickets", "Tickets", s.batch)
	mountCustomers(s)
	mountTemplates(s)
	mountProcedures(s)
	mountQuarantine(s)
	mount(s, "read-staff", "/v1/staff/{id}", "A member of staff", "Organisation", s.person)
	mount(s, "list-calendars", "/v1/calendars", "Working calendars", "Organisation", s.calendars)
	mount(s, "read-calendar", "/v1/calendars/{id}", "A working calendar and its versions", "Organisation", s.calendar)
}

// mount registers one query; its refusals become problems.
func mount[I, O any](s *service, id, path, summary, tag string, query func(context.Context, *I) (*O, error)) {
	huma.Register(s.api.Huma, huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{tag},
		RejectUnknownQueryParameters: true,
		Errors: []int{
			http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound,
			http.StatusUnprocessableEntity, http.StatusServiceUnavailable,
		},
	}, func(ctx context.Context, in *I) (*O, error) {
		out, err := query(ctx, in)
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		return out, nil
	})
}

// after is the position that the answer must stand at or after, once the directory has passed it too.
func (s *service) after(ctx context.Context) (uint64, error) {
	if _, err := s.passed(ctx); err != nil {
		return 0, err
	}
	after, _ := httpapi.After(ctx)
	return after, nil
}

// passed waits until the directory has passed the position that the reader names, and gives the directory's own.
func (s *service) passed(ctx context.Context) (uint64, error) {
	after, given := httpapi.After(ctx)
	if given && after > s.Lookups.Position() {
		head, err := s.History.Head(ctx)
		if err != nil {
			return 0, err
		}
		if after > head {
			return 0, errBeyond
		}
	}
	if err := s.wait(ctx, after); err != nil {
		return 0, err
	}
	return s.Lookups.Position(), nil
}

func (s *service) wait(ctx context.Context, after uint64) error {
	if after <= s.Lookups.Position() {
		return nil
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.Lookups.WaitFor(waiting, after); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return errors.Join(errBehind, err)
	}
	return nil
}
