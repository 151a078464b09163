package processes

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"docket/domain"
	"docket/domain/alert"
	"docket/domain/authz"
	"docket/domain/security"
)

// Alerts raises an alert when one account has been refused so many reads within a window (mission row U2): one for the pattern,
// not one for each refusal, and no further one until another window has passed. Refusals that were only counted count.
type Alerts struct {
	Refusals int           // that raise an alert; 0: none is ever raised
	Window   time.Duration // in which they come
}

// reads are the rights whose refusal is a refused read.
var reads = map[string]bool{
	string(authz.TicketRead): true, string(authz.TicketHistory): true, string(authz.CustomerRead): true,
	string(authz.CustomerReveal): true, string(authz.AuditRead): true,
}

// Process counts refused reads. What it counts and what it raises are stored with its place, so that a crash changes neither.
func (a Alerts) Process() Process {
	return Process{Name: "alerts", Types: map[string]bool{"AccessDenied": true}, Keep: func(ctx context.Context, tx pgx.Tx, events []domain.Envelope) error {
		for _, e := range events {
			d := e.Event.(security.Denied)
			if a.Refusals <= 0 || e.Meta.Principal == "" || !reads[d.Permission] {
				continue
			}
			if err := a.count(ctx, tx, e, d); err != nil {
				return fmt.Errorf("refused reads: %w", err)
			}
		}
		return nil
	}}
}

// count notes one refusal, and has an alert raised when it is the one too many.
func (a Alerts) count(ctx context.Context, tx pgx.Tx, e domain.Envelope, d security.Denied) error {
	who, at := e.Meta.Principal, e.Meta.Decided
	var until time.Time
	err := tx.QueryRow(ctx, "SELECT until FROM processes.alerted WHERE principal = $1", who).Scan(&until)
	switch {
	case err != nil && !errors.Is(err, pgx.ErrNoRows):
		return err
	case at.Before(until):
		return nil // an alert over them has just been raised
	}
	if _, err := tx.Exec(ctx, "DELETE FROM processes.refused WHERE principal = $1 AND at <= $2", who, at.Add(-a.Window)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO processes.refused (event, principal, staff, at, weight, target) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`, e.ID, who, e.Meta.Actor, at, 1+d.Suppressed, d.Target); err != nil {
		return err
	}
	raise := alert.Raise{Kind: alert.RefusedReads, Principal: who, Person: e.Meta.Actor}
	err = tx.QueryRow(ctx, `SELECT sum(weight), count(DISTINCT target) FILTER (WHERE target <> ''), min(at), max(at)
		FROM processes.refused WHERE principal = $1`, who).Scan(&raise.Count, &raise.Targets, &raise.Since, &raise.Until)
	if err != nil || raise.Count < a.Refusals {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM processes.refused WHERE principal = $1", who); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO processes.alerted (principal, until) VALUES ($1, $2)
		ON CONFLICT (principal) DO UPDATE SET until = $2`, who, at.Add(a.Window)); err != nil {
		return err
	}
	return Set(ctx, tx, Due{
		Stream: domain.Stream(alert.Decider.Category, who), Kind: "refused_reads:" + e.ID, Round: 1, At: at,
		Order: Order{Name: "alert.raise", Payload: &raise},
	})
}
