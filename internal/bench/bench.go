// Package bench measures the service, and in the same run what it stands on: the disk's syncs, the event store's client with
// nothing behind it, bare loading into Postgres. It prints medians and ratios, so that a figure tells something on another
// machine too. Nothing depends on its timings; tests only see that every part still gives figures.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"docket/internal/bench/report"
	"docket/internal/eventstore"
	"docket/internal/pglocal"
	"docket/internal/simulation"
	"docket/projections"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Options say what is measured and with what.
type Options struct {
	Program string                                                  // the docket program, which is started as a process
	Data    string                                                  // folder on the disk that is to be measured; a temporary one in it takes all data
	Beside  func(ctx context.Context, data string) (*Stores, error) // opens the stores of the service that runs on a data folder

	File    string   // process log to import; empty: [ShippedLog]
	Mapping string   // of the log
	Events  int      // log size of part "growth"
	Tickets int      // largest office of part "scale"
	Office  string   // folder that keeps the office of part "scale" for further runs; empty: none is kept
	Profile string   // folder that gets CPU profiles of part "scale"; empty: none
	Only    []string // names of parts; empty: all but "growth"
	Quick   bool     // spans so short that the figures mean nothing

	Progress io.Writer // gets each figure as it is found; nil: nobody
}

// Stores are what a rebuild works on, reached as docket rebuild reaches them.
type Stores struct {
	Pool   *pgxpool.Pool
	Events *eventstore.Store
	Runner *projections.Runner
	Close  func() error

	// Bulk prepares filling them with a simulation, once its office is known up to a position; what it returns besides ends that.
	Bulk func(ctx context.Context, office uint64) (*simulation.Bulk, func(), error)
	// Token lets in an account that may do and see everything.
	Token func(ctx context.Context) (string, error)
}

// ShippedLog is the cut of a process log that comes with the project, as seen from its root.
const ShippedLog = "internal/importer/testdata/servicenow-cut.csv.gz"

// part is one table of the report.
type part struct {
	name    string
	measure func(context.Context, *bench) error
	asked   bool // measured only when asked for
}

var parts = []part{
	{name: "engine", measure: measureEngine},
	{name: "commands", measure: measureCommands},
	{name: "projections", measure: measureProjections},
	{name: "import", measure: measureImport},
	{name: "start", measure: measureStart},
	{name: "scale", measure: measureScale},
	{name: "growth", measure: measureGrowth, asked: true},
}

// Parts lists the names of the parts.
func Parts() []string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = p.name
	}
	return names
}

// bench is one run.
type bench struct {
	o      Options
	span   time.Duration // of one measurement
	rounds int           // measurements of which the median is taken
	dir    string        // takes all data
	part   string        // under way
	desk   *desk         // the service of several parts; nil until one needs it
	report *report.Report
}

// Run measures. It fails when a part cannot be measured or gives no figure; the report then has the figures up to there.
func Run(ctx context.Context, o Options) (*report.Report, error) { return run(ctx, o, parts) }

func run(ctx context.Context, o Options, parts []part) (_ *report.Report, err error) {
	for _, name := range o.Only {
		if !slices.Contains(Parts(), name) {
			return nil, fmt.Errorf("no part %q; there are %s", name, strings.Join(Parts(), ", "))
		}
	}
	b := &bench{o: o, span: time.Second, rounds: 3, report: &report.Report{Began: time.Now().UTC(), Quick: o.Quick, Machine: report.ThisMachine()}}
	if o.Quick {
		b.span, b.rounds = 50*time.Millisecond, 1
	}
	if err := os.MkdirAll(o.Data, 0o755); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp(o.Data, "bench-"); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	defer func() { err = errors.Join(err, b.closeDesk()) }()
	began := time.Now()
	for _, p := range parts {
		if slices.Contains(o.Only, p.name) || len(o.Only) == 0 && !p.asked {
			if err := b.take(ctx, p); err != nil {
				return b.report, fmt.Errorf("measure %s: %w", p.name, err)
			}
		}
	}
	b.report.Seconds = time.Since(began).Seconds()
	return b.report, nil
}

// errNoFigure: a part that gives none has not measured anything.
var errNoFigure = errors.New("no figure was found")

func (b *bench) take(ctx context.Context, p part) error {
	b.part = p.name
	before := len(b.report.Figures)
	if err := p.measure(ctx, b); err != nil {
		return err
	}
	if len(b.report.Figures) == before {
		return errNoFigure
	}
	return ctx.Err()
}

// note adds a figure.
func (b *bench) note(f report.Figure) error {
	f.Part = b.part
	if err := f.Check(); err != nil {
		return err
	}
	b.report.Figures = append(b.report.Figures, f)
	if b.o.Progress != nil {
		_, _ = fmt.Fprintf(b.o.Progress, "%s: %s\n", f.Part, f) // progress that cannot be shown stops nothing
	}
	return nil
}

// noteAll adds figures until one is none.
func (b *bench) noteAll(figures ...report.Figure) error {
	for _, f := range figures {
		if err := b.note(f); err != nil {
			return err
		}
	}
	return nil
}

// small gives the first of two amounts in a quick run.
func (b *bench) small(quick, full int) int {
	if b.o.Quick {
		return quick
	}
	return full
}

// folder makes a data folder; drop deletes it, with a Postgres that may have been moved to where its account reaches it.
func (b *bench) folder(name string) (dir string, drop func() error, err error) {
	dir = filepath.Join(b.dir, name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", nil, err
	}
	return dir, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		var err error
		if postgres := filepath.Join(dir, "postgres"); exists(postgres) {
			err = pglocal.Remove(ctx, postgres)
		}
		return errors.Join(err, os.RemoveAll(dir))
	}, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
