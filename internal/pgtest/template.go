package pgtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/jackc/pgx/v5"

	"docket/migrations"
)

// templateName carries a digest of the migrations, so that a changed file
// never meets an old template on a server that outlived the change.
var templateName = sync.OnceValues(func() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.Lasting, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(migrations.Lasting, path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(text), text)
		return err
	})
	return "docket_template_" + hex.EncodeToString(h.Sum(nil)[:8]), err
})

// migratedTemplate makes the template once per server: under another name
// first, renamed when complete, so that none ever copies a half one.
func migratedTemplate(ctx context.Context, admin *pgx.Conn, server string) (string, error) {
	name, err := templateName()
	if err != nil {
		return "", err
	}
	if there, err := exists(ctx, admin, name); there || err != nil {
		return name, err
	}
	// Held until this session ends, by our unlock or by our death.
	const lockKey = 0x646f636b6574
	if _, err := admin.Exec(ctx, "SELECT pg_advisory_lock($1)", lockKey); err != nil {
		return "", err
	}
	if there, err := exists(ctx, admin, name); there || err != nil {
		return name, err
	}
	draft := fmt.Sprintf("%s_draft_%d", name, os.Getpid())
	if err := create(ctx, admin, draft, "template0"); err != nil {
		return "", err
	}
	if err := migrations.Up(ctx, at(server, draft)); err != nil {
		_, drop := admin.Exec(ctx, "DROP DATABASE "+draft+" WITH (FORCE)")
		return "", errors.Join(err, drop)
	}
	// Refusing connections keeps it copyable: a source in use cannot be copied.
	_, err = admin.Exec(ctx, "ALTER DATABASE "+draft+" RENAME TO "+name)
	if err == nil {
		_, err = admin.Exec(ctx, "ALTER DATABASE "+name+" ALLOW_CONNECTIONS false")
	}
	return name, err
}

func exists(ctx context.Context, admin *pgx.Conn, name string) (bool, error) {
	var there bool
	err := admin.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there)
	return there, err
}
