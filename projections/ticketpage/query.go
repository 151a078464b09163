package ticketpage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"docket/domain"

	"github.com/jackc/pgx/v5"
)

// ErrUnknown: there is no such ticket, which is also what those are told who may not see it.
var ErrUnknown = domain.Refusal(domain.NotFound, "not_found", "there is no such thing, or it is not yours to see")

// Find reads where a ticket stands, by the key of its stream. The error is [ErrUnknown] when there is none.
func Find(ctx context.Context, tx pgx.Tx, ticket string) (Head, error) {
	return find(ctx, tx, "SELECT * FROM head WHERE ticket = $1", ticket)
}

// FindNumber is Find by the ticket's number, in its written form.
func FindNumber(ctx context.Context, tx pgx.Tx, number string) (Head, error) {
	return find(ctx, tx, "SELECT * FROM head WHERE number = $1", number)
}

// Open reads the whole page of the ticket whose head was found in the same transaction.
func Open(ctx context.Context, tx pgx.Tx, h Head) (Page, error) {
	form, err := query[Form](ctx, tx, "SELECT * FROM form WHERE ticket = $1", h.Ticket)
	if err != nil {
		return Page{}, fmt.Errorf("ticket form: %w", err)
	}
	if len(form) == 0 {
		return Page{}, ErrUnknown
	}
	timeline, err := query[Entry](ctx, tx, "SELECT * FROM entry WHERE ticket = $1 ORDER BY revision", h.Ticket)
	if err != nil {
		return Page{}, fmt.Errorf("ticket timeline: %w", err)
	}
	for i := range timeline {
		e := &timeline[i]
		e.Effective, e.Decided = e.Effective.UTC(), e.Decided.UTC()
	}
	return assemble(h, form[0], timeline), nil
}

func find(ctx context.Context, tx pgx.Tx, sql, value string) (Head, error) {
	result, err := tx.Query(ctx, sql, value)
	if err != nil {
		return Head{}, fmt.Errorf("ticket head: %w", err)
	}
	h, err := pgx.CollectExactlyOneRow(result, pgx.RowToStructByName[Head])
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Head{}, ErrUnknown
	case err != nil:
		return Head{}, fmt.Errorf("ticket head: %w", err)
	}
	for _, t := range []*time.Time{h.PausedAt, h.OfferedAt, h.DueAt, &h.RegisteredAt, &h.ChangedAt, &h.RecordedAt} {
		if t != nil {
			*t = t.UTC()
		}
	}
	return h, nil
}

func query[R any](ctx context.Context, tx pgx.Tx, sql string, args ...any) ([]R, error) {
	result, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(result, pgx.RowToStructByName[R])
}
