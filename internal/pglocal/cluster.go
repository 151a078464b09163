package pglocal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// clusterVersion is the major version that made the cluster, 0 if none exists.
func clusterVersion(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s/PG_VERSION does not name a version: %q", data, text)
	}
	return major, nil
}

// initPrefix names unfinished clusters.
const initPrefix = "initdb-"

// createCluster works in a folder beside the final one and renames it when
// complete, so a kill in the middle leaves no half cluster behind the name.
func createCluster(ctx context.Context, bin installation, h *home, throwaway bool) error {
	parent := filepath.Dir(h.data)
	if err := removeUnfinished(parent); err != nil {
		return err
	}
	if entries, err := os.ReadDir(h.data); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s holds files but no PostgreSQL cluster; move them away first", h.data)
	}
	work, err := os.MkdirTemp(parent, initPrefix)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }() // gone already after the rename
	if err := h.account.own(work); err != nil {
		return err
	}
	// The socket folder is closed to everyone but the account and root, which
	// is why "trust" inside it gives nothing away.
	args := []string{
		"--pgdata=" + work, "--username=" + Role, "--encoding=UTF8", "--locale=C.UTF-8",
		"--auth-local=trust", "--auth-host=reject", "--no-instructions",
	}
	if throwaway {
		args = append(args, "--no-sync")
	}
	cmd := h.account.command(ctx, bin.command("initdb"), args...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb as %s: %w\n%s", h.account.name, errors.Join(err, ctx.Err()), strings.TrimSpace(string(out)))
	}
	if err := os.Rename(work, h.data); err != nil {
		return err
	}
	return syncFolder(parent)
}

func removeUnfinished(parent string) error {
	left, err := filepath.Glob(filepath.Join(parent, initPrefix+"*"))
	if err != nil {
		return err
	}
	for _, dir := range left {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("removing an unfinished cluster: %w", err)
		}
	}
	return nil
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
