package kpi

import "context"

// Waiting describes how long tickets waited for somebody outside. Overlapping pauses of a ticket count once; a pause is cut
// to the window. A pause that has not ended counts up to when the newest fact was recorded, and is told apart.
type Waiting struct {
	TotalMS int64            `json:"total_ms"`
	Tickets int64            `json:"tickets" doc:"tickets with a pause in the window"`
	Running int64            `json:"running" doc:"tickets whose pause had not ended"`
	ByKind  map[string]int64 `json:"by_kind_ms" doc:"by whom was waited for"`
}

// Waiting adds up the pauses that touch the window.
func (s Snapshot) Waiting(ctx context.Context, q Question) (Waiting, error) {
	const pauses = `
	SELECT ticket, kind, ended_ms IS NULL AS running, greatest(started_ms, $4) AS a,
		greatest(started_ms, $4, least(coalesce(ended_ms, $6), $5)) AS b
	FROM ` + waitsWithin + ` w`
	const query = `
	WITH touching AS (` + pauses + `),
	united AS (SELECT ticket, '' AS kind, range_agg(int8range(a, b)) AS whole FROM touching GROUP BY ticket),
	apart AS (SELECT ticket, kind, range_agg(int8range(a, b)) AS whole FROM touching GROUP BY ticket, kind),
	pieces AS (
		SELECT kind, upper(r) - lower(r) AS ms FROM united, unnest(whole) r WHERE NOT isempty(r)
		UNION ALL
		SELECT kind, upper(r) - lower(r) FROM apart, unnest(whole) r WHERE NOT isempty(r))
	SELECT kind, sum(ms)::bigint AS ms FROM pieces GROUP BY kind`
	w := Waiting{ByKind: map[string]int64{}}
	type line struct {
		Kind string
		MS   int64
	}
	known, err := s.RecordedUntil(ctx, q.Position)
	if err != nil || known == nil {
		return w, err
	}
	args := q.args(known.UnixMilli())
	lines, err := collect[line](ctx, s.tx, query, args)
	if err != nil {
		return Waiting{}, err
	}
	for _, l := range lines {
		if l.Kind == "" {
			w.TotalMS = l.MS
		} else {
			w.ByKind[l.Kind] = l.MS
		}
	}
	const tickets = `
	SELECT count(DISTINCT ticket), count(DISTINCT ticket) FILTER (WHERE running) FROM (` + pauses + `) t WHERE b >= a`
	return w, s.tx.QueryRow(ctx, tickets, args...).Scan(&w.Tickets, &w.Running)
}
