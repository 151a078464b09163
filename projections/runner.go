package projections

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"time"

	"docket/domain"
	"docket/projections/internal/window"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// Source is the log of events that projections follow; *eventstore.Store is one.
type Source interface {
	// Subscribe gives the log in order after a position (exclusive), first what is stored and then what comes, until ctx
	// ends. An error is its last item.
	Subscribe(ctx context.Context, after uint64) iter.Seq2[domain.Page, error]
	// Head is the position where the log ends now.
	Head(ctx context.Context) (uint64, error)
}

// Options are what a Runner needs. Pool, Source and Models are required; the database has been migrated.
type Options struct {
	Pool    *pgxpool.Pool
	Source  Source
	Models  []Model
	Logger  *slog.Logger          // nil: discard
	Metrics prometheus.Registerer // nil: none
	TempDir string                // where a rebuild may spill to; empty: the system's
	Anyway  bool                  // rebuild even where the disk seems too small
}

// Runner keeps read models current, answers how current they are, gives queries their view of them and rebuilds them.
type Runner struct {
	pool    *pgxpool.Pool
	source  Source
	log     *slog.Logger
	temp    string
	anyway  bool
	window  *window.Window
	models  []*projection
	byName  map[string]*projection
	metrics *metrics
	limits  limits

	listener func([]Progress) // of rebuilds; nil: none
}

// limits are the runner's measures, changed by tests alone.
type limits struct {
	pageEvents int           // events in one transaction
	standby    time.Duration // how often a taken lock is tried
	retryFirst time.Duration // pause after a failure, doubling
	retryLast  time.Duration
	patience   time.Duration // how long a query waits for a position
	recall     int           // bytes of rows that keeping one model recalls
	spill      int           // bytes of keyed rows that a rebuild keeps in memory
	keepFrom   uint64        // length of a log whose rebuild can go on after a kill
	keepEvery  time.Duration // how often such a rebuild notes its place
	keepRest   int           // and how many times what noting took has to pass before it does again
	longLog    uint64        // length of a log whose rebuild is looked for room for

	disk func(folder string) (*Disk, error)
}

var defaultLimits = limits{
	pageEvents: 1000, standby: time.Second, retryFirst: 50 * time.Millisecond, retryLast: 10 * time.Second,
	patience: 2 * time.Second, recall: 4 << 20, spill: 24 << 20, keepFrom: 128 << 20, keepEvery: 20 * time.Second, keepRest: 30,
	longLog: 128 << 20, disk: diskOf,
}

// New checks the models and prepares a Runner; nothing runs before Run.
func New(o Options) (*Runner, error) {
	if o.Pool == nil || o.Source == nil {
		return nil, errors.New("projections: a pool and a source are required")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	r := &Runner{pool: o.Pool, source: o.Source, log: o.Logger, temp: o.TempDir, anyway: o.Anyway, byName: map[string]*projection{},
		metrics: newMetrics(), limits: defaultLimits, window: window.New(o.Source, o.Logger)}
	var problems []error
	for _, m := range o.Models {
		problems = append(problems, m.check())
		if r.byName[m.Name] != nil {
			problems = append(problems, fmt.Errorf("two models are named %q", m.Name))
		}
		p := newProjection(r, &m)
		r.models = append(r.models, p)
		r.byName[m.Name] = p
	}
	if o.Metrics != nil {
		problems = append(problems, o.Metrics.Register(r))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	return r, nil
}

// Run keeps the models current until ctx ends. It first builds those that have no tables made by this program, all in one
// pass. A model that fails is tried again for ever, shows in [Runner.Status] and holds up no other.
func (r *Runner) Run(ctx context.Context) error {
	// What goes wrong with a page is logged where it is tried again; the router only sees places being looked up.
	logger := watermill.NewSlogLoggerWithLevelMapping(r.log, map[slog.Level]slog.Level{slog.LevelInfo: slog.LevelDebug, slog.LevelError: slog.LevelDebug})
	router, err := message.NewRouter(message.RouterConfig{CloseTimeout: 10 * time.Second}, logger)
	if err != nil {
		return fmt.Errorf("projections: %w", err)
	}
	var running sync.WaitGroup
	router.AddMiddleware(r.insist, r.observe, survive)
	for _, p := range r.models {
		router.AddConsumerHandler("projection-"+p.model.Name, p.model.Name, subscriber{r, &running}, p.handle)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	running.Go(func() {
		r.prepare(ctx)
		for each := time.NewTicker(time.Hour); ; r.sweep(ctx) {
			select {
			case <-each.C:
			case <-ctx.Done():
				each.Stop()
				return
			}
		}
	})
	running.Go(func() { r.window.Run(ctx, r.start(ctx)) })
	err = router.Run(ctx)
	cancel()
	running.Wait()
	for _, p := range r.models {
		p.release()
	}
	if err != nil {
		return fmt.Errorf("projections: %w", err)
	}
	return nil
}

// Follow gives the log after a position in pages, sharing the reading and decoding with the models. It is for views in
// memory; they keep their place themselves.
func (r *Runner) Follow(ctx context.Context, after uint64) iter.Seq2[domain.Page, error] {
	return func(yield func(domain.Page, error) bool) {
		for b, err := range r.window.Follow(ctx, after, r.limits.pageEvents) {
			if err != nil {
				yield(domain.Page{From: after, To: after}, err)
				return
			}
			page := domain.Page{From: b.From, To: b.To}
			if len(b.Parts) == 1 {
				page.Events = b.Parts[0]
			} else {
				for _, part := range b.Parts {
					page.Events = append(page.Events, part...)
				}
			}
			if !yield(page, nil) {
				return
			}
			after = b.To
		}
	}
}
