package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"docket/internal/bench/process"
	"docket/internal/bench/report"
	"docket/internal/serviceitems"
)

// question is something that is asked of the service at every size. In its path {ticket} stands for any ticket, {open} for an open
// one, {group} and {handler} for any of the office's, {word} for two characters of a title.
type question struct {
	name     string
	path     string
	p50, p99 string // what should be reached
	growth   string // what p50 may grow by from the smallest size to the largest; empty: not told
}

// asOf is the moment as of which tickets are asked for.
var asOf = simulatedUntil.Add(-12 * time.Hour)

// questions is the table of all that is asked.
var questions = []question{
	{name: "queue of a group, 50 rows by due date", path: "/v1/queue?group={group}&sort=due&limit=50", p50: "< 3 ms", p99: "< 15 ms", growth: "≤ 1.50"},
	{name: "queue of a unit, urgent ones, newest first", path: "/v1/queue?unit={unit}&urgency=urgent&sort=-registered&limit=50", p50: "< 3 ms", p99: "< 15 ms", growth: "≤ 1.50"},
	{name: "queue of a handler, in progress", path: "/v1/queue?handler={handler}&state=in_progress&sort=due&limit=50", p50: "< 3 ms", p99: "< 15 ms", growth: "≤ 1.50"},
	{name: "all that is open, 50 rows by due date", path: "/v1/queue?sort=due&limit=50", p50: "< 3 ms", p99: "< 15 ms", growth: "≤ 1.50"},
	{name: "closed tickets of a group, newest first", path: "/v1/queue?group={group}&state=finished&sort=-registered&limit=50", p99: "< 15 ms", growth: "≤ 1.50"},
	{name: "counts beside a queue", path: "/v1/queue/facets?group={group}"},
	{name: "ticket page", path: "/v1/tickets/{ticket}", p99: "< 15 ms"},
	{name: "history of a ticket", path: "/v1/tickets/{ticket}/history", p99: "< 15 ms"},
	{name: "ticket as of a moment", path: "/v1/tickets/{ticket}/as-of?effective=" + asOf.Format(time.RFC3339), p99: "< 15 ms"},
	{name: "handovers of a group", path: "/v1/handovers?group={group}&limit=50"},
	{name: "audit trail of a person", path: "/v1/audit?person={handler}&limit=50&purpose=measured"},
	{name: "KPI of a month by group: volumes", path: "/v1/kpis/volumes?by=group&from=2026-09-01&to=2026-10-01", p99: "< 150 ms"},
	{name: "KPI of a month by group: volume", path: "/v1/kpis/volume?by=group&from=2026-09-01&to=2026-10-01", p99: "< 150 ms"},
	{name: "KPI of a month by group: handling in time", path: "/v1/kpis/on-time-completion?by=group&from=2026-09-01&to=2026-10-01", p99: "< 150 ms"},
	{name: "drill-down of a month's KPI", path: "/v1/kpis/volume/tickets?part=delivered&group={group}&from=2026-09-01&to=2026-10-01&limit=50", p99: "< 150 ms"},
	{name: "backlog at an instant", path: "/v1/kpis/backlog?at=2026-10-01T00:00:00Z"},
	{name: "search for two characters", path: "/v1/search?q={word}&limit=50", p99: "< 60 ms"},
	{name: "search for a number", path: "/v1/search?q={number}&limit=50", p99: "< 60 ms"},
}

const askers = 8

// asked is what fills the placeholders.
type asked struct {
	tickets, numbers []string
	unit             string
	groups, handlers []string
	words            []string
}

// ask asks every question with several clients and notes how long the answers took.
func (s *scale) ask(ctx context.Context, service *process.Process, label string, last bool) error {
	d, err := s.people(ctx, service)
	if err != nil {
		return err
	}
	defer d.hangUp()
	a, err := s.sampled(ctx, d)
	if err != nil {
		return err
	}
	for _, q := range questions {
		why, err := d.refuses(ctx, a.fill(q.path))
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", q.name, err)
		case why != "":
			if s.o.Progress != nil {
				_, _ = fmt.Fprintf(s.o.Progress, "%s: not measured: %s: %s\n", s.part, q.name, why)
			}
			continue
		}
		found, err := s.inTurns(ctx, askers, func(ctx context.Context, _, _ int) error { return d.fetch(ctx, a.fill(q.path)) })
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		if err := s.noteAnswers(q, label, found[0], last); err != nil {
			return err
		}
	}
	return nil
}

func (s *scale) noteAnswers(q question, label string, found sample, last bool) error {
	name := label + ": " + q.name
	err := s.noteAll(report.Millis(name+", p50", found.p50).Aiming(q.p50), report.Millis(name+", p99", found.p99).Aiming(q.p99))
	if err != nil {
		return err
	}
	first, known := s.pages[q.name]
	if !known {
		s.pages[q.name] = found
	}
	if !known || !last || q.growth == "" {
		return nil
	}
	grown := report.Millis(name+", growth", found.p50).Through("the smallest size", report.Millis("", first.p50).Value)
	return s.note(grown.Aiming(q.growth))
}

// sampled finds tickets to ask for, open ones and closed ones.
func (s *scale) sampled(ctx context.Context, d *desk) (asked, error) {
	a := asked{unit: s.Office.Hall.Unit}
	for _, g := range append(s.Office.Hall.Groups, s.Office.Hotline.Groups...) {
		a.groups = append(a.groups, g.ID)
		a.handlers = append(a.handlers, g.Handlers...)
		for _, state := range []string{"open", "finished"} {
			var page struct {
				Items []struct {
					ID, Number   string
					RegisteredAt time.Time `json:"registered_at"`
				}
			}
			path := "/v1/queue?limit=200&sort=-registered&state=" + state + "&group=" + g.ID
			if err := d.send(ctx, http.MethodGet, path, d.clerk, 0, nil, &page); err != nil {
				return a, err
			}
			for _, t := range page.Items {
				if t.RegisteredAt.Before(asOf) { // later ones are what an earlier run worked on
					a.tickets, a.numbers = append(a.tickets, t.ID), append(a.numbers, t.Number)
				}
			}
		}
	}
	if len(a.tickets) == 0 {
		return a, errors.New("the queue shows no ticket")
	}
	for _, i := range serviceitems.All() {
		if name := []rune(i.Name); len(name) > 4 {
			a.words = append(a.words, string(name[2:4]))
		}
	}
	return a, nil
}

// fill puts something in the place of each placeholder, another thing each time.
func (a asked) fill(path string) string {
	pick := func(of []string) string { return url.QueryEscape(of[rand.IntN(len(of))]) }
	return strings.NewReplacer("{ticket}", pick(a.tickets), "{number}", pick(a.numbers), "{unit}", a.unit, "{group}", pick(a.groups),
		"{handler}", pick(a.handlers), "{word}", pick(a.words)).Replace(path)
}

// refuses tells why the service does not answer a question: it has no such question, or asks for other parameters.
func (d *desk) refuses(ctx context.Context, path string) (why string, err error) {
	err = d.get(ctx, path, func(status int, answer []byte) error {
		if status != http.StatusOK {
			why = fmt.Sprintf("%s: %d %s", path, status, answer)
		}
		return nil
	})
	return why, err
}

// fetch asks and reads the answer to its end.
func (d *desk) fetch(ctx context.Context, path string) error {
	return d.get(ctx, path, func(status int, answer []byte) error {
		if status != http.StatusOK {
			return fmt.Errorf("%s: %d %s", path, status, answer)
		}
		return nil
	})
}

func (d *desk) get(ctx context.Context, path string, read func(status int, answer []byte) error) error {
	return d.wire.do(ctx, http.MethodGet, path, []header{{"Authorization", "Bearer " + d.clerk}}, nil, read)
}
