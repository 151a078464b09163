package journey_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain/alert"
)

// TestRefusedReadsAreLookedInto: who keeps asking for what is not theirs raises one alert, which the auditor sees, answers and
// nobody else may (mission row U2).
func TestRefusedReadsAreLookedInto(t *testing.T) {
	t.Parallel()
	o := OwnOffice(t, "DOCKET_ALERT_REFUSALS=5")
	for range 6 {
		o.NotGet("designer", "/v1/queue", http.StatusForbidden, "not_allowed")
	}
	type listed struct {
		ID             string
		Person         struct{ Name string }
		Count          int
		Conclusion     string
		AcknowledgedAt *string `json:"acknowledged_at"`
	}
	var list struct{ Items []listed }
	o.until("the alert is there", func() bool { o.Get("auditor", "/v1/alerts?open=true", &list); return len(list.Items) > 0 })
	require.Len(t, list.Items, 1)
	require.Equal(t, 5, list.Items[0].Count)
	id := list.Items[0].ID
	o.NotGet("leader", "/v1/alerts", http.StatusForbidden, "not_allowed")
	o.Refused("leader", "alert.acknowledge", id, alert.Acknowledge{Conclusion: alert.Mistake, Text: "誤按"}, http.StatusForbidden, "not_allowed")
	o.Invalid("auditor", "alert.acknowledge", id, alert.Acknowledge{Conclusion: alert.Mistake}, []string{"text required"})
	o.Do("auditor", "alert.acknowledge", id, alert.Acknowledge{Conclusion: alert.Mistake, Text: "新同事，尚未授權"})
	o.Restart(true)
	list.Items = nil
	o.Get("auditor", "/v1/alerts?open=true", &list)
	require.Empty(t, list.Items)
	o.Get("auditor", "/v1/alerts", &list)
	require.Len(t, list.Items, 1)
	require.Equal(t, "mistake", list.Items[0].Conclusion)
	require.NotNil(t, list.Items[0].AcknowledgedAt)
}
