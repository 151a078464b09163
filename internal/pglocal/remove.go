package pglocal

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
)

// Remove deletes a server's folder with all its data, wherever they lie; a
// server left over from a killed process is stopped first. It fails with
// ErrInUse while a live process holds the folder, for which it waits as long
// as Start does.
func Remove(ctx context.Context, dir string) error {
	h, err := openHome(ctx, dir)
	if err != nil {
		return err
	}
	return errors.Join(
		stopOrphan(ctx, h.data, slog.New(slog.DiscardHandler)),
		removeNoted(h.note()),
		os.RemoveAll(filepath.Dir(h.data)),
		os.RemoveAll(h.dir),
		h.release())
}
