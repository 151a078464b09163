// Package kept holds on disk how far a rebuild of read models has come: a folder for each rebuild, locked while it runs, with
// a log of row changes for each model and a note of the place up to which they count. A rebuild that was killed leaves its
// folder, and the next one goes on from there. What the rows mean, and whether a folder still fits, is its user's business.
package kept

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// prefix of the folders' names.
const prefix = "docket-rebuilding-"

// Folder is one rebuild's place on disk, locked by this process.
type Folder struct {
	dir  string
	lock io.Closer
	logs []*Log
}

// Note says how far the rebuild was and what it was made by. The zero Note is that of a folder in which none was written.
type Note struct {
	Program string    `json:"program"` // digest of the program that folded
	Models  []Model   `json:"models"`
	At      time.Time `json:"at"`
	From    uint64    `json:"from"`   // where the last page began: reading from there gives its last event again
	To      uint64    `json:"to"`     // everything up to here is in the logs
	Last    string    `json:"last"`   // id of the last event up to there
	Events  int       `json:"events"` // folded so far
	Whole   bool      `json:"whole"`  // the log of events was read to its end as it was
	Tries   int       `json:"tries"`  // how often a rebuild went on from here
}

// Model is what the rows of one log are of, and how much of it counts.
type Model struct {
	Name  string `json:"name"`
	Shape string `json:"shape"` // version, tables and columns
	Place Place  `json:"place"`
}

// Begin makes a folder below parent; empty is the system's folder for temporary files.
func Begin(parent string) (*Folder, error) {
	if parent != "" {
		if err := os.MkdirAll(parent, 0o711); err != nil {
			return nil, fmt.Errorf("kept rebuild: %w", err)
		}
	}
	dir, err := os.MkdirTemp(parent, prefix)
	if err != nil {
		return nil, fmt.Errorf("kept rebuild: %w", err)
	}
	f, err := lock(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return f, nil
}

// Left gives the folders below parent that nobody holds any more, each locked now.
func Left(parent string) ([]*Folder, error) {
	found, err := Folders(parent)
	if err != nil {
		return nil, err
	}
	var left []*Folder
	for _, dir := range found {
		if f, err := lock(dir); err == nil { // else another rebuild is at it
			left = append(left, f)
		}
	}
	return left, nil
}

// Folders are the paths of all folders below parent, whoever holds them.
func Folders(parent string) (dirs []string, err error) {
	if parent == "" {
		parent = os.TempDir()
	}
	found, err := filepath.Glob(filepath.Join(escaped(parent), prefix+"*", lockFile))
	if err != nil {
		return nil, fmt.Errorf("kept rebuild: %w", err)
	}
	for _, file := range found {
		dirs = append(dirs, filepath.Dir(file))
	}
	return dirs, nil
}

// escaped takes from a path what a pattern would read as more than itself.
func escaped(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

const lockFile = "lock"

func lock(dir string) (*Folder, error) {
	l, err := vfs.Default.Lock(filepath.Join(dir, lockFile))
	if err != nil {
		return nil, fmt.Errorf("kept rebuild: %w", err)
	}
	return &Folder{dir: dir, lock: l}, nil
}

// Name tells this rebuild from all others.
func (f *Folder) Name() string { return filepath.Base(f.dir) }

// Dir is where further files of the rebuild may lie; they go with it.
func (f *Folder) Dir() string { return f.dir }

// Log opens the log of a model.
func (f *Folder) Log(model string) (*Log, error) {
	l, err := newLog(filepath.Join(f.dir, rowsPrefix+model))
	if err == nil {
		f.logs = append(f.logs, l)
	}
	return l, err
}

const (
	noteFile   = "note.json"
	rowsPrefix = "rows-"
)

// Note reads the last note.
func (f *Folder) Note() (Note, error) {
	var n Note
	text, err := os.ReadFile(filepath.Join(f.dir, noteFile))
	if errors.Is(err, os.ErrNotExist) {
		return n, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &n)
	}
	if err != nil {
		return Note{}, fmt.Errorf("kept rebuild: %w", err)
	}
	return n, nil
}

// Keep makes a note hold: first the disk has everything up to its places, then the note takes the place of the one before.
// It may run beside what is added to the logs meanwhile.
func (f *Folder) Keep(n Note) error {
	for _, l := range f.logs {
		if err := l.sync(); err != nil {
			return fmt.Errorf("kept rebuild: %w", err)
		}
	}
	text, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("kept rebuild: %w", err)
	}
	fresh := filepath.Join(f.dir, noteFile+".new")
	if err := errors.Join(writeSynced(fresh, text), os.Rename(fresh, filepath.Join(f.dir, noteFile)), syncFolder(f.dir), syncFolder(filepath.Dir(f.dir))); err != nil {
		return fmt.Errorf("kept rebuild: %w", err)
	}
	return nil
}

func writeSynced(path string, text []byte) error {
	w, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return errors.Join(err, w.Sync(), w.Close())
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Close lets the folder stay for whoever goes on.
func (f *Folder) Close() error {
	var all []error
	for _, l := range f.logs {
		all = append(all, l.close())
	}
	f.logs = nil
	return errors.Join(append(all, f.lock.Close())...)
}

// Forget deletes note and logs, and leaves the rest of the folder.
func (f *Folder) Forget() error {
	all := []error{os.RemoveAll(filepath.Join(f.dir, noteFile))} // first, since it speaks of the logs
	for _, l := range f.logs {
		all = append(all, l.close(), os.Remove(l.file.Name()))
	}
	f.logs = nil
	return errors.Join(all...)
}

// Remove deletes the folder.
func (f *Folder) Remove() error {
	err := os.RemoveAll(f.dir) // while it is locked
	return errors.Join(err, f.Close())
}
