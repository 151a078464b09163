package handover

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Totals count the handovers of one sender, receiver, unit or group, or of all. Lags are means and greatest values in
// milliseconds; 0 where there is nothing to measure.
type Totals struct {
	Key        string `db:"key"` // of whom or what; empty for all
	Offered    int    `db:"offered"`
	Accepted   int    `db:"accepted"`
	Refused    int    `db:"refused"`
	Superseded int    `db:"superseded"`
	Unaccepted int    `db:"unaccepted"` // waiting for an answer now
	TimedOut   int    `db:"timed_out"`
	Disputed   int    `db:"disputed"`
	Arbitrated int    `db:"arbitrated"`

	SendLag       int64 `db:"send_lag"` // ready to handed over, charged to the sender
	SendLagMost   int64 `db:"send_lag_most"`
	AnswerLag     int64 `db:"answer_lag"` // handed over to answered, charged to the receiver
	AnswerLagMost int64 `db:"answer_lag_most"`
}

// By names what totals are told apart by.
type By string

// What totals can be told apart by.
const (
	BySender   By = "sender"
	ByReceiver By = "receiver"
	ByUnit     By = "unit"
	ByGroup    By = "group"
	ByKind     By = "kind"
	InAll      By = "all"
)

// columns are the expressions of what totals are told apart by; SQL of the program alone.
var columns = map[By]string{BySender: "h.sender", ByReceiver: "h.receiver", ByUnit: "h.unit", ByGroup: "h.grp", ByKind: "h.kind", InAll: "''"}

// Sum counts the handovers that a filter lets through, those with the most offers first.
func Sum(ctx context.Context, r Reader, after uint64, f Filter, by By) (totals []Totals, position uint64, err error) {
	err = r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, at uint64) error {
		position = at
		from, where := "handover h", f.where()
		where.Args["limit"] = f.Limit
		if !f.Reach.All {
			from += " JOIN standing s ON s.ticket = h.ticket"
			where.Reach(f.Reach, placed)
		}
		result, err := tx.Query(ctx, fmt.Sprintf(`SELECT %s AS key, count(*) AS offered,
			count(*) FILTER (WHERE h.outcome = 'accepted') AS accepted, count(*) FILTER (WHERE h.outcome = 'refused') AS refused,
			count(*) FILTER (WHERE h.outcome = 'superseded') AS superseded, count(*) FILTER (WHERE h.outcome = 'pending') AS unaccepted,
			count(h.overdue_at) AS timed_out, count(h.disputed_at) AS disputed, count(h.arbitrated_at) AS arbitrated,
			coalesce(round(avg(h.send_lag_ms)), 0)::bigint AS send_lag, coalesce(max(h.send_lag_ms), 0) AS send_lag_most,
			coalesce(round(avg(h.lag_ms) FILTER (WHERE h.outcome IN ('accepted', 'refused'))), 0)::bigint AS answer_lag,
			coalesce(max(h.lag_ms) FILTER (WHERE h.outcome IN ('accepted', 'refused')), 0) AS answer_lag_most
			FROM %s WHERE %s GROUP BY 1 ORDER BY offered DESC, key LIMIT @limit`, columns[by], from, where), where.Args)
		if err != nil {
			return fmt.Errorf("sum handovers: %w", err)
		}
		if totals, err = pgx.CollectRows(result, pgx.RowToStructByName[Totals]); err != nil {
			return fmt.Errorf("sum handovers: %w", err)
		}
		return nil
	})
	return totals, position, err
}
