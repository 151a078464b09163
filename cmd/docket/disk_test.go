package main

import (
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"

	"docket/internal/eventstore/rawlog"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/stretchr/testify/require"
)

// failingDisk is the machine's file system, on which from a moment on nothing can be written.
func failingDisk(reason syscall.Errno) (disk vfs.FS, fail *atomic.Bool) {
	fail = new(atomic.Bool)
	return errorfs.Wrap(vfs.Default, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if fail.Load() && op.Kind.ReadOrWrite() == errorfs.OpIsWrite {
			return reason
		}
		return nil
	})), fail
}

// TestDiskThatTakesNoMore fills the disk under a service, makes it read-only, and breaks it: commands are refused as
// unavailable, reads go on, the service says that it is not ready, and once there is room again everything that was
// acknowledged is there, and nothing that was refused.
func TestDiskThatTakesNoMore(t *testing.T) {
	t.Parallel()
	for name, reason := range map[string]syscall.Errno{"full": syscall.ENOSPC, "read-only": syscall.EROFS, "broken": syscall.EIO} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			disk, fail := failingDisk(reason)
			var kept string
			acknowledged := map[string]bool{}
			t.Run("fails", func(t *testing.T) {
				o := openOfficeOn(t, data, disk)
				clerk := o.as("clerk")
				ready := (&desk{office: o}).get("/readyz")
				require.Equal(t, http.StatusOK, ready.status, string(ready.body))
				ticket := func() answer {
					return clerk.post("/v1/tickets", map[string]any{
						"unit": place(clerk, "unit"), "type": "CERT", "channel": "window", "urgency": "normal", "title": "Lost card",
						"description": "Since Monday.", "customer": "c-1001",
					})
				}
				created := ticket()
				require.Equal(t, http.StatusCreated, created.status, string(created.body))
				kept = created.decoded(t)["id"].(string)
				require.NoError(t, rawlog.Each(t.Context(), o.backends.EventStore, func(e rawlog.Event) error {
					acknowledged[e.ID] = true
					return nil
				}))

				fail.Store(true)
				refused := ticket()
				require.Equal(t, http.StatusServiceUnavailable, refused.status, string(refused.body))
				ready = (&desk{office: o}).get("/readyz")
				require.Equal(t, http.StatusServiceUnavailable, ready.status)
				require.Equal(t, "cannot be written", ready.decoded(t)["eventstore"])
				require.ErrorContains(t, o.backends.writable(), reason.Error())
				page := clerk.get("/v1/tickets/" + kept)
				require.Equal(t, http.StatusOK, page.status, string(page.body))
				fail.Store(false) // somebody made room; what has failed stays so until the next start
				require.Equal(t, http.StatusServiceUnavailable, (&desk{office: o}).get("/readyz").status)
			})
			o := openOfficeOn(t, data, nil)
			page := o.as("clerk").get("/v1/tickets/" + kept)
			require.Equal(t, http.StatusOK, page.status, string(page.body))
			titles := 0
			require.NoError(t, rawlog.Each(t.Context(), o.backends.EventStore, func(e rawlog.Event) error {
				delete(acknowledged, e.ID)
				if e.Type == "TicketRegistered" {
					titles++
				}
				return nil
			}))
			require.Empty(t, acknowledged, "everything acknowledged is there")
			require.Equal(t, 1, titles, "what was refused is not")
		})
	}
}

// TestReadOnlyFolderIsTold: a service that could keep nothing does not start, and says why.
func TestReadOnlyFolderIsTold(t *testing.T) {
	t.Parallel()
	disk, fail := failingDisk(syscall.EROFS)
	fail.Store(true)
	data := t.TempDir()
	s := &service{
		Settings: Settings{Data: data, Zone: "Asia/Shanghai", LogLevel: "warn", disk: disk}, Listen: "127.0.0.1:0",
		Log: slog.New(slog.DiscardHandler),
	}
	err := s.Start(t.Context())
	require.ErrorContains(t, err, "read-only file system")
	require.ErrorContains(t, err, filepath.Join(data, "events"))
}
