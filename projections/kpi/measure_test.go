package kpi_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/projections/kpi"
)

// A figure by month and group lists the tickets behind it, page by page.
func TestMeasure(t *testing.T) {
	t.Parallel()
	var h history
	for _, key := range []string{"a", "b", "c"} {
		h.on(key, at("09:00"), registered, grouped("", "g"), completed, ticket.ResultDelivered{Channel: ticket.Phone})
	}
	h.on("d", at("09:00").AddDate(0, 1, 0), registered, grouped("", "h"), completed)
	volume, found := kpi.Find("volume", 0)
	require.True(t, found)
	march, april, may := at("00:00").AddDate(0, 0, -1), at("00:00").AddDate(0, 1, -1), at("00:00").AddDate(0, 2, -1)
	q := kpi.Inquiry{
		Question: kpi.Question{Position: h.last(), Window: kpi.Window{From: march, To: may}},
		AsOf:     may, By: []kpi.Dimension{kpi.ByMonth, kpi.ByGroup}, Bounds: []time.Time{march, april, may},
	}
	h.measure(t, func(ctx context.Context, s kpi.Snapshot) error {
		r, err := s.Measure(ctx, volume, q)
		require.NoError(t, err)
		got := map[string]int64{}
		for _, row := range r.Rows {
			got[row.Key[0]+" "+row.Key[1]+" "+row.Part] = row.Numerator
		}
		require.Equal(t, int64(3), got["2026-03 g delivered"])
		require.Equal(t, int64(1), got["2026-04 h registered"]+got["2026-04  registered"])
		require.Equal(t, int64(0), got["2026-04 h delivered"])

		drill := kpi.Drill{Inquiry: q, Part: "delivered", Side: kpi.OfNumerator, Reach: authz.Reaches{All: true}, Limit: 2}
		drill.Filter.Group = "g"
		first, next, err := s.Cases(ctx, volume, drill)
		require.NoError(t, err)
		require.NotNil(t, next)
		drill.After = next
		rest, next, err := s.Cases(ctx, volume, drill)
		require.NoError(t, err)
		require.Nil(t, next)
		require.Equal(t, []string{"a", "b", "c"}, []string{first[0].Ticket, first[1].Ticket, rest[0].Ticket})
		return nil
	})
}
