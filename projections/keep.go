package projections

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"docket/domain"
	"docket/projections/internal/kept"
)

// oldest is how long a rebuild that was cut off can be taken up again. Its folder holds rows in plain, as the read models
// do, and must not outlast what is destroyed there.
const oldest = 24 * time.Hour

// tries is how often a rebuild is gone on with from one place before it is the place that is to blame.
const tries = 3

// errAnew: what a rebuild kept cannot be gone on from.
var errAnew = errors.New("starts anew")

// Keeping sets from which length of the log on a rebuild notes how far it is, and how often; never when the time is 0.
func (r *Runner) Keeping(from uint64, every time.Duration) *Runner {
	r.limits.keepFrom, r.limits.keepEvery = from, every
	return r
}

// keeper notes how far one rebuild is, so that another can go on.
type keeper struct {
	folder *kept.Folder
	note   kept.Note // what is kept, or was when it was taken up; its models are those of the rebuild
	met    bool      // the log has been compared with what was folded of it
	again  bool      // it was taken up
	began  time.Time
	last   time.Time // when it was noted last
	cost   time.Duration
	saving chan error // answers when the note that is being written is; nil: none is
}

// program is a digest of the running program: folds of another may give other rows, whatever their versions say.
var program = sync.OnceValues(func() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find the program: %w", err)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("find the program: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("read the program: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
})

// shape tells everything that rows on disk depend on besides the fold.
func (m *Model) shape() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%d %s", m.Version, m.digest())
	for _, t := range m.Tables {
		fmt.Fprintf(sum, "\n%s %v", t.core().name, t.core().appendOnly)
		for _, c := range t.core().plan.Columns {
			fmt.Fprintf(sum, " %s %d %v %v", c.Name, c.Kind, c.Key, c.Pointer)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// keeps begins to keep a rebuild of models that starts at the beginning.
func keeps(parent string, models []*Model) (*keeper, error) {
	digest, err := program()
	if err != nil {
		return nil, err
	}
	f, err := kept.Begin(parent)
	if err != nil {
		return nil, err
	}
	k := &keeper{folder: f, met: true, began: time.Now(), last: time.Now()}
	k.note.Program = digest
	for _, m := range models {
		k.note.Models = append(k.note.Models, kept.Model{Name: m.Name, Shape: m.shape()})
	}
	return k, nil
}

// takeUp looks for a rebuild that was cut off and can be gone on with; nil when there is none. Folders that are good for
// nothing are removed.
func (w *work) takeUp() (*keeper, error) {
	r, models := w.runner, w.models
	left, err := kept.Left(r.temp)
	if err != nil {
		return nil, err
	}
	var best *keeper
	drop := func(f *kept.Folder, why string) {
		if why != "" {
			r.log.Warn("a rebuild that was cut off is not gone on with; it starts anew", "kept", f.Name(), "reason", why)
			w.told.remark("starts anew: " + why)
		}
		if err := f.Remove(); err != nil {
			r.log.Warn("folder of a rebuild that was cut off stays", "error", err)
		}
	}
	for _, f := range left {
		note, err := f.Note()
		if err != nil || note.To == 0 || time.Since(note.At) > oldest {
			drop(f, "")
			continue
		}
		names := make([]string, len(note.Models))
		for i, m := range note.Models {
			names[i] = m.Name
		}
		common := slices.ContainsFunc(models, func(m *Model) bool { return slices.Contains(names, m.Name) })
		if !common {
			_ = f.Close() // it waits for another rebuild
			continue
		}
		fit, why := fitting(note, models)
		switch {
		case why != "":
			drop(f, why)
		case best != nil && best.note.To >= note.To:
			drop(f, "")
		default:
			if best != nil {
				drop(best.folder, "")
			}
			best = &keeper{folder: f, note: note, again: true, began: time.Now(), last: time.Now()}
			best.note.Models = fit
		}
	}
	if best != nil {
		spilled, _ := filepath.Glob(filepath.Join(best.folder.Dir(), "spill-*")) // the pattern is sound
		for _, dir := range spilled {
			if err := os.RemoveAll(dir); err != nil {
				return nil, fmt.Errorf("rebuild: %w", err)
			}
		}
	}
	return best, nil
}

// fitting gives what a note says of the models, or why it is of no use for them.
func fitting(note kept.Note, models []*Model) (fit []kept.Model, why string) {
	digest, err := program()
	if err != nil {
		return nil, err.Error()
	}
	if note.Program != digest {
		return nil, "it was made by another program"
	}
	if note.Tries >= tries {
		return nil, fmt.Sprintf("it was gone on with from position %d %d times without getting further", note.To, note.Tries)
	}
	for _, m := range models {
		i := slices.IndexFunc(note.Models, func(k kept.Model) bool { return k.Name == m.Name })
		if i < 0 {
			return nil, "it was without " + m.Name
		}
		if note.Models[i].Shape != m.shape() {
			return nil, m.Name + " has changed"
		}
		fit = append(fit, note.Models[i])
	}
	return fit, ""
}

// sweep removes what rebuilds left that nobody can go on with, or should any more.
func (r *Runner) sweep(ctx context.Context) {
	left, err := kept.Left(r.temp)
	if err != nil {
		r.log.Warn("folders of rebuilds that were cut off stay", "error", err)
	}
	for _, f := range left {
		if note, err := f.Note(); err != nil || note.To == 0 || time.Since(note.At) > oldest {
			err = f.Remove()
			r.log.Info("removed what a rebuild that was cut off had left", "kept", f.Name(), "error", err)
			continue
		}
		_ = f.Close()
	}
	if _, err := r.pool.Exec(ctx, "DELETE FROM projections.rebuild WHERE told < now() - $1::interval", oldest); err != nil && ctx.Err() == nil {
		r.log.Warn("old notes of rebuilds stay", "error", err)
	}
}

// resumed reports whether the rebuild goes on from what another kept.
func (k *keeper) resumed() bool { return k != nil && !k.met }

// due reports whether it is time to note the place again: so seldom that it costs little.
func (k *keeper) due(l limits) bool {
	return k.saving == nil && time.Since(k.last) >= max(l.keepEvery, time.Duration(l.keepRest)*k.cost)
}

// saved tells how the last note came to be written, waiting for it if need be; nil when there was none.
func (k *keeper) saved(wait bool) (done bool, err error) {
	if k.saving == nil {
		return false, nil
	}
	if wait {
		err := <-k.saving
		k.saving = nil
		return true, err
	}
	select {
	case err := <-k.saving:
		k.saving = nil
		return true, err
	default:
		return false, nil
	}
}

// remember notes the end of a page that has been folded.
func (k *keeper) remember(page domain.Page, events int) {
	if len(page.Events) > 0 {
		k.note.From, k.note.Last = page.From, page.Events[len(page.Events)-1].ID
	}
	k.note.To, k.note.Events = page.To, events
}

// meet compares a page of the log with what was folded of it, up to where a rebuild goes on, and gives what is new in it.
// Errors: errAnew when it is another log.
func (k *keeper) meet(page domain.Page, seen *bool) (domain.Page, error) {
	n := 0
	for n < len(page.Events) && page.Events[n].Position <= k.note.To {
		*seen = *seen || page.Events[n].ID == k.note.Last
		n++
	}
	if page.To < k.note.To {
		if page.Live {
			return page, fmt.Errorf("%w: the log ends before the place where it stood", errAnew)
		}
		return domain.Page{From: page.To, To: page.To}, nil
	}
	if !*seen {
		return page, fmt.Errorf("%w: the log has another event at the place where it stood", errAnew)
	}
	k.met = true
	return domain.Page{From: k.note.To, To: page.To, Live: page.Live, Events: page.Events[n:]}, nil
}
