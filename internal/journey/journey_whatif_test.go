package journey_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWhatIf: the clocks of a template run again with a limit that nobody could have kept; the tickets that would be late are
// told, page by page, and nothing about them has changed.
func TestWhatIf(t *testing.T) {
	t.Parallel()
	o := Office(t)
	calendar := o.roundTheClock()
	first, _ := o.limited(calendar)
	var page struct {
		Form struct{ Template struct{ Template string } }
	}
	o.Get("manager", "/v1/tickets/"+first, &page)
	require.NotEmpty(t, page.Form.Template.Template)
	of := "clock=handling&template=" + page.Form.Template.Template
	var told struct {
		Rows []struct {
			Key                           string
			Clocks, Better, Worse, Differ int64
			Was, Would                    struct{ Met, Decided, Pending int64 }
		}
	}
	o.until("the limit has passed", func() bool {
		o.Get("analyst", "/v1/whatif?limit_ms=1&"+of, &told)
		return len(told.Rows) == 1 && told.Rows[0].Would.Decided == 1
	})
	r := told.Rows[0]
	require.Equal(t, []int64{1, 1, 0, 0, 1}, []int64{r.Clocks, r.Was.Pending, r.Was.Decided, r.Would.Met, r.Differ})
	o.Get("analyst", "/v1/whatif?limit_days=30&by=template&"+of, &told)
	require.Equal(t, page.Form.Template.Template, told.Rows[0].Key)
	require.Zero(t, told.Rows[0].Differ, "a longer limit changes nothing yet")
	o.Get("analyst", "/v1/whatif?calendar="+calendar+"&"+of, &told)
	require.Zero(t, told.Rows[0].Differ, "its own calendar changes nothing")

	var list struct {
		Items []struct{ Ticket, Was, Would string }
		Next  string
	}
	o.Get("analyst", "/v1/whatif/tickets?limit_ms=1&limit=1&"+of, &list)
	require.Equal(t, []struct{ Ticket, Was, Would string }{{first, "pending", "missed"}}, list.Items)
	require.Empty(t, list.Next)
	o.NotGet("analyst", "/v1/whatif?"+of, http.StatusUnprocessableEntity, "invalid")
	o.NotGet("analyst", "/v1/whatif?limit_ms=1&limit_days=1&"+of, http.StatusUnprocessableEntity, "invalid")
	o.NotGet("leader", "/v1/whatif?limit_ms=1", http.StatusForbidden, "not_allowed")
}
