package bundle_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/internal/bundle"
)

var stamp = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

func write(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	b := bundle.New(&out, "CS-1", stamp)
	page := bundle.Page{Language: "zh-Hant", Title: "證據包", Sections: []bundle.Section{{
		Heading: "表單", Rows: [][]bundle.Cell{{{Text: "店名"}, {Struck: []string{"茶館"}, Text: "飯館 <script>", Note: "更正章 CS-07"}}},
	}}}
	require.NoError(t, b.Add("index.html", page.HTML))
	require.NoError(t, b.Text("attachments/a b.txt", "content"))
	require.NoError(t, b.Close())
	return out.Bytes()
}

// TestBundleChecksItself: unpacked on any machine, the script finds everything in order, and says so when a byte was changed
// or a file was added.
func TestBundleChecksItself(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sha256sum"); err != nil {
		t.Skip("needs sha256sum")
	}
	folder := t.TempDir()
	archive := write(t)
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	for _, f := range r.File {
		require.Equal(t, stamp, f.Modified.UTC())
		target := filepath.Join(folder, filepath.FromSlash(f.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(target), 0o700))
		body, err := f.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(body)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(target, content, f.Mode().Perm()))
	}
	check := func() (string, error) {
		said, err := exec.CommandContext(t.Context(), "sh", filepath.Join(folder, "CS-1", "verify.sh")).CombinedOutput()
		return string(said), err
	}
	said, err := check()
	require.NoError(t, err, said)
	require.Equal(t, 3, strings.Count(said, ": OK"))

	extra := filepath.Join(folder, "CS-1", "extra")
	require.NoError(t, os.WriteFile(extra, nil, 0o600))
	said, err = check()
	require.Error(t, err)
	require.Contains(t, said, "extra")
	require.NoError(t, os.Remove(extra))

	index := filepath.Join(folder, "CS-1", "index.html")
	html, err := os.ReadFile(index)
	require.NoError(t, err)
	require.Contains(t, string(html), "<del>茶館</del>飯館 &lt;script&gt;<small>更正章 CS-07</small>")
	require.NoError(t, os.WriteFile(index, append(html, ' '), 0o600))
	_, err = check()
	require.Error(t, err)
}

func TestSameFilesGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	first, second := write(t), write(t)
	require.Equal(t, first, second)
}

func TestNamesStayInside(t *testing.T) {
	t.Parallel()
	b := bundle.New(io.Discard, "x", stamp)
	require.NoError(t, b.Text("a", ""))
	for _, name := range []string{"", "a", "/a", "../a", "b/../../a", "a\\b", "a\nb", bundle.Manifest} {
		require.ErrorIs(t, b.Text(name, ""), bundle.ErrName, "%q", name)
	}
}
