package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/stretchr/testify/require"

	"docket/domain"
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
