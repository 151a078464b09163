package realdata

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"docket/internal/importer"
	"docket/projections/kpi"
)

// read asks the service for every figure that it tells, named by its path in the file.
func read(ctx context.Context, o Options, expected []figure) (map[string]string, error) {
	told := map[string]string{}
	c := &client{url: strings.TrimRight(o.URL, "/"), token: o.Token}
	if o.Report != "" {
		report, err := readReport(o.Report)
		if err != nil {
			return nil, err
		}
		c.after = report.Position
		told["events"], told["ops.events"] = whole(report.Accounted-report.Refused), whole(report.Accounted-report.Refused)
		for operation, rows := range report.Operations {
			told["ops.ops."+string(operation)] = whole(rows)
		}
	}
	for _, ask := range []func(context.Context, *client, map[string]string) error{volumes, throughput, handovers, reopens, waiting} {
		if err := ask(ctx, c, told); err != nil {
			return nil, err
		}
	}
	return told, backlogs(ctx, c, expected, told)
}

func readReport(path string) (importer.Report, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return importer.Report{}, err
	}
	var r importer.Report
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func volumes(ctx context.Context, c *client, told map[string]string) error {
	body := struct{ Items []kpi.Volumes }{}
	if err := c.figures(ctx, "volumes", nil, &body); err != nil {
		return err
	}
	if len(body.Items) != 1 {
		return fmt.Errorf("volumes: %d items instead of one", len(body.Items))
	}
	told["cases"] = whole(body.Items[0].Registered.Tickets)
	return nil
}

func throughput(ctx context.Context, c *client, told map[string]string) error {
	var t kpi.Throughput
	if err := c.figures(ctx, "throughput", nil, &t); err != nil {
		return err
	}
	put := func(name, value string) { told["throughput_first_to_last_event."+name] = value }
	put("n", whole(t.N))
	if t.N == 0 {
		return nil
	}
	const day = 86_400_000
	put("mean_s", decimal(t.Mean.Numerator, t.Mean.Denominator*1000, 3))
	put("mean_days", decimal(t.Mean.Numerator, t.Mean.Denominator*day, 3))
	put("median_s", seconds(*t.MedianMS))
	put("median_days", decimal(*t.MedianMS, day, 3))
	put("p50_nr_s", seconds(t.P50.MS))
	put("p90_nr_s", seconds(t.P90.MS))
	put("p95_nr_s", seconds(t.P95.MS))
	put("min_s", seconds(*t.MinMS))
	put("max_s", seconds(*t.MaxMS))
	put("sum_s", seconds(*t.SumMS))
	told["first_event"] = t.FirstEventAt.UTC().Format(time.RFC3339)
	told["last_event"] = t.LastEventAt.UTC().Format(time.RFC3339)
	return nil
}

func handovers(ctx context.Context, c *client, told map[string]string) error {
	var h kpi.Handovers
	if err := c.figures(ctx, "handovers", nil, &h); err != nil {
		return err
	}
	for name, p := range map[string]kpi.PerTicket{
		"resource_handovers_per_case": h.Persons, "group_handovers_per_case": h.Groups,
		"distinct_resources_per_case": h.Handlers, "distinct_groups_per_case": h.Teams,
	} {
		told[name+".sum"] = whole(p.Sum)
		told[name+".mean"] = decimal(p.Mean.Numerator, p.Mean.Denominator, 4)
		told[name+".cases_with_any"] = whole(p.WithAny)
		if p.Max != nil {
			told[name+".median"], told[name+".p90"], told[name+".max"] = whole(*p.P50), whole(*p.P90), whole(*p.Max)
		}
	}
	told["ops.ho_res"], told["ops.ho_grp"] = whole(h.Persons.Sum), whole(h.Groups.Sum)
	told["resources"], told["groups"] = whole(h.People), whole(h.AllTeams)
	return nil
}

func reopens(ctx context.Context, c *client, told map[string]string) error {
	var r kpi.Reopens
	if err := c.figures(ctx, "reopens", nil, &r); err != nil {
		return err
	}
	told["reopen_rows"], told["ops.reopen"], told["cases_with_reopen"] = whole(r.Reopens), whole(r.Reopens), whole(r.Tickets)
	return nil
}

func waiting(ctx context.Context, c *client, told map[string]string) error {
	var w kpi.Waiting
	if err := c.figures(ctx, "waiting", nil, &w); err != nil {
		return err
	}
	told["waiting_time_total_s"], told["cases_with_waiting"] = seconds(w.TotalMS), whole(w.Tickets)
	return nil
}

// backlogs asks for the midnights that the file lists, zone by zone.
func backlogs(ctx context.Context, c *client, expected []figure, told map[string]string) error {
	const prefix = "open_at_local_midnight_of."
	days := map[string][]string{}
	for _, f := range expected {
		if rest, ok := strings.CutPrefix(f.path, prefix); ok {
			zone, date, _ := strings.Cut(rest, ".")
			days[zone] = append(days[zone], date)
		}
	}
	for zone, dates := range days {
		slices.Sort(dates)
		location, err := time.LoadLocation(zone)
		if err != nil {
			return err
		}
		var body struct{ Items []kpi.Backlog }
		query := url.Values{"zone": {zone}, "midnights_from": {dates[0]}, "midnights_to": {dates[len(dates)-1]}}
		if err := c.figures(ctx, "backlog", query, &body); err != nil {
			return err
		}
		for _, b := range body.Items {
			told[prefix+zone+"."+b.At.In(location).Format(time.DateOnly)] = whole(b.Open)
		}
	}
	return nil
}

// reason says why the service does not tell a figure of the file.
func reason(path string) string {
	switch {
	case strings.HasPrefix(path, "throughput_first_to_last_event."):
		return "interpolated; the service tells percentiles by nearest rank"
	case path == "events" || strings.HasPrefix(path, "ops."):
		return "a count of rows; compare with an import report"
	}
	return "not a KPI"
}
