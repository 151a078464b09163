package store_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/stretchr/testify/require"
)

func open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func something() []record.Proposed {
	return []record.Proposed{{ID: store.NewID(), Type: "T", JSON: true, Data: bytes.Repeat([]byte("x"), 500)}}
}

type acked struct {
	stream string
	id     record.ID
	at     store.Written
}

// TestPowerLoss takes copies of the file system as a power failure would leave
// it (what was synced, and none or some of what was not) while appends go on.
// Every append acknowledged before the copy must be in it.
func TestPowerLoss(t *testing.T) {
	t.Parallel()
	fs := vfs.NewCrashableMem()
	s := open(t, store.Options{Dir: "log", FS: fs})
	var (
		mu   sync.Mutex
		acks []acked
	)
	write := func(stream string) error {
		events := something()
		at, err := s.Append(context.Background(), stream, store.Any, events)
		mu.Lock()
		defer mu.Unlock()
		acks = append(acks, acked{stream, events[0].ID, at})
		return err
	}
	for crash := range 20 {
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := range 10 {
					if err := write(fmt.Sprintf("s-%d", (w+i)%5)); err != nil {
						t.Error(err)
					}
				}
			}()
		}
		var known []acked
		require.Eventually(t, func() bool {
			mu.Lock()
			defer mu.Unlock()
			known = acks[:len(acks):len(acks)]
			return len(known) >= crash*80+crash*3
		}, patience, 100*time.Microsecond)
		left := fs.CrashClone(vfs.CrashCloneCfg{
			UnsyncedDataPercent: crash % 2 * 50, RNG: rand.New(rand.NewPCG(1, uint64(crash))),
		})
		wg.Wait()
		checkAcked(t, left, known)
	}
}

func checkAcked(t *testing.T, fs vfs.FS, known []acked) {
	t.Helper()
	s, err := store.Open(store.Options{Dir: "log", FS: fs})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	for _, a := range known {
		r, ok, err := s.Visible(a.stream, a.at.Last)
		require.NoError(t, err)
		require.True(t, ok, "an acknowledged event is gone")
		v, err := r.View()
		require.NoError(t, err)
		require.Equal(t, a.id, v.ID)
		require.Equal(t, a.at.Position, r.Position)
	}
	w, err := s.Append(context.Background(), "s-0", store.Any, something())
	require.NoError(t, err)
	require.Less(t, w.Position, s.Tail())
}

// TestFullDisk fills the disk under a running store.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	var full atomic.Bool
	mem := vfs.NewMem()
	fs := errorfs.Wrap(mem, errorfs.InjectorFunc(func(op errorfs.Op) error {
		switch op.Kind { //nolint:exhaustive // only what takes space can find the disk full
		case errorfs.OpFileWrite, errorfs.OpFileSyncData, errorfs.OpFileSync, errorfs.OpCreate:
			if full.Load() {
				return syscall.ENOSPC
			}
		}
		return nil
	}))
	s := open(t, store.Options{Dir: "log", FS: fs})
	ctx := context.Background()
	kept, err := s.Append(ctx, "s", store.NoStream, something())
	require.NoError(t, err)
	full.Store(true)
	_, err = s.Append(ctx, "s", store.Any, something())
	require.ErrorIs(t, err, store.ErrFailed)
	require.ErrorContains(t, err, "no space left")
	_, err = s.Append(ctx, "s", store.Any, something())
	require.ErrorIs(t, err, store.ErrFailed, "once failed, nothing is accepted")
	require.ErrorIs(t, s.Err(), store.ErrFailed)
	p, err := s.StreamForward("s", 0, 10)
	require.NoError(t, err)
	require.Len(t, p.Recs, 1, "what was acknowledged is readable, what was refused is not")

	full.Store(false)
	_ = s.Close() // it may well complain
	again := open(t, store.Options{Dir: "log", FS: mem})
	r, ok, err := again.Visible("s", 0)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, kept.Position, r.Position)
}

// TestDamage flips a byte in the middle of each file that holds events: opening
// or reading must fail, never go on without them.
func TestDamage(t *testing.T) {
	t.Parallel()
	for name, flush := range map[string]bool{"log": false, "table": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s, err := store.Open(store.Options{Dir: dir})
			require.NoError(t, err)
			for range 200 {
				_, err := s.Append(context.Background(), "s", store.Any, something())
				require.NoError(t, err)
			}
			damaged := filepath.Join(t.TempDir(), "damaged")
			if flush {
				require.NoError(t, s.Close())
				require.NoError(t, os.CopyFS(damaged, os.DirFS(dir)))
			} else { // as a kill leaves it: everything is in the write-ahead log
				require.NoError(t, os.CopyFS(damaged, os.DirFS(dir)))
				require.NoError(t, s.Close())
			}
			require.Positive(t, flipMiddles(t, damaged, map[bool]string{false: "*.log", true: "*.sst"}[flush]))
			require.Error(t, openAndReadAll(damaged))
		})
	}
}

func flipMiddles(t *testing.T, dir, pattern string) (flipped int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	require.NoError(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		used := len(bytes.TrimRight(b, "\x00"))
		if used < 10_000 && pattern == "*.log" {
			continue // no events yet
		}
		b[used/3] ^= 0xff
		require.NoError(t, os.WriteFile(f, b, 0o600))
		flipped++
	}
	return flipped
}

func openAndReadAll(dir string) error {
	s, err := store.Open(store.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer s.Close()
	n := 0
	for next := uint64(0); ; {
		p, err := s.Forward(next, 100)
		if err != nil {
			return err
		}
		for _, r := range p.Recs {
			if _, err := r.View(); err != nil {
				return err
			}
			n++
		}
		if next = p.Next; p.Done {
			if n != 200 {
				return nil // silently lost: the test fails
			}
			return fmt.Errorf("all %d events were read: the damage hit none", n)
		}
	}
}

// TestFolder opens folders that cannot be used.
func TestFolder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := store.Open(store.Options{Dir: filepath.Join(file, "events")})
	require.ErrorContains(t, err, "open data folder")

	readOnly := errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() == errorfs.OpIsWrite {
			return syscall.EROFS
		}
		return nil
	}))
	_, err = store.Open(store.Options{Dir: "log", FS: readOnly})
	require.ErrorContains(t, err, "read-only file system")

	dir := t.TempDir()
	open(t, store.Options{Dir: dir})
	_, err = store.Open(store.Options{Dir: dir})
	require.ErrorContains(t, err, "in use by another engine")
}
