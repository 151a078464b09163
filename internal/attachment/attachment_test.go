package attachment_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"docket/domain"
	"docket/internal/attachment"
	"docket/internal/pgtest"
	"docket/internal/vault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	mine  = domain.StreamID("ticket-1")
	yours = domain.StreamID("ticket-2")
)

// desk is a store of files on a real database, vault and folder.
type desk struct {
	*testing.T
	*attachment.Store
	vault *vault.Vault
	db    *pgxpool.Pool
	dir   string
}

func open(t *testing.T, change ...func(*attachment.Options)) *desk {
	t.Helper()
	db, dir := pgtest.Migrated(t), t.TempDir()
	keys, err := vault.New(t.Context(), db, vault.Options{MasterKeyFile: filepath.Join(t.TempDir(), "master.json")})
	require.NoError(t, err)
	bucket, err := attachment.OpenBucket(t.Context(), filepath.Join(dir, "files"))
	require.NoError(t, err)
	o := attachment.Options{Pool: db, Keys: keys, Bucket: bucket}
	for _, c := range change {
		c(&o)
	}
	t.Cleanup(func() { require.NoError(t, o.Bucket.Close()) })
	store, err := attachment.Open(o)
	require.NoError(t, err)
	return &desk{t, store, keys, db, filepath.Join(dir, "files")}
}

func (d *desk) put(text string) attachment.Upload {
	d.Helper()
	u, err := d.Put(d.Context(), mine, "staff-ann", strings.NewReader(text))
	require.NoError(d, err)
	return u
}

func (d *desk) read(stream domain.StreamID, digest string) (string, error) {
	d.Helper()
	file, err := d.Read(d.Context(), stream, digest)
	if err != nil {
		return "", err
	}
	defer func() { require.NoError(d, file.Close()) }()
	text, err := io.ReadAll(file)
	return string(text), err
}

// files lists what lies in the folder.
func (d *desk) files() []string {
	d.Helper()
	var found []string
	require.NoError(d, filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			found = append(found, path)
		}
		return err
	}))
	return found
}

func TestFileIsSealedAndOpensForItsStreamOnly(t *testing.T) {
	t.Parallel()
	d := open(t)
	text := strings.Repeat("內容 that nobody else may read\n", 100_000) // several segments
	u := d.put(text)
	require.Equal(t, "text/plain", u.MediaType)
	require.Equal(t, int64(len(text)), u.Size)
	require.Equal(t, attachment.NotScanned, u.Scan)
	got, err := d.read(mine, u.Digest)
	require.NoError(t, err)
	require.Equal(t, text, got)
	_, err = d.read(yours, u.Digest)
	require.Error(t, err)
	_, err = d.read(mine, strings.Repeat("0", 64))
	require.ErrorIs(t, err, attachment.ErrUnknown)
	require.NotEqual(t, u.Digest, d.put(text).Digest, "equal files cannot be told to be equal")

	require.Len(t, d.files(), 2)
	for _, path := range d.files() {
		sealed, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NotContains(t, string(sealed), "nobody else")
	}
	_, known, err := d.Staged(t.Context(), yours, u.Digest)
	require.NoError(t, err)
	require.False(t, known)
	staged, known, err := d.Staged(t.Context(), mine, u.Digest)
	require.NoError(t, err)
	require.True(t, known)
	require.Equal(t, u, staged)
}

func TestChangedFileFailsAndDestroyedFileIsGone(t *testing.T) {
	t.Parallel()
	d := open(t)
	u := d.put("a statement\n")
	path := d.files()[0]
	sealed, err := os.ReadFile(path)
	require.NoError(t, err)
	broken := bytes.Clone(sealed)
	broken[len(broken)-1] ^= 1
	require.NoError(t, os.WriteFile(path, broken, 0o600))
	_, err = d.read(mine, u.Digest)
	require.Error(t, err)
	require.NoError(t, os.WriteFile(path, []byte("no such file"), 0o600))
	_, err = d.read(mine, u.Digest)
	require.Error(t, err)
	require.NoError(t, os.WriteFile(path, sealed, 0o600))
	_, err = d.read(mine, u.Digest)
	require.NoError(t, err)

	require.NoError(t, d.vault.Destroy(t.Context(), string(mine)))
	_, err = d.read(mine, u.Digest)
	require.ErrorIs(t, err, domain.ErrDestroyed)
	_, err = d.Put(t.Context(), mine, "staff-ann", strings.NewReader("more"))
	require.ErrorIs(t, err, domain.ErrDestroyed)
}

func TestWhatIsNotTaken(t *testing.T) {
	t.Parallel()
	d := open(t, func(o *attachment.Options) { o.Largest = 1000 })
	for name, c := range map[string]struct {
		file string
		want error
	}{
		"nothing":              {"", attachment.ErrEmpty},
		"a program":            {"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00", attachment.ErrType},
		"a page with a script": {"<!DOCTYPE html><script>alert(1)</script>", attachment.ErrType},
		"an archive":           {"PK\x03\x04 something else", attachment.ErrType},
		"bytes":                {"\x80\x81\x82\x83 text", attachment.ErrType},
		"one byte too much":    {strings.Repeat("a", 1001), attachment.ErrTooLarge},
	} {
		_, err := d.Put(t.Context(), mine, "staff-ann", strings.NewReader(c.file))
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := d.Put(t.Context(), mine, "staff-ann", io.MultiReader(strings.NewReader(strings.Repeat("a", 600)), failing{}))
	require.ErrorIs(t, err, errCut)
	require.Empty(t, d.files(), "nothing is left of what was refused")
	for want, head := range map[string]string{
		"application/pdf": "%PDF-1.7\n", "image/png": "\x89PNG\r\n\x1a\n....", "image/jpeg": "\xff\xd8\xff\xe0....",
		"application/vnd.openxmlformats-officedocument": "PK\x03\x04\x14\x00\x06\x00........[Content_Types].xml",
	} {
		require.Equal(t, want, d.put(head).MediaType)
	}
	require.Equal(t, int64(1000), d.put(strings.Repeat("長", 333)+"a").Size)
}

var errCut = errors.New("the line was cut")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errCut }

// TestSweep: what nobody attaches goes after a day; what a stream says is attached stays, whether or not anybody noted it.
func TestSweep(t *testing.T) {
	t.Parallel()
	d := open(t)
	fresh, old, kept, touched := d.put("fresh"), d.put("old"), d.put("kept"), d.put("touched")
	for _, u := range []attachment.Upload{old, kept, touched} {
		_, err := d.db.Exec(t.Context(), "UPDATE attachments.uploads SET touched_at = now() - interval '25 hours' WHERE digest = $1", u.Digest)
		require.NoError(t, err)
	}
	asked := 0
	attached := func(_ context.Context, stream domain.StreamID, digest string) (bool, error) {
		asked++
		require.Equal(t, mine, stream)
		if digest == touched.Digest { // a command takes it at this very moment
			_, known, err := d.Staged(t.Context(), mine, digest)
			require.NoError(t, err)
			require.True(t, known)
		}
		return digest == kept.Digest, nil
	}
	swept, err := d.Sweep(t.Context(), attached)
	require.NoError(t, err)
	require.Equal(t, 1, swept)
	require.Equal(t, 3, asked)
	_, err = d.read(mine, old.Digest)
	require.ErrorIs(t, err, attachment.ErrUnknown)
	_, known, err := d.Staged(t.Context(), mine, old.Digest)
	require.NoError(t, err)
	require.False(t, known)
	for _, u := range []attachment.Upload{fresh, kept, touched} {
		_, err = d.read(mine, u.Digest)
		require.NoError(t, err)
	}
	swept, err = d.Sweep(t.Context(), attached)
	require.NoError(t, err)
	require.Zero(t, swept)
	require.Equal(t, 3, asked, "what is attached is not asked about again")
}
