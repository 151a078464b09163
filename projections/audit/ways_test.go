package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"docket/projections/audit"
)

// TestEveryQuestionFindsItsWay: whatever is asked for that few entries have is found without looking through the trail, newest first
// and oldest first.
func TestEveryQuestionFindsItsWay(t *testing.T) {
	t.Parallel()
	const n = 20_000
	d, _ := trail(t, n)
	for _, rare := range []string{
		"INSERT INTO matter VALUES ('c', 'ticket-rare')",
		"UPDATE audit SET stream = 'ticket-rare' WHERE position = 70000",
		"UPDATE audit SET actor = 'rare', unit = 'rare', command = 'ticket.rare', type = 'TicketRare' WHERE position = 70010",
		"UPDATE audit SET principal = 'staff-rare' WHERE position = 70020",
		"UPDATE audit SET stream = 'security-1', category = 'security', target = 'ticket-rare' WHERE position = 70030",
		"UPDATE audit SET target = 'customer-c' WHERE position = 70040",
		"ANALYZE audit",
	} {
		_, err := d.pool.Exec(t.Context(), rare)
		require.NoError(t, err)
	}
	for name, c := range map[string]struct {
		filter audit.Filter
		found  []uint64
	}{
		"stream":    {audit.Filter{Stream: "ticket-rare"}, []uint64{70000}},
		"ticket":    {audit.Filter{Ticket: "rare"}, []uint64{70000, 70030}},
		"customer":  {audit.Filter{Customer: "c"}, []uint64{70000, 70040}},
		"person":    {audit.Filter{Person: "rare"}, []uint64{70010, 70020}},
		"principal": {audit.Filter{Principal: "staff-rare"}, []uint64{70020}},
		"type":      {audit.Filter{Type: "TicketRare"}, []uint64{70010}},
		"command":   {audit.Filter{Command: "ticket.rare"}, []uint64{70010}},
		"unit":      {audit.Filter{Unit: "rare"}, []uint64{70010}},
		"category":  {audit.Filter{Category: "security"}, []uint64{70030}},
	} {
		for _, down := range []bool{false, true} {
			f := c.filter
			f.Descending, f.Limit = down, 50
			page, err := audit.List(t.Context(), d, 0, f)
			require.NoError(t, err)
			var found []uint64
			for _, r := range page.Rows {
				found = append(found, r.Position)
			}
			require.ElementsMatch(t, c.found, found, name)
			require.Less(t, explained(t, d, f), n/10, "%s, descending %v", name, down)
		}
	}
}
