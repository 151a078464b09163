package projections

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"

	"docket/projections/internal/kept"
	"docket/projections/internal/row"

	"github.com/jackc/pgx/v5"
)

// loader streams rows into one bare table by COPY.
type loader struct {
	conn *pgx.Conn
	pipe *io.PipeWriter
	out  *bufio.Writer
	done chan error
	rows int    // written
	mark string // comment that the table gets with its rows; empty: none. Set before finish
}

// startLoad begins a COPY on a connection, which is free again once the loader has finished; one that fails is closed. Emptying the table in the same transaction spares the log and leaves
// rows that need no later visit.
func startLoad(ctx context.Context, conn *pgx.Conn, sql *tableStatements) *loader {
	source, sink := io.Pipe()
	l := &loader{conn: conn, pipe: sink, out: bufio.NewWriterSize(sink, 128<<10), done: make(chan error, 1)}
	go func() {
		err := copyIn(ctx, conn, sql, source, &l.mark)
		if err != nil {
			disconnect(conn)
		}
		_ = source.CloseWithError(errors.Join(err, io.ErrClosedPipe)) // whoever still writes is told
		l.done <- err
	}()
	_, _ = l.out.Write(row.Header) // errors stay until the next call
	return l
}

func copyIn(ctx context.Context, conn *pgx.Conn, sql *tableStatements, source io.Reader, mark *string) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "TRUNCATE "+sql.name); err != nil {
			return fmt.Errorf("load %s: %w", sql.name, err)
		}
		if _, err := conn.PgConn().CopyFrom(ctx, source, sql.load); err != nil {
			return fmt.Errorf("load %s: %w", sql.name, err)
		}
		if *mark != "" { // the source has ended, so it is settled
			if _, err := tx.Exec(ctx, "COMMENT ON TABLE "+sql.name+" IS "+literal(*mark)); err != nil {
				return fmt.Errorf("load %s: %w", sql.name, err)
			}
		}
		return nil
	})
}

func (l *loader) write(tuple []byte) error {
	l.rows++
	_, err := l.out.Write(tuple)
	return err
}

// finish ends the COPY and waits for its commit.
func (l *loader) finish() error {
	_, err := l.out.Write(row.Trailer)
	err = errors.Join(err, l.out.Flush())
	_ = l.pipe.Close()
	if done := <-l.done; done != nil {
		return done // the cause of a failed write
	}
	return err
}

// abort ends the COPY without rows.
func (l *loader) abort(cause error) {
	_ = l.pipe.CloseWithError(cause)
	<-l.done
}

// stream is the store of an append-only table in a rebuild: rows go straight into the COPY.
type stream struct {
	table  *table
	loader *loader
	tuple  []byte    // the last one, for its room
	kept   *kept.Log // nil: rows are not kept
	number byte      // of the table there
}

func (s *stream) get(string) (reflect.Value, bool) {
	panic(fmt.Sprintf("projections: rows of append-only table %s cannot be read back", s.table.name))
}

func (s *stream) remove(string, []any) {
	panic(fmt.Sprintf("projections: delete from append-only table %s", s.table.name))
}

func (s *stream) put(_ string, r reflect.Value) {
	tuple, err := s.table.plan.Append(s.tuple[:0], r)
	if err == nil {
		s.tuple = tuple
		if s.kept != nil {
			s.kept.Add(kept.Entry{Table: s.number, Tuple: tuple})
		}
		err = s.loader.write(tuple)
	}
	if err != nil {
		panic(fmt.Errorf("load %s: %w", s.table.name, err)) // whoever folds recovers
	}
}
