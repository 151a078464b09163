package readapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestHandoverTotals: the log summed up, in all and by person, as the list shows it.
func TestHandoverTotals(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	all := d.ok(max, "/v1/handovers/totals").items()
	require.Len(t, all, 1)
	require.Equal(t, []any{4., 1., 1., 1., 1.}, []any{all[0]["offered"], all[0]["accepted"], all[0]["refused"], all[0]["superseded"], all[0]["unaccepted"]})
	require.EqualValues(t, (10+3)*60_000/2, all[0]["answer_lag_ms"])
	by := d.ok(max, "/v1/handovers/totals?by=receiver&to="+bob).items()
	require.Len(t, by, 1)
	require.Equal(t, object{"id": bob, "name": "Bob"}, by[0]["of"])
	require.Len(t, d.ok(max, "/v1/handovers/totals?by=group").items(), 1)
	require.Empty(t, d.ok(max, "/v1/handovers/totals?since="+minute(100_000)).items())
	require.Equal(t, http.StatusUnprocessableEntity, d.get(max, "/v1/handovers?shift=2026-03-02&calendar=none").status)
}
