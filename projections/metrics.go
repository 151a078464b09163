package projections

import (
	"github.com/prometheus/client_golang/prometheus"
)

// metrics count what models do. Gauges are read when asked for.
type metrics struct {
	pages, events, failures *prometheus.CounterVec
	seconds                 *prometheus.HistogramVec
	position, lag           *prometheus.Desc
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
}
