package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"docket/domain"
	"docket/internal/bundle"
	"docket/internal/merkle"
)

// TestTheLogIsVerified (mission row K2): beside the serving program and after it, a verifier with a client of its own finds
// nothing wrong; once somebody has rewritten an event in the engine's own files, it names it.
func TestTheLogIsVerified(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	checkpoint := filepath.Join(t.TempDir(), "checkpoint")
	arguments := []string{"verify", "--log", "--data", data, "--log-level", "error"}
	var position uint64
	t.Run("sound", func(t *testing.T) {
		o := openOffice(t, data)
		clerk := o.as("clerk")
		centre := o.unitNamed(clerk, "unit", "客戶")
		made := clerk.must("/v1/tickets", map[string]string{"unit": centre, "type": "CERT", "channel": "window", "urgency": "normal", "title": "補發證件"})
		events, err := o.events.StoredEvents(t.Context(), domain.Stream("ticket", made["id"].(string)))
		require.NoError(t, err)
		position = events[0].Position
		head, err := o.book.Covering(t.Context(), position)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(checkpoint, head.Checkpoint, 0o600))
		offered(t, o, made["id"].(string), position)
		require.NoError(t, run(t.Context(), arguments))
		require.NoError(t, run(t.Context(), append(arguments, "--checkpoint", checkpoint, "--key", o.book.Key)))
		require.NoError(t, run(t.Context(), append(arguments, "--no-stored", "--eventstore", o.backends.EventStore, "--key", o.book.Key)), "no database is needed")
	})
	require.NoError(t, run(t.Context(), append(arguments, "--checkpoint", checkpoint)), "the program alone")

	db, err := pebble.Open(filepath.Join(data, "events"), &pebble.Options{FormatMajorVersion: pebble.FormatNewest})
	require.NoError(t, err)
	key := binary.BigEndian.AppendUint64([]byte{'e'}, position)
	value, closer, err := db.Get(key)
	require.NoError(t, err)
	require.NoError(t, db.Set(key, bytes.Replace(value, []byte(`"urgency":"normal"`), []byte(`"urgency":"urgent"`), 1), pebble.Sync))
	require.NoError(t, closer.Close())
	require.NoError(t, db.Close())
	var said bytes.Buffer
	err = (&verifyCmd{Log: true, Stored: true, out: &said}).Run(t.Context(), &Settings{Data: data, LogLevel: "error"})
	require.ErrorIs(t, err, errUnsound)
	require.Contains(t, said.String(), "changed at position "+strconv.FormatUint(position, 10)+": event 0 of ticket-")
	require.Contains(t, said.String(), "contradicted")
}

// offered: heads and the key are there for everybody, proofs for auditors; and a ticket's evidence can be checked by a stranger
// with the key, this program, or a shell and OpenSSL (mission row X2).
func offered(t *testing.T, o *office, ticket string, position uint64) {
	anybody, auditor, clerk := &desk{office: o}, o.as("auditor"), o.as("clerk")
	a := anybody.get("/v1/log/checkpoint")
	require.Equal(t, http.StatusOK, a.status, string(a.body))
	key := strings.TrimSpace(string(anybody.get("/v1/log/key").body))
	require.Equal(t, o.book.Key, key)
	require.Equal(t, key, a.header.Get("Docket-Log-Key"))
	require.Contains(t, string(anybody.get("/openapi.json").body), key, "the key is in the documentation")
	verifier, err := note.NewVerifier(key)
	require.NoError(t, err)
	first, err := merkle.Open(a.body, verifier)
	require.NoError(t, err)

	inclusion := "/v1/log/inclusion?position=" + strconv.FormatUint(position, 10)
	require.Equal(t, http.StatusUnauthorized, anybody.get(inclusion).status)
	for _, path := range []string{inclusion, "/v1/log/consistency?from=1&to=2", "/v1/log/tile/0/000.p/1"} {
		require.Equal(t, http.StatusForbidden, clerk.get(path).status, path)
	}
	proof, err := merkle.ParseProof(auditor.get(inclusion).body)
	require.NoError(t, err)
	events, err := o.events.StoredEvents(t.Context(), domain.Stream("ticket", ticket))
	require.NoError(t, err)
	_, err = proof.Check(events[0].Leaf(nil), verifier)
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, auditor.get("/v1/log/inclusion?position=1").status)

	a = auditor.get("/v1/tickets/" + ticket + "/bundle?purpose=proof")
	require.Equal(t, http.StatusOK, a.status, string(a.body))
	require.Equal(t, a.body, auditor.get("/v1/tickets/"+ticket+"/bundle?purpose=proof").body, "the same bytes again")
	file := filepath.Join(t.TempDir(), "bundle.zip")
	require.NoError(t, os.WriteFile(file, a.body, 0o600))
	archive, err := zip.OpenReader(file)
	require.NoError(t, err)
	defer archive.Close()
	found, err := bundle.Check(&archive.Reader, key)
	require.NoError(t, err)
	require.Equal(t, len(events), found.Events)
	require.Equal(t, found.Listed, found.Events)
	_, err = bundle.Check(&archive.Reader, strings.Replace(key, "docket", "docker", 1))
	require.Error(t, err, "another log")
	require.NoError(t, run(t.Context(), []string{"verify", "--bundle", file, "--key", key}))
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(folder, archive))
	scripts, err := filepath.Glob(filepath.Join(folder, "*", "verify.sh"))
	require.NoError(t, err)
	require.Len(t, scripts, 1)
	said, err := exec.CommandContext(t.Context(), "sh", scripts[0], key).CombinedOutput()
	require.NoError(t, err, string(said))
	require.Contains(t, string(said), "stand in the log that "+key)

	end, err := o.events.Head(t.Context())
	require.NoError(t, err)
	head, err := o.book.Covering(t.Context(), end)
	require.NoError(t, err)
	last, err := merkle.Open(head.Checkpoint, verifier)
	require.NoError(t, err)
	require.Greater(t, last.Size, first.Size)
	a = auditor.get(fmt.Sprintf("/v1/log/consistency?from=%d&to=%d", first.Size, last.Size))
	require.Equal(t, http.StatusOK, a.status, string(a.body))
	var way struct{ Hashes []merkle.Hash }
	require.NoError(t, json.Unmarshal(a.body, &way))
	require.NoError(t, tlog.CheckTree(way.Hashes, last.Size, last.Root, first.Size, first.Root))
	require.Equal(t, http.StatusUnprocessableEntity, auditor.get(fmt.Sprintf("/v1/log/consistency?from=1&to=%d", last.Size+1)).status)
	tile := auditor.get("/v1/log/tile/0/000.p/2")
	require.Equal(t, http.StatusOK, tile.status)
	require.Len(t, tile.body, 2*tlog.HashSize)
	for _, path := range []string{"0/0", "0/x000/000", "0/000.p/0", "0/000.p/256", "00/000", "7/000", "0/999"} {
		require.Equal(t, http.StatusNotFound, auditor.get("/v1/log/tile/"+path).status, path)
	}
}
