package journey_test

import (
	"net/http"
	"strings"
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
	for language, texts := range map[string][]string{
		"en":    {"Volume", "Registered", "urgency", "Mon", "definition version 1, as of"},
		"zh-TW": {"業務處理數量", "登記", "緊急程度", "週一", "流程圖", "指標定義第1版，截至"},
		"zh-CN": {"业务处理数量", "登记", "紧急程度", "周一", "流程图", "指标定义第1版，截至"},
	} {
		said := ""
		for _, path := range []string{
			"/v1/kpis/volume/chart.svg?kind=bars&by=urgency&part=registered", "/v1/kpis/volume/chart.svg?kind=pareto&by=urgency&part=registered",
			"/v1/kpis/on-time-completion/chart.svg?kind=line", "/v1/kpis/volume/chart.svg?kind=heat&part=registered", "/v1/flow/chart.svg?minimum=1",
		} {
			r := o.request("analyst", http.MethodGet, path+"&from="+from+"&to="+to, nil)
			r.Header.Set("Accept-Language", language)
			status, body := o.send(r)
			require.Equal(t, http.StatusOK, status, "%s: %s", path, body)
			said += string(body)
		}
		for _, text := range texts { // of what was drawn, only what is missing is worth showing
			if !strings.Contains(said, text) {
				require.Failf(t, "no such text", "%s in %s", text, language)
			}
		}
		if strings.Contains(said, "%!") {
			require.Fail(t, "a text has a place for what it is not given", language)
		}
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
