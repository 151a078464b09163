package journey_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestCharts: every kind of picture of a figure is drawn in both formats, under the same right as the figure.
func TestCharts(t *testing.T) {
	t.Parallel()
	o := Office(t)
	from, to := time.Now().AddDate(0, -3, 0).Format("2006-01-02"), time.Now().AddDate(0, 0, 1).Format("2006-01-02")
	for _, kind := range []string{
		"volume/chart.svg?kind=line&part=registered", "on-time-completion/chart.svg?kind=line", "volume/chart.svg?kind=bars&by=unit&part=registered",
		"backlog-ageing/chart.svg?kind=stacked&part=under_7_days,older", "backlog-ageing/chart.svg?kind=stacked", "breaches/chart.svg?kind=pareto&by=person",
		"volume/chart.svg?kind=heat&part=registered", "efficiency/chart.svg?kind=bars&by=template",
	} {
		status, body := o.read("analyst", "/v1/kpis/"+kind+"&from="+from+"&to="+to)
		require.Equal(t, http.StatusOK, status, "%s: %s", kind, body)
		require.Contains(t, string(body), "<desc id=\"desc\">", kind)
	}
	status, body := o.read("analyst", "/v1/kpis/volume/chart.png?part=registered&from="+from+"&to="+to)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "\x89PNG", string(body[:4]))
	status, body = o.read("analyst", "/v1/flow/chart.png?minimum=2")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "\x89PNG", string(body[:4]))
	o.NotGet("analyst", "/v1/kpis/nothing/chart.svg?from="+from+"&to="+to, http.StatusNotFound, "kpi.unknown")
	o.NotGet("analyst", "/v1/kpis/volume/chart.svg?part=nothing&from="+from+"&to="+to, http.StatusNotFound, "kpi.unknown")
	o.NotGet("handler", "/v1/kpis/volume/chart.svg?from="+from+"&to="+to, http.StatusForbidden, "not_allowed")
}
