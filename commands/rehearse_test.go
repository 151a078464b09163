package commands_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain/batch"
)

// TestBatchPreview: the dry run tells of each ticket what the batch would do, stores nothing and records no denial; a batch that
// could not be started is refused as a whole.
func TestBatchPreview(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	before := o.head()
	body := func(c batch.Start) string {
		text, err := json.Marshal(c)
		require.NoError(t, err)
		return string(text)
	}
	asked := batch.Start{
		Command: "ticket.report_progress", Tickets: []string{o.old, nowhere}, Payload: map[string]any{"text": "we are closed on Friday"}, Reason: "closure",
	}
	r := o.post("all", "/v1/batches/preview", body(asked))
	require.Equal(t, http.StatusOK, r.status, "%s", r.body)
	var told struct {
		Done, Unchanged, Refused int
		Tickets                  []batch.Outcome
	}
	require.NoError(t, json.Unmarshal(r.body, &told))
	require.Equal(t, []int{1, 0, 1}, []int{told.Done, told.Unchanged, told.Refused})
	require.Equal(t, batch.Outcome{Ticket: o.old, Result: batch.Done}, told.Tickets[0])
	require.Equal(t, "not_found", string(told.Tickets[1].Code))

	require.Equal(t, before, o.head(), "nothing was stored")
	require.Equal(t, http.StatusForbidden, o.post("clerk."+abroad, "/v1/batches/preview", body(asked)).status)
	asked.Command = "ticket.close"
	require.Equal(t, http.StatusUnprocessableEntity, o.post("all", "/v1/batches/preview", body(asked)).status)
}
