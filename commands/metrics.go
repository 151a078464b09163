package commands

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics counts and times commands by name and outcome: "accepted", "unchanged", "repeated", the code of a refusal, or
// "failed". The nil value counts nothing.
type Metrics struct {
	count *prometheus.CounterVec
	time  *prometheus.HistogramVec
}

// NewMetrics registers docket_commands_total and docket_command_seconds.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		count: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "docket_commands_total", Help: "Commands by name and outcome.",
		}, []string{"command", "outcome"}),
		time: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "docket_command_seconds", Help: "Time from a decoded command to its answer.",
			Buckets: prometheus.ExponentialBuckets(0.00025, 2, 14),
		}, []string{"command"}),
	}
	r.MustRegister(m.count, m.time)
	return m
}

func (m *Metrics) observe(command string, a Answer, err error, took time.Duration) {
	if m == nil {
		return
	}
	m.count.WithLabelValues(command, outcome(a, err)).Inc()
	m.time.WithLabelValues(command).Observe(took.Seconds())
}

func outcome(a Answer, err error) string {
	switch e, refused := refusal(err); {
	case refused:
		return string(e.Code)
	case err != nil:
		return "failed"
	case a.Repeated:
		return "repeated"
	case len(a.Events) == 0:
		return "unchanged"
	}
	return "accepted"
}
