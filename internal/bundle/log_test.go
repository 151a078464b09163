package bundle_test

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"docket/internal/bundle"
	"docket/internal/merkle"
)

// proven writes a bundle with some events out of a log of n, and gives the key and the archive.
func proven(t *testing.T, n int, of ...int) (key string, archive []byte) {
	t.Helper()
	secret, key, err := note.GenerateKey(rand.Reader, "docket-test")
	require.NoError(t, err)
	signer, err := note.NewSigner(secret)
	require.NoError(t, err)
	var tree merkle.Frontier
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = stored[x]
		}
		return out, nil
	})
	events := make([]*merkle.Event, n)
	for i := range n {
		events[i] = &merkle.Event{Stream: "ticket-1", Revision: uint64(i), ID: fmt.Sprintf("id-%d", i), Type: "TicketNoted", Content: "application/json",
			Position: uint64(10 * i), Created: time.Unix(1_760_000_000, 0), Data: fmt.Appendf(nil, `{"n":%d}`, i), Metadata: []byte(`{}`)}
		more, err := tlog.StoredHashesForRecordHash(int64(i), events[i].Hash(), reader)
		require.NoError(t, err)
		stored = append(stored, more...)
		tree.Add(events[i].Hash())
	}
	checkpoint, err := merkle.Head{Origin: "docket-test", Size: tree.Size(), Root: tree.Root()}.Sign(signer)
	require.NoError(t, err)
	var with []bundle.Proven
	for _, i := range of {
		way, err := tlog.ProveRecord(int64(n), int64(i), reader)
		require.NoError(t, err)
		with = append(with, bundle.Proven{Event: events[i], Proof: merkle.Proof{Index: int64(i), Hashes: way, Checkpoint: checkpoint}})
	}
	var out bytes.Buffer
	b := bundle.New(&out, "CS-1", stamp)
	var told strings.Builder
	for _, p := range with {
		data, metadata := sha256.Sum256(p.Event.Data), sha256.Sum256(p.Event.Metadata)
		fmt.Fprintf(&told, `{"revision":%d,"id":%q,"type":%q,"position":%d,"stored":{"data_sha256":"%x","metadata_sha256":"%x"}}`+"\n",
			p.Event.Revision, p.Event.ID, p.Event.Type, p.Event.Position, data, metadata)
	}
	require.NoError(t, b.Text("events.jsonl", told.String()))
	require.NoError(t, b.Log(key, with))
	require.NoError(t, b.Close())
	return key, out.Bytes()
}

// unpacked writes a bundle's files to a folder.
func unpacked(t *testing.T, archive []byte) string {
	t.Helper()
	folder := t.TempDir()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	for _, f := range r.File {
		target := filepath.Join(folder, filepath.FromSlash(f.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(target), 0o700))
		body, err := f.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(body)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(target, content, f.Mode().Perm()))
	}
	return filepath.Join(folder, "CS-1")
}

func shell(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), "sh", arguments...).CombinedOutput()
	return string(said), err
}

// TestAStrangerChecksTheLog (mission row X2): with a shell and OpenSSL alone, whatever the size of the tree and the place in it;
// and whatever is changed in the log's files is found, although the manifest was made anew to fit.
func TestAStrangerChecksTheLog(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("needs openssl")
	}
	for _, size := range []int{1, 2, 7} {
		all := make([]int, size)
		for i := range all {
			all[i] = i
		}
		key, archive := proven(t, size, all...)
		said, err := shell(t, filepath.Join(unpacked(t, archive), "verify.sh"), key)
		require.NoError(t, err, said)
		require.Contains(t, said, fmt.Sprintf("%d events stand in the log", size))
	}
	key, archive := proven(t, 300, 0, 7, 255, 256, 299)
	folder := unpacked(t, archive)
	script := filepath.Join(folder, "log", "verify.sh")
	said, err := shell(t, script, key)
	require.NoError(t, err, said)
	said, err = shell(t, script)
	require.NoError(t, err, said)
	require.Contains(t, said, "the key is the bundle's own")
	other, _ := proven(t, 1, 0)
	said, err = shell(t, script, other)
	require.Error(t, err)
	require.Contains(t, said, "not signed by "+other)

	for _, c := range []struct{ file, from, to, says string }{
		{"000007.data", `{"n":7}`, `{"n":8}`, "000007: the stored bytes are not those of the leaf"},
		{"000007.metadata", `{}`, `[]`, "000007: the stored bytes are not those of the leaf"},
		{"000256.leaf", "position 2560", "position 2561", "000256: not in the log"},
		{"000299.tlog-proof", "index 299", "index 298", "000299: not in the log"},
		{"000000.tlog-proof", "\n300\n", "\n301\n", "000000: proof under another checkpoint"},
		{"checkpoint", "\n300\n", "\n301\n", "not signed by"},
	} {
		file := filepath.Join(folder, "log", c.file)
		before, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Contains(t, string(before), c.from)
		require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(before), c.from, c.to, 1)), 0o600))
		said, err := shell(t, script, key)
		require.Error(t, err, c.file)
		require.Contains(t, said, c.says)
		require.NoError(t, os.WriteFile(file, before, 0o600))
	}
}

// rewritten is an archive with one file changed, and the manifest made anew to fit.
func rewritten(t *testing.T, archive []byte, file string, change func(string) string) *zip.Reader {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	var out bytes.Buffer
	b := bundle.New(&out, "CS-1", stamp)
	for _, f := range r.File {
		_, name, _ := strings.Cut(f.Name, "/")
		if name == bundle.Manifest || name == "verify.sh" {
			continue
		}
		body, err := f.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(body)
		require.NoError(t, err)
		if name == file {
			content = []byte(change(string(content)))
		}
		require.NoError(t, b.Text(name, string(content)))
	}
	require.NoError(t, b.Close())
	r, err = zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	require.NoError(t, err)
	return r
}

// TestCheckFindsWhatWasChanged, although the manifest fits: in the stored bytes, the leaf, the proof, the head, and in what the
// bundle tells of an event.
func TestCheckFindsWhatWasChanged(t *testing.T) {
	t.Parallel()
	key, archive := proven(t, 20, 3, 19)
	same := func(s string) string { return s }
	found, err := bundle.Check(rewritten(t, archive, "", same), key)
	require.NoError(t, err)
	require.Equal(t, []int{2, 2}, []int{found.Events, found.Listed})
	require.EqualValues(t, 20, found.Head.Size)
	found, err = bundle.Check(rewritten(t, archive, "", same), "")
	require.NoError(t, err)
	require.True(t, found.OwnKey)
	for file, change := range map[string][2]string{
		"log/000003.data":       {`{"n":3}`, `{"n":4}`},
		"log/000003.metadata":   {`{}`, `[]`},
		"log/000019.leaf":       {"id-19", "id-18"},
		"log/000019.tlog-proof": {"index 19", "index 18"},
		"log/checkpoint":        {"\n20\n", "\n21\n"},
		"events.jsonl":          {`"position":30`, `"position":40`},
	} {
		_, err := bundle.Check(rewritten(t, archive, file, func(s string) string {
			require.Contains(t, s, change[0], file)
			return strings.Replace(s, change[0], change[1], 1)
		}), key)
		require.Error(t, err, file)
	}
	other, _ := proven(t, 1, 0)
	_, err = bundle.Check(rewritten(t, archive, "", same), other)
	require.Error(t, err, "the key of another log")
	_, err = bundle.Check(rewritten(t, archive, "log/key", func(string) string { return other }), key)
	require.NoError(t, err, "the key that is known counts, not the bundle's")
}
