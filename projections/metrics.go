package projections

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics count what models do. Gauges are read when asked for.
type metrics struct {
	pages, events, failures *prometheus.CounterVec
	seconds                 *prometheus.HistogramVec
	position, lag           *prometheus.Desc
	rebuild                 map[string]*prometheus.Desc
}

func newMetrics() *metrics {
	counter := func(name, help string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "docket", Subsystem: "projection", Name: name, Help: help}, []string{"model"})
	}
	gauge := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("docket_projection_"+name, help, []string{"model"}, nil)
	}
	return &metrics{
		pages:    counter("pages_total", "Pages of the log applied."),
		events:   counter("events_total", "Events in the pages applied."),
		failures: counter("failures_total", "Times a read model stopped at an error."),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "docket", Subsystem: "projection", Name: "page_seconds",
			Help: "Time to apply a page.", Buckets: prometheus.ExponentialBuckets(0.0005, 2, 12)}, []string{"model"}),
		position: gauge("position", "Commit position up to which every event is applied."),
		lag:      gauge("lag_seconds", "Age of the oldest event that is not applied."),
		rebuild: map[string]*prometheus.Desc{
			"events":   gauge("rebuild_events", "Events folded by a rebuild that is under way or was cut off."),
			"position": gauge("rebuild_position", "Commit position up to which a rebuild has folded."),
			"head":     gauge("rebuild_head", "Commit position that a rebuild has to reach."),
			"rate":     gauge("rebuild_events_per_second", "Events a second that a rebuild folds."),
			"left":     gauge("rebuild_left_seconds", "Estimate of how long a rebuild goes on."),
			"phase": prometheus.NewDesc("docket_projection_rebuild_phase", "1 for the phase a rebuild is in; stopped: it was cut off.",
				[]string{"model", "phase"}, nil),
		},
	}
}

// Describe tells what Collect gives.
func (r *Runner) Describe(ch chan<- *prometheus.Desc) {
	m := r.metrics
	m.pages.Describe(ch)
	m.events.Describe(ch)
	m.failures.Describe(ch)
	m.seconds.Describe(ch)
	ch <- m.position
	ch <- m.lag
	for _, d := range m.rebuild {
		ch <- d
	}
}

// Collect gives the runner's metrics to Prometheus.
func (r *Runner) Collect(ch chan<- prometheus.Metric) {
	m := r.metrics
	m.pages.Collect(ch)
	m.events.Collect(ch)
	m.failures.Collect(ch)
	m.seconds.Collect(ch)
	for _, p := range r.models {
		s := p.status()
		if s.State == Standby {
			continue // the process that keeps it tells
		}
		ch <- prometheus.MustNewConstMetric(m.position, prometheus.GaugeValue, float64(s.Position), s.Model)
		ch <- prometheus.MustNewConstMetric(m.lag, prometheus.GaugeValue, s.Lag.Seconds(), s.Model)
	}
	r.collectRebuilds(ch)
}

// collectRebuilds gives the progress of rebuilds, also of those by other processes: docket rebuild has no metrics of its own.
func (r *Runner) collectRebuilds(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	rebuilding, err := r.Rebuilding(ctx)
	if err != nil {
		return // the database is away, which other metrics show
	}
	gauge := func(name string, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(r.metrics.rebuild[name], prometheus.GaugeValue, value, labels...)
	}
	for _, p := range rebuilding {
		gauge("events", float64(p.Events), p.Model)
		gauge("position", float64(p.Position), p.Model)
		gauge("head", float64(p.Head), p.Model)
		gauge("rate", p.Rate, p.Model)
		gauge("phase", 1, p.Model, string(p.Phase))
		if !p.Ends.IsZero() {
			gauge("left", max(0, time.Until(p.Ends).Seconds()), p.Model)
		}
	}
}
