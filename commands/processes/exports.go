package processes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"docket/domain"
	"docket/domain/export"
)

// ExportRefusedError is a list's own no; trying again does not change it.
type ExportRefusedError struct{ Code, Detail string }

// Error is the refusal's text.
func (e *ExportRefusedError) Error() string { return e.Code + ": " + e.Detail }

// Lists writes a list as a file, as an actor sees it. Errors: *[ExportRefusedError]; any other may pass.
type Lists interface {
	Write(ctx context.Context, actor domain.Actor, mark string, what export.Requested, w io.Writer) (Written, error)
}

// Written is what a file holds: so many rows, as they stood at a position of the log that was read at an instant.
type Written struct {
	Rows     int
	Position uint64
	AsOf     time.Time
}

// Files keep what the service makes, sealed under a stream's key; *attachment.Store does.
type Files interface {
	Produce(ctx context.Context, stream domain.StreamID, write func(io.Writer) error) (size int64, digest string, err error)
	Produced(ctx context.Context, stream domain.StreamID) (io.ReadCloser, error)
	Discard(ctx context.Context, stream domain.StreamID) error
}

// Exports makes the files that were asked for, with the rights that whoever asked has by then, keeps their list, and removes files
// whose time is over. All fields but Clock and Logger are required.
type Exports struct {
	Pool     *pgxpool.Pool
	Streams  Streams
	Commands Commands
	People   People
	Lists    Lists
	Files    Files
	Clock    func() time.Time
	Logger   *slog.Logger
}

// exportLife is how long a file is kept.
const exportLife = 7 * 24 * time.Hour

func (x *Exports) now() time.Time {
	if x.Clock != nil {
		return x.Clock()
	}
	return time.Now()
}

// Process makes the files, one after the other. Its place moves past an export once it has come to an end; after a crash the file
// is made anew, in the place of what there was of it.
func (x *Exports) Process() Process {
	return Process{
		Name: "exports", Types: map[string]bool{"ExportRequested": true, "ExportFinished": true}, React: x.react, Keep: x.keep,
	}
}

func (x *Exports) keep(ctx context.Context, tx pgx.Tx, events []domain.Envelope) error {
	for _, e := range events {
		var err error
		switch event := e.Event.(type) {
		case export.Requested:
			_, err = tx.Exec(ctx, `INSERT INTO processes.exports (export, staff, requested_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
				e.Stream.Key(), event.Staff, e.Meta.Decided)
		case export.Finished:
			_, err = tx.Exec(ctx, "UPDATE processes.exports SET ends_at = $2 WHERE export = $1", e.Stream.Key(), event.EndsAt)
		}
		if err != nil {
			return fmt.Errorf("list of exports: %w", err)
		}
	}
	return nil
}

func (x *Exports) react(ctx context.Context, e domain.Envelope) ([]Order, error) {
	if _, asked := e.Event.(export.Requested); !asked {
		return nil, nil
	}
	s, _, err := x.load(ctx, e.Stream.Key())
	if err != nil || s.Settled() {
		return nil, err
	}
	finished, err := x.make(ctx, e.Stream, s.Requested)
	var refused *ExportRefusedError
	switch {
	case err == nil:
		return []Order{{Name: "export.finish", ID: e.Stream.Key(), Key: "end", Payload: finished}}, nil
	case errors.As(err, &refused):
		return []Order{{Name: "export.fail", ID: e.Stream.Key(), Key: "end", Payload: &export.Fail{Code: refused.Code, Detail: refused.Detail}}}, nil
	}
	return nil, fmt.Errorf("export %s: %w", e.Stream.Key(), err)
}

// make writes the file as whoever asked for it is seen by the directory now.
func (x *Exports) make(ctx context.Context, stream domain.StreamID, asked export.Requested) (*export.Finish, error) {
	who, known := x.People.Staff(asked.Staff, x.now())
	if !known || !who.Active {
		return nil, &ExportRefusedError{"actor.inactive", "who asked for it does not work here any more"}
	}
	actor := domain.Actor{Principal: asked.Principal, Staff: asked.Staff, Posts: who.Posts, Groups: who.Groups, Channel: "export"}
	f := &export.Finish{EndsAt: x.now().Add(exportLife).UTC().Truncate(time.Second)}
	var written Written
	var err error
	f.Size, f.Digest, err = x.Files.Produce(ctx, stream, func(w io.Writer) (err error) {
		written, err = x.Lists.Write(ctx, actor, stream.Key(), asked, w)
		return err
	})
	f.Rows, f.Position, f.AsOf = written.Rows, written.Position, written.AsOf
	return f, err
}

// load is an export as it stands, and when it was asked for.
func (x *Exports) load(ctx context.Context, id string) (s export.State, at time.Time, err error) {
	history, _, err := x.Streams.Load(ctx, domain.Stream(export.Decider.Category, id))
	for _, e := range history {
		if event, ok := e.Event.(export.Event); ok {
			s = export.Decider.Evolve(s, event)
		}
	}
	if len(history) > 0 {
		at = history[0].Meta.Decided
	}
	return s, at, err
}

// sweepEvery is how often files are looked for whose time is over.
const sweepEvery = 10 * time.Minute

// Run removes files whose time is over, until ctx ends.
func (x *Exports) Run(ctx context.Context) error {
	for {
		if err := x.Sweep(ctx); err != nil && ctx.Err() == nil && x.Logger != nil {
			x.Logger.WarnContext(ctx, "files of exports could not be removed yet", "error", err)
		}
		if !wait(ctx, sweepEvery) {
			return ctx.Err()
		}
	}
}

// Sweep removes the files whose time is over now.
func (x *Exports) Sweep(ctx context.Context) error {
	rows, err := x.Pool.Query(ctx, "SELECT export FROM processes.exports WHERE NOT dropped AND ends_at <= $1", x.now())
	if err != nil {
		return fmt.Errorf("exports to remove: %w", err)
	}
	over, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("exports to remove: %w", err)
	}
	for _, id := range over {
		if err := x.Files.Discard(ctx, domain.Stream(export.Decider.Category, id)); err != nil {
			return err
		}
		if _, err := x.Pool.Exec(ctx, "UPDATE processes.exports SET dropped = true WHERE export = $1", id); err != nil {
			return fmt.Errorf("export %s: %w", id, err)
		}
	}
	return nil
}
