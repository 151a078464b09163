package readapi_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// A declared figure is told by its dimensions, by several versions at once, and with the tickets behind it.
func TestFormulasOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFigures(t)

	t.Run("by month and group", func(t *testing.T) {
		r := f.ask("analyst", "volume?by=month,group&from=2026-01-01&to=2026-03-01&as_of=2026-03-01T00:00:00Z")
		require.Equal(t, http.StatusOK, r.status, r.body)
		require.Equal(t, []any{"month", "group"}, r.part("by"))
		require.Equal(t, "2026-03-01T00:00:00Z", r.part("as_of"))
		require.Equal(t, "2026-01-31T17:01:00Z", r.part("recorded_at"))
		got := map[string]any{}
		for _, row := range r.part("versions", 0, "rows").([]any) {
			key := row.(map[string]any)["key"].([]any)
			got[key[0].(string)+" "+key[1].(string)+" "+row.(map[string]any)["part"].(string)] = row.(map[string]any)["numerator"]
		}
		require.InDelta(t, 1, got["2026-01  registered"], 0, "a, before it came to a group")
		require.InDelta(t, 1, got["2026-02  registered"], 0, "b, in February by the organisation's clock")
		require.InDelta(t, 1, got["2026-02 "+kpiGroup+" delivered"], 0, "a, whose closing delivers")
	})
	t.Run("in two versions", func(t *testing.T) {
		r := f.ask("analyst", "on-time-completion?versions=1,2")
		require.InDelta(t, 1, r.part("versions", 0, "definition", "version"), 0)
		require.InDelta(t, 2, r.part("versions", 1, "definition", "version"), 0)
		require.NotEqual(t, r.part("versions", 0, "definition", "formula"), r.part("versions", 1, "definition", "formula"))
		require.NotContains(t, r.part("versions", 1, "rows", 0), "value", "no data is no rate")
	})
	t.Run("as of an earlier position", func(t *testing.T) {
		r := f.ask("analyst", "backlog-ageing?position=400")
		require.InDelta(t, 2, r.part("versions", 0, "rows", 0, "numerator"), 0)
		require.Equal(t, r.part("recorded_at"), r.part("as_of"), "time stands where the log did")
		r = f.ask("analyst", "backlog-ageing?position=500")
		require.InDelta(t, 1, r.part("versions", 0, "rows", 0, "numerator"), 0)
	})
	t.Run("tickets, page by page", func(t *testing.T) {
		r := f.ask("analyst", "volume/tickets?part=registered&limit=1")
		require.Equal(t, "a", r.part("items", 0, "ticket"))
		require.InDelta(t, 1, r.part("items", 0, "numerator"), 0)
		r = f.ask("analyst", "volume/tickets?part=registered&limit=1&after="+url.QueryEscape(r.part("next").(string)))
		require.Equal(t, "b", r.part("items", 0, "ticket"))
		require.NotContains(t, r.body, "next")
	})
	t.Run("that are within reach", func(t *testing.T) {
		require.Empty(t, f.ask("leader", "volume/tickets?part=registered&group="+kpiGroup).part("items"), "nothing was registered in the group")
		require.Len(t, f.ask("leader", "volume/tickets?part=delivered&group="+kpiGroup).part("items"), 1)
	})
	for target, status := range map[string]int{
		"weather": http.StatusNotFound, "volume?versions=9": http.StatusNotFound, "volume?versions=-1": http.StatusNotFound,
		"volume/tickets?part=weather": http.StatusNotFound, "volume/tickets?part=registered&version=x": http.StatusNotFound,
		"volume?by=weather": http.StatusUnprocessableEntity, "volume?by=month": http.StatusUnprocessableEntity,
		"volume?by=unit,unit":                             http.StatusUnprocessableEntity,
		"volume?by=month&from=1900-01-01&to=2900-01-01":   http.StatusUnprocessableEntity,
		"volume?person=me":                                http.StatusUnprocessableEntity,
		"volume?as_of=0001-01-01T00:00:01Z":               http.StatusUnprocessableEntity,
		"volume/tickets?part=registered&after=eyJhIjoxfQ": http.StatusOK, // a place before all
		"volume/tickets?part=registered&after=%21":        http.StatusUnprocessableEntity,
	} {
		require.Equal(t, status, f.ask("analyst", target).status, target)
	}
	for role, status := range map[string]int{"clerk": http.StatusForbidden, "deputy": http.StatusForbidden} {
		require.Equal(t, status, f.ask(role, "volume").status, role)
		require.Equal(t, status, f.ask(role, "volume/tickets?part=registered").status, role)
	}
}
