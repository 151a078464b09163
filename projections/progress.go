package projections

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Phase is what a rebuild of a model is doing.
type Phase string

// The phases, in order. Stopped is only seen from outside: the rebuild was cut off and nobody goes on with it yet.
const (
	Resuming   Phase = "resuming"    // rows that a rebuild had before it was cut off are taken up again
	Folding    Phase = "folding"     // the log is read and folded
	Loading    Phase = "loading"     // rows are copied into the new tables
	Indexing   Phase = "indexes"     // indexes are made
	CatchingUp Phase = "catching up" // what came meanwhile is applied, and the tables take the place of the old ones
	InPlace    Phase = "in place"
	Stopped    Phase = "stopped"
)

// Progress is how far the rebuild of a model is.
type Progress struct {
	Model    string
	Phase    Phase
	Events   int       // folded, with those before it was cut off
	Position uint64    // of the log: folded up to here
	Head     uint64    // where the log ended when it began
	Resumed  uint64    // the position where it went on after being cut off; 0: it began at the beginning
	Kept     uint64    // the position where it would go on if it were cut off now
	Rate     float64   // events a second, since it began to fold
	Ends     time.Time // estimate; zero: none yet
	Began    time.Time
	Told     time.Time // when it was so
	Remark   string    // why it does not go on from where another was cut off; only known where it runs
}

// Share of the log that is folded, from 0 to 1.
func (p Progress) Share() float64 {
	if p.Head == 0 {
		return 1
	}
	return min(1, float64(p.Position)/float64(p.Head))
}

// afterFolding is about how long loading and indexes take, as a share of the time that folding takes.
const afterFolding = 0.3

// telling keeps the progress of one rebuild and tells it: to the listener, and to others by way of the database.
type telling struct {
	runner *Runner
	stored bool // others may see it

	out    sync.Mutex // one tells at a time
	mu     sync.Mutex
	all    []Progress
	since  time.Time // folding began, here
	from   uint64
	before int // events
	folded time.Duration
}

func (r *Runner) tellingOf(models []*Model, stored bool) *telling {
	t := &telling{runner: r, stored: stored}
	for _, m := range models {
		t.all = append(t.all, Progress{Model: m.Name, Phase: Folding, Began: time.Now()})
	}
	return t
}

// OnRebuild names a function that is told of every change of phase, and about every second while the log is folded, how far
// the models of a rebuild are. It is called before the rebuild goes on. Set it before anything runs.
func (r *Runner) OnRebuild(f func([]Progress)) { r.listener = f }

// starts notes where folding begins.
func (t *telling) starts(ctx context.Context, at, head uint64, events int, resumed bool) {
	t.mu.Lock()
	t.since, t.from, t.before = time.Now(), at, events
	for i := range t.all {
		p := &t.all[i]
		p.Position, p.Head, p.Events = at, head, events
		if resumed {
			p.Resumed, p.Kept = at, at
		}
	}
	t.mu.Unlock()
	t.tell(ctx)
}

// reached notes how far the log is folded, at most once a second.
func (t *telling) reached(ctx context.Context, position uint64, events int) {
	t.mu.Lock()
	now := time.Now()
	due := now.Sub(t.all[0].Told) >= time.Second
	if t.folded = now.Sub(t.since); due {
		rate, ends := 0.0, time.Time{}
		if t.folded > 0 {
			rate = float64(events-t.before) / t.folded.Seconds()
		}
		if head := t.all[0].Head; position > t.from && head > t.from {
			whole := float64(t.folded) * float64(head-t.from) / float64(position-t.from)
			already := float64(t.folded) * float64(t.from) / float64(position-t.from) // what was folded before it was cut off is still to be loaded
			ends = t.since.Add(time.Duration(whole + afterFolding*(whole+already)))
		}
		for i := range t.all {
			p := &t.all[i]
			p.Position, p.Events, p.Rate, p.Ends = min(position, max(p.Head, p.Position)), events, rate, ends
		}
	}
	t.mu.Unlock()
	if due {
		t.tell(ctx)
	}
}

// remark notes why the rebuild starts at the beginning.
func (t *telling) remark(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.all {
		t.all[i].Remark = text
	}
}

// kept notes where the rebuild would go on.
func (t *telling) kept(ctx context.Context, position uint64) {
	t.mu.Lock()
	for i := range t.all {
		t.all[i].Kept = position
	}
	t.mu.Unlock()
	t.tell(ctx)
}

// phase notes what is done for a model.
func (t *telling) phase(ctx context.Context, model string, phase Phase) {
	t.mu.Lock()
	for i := range t.all {
		if t.all[i].Model == model {
			t.all[i].Phase = phase
		}
	}
	t.mu.Unlock()
	t.tell(ctx)
}

// tell tells everybody. What the database does not take is not worth ending a rebuild for.
func (t *telling) tell(ctx context.Context) {
	t.out.Lock()
	defer t.out.Unlock()
	t.mu.Lock()
	for i := range t.all {
		t.all[i].Told = time.Now()
	}
	all := slices.Clone(t.all)
	t.mu.Unlock()
	if t.runner.listener != nil {
		t.runner.listener(all)
	}
	if !t.stored {
		return
	}
	var b pgx.Batch
	for _, p := range all {
		var ends *time.Time
		if !p.Ends.IsZero() {
			ends = &p.Ends
		}
		b.Queue(`INSERT INTO projections.rebuild (model, phase, events, position, head, resumed, kept, per_second, ends, began, told, lock)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
			ON CONFLICT (model) DO UPDATE SET phase = excluded.phase, events = excluded.events, position = excluded.position, head = excluded.head,
				resumed = excluded.resumed, kept = excluded.kept, per_second = excluded.per_second, ends = excluded.ends, began = excluded.began,
				told = excluded.told, lock = excluded.lock`,
			p.Model, p.Phase, p.Events, int64(p.Position), int64(p.Head), int64(p.Resumed), int64(p.Kept), p.Rate, ends, p.Began, p.Told, lockKey("rebuild", p.Model))
	}
	if err := t.runner.pool.SendBatch(ctx, &b).Close(); err != nil && ctx.Err() == nil {
		t.runner.log.Warn("progress of a rebuild cannot be told", "error", err)
	}
}

// ended withdraws the rows of a rebuild that is done.
func (t *telling) ended(ctx context.Context) error {
	if !t.stored {
		return nil
	}
	var models []string
	for _, p := range t.all {
		models = append(models, p.Model)
	}
	if _, err := t.runner.pool.Exec(ctx, "DELETE FROM projections.rebuild WHERE model = ANY($1)", models); err != nil {
		return fmt.Errorf("withdraw the progress of a rebuild: %w", err)
	}
	return nil
}

// Rebuilding tells how far the rebuilds are that are under way, here or in other processes, and which were cut off.
func (r *Runner) Rebuilding(ctx context.Context) ([]Progress, error) {
	rows, err := r.pool.Query(ctx, `
		SELECT r.model, CASE WHEN EXISTS (SELECT FROM pg_locks k WHERE k.locktype = 'advisory' AND k.objsubid = 1
				AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
				AND (k.classid::bigint << 32 | k.objid::bigint) = r.lock) THEN r.phase ELSE 'stopped' END,
			r.events, r.position, r.head, r.resumed, r.kept, r.per_second, r.ends, r.began, r.told
		FROM projections.rebuild r ORDER BY r.model`)
	if err != nil {
		return nil, fmt.Errorf("how far rebuilds are: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Progress, err error) {
		var position, head, resumed, kept int64
		var ends *time.Time
		err = row.Scan(&p.Model, &p.Phase, &p.Events, &position, &head, &resumed, &kept, &p.Rate, &ends, &p.Began, &p.Told)
		p.Position, p.Head, p.Resumed, p.Kept = uint64(position), uint64(head), uint64(resumed), uint64(kept)
		if ends != nil {
			p.Ends = *ends
		}
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("how far rebuilds are: %w", err)
	}
	return all, nil
}
