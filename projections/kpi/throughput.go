package kpi

import (
	"context"
	"time"
)

// Throughput describes how long tickets took from their first event to their last one. Everything but N is left out when
// there is no ticket.
type Throughput struct {
	N            int64      `json:"n" doc:"tickets"`
	SumMS        *int64     `json:"sum_ms,omitempty"`
	Mean         *Ratio     `json:"mean_ms,omitempty" doc:"exact: sum over tickets"`
	MedianMS     *int64     `json:"median_ms,omitempty" doc:"mean of the two middle values where their number is even, rounded half up"`
	MinMS        *int64     `json:"min_ms,omitempty"`
	MaxMS        *int64     `json:"max_ms,omitempty"`
	P50          *Ranked    `json:"p50,omitempty" doc:"nearest rank"`
	P75          *Ranked    `json:"p75,omitempty" doc:"nearest rank"`
	P90          *Ranked    `json:"p90,omitempty" doc:"nearest rank"`
	P95          *Ranked    `json:"p95,omitempty" doc:"nearest rank"`
	FirstEventAt *time.Time `json:"first_event_at,omitempty" doc:"earliest first event"`
	LastEventAt  *time.Time `json:"last_event_at,omitempty" doc:"latest last event"`
}

// Throughput takes the tickets whose first event lies in the window.
func (s Snapshot) Throughput(ctx context.Context, q Question) (Throughput, error) {
	const query = `
	WITH ranked AS (
		SELECT ticket, greatest(last_ms - first_ms, 0) AS ms, first_ms, last_ms,
			row_number() OVER (ORDER BY greatest(last_ms - first_ms, 0), ticket) AS rank, count(*) OVER () AS n
		FROM ` + spansThen + ` s WHERE first_ms >= $4 AND first_ms < $5)
	SELECT rank, n, ms, ticket, NULL::bigint AS sum, NULL::bigint AS first, NULL::bigint AS last
	FROM ranked
	WHERE rank IN (1, n, (n + 1) / 2, n / 2 + 1, (75 * n + 99) / 100, (90 * n + 99) / 100, (95 * n + 99) / 100)
	UNION ALL
	SELECT 0, count(*), 0, '', sum(ms)::bigint, min(first_ms), max(last_ms) FROM ranked`
	type line struct {
		Rank, N, MS      int64
		Ticket           string
		Sum, First, Last *int64
	}
	lines, err := collect[line](ctx, s.tx, query, q.args())
	if err != nil {
		return Throughput{}, err
	}
	var t Throughput
	at := map[int64]Ranked{}
	for _, l := range lines {
		if l.Rank > 0 {
			at[l.Rank] = Ranked{l.MS, l.Ticket}
			continue
		}
		t.N, t.SumMS, t.FirstEventAt, t.LastEventAt = l.N, l.Sum, instant(l.First), instant(l.Last)
	}
	if t.N == 0 {
		return t, nil
	}
	rank := func(percent int64) *Ranked { return new(at[(percent*t.N+99)/100]) }
	t.Mean = &Ratio{*t.SumMS, t.N}
	t.MinMS, t.MaxMS = new(at[1].MS), new(at[t.N].MS)
	t.MedianMS = new((at[(t.N+1)/2].MS + at[t.N/2+1].MS + 1) / 2)
	t.P50, t.P75, t.P90, t.P95 = rank(50), rank(75), rank(90), rank(95)
	return t, nil
}

func instant(ms *int64) *time.Time {
	if ms == nil {
		return nil
	}
	return new(time.UnixMilli(*ms).UTC())
}
