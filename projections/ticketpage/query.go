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

// Reader opens a read model for one query (see projections.Runner.Read).
type Reader interface {
	Read(ctx context.Context, model string, after uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error
}

// By says which ticket is meant: by the key of its stream or, when that is empty, by its number in the written form.
type By struct{ Ticket, Number string }

// Open reads a ticket's page as it stood at a position at or after the given one. whole sees the head first and says
// whether the rest of the page is wanted. The error is [ErrUnknown] when there is no such ticket.
func Open(ctx context.Context, r Reader, after uint64, by By, whole func(Head) bool) (p Page, position uint64, err error) {
	err = r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, at uint64) error {
		position = at
		h, err := find(ctx, tx, by)
		if err != nil {
			return err
		}
		p = Page{Head: h}
		if !whole(h) {
			return nil
		}
		p, err = open(ctx, tx, h)
		return err
	})
	return p, position, err
}

func open(ctx context.Context, tx pgx.Tx, h Head) (Page, error) {
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

func find(ctx context.Context, tx pgx.Tx, by By) (Head, error) {
	sql, value := "SELECT * FROM head WHERE ticket = $1", by.Ticket
	if value == "" {
		sql, value = "SELECT * FROM head WHERE number = $1", by.Number
	}
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
