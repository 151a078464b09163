package readapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"docket/internal/httpapi"
	"docket/internal/paper/font"
	"docket/projections/flow"
	"docket/projections/kpi"
)

// Whatever a chart may say has a text in every language, in characters that its font draws.
func TestChartsHaveTheirTexts(t *testing.T) {
	t.Parallel()
	drawn := func(name, text string) {
		t.Helper()
		require.NotEmpty(t, text, name)
		for _, r := range text {
			require.True(t, font.Has(r), "%s: %c in %s", name, r, text)
		}
	}
	ids := []string{
		"mean", "limits", "share", "about", "flow.title", "flow.about", "flow.way", "time.days", "time.hours", "time.minutes", "time.seconds",
		"axis.month", "axis.unit", "axis.group", "axis.person", "axis.template", "axis.urgency", "day.1", "day.2", "day.3", "day.4", "day.5", "day.6", "day.7",
		"urgency.critical", "urgency.urgent", "urgency.normal", "urgency.low", "unit.percent", "unit.count", "unit.mean", "unit.mean_ms",
	}
	for _, a := range flow.Activities() {
		ids = append(ids, "activity."+a)
	}
	for _, tag := range httpapi.Languages {
		for _, id := range ids {
			text, found := httpapi.Message(tag, "chart."+id)
			require.True(t, found, "%s in %s", id, tag)
			drawn(id, text)
		}
		for _, d := range kpi.Definitions() {
			drawn(d.Name, d.In(tag.String()))
			for _, p := range d.Parts {
				drawn(d.Name+" "+p.Part, p.In(tag.String()))
			}
		}
	}
}
