package processes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"docket/commands"
	"docket/domain"
)

// Due is something that becomes due: one thing of one stream, whose date may move until it has been fired (mission rows L5,
// X11).
type Due struct {
	Stream domain.StreamID
	Kind   string
	Round  int
	At     time.Time // zero: no longer due
	Order  Order     // ID and Key are not needed
}

// Set writes, moves or removes what is due, in the transaction of the process that read of it.
func Set(ctx context.Context, tx pgx.Tx, d Due) error {
	if d.At.IsZero() {
		_, err := tx.Exec(ctx, "DELETE FROM processes.due WHERE stream = $1 AND kind = $2 AND round = $3", d.Stream, d.Kind, d.Round)
		return err
	}
	payload, err := json.Marshal(d.Order.Payload)
	if err != nil {
		return fmt.Errorf("payload of %s: %w", d.Order.Name, err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO processes.due (stream, kind, round, due_at, command, payload, next_at)
		VALUES ($1, $2, $3, $4, $5, $6, $4)
		ON CONFLICT (stream, kind, round) DO UPDATE SET due_at = $4, command = $5, payload = $6, next_at = $4, tries = 0`,
		d.Stream, d.Kind, d.Round, d.At, d.Order.Name, payload)
	return err
}

// Clear removes everything of a stream whose kind begins so; an empty kind means all of it.
func Clear(ctx context.Context, tx pgx.Tx, stream domain.StreamID, kind string) error {
	_, err := tx.Exec(ctx, "DELETE FROM processes.due WHERE stream = $1 AND starts_with(kind, $2)", stream, kind)
	return err
}

// How often dates are looked at, how many are fired between two looks, and how long one that failed rests.
const (
	tick       = time.Second
	atOnce     = 50
	delayFirst = time.Second
	delayLast  = 5 * time.Minute
)

// fire issues the command of whatever is due, the oldest first, until ctx ends. After an outage everything that was missed
// is fired, once.
func (r *Runner) fire(ctx context.Context) error {
	for {
		n, err := r.fireSome(ctx)
		if err != nil {
			return err
		}
		if n < atOnce && !wait(ctx, tick) {
			return ctx.Err()
		}
	}
}

type dueRow struct {
	Stream, Kind string
	Round        int
	DueAt        time.Time
	Command      string
	Payload      []byte
	Tries        int
}

// fireSome fires what is due now, holding the rows so that no other instance does, and removes what is done. A crash between
// the command and the removal fires it again under the same key, which is recognised.
func (r *Runner) fireSome(ctx context.Context) (fired int, err error) {
	err = pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error {
		found, err := tx.Query(ctx, `SELECT stream, kind, round, due_at, command, payload, tries FROM processes.due
			WHERE next_at <= $1 ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED`, r.Clock(), atOnce)
		if err != nil {
			return err
		}
		rows, err := pgx.CollectRows(found, pgx.RowToStructByPos[dueRow])
		if err != nil {
			return err
		}
		for _, d := range rows {
			if err := r.fireOne(ctx, tx, d); err != nil {
				return err
			}
			fired++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("what is due: %w", err)
	}
	return fired, nil
}

// fireOne fires one row. A failure that may pass puts it off, so that it holds up no other.
func (r *Runner) fireOne(ctx context.Context, tx pgx.Tx, d dueRow) error {
	err := r.issue(ctx, d)
	if err == nil {
		_, err = tx.Exec(ctx, "DELETE FROM processes.due WHERE stream = $1 AND kind = $2 AND round = $3", d.Stream, d.Kind, d.Round)
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	delay := min(delayFirst<<min(d.Tries, 16), delayLast)
	r.Logger.WarnContext(ctx, "what is due could not be fired yet", "stream", d.Stream, "kind", d.Kind, "error", err)
	_, err = tx.Exec(ctx, "UPDATE processes.due SET tries = tries + 1, next_at = $4 WHERE stream = $1 AND kind = $2 AND round = $3",
		d.Stream, d.Kind, d.Round, r.Clock().Add(delay))
	return err
}

// issue carries out the command of a row, or those it expands to, under keys that its date is part of: moved and due again,
// it is another act.
func (r *Runner) issue(ctx context.Context, d dueRow) error {
	key := "due:" + d.Stream + ":" + d.Kind + ":" + strconv.Itoa(d.Round) + ":" + strconv.FormatInt(d.DueAt.UnixMilli(), 10)
	if expand := r.Expansions[d.Command]; expand != nil {
		orders, err := expand(ctx, d.Payload)
		if err != nil {
			return err
		}
		for _, o := range orders {
			if err := r.carryOut(ctx, o, key+":"+o.Key, domain.Envelope{}); err != nil {
				return err
			}
		}
		return nil
	}
	e, ok := commands.Lookup(d.Command)
	if !ok {
		return errors.New("no command " + d.Command)
	}
	payload := reflect.New(e.Payload).Interface()
	if err := json.Unmarshal(d.Payload, payload); err != nil {
		return fmt.Errorf("payload of %s: %w", d.Command, err)
	}
	return r.carryOut(ctx, Order{Name: d.Command, ID: domain.StreamID(d.Stream).Key(), Payload: payload}, key, domain.Envelope{})
}
