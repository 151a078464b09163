package kpi

import (
	"context"
	"fmt"
	"math"

	"docket/projections/internal/narrow"

	"github.com/jackc/pgx/v5"
)

// Based is a run of a clock as it is known now, with what it is computed on; nil where that is not known.
type Based struct {
	Ticket    string
	Clock     string
	Round     int
	Run       int
	SinceMS   int64
	DueMS     int64
	StoppedMS int64
	DecidedMS int64
	Met       bool
	Cancelled bool
	Unjust    bool // a handover refused that should have been accepted: never in time
	Unit      string
	Group     string
	Person    string
	Template  string
	Urgency   string
	Basis     *Basis
}

// BasedKey is the place of a run in the order of [Snapshot.Bases].
type BasedKey struct {
	SinceMS int64
	Ticket  string
	Clock   string
	Round   int
	Run     int
}

// Key is the run's place.
func (b Based) Key() BasedKey { return BasedKey{b.SinceMS, b.Ticket, b.Clock, b.Round, b.Run} }

// Bases goes through the clocks of a kind that began to count in the window, one run after another in the order of their
// beginning, from behind a key on, until each says that it has enough. Only what is known now has its basis, so that the
// question's position is not looked at.
func (s Snapshot) Bases(ctx context.Context, q Question, kind string, after *BasedKey, each func(Based) (more bool, err error)) error {
	from, to := q.Window.bounds()
	w := narrow.New("kind = @kind AND since_ms >= @from AND since_ms < @to")
	w.Args["kind"], w.Args["from"], w.Args["to"], w.Args["forever"] = kind, from, to, int64(math.MaxInt64)
	w.If(q.Filter.Unit != "", "unit = @unit", "unit", q.Filter.Unit)
	w.If(q.Filter.Group != "", "grp = @group", "group", q.Filter.Group)
	w.If(q.Filter.Person != "", "person = @person", "person", q.Filter.Person)
	w.If(q.Filter.Template != "", "template = @template", "template", q.Filter.Template)
	w.If(q.Filter.Urgency != "", "urgency = @urgency", "urgency", q.Filter.Urgency)
	if after != nil {
		w.And("(since_ms, ticket, clock, round, run) > (@after_ms::bigint, @after_ticket, @after_clock, @after_round::bigint, @after_run::bigint)")
		w.Args["after_ms"], w.Args["after_ticket"], w.Args["after_clock"] = after.SinceMS, after.Ticket, after.Clock
		w.Args["after_round"], w.Args["after_run"] = after.Round, after.Run
	}
	const columns = `ticket, clock, round, run, since_ms, due_ms, stopped_ms, decided_ms, met, cancelled, answer = '` + unjust + `',
		unit, grp, person, template, urgency, basis`
	rows, err := s.tx.Query(ctx, `
	SELECT `+columns+` FROM clocks c WHERE `+w.String()+` AND to_pos >= @forever AND NOT EXISTS (
		SELECT FROM struck x WHERE x.fact = 'clock' AND x.ticket = c.ticket AND x.from_pos = c.from_pos)
	UNION ALL
	SELECT `+columns+` FROM running c WHERE `+w.String()+`
	ORDER BY 5, 1, 2, 3, 4`, w.Args)
	if err != nil {
		return fmt.Errorf("clocks of kind %s: %w", kind, err)
	}
	defer rows.Close()
	for rows.Next() {
		b, err := pgx.RowToStructByPos[Based](rows)
		if err != nil {
			return fmt.Errorf("clocks of kind %s: %w", kind, err)
		}
		if more, err := each(b); err != nil || !more {
			return err
		}
	}
	return rows.Err()
}
