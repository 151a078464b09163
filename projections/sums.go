package projections

import (
	"context"
	"fmt"
	"io"

	"docket/projections/internal/window"

	"github.com/jackc/pgx/v5"
)

// Sums are what a model adds up of its own rows, so that questions about many need not read each. They lie in tables that its SQL
// makes besides those it declares, and follow from these as an index does: they are not folded. They are brought forward now and then,
// in the transaction that brings the rows forward, and once when a rebuild has loaded the rows. So they may be behind the rows, and
// whoever reads them adds the rest; a [Verdict] compares what they tell then, not how far they have come.
type Sums struct {
	// Every is how far the rows may run ahead of the sums, in positions of the log; further while the model catches up with the log,
	// since what is added up at once is added up for less.
	Every uint64
	// SQL brings the sums from one position, 0 for none, to another, and notes it in summed.upto, a table of one row that the model's SQL
	// makes with a 0 in it. Names are unqualified. At the later position the rows hold nothing of any after it.
	SQL func(since, position uint64) string
	// Told is a query for what sums as of a position tell together with the changes up to a later one, as of which the rows are: the same
	// rows in the same order however far the sums had come.
	Told func(since, position uint64) string
}

// dumpSums writes what the sums of a build tell as of the position of its rows.
func dumpSums(ctx context.Context, tx pgx.Tx, b build, position uint64, w io.Writer) error {
	since, err := summedUpTo(ctx, tx, b)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "-- %s sums\n", b.model.Name); err != nil {
		return err
	}
	conn := tx.Conn().PgConn()
	if _, err := conn.Exec(ctx, "SET LOCAL search_path = "+b.schema()+"; SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on").ReadAll(); err != nil {
		return fmt.Errorf("sums of %s: %w", b.model.Name, err)
	}
	if _, err := conn.CopyTo(ctx, w, "COPY ("+b.model.Sums.Told(since, position)+") TO STDOUT"); err != nil {
		return fmt.Errorf("sums of %s: %w", b.model.Name, err)
	}
	return nil
}

// patience is how many times further sums may be behind while more of the log is there to come.
const patience = 64

// due tells whether the sums have to be brought to the end of a batch.
func (s *session) due(b window.Batch) bool {
	sums := s.build.model.Sums
	if sums == nil {
		return false
	}
	ahead := b.To - s.summed
	return ahead >= patience*sums.Every || b.Live && ahead >= sums.Every
}

// sum brings the sums of the live tables forward, inside the transaction of a page.
func (s *session) sum(ctx context.Context, position uint64) error {
	sql := "SET LOCAL search_path = " + s.build.schema() + ";\n" + s.build.model.Sums.SQL(s.summed, position)
	if _, err := s.conn.PgConn().Exec(ctx, sql).ReadAll(); err != nil {
		return fmt.Errorf("sums of %s: %w", s.build.model.Name, err)
	}
	s.summed = position // unless the commit fails, which ends the session
	return nil
}

// summedUpTo reads how far the sums of a build have come; 0 where it keeps none.
func summedUpTo(ctx context.Context, q querier, b build) (position uint64, err error) {
	if b.model.Sums == nil {
		return 0, nil
	}
	if err = q.QueryRow(ctx, "SELECT upto FROM "+b.schema()+".summed").Scan(&position); err != nil {
		err = fmt.Errorf("sums of %s: %w", b.model.Name, err)
	}
	return position, err
}
