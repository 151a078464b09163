package projections

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"docket/domain"

	"github.com/jackc/pgx/v5"
)

// Dump writes every row of a model's live tables as text, tables in the model's order and rows in key order, and after them
// what its sums tell, and tells the position they stand at. Two dumps are equal byte for byte when the tables hold the same.
func (r *Runner) Dump(ctx context.Context, model string, w io.Writer) (position uint64, err error) {
	p, ok := r.byName[model]
	if !ok {
		return 0, fmt.Errorf("dump: no model is named %q", model)
	}
	err = r.Read(ctx, model, 0, func(ctx context.Context, tx pgx.Tx, at uint64) error {
		position = at
		b, _, err := liveBuild(ctx, tx, p.model)
		if err != nil {
			return err
		}
		return dump(ctx, tx, b, position, w)
	})
	return position, err
}

// dump writes the rows and sums of a build whose rows stand at a position.
func dump(ctx context.Context, tx pgx.Tx, b build, position uint64, w io.Writer) error {
	for i, t := range statementsOf(b).tables {
		if _, err := fmt.Fprintf(w, "-- %s.%s\n", b.model.Name, b.model.Tables[i].core().name); err != nil {
			return err
		}
		if _, err := tx.Conn().PgConn().CopyTo(ctx, w, "COPY ("+t.dump+") TO STDOUT"); err != nil {
			return fmt.Errorf("dump %s: %w", t.name, err)
		}
	}
	if b.model.Sums == nil {
		return nil
	}
	return dumpSums(ctx, tx, b, position, w)
}

// Digest is the SHA-256 of a Dump, in hexadecimal.
func (r *Runner) Digest(ctx context.Context, model string) (digest string, position uint64, err error) {
	sum := sha256.New()
	position, err = r.Dump(ctx, model, sum)
	return hex.EncodeToString(sum.Sum(nil)), position, err
}

// Verdict compares a model's live tables with ones made anew from the log.
type Verdict struct {
	Model    string
	Position uint64 // of both
	Live     string // digest
	Rebuilt  string // digest
}

// String tells the outcome in one line.
func (v Verdict) String() string {
	if v.Equal() {
		return fmt.Sprintf("%-12s equal at position %d, sha256 %s", v.Model, v.Position, v.Live)
	}
	return fmt.Sprintf("%-12s DIFFERS at position %d: live %s, rebuilt %s", v.Model, v.Position, v.Live, v.Rebuilt)
}

// Equal reports whether the live tables hold what the log says.
func (v Verdict) Equal() bool { return v.Live == v.Rebuilt }

// Verify builds the named models anew beside the live ones (without names, all), compares them at the same position and
// drops the new ones. Live tables that no process keeps are first brought up to the log's end, as their runner would do.
func (r *Runner) Verify(ctx context.Context, models ...string) ([]Verdict, error) {
	chosen, err := r.choose(models)
	if err != nil {
		return nil, err
	}
	var verdicts []Verdict
	err = r.locked(ctx, chosen, func(*pgx.Conn) (err error) {
		if err := r.roomFor(ctx, chosen, false); err != nil {
			return err
		}
		w, err := r.fill(ctx, chosen, false)
		defer func() { err = errors.Join(err, w.end(true)) }()
		if err != nil {
			return err
		}
		for _, c := range w.built {
			v, err := r.compare(ctx, c)
			if err != nil {
				return fmt.Errorf("verify %s: %w", c.build.model.Name, err)
			}
			verdicts = append(verdicts, v)
		}
		for _, m := range chosen {
			if _, err := r.clear(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
	return verdicts, err
}

// compare takes the live digest at some position that the new build has not passed, and the new one's there.
func (r *Runner) compare(ctx context.Context, c *construction) (Verdict, error) {
	v := Verdict{Model: c.build.model.Name}
	for { // the live tables may be a little behind the end of the log, where the new ones are
		var err error
		if v.Live, v.Position, err = r.Digest(ctx, v.Model); err != nil {
			return v, err
		}
		if v.Position >= c.pos {
			break
		}
		if err := r.nudge(ctx, c.build.model, c.pos); err != nil {
			return v, err
		}
	}
	s, err := r.attend(ctx, c)
	if err != nil {
		return v, err
	}
	defer s.close()
	if err := s.catchUp(ctx, r.source, v.Position); err != nil {
		return v, err
	}
	sum := sha256.New()
	err = pgx.BeginFunc(ctx, s.conn, func(tx pgx.Tx) error { return dump(ctx, tx, c.build, v.Position, sum) })
	v.Rebuilt = hex.EncodeToString(sum.Sum(nil))
	return v, err
}

// nudge brings live tables to a position when no process keeps them; else it gives that process a moment.
func (r *Runner) nudge(ctx context.Context, m *Model, to uint64) error {
	s, err := r.open(ctx, m)
	if err == nil {
		defer s.close()
		if err := s.catchUp(ctx, r.source, to); err != nil || s.pos >= to {
			return err
		}
		return s.apply(ctx, batchOf(s.pos, domain.Page{From: s.pos, To: to}, to)) // the new build has read it as far as that
	}
	if !errors.Is(err, errStandby) {
		return err
	}
	select {
	case <-ctx.Done():
		return fmt.Errorf("wait for the live tables to reach %d: %w", to, ctx.Err())
	case <-time.After(20 * time.Millisecond):
		return nil
	}
}
