package readapi_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain"
)

// unzipped are the files of a bundle by their names within its folder.
func unzipped(t *testing.T, archive []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	files := map[string]string{}
	for _, f := range r.File {
		body, err := f.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(body)
		require.NoError(t, err)
		_, name, _ := strings.Cut(f.Name, "/")
		files[name] = string(content)
	}
	return files
}

// TestBundle: a bundle holds every event with the digests of its stored bytes, checks itself, shows nothing in plain that is
// masked, is the same each time, and stands in the audit trail with its purpose.
func TestBundle(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	target := "/v1/tickets/" + first + "/bundle?purpose=inspection"
	got := d.get(audrey, target)
	require.Equal(t, http.StatusOK, got.status, string(got.raw))
	require.Equal(t, "application/zip", got.header.Get("Content-Type"))
	require.Equal(t, got.raw, d.get(audrey, target).raw, "the same bytes for the same position and reader")

	files := unzipped(t, got.raw)
	listed := 0
	for line := range strings.Lines(files["MANIFEST.sha256"]) {
		digest, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		sum := sha256.Sum256([]byte(files[name]))
		require.Equal(t, digest, hex.EncodeToString(sum[:]), name)
		listed++
	}
	require.Equal(t, len(files)-1, listed, "all but the manifest itself")

	prints, err := d.store.Fingerprints(t.Context(), domain.Stream("ticket", first))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(files["events.jsonl"]), "\n")
	require.Len(t, lines, 19)
	for i, line := range lines {
		var event struct {
			Revision uint64
			Stored   domain.Fingerprint
		}
		require.NoError(t, json.Unmarshal([]byte(line), &event))
		require.EqualValues(t, i, event.Revision)
		require.Equal(t, prints[i], event.Stored)
	}
	for name, content := range files {
		require.NotContains(t, content, "13912345678", name)
		require.NotContains(t, content, "440101199001011234", name)
	}
	require.Contains(t, files["index.html"], "Printer 列印機")
	require.True(t, strings.HasPrefix(files["index.pdf"], "%PDF-"))
	require.Contains(t, files["about.json"], `"purpose": "inspection"`)

	head, err := d.store.Head(t.Context())
	require.NoError(t, err)
	reads := d.ok(audrey, "/v1/audit?type=SecuritySensitiveRead", "Docket-After", strconv.FormatUint(head, 10)).items()
	require.Equal(t, "ticket.bundle", reads[0]["command"])
	require.Equal(t, "inspection", reads[0]["why"])
	require.EqualValues(t, 19, reads[0]["rows"])

	require.Equal(t, http.StatusUnprocessableEntity, d.get(audrey, "/v1/tickets/"+first+"/bundle").status, "without a purpose")
	require.Equal(t, http.StatusNotFound, d.get(dora, target).status)
}
