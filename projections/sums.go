package projections

import (
	"context"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
)

// Sums are what a model adds up of its own rows, so that questions about many need not read each. They lie in tables that its SQL
// makes besides those it declares, and follow from these as an index does: they are not folded. They are brought forward once in many
// events, in the transaction that brings the rows forward, and once when a rebuild has loaded the rows. So they may be behind the
// rows, and whoever reads them adds the rest; a [Verdict] compares what they tell then, not how far they have come.
type Sums struct {
	// Every is how many events are folded between one time and the next.
	Every int
	// SQL brings the sums from one position, 0 for none, to another, and notes it in summed.upto, a table of one row that the model's SQL
	// makes with a 0 in it. Names are unqualified. At the later position the rows hold nothing of any after it.
	SQL func(since, position uint64) string
	// Told is a query for what sums as of a position tell together with the changes up to a later one, as of which the rows are: the same
	// rows in the same order however far the sums had come.
	Told func(since, position uint64) string
}

// dumpSums writes what the sums of a build tell as of the position of its rows.
func dumpSums(ctx context.Context, tx pgx.Tx, b build, position uint64, w io.Writer) error {
	var since uint64
	if err := tx.QueryRow(ctx, "SELECT upto FROM "+b.schema()+".summed").Scan(&since); err != nil {
		return fmt.Errorf("sums of %s: %w", b.model.Name, err)
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

// sum brings the sums of the live tables forward, inside the transaction of a page.
func (s *session) sum(ctx context.Context, position uint64) error {
	schema := s.build.schema()
	var since uint64
	if err := s.conn.QueryRow(ctx, "SELECT upto FROM "+schema+".summed").Scan(&since); err != nil {
		return fmt.Errorf("sums of %s: %w", s.build.model.Name, err)
	}
	sql := "SET LOCAL search_path = " + schema + ";\n" + s.build.model.Sums.SQL(since, position)
	if _, err := s.conn.PgConn().Exec(ctx, sql).ReadAll(); err != nil {
		return fmt.Errorf("sums of %s: %w", s.build.model.Name, err)
	}
	s.unsummed = 0
	return nil
}
