package main

import (
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"testing"
	"time"

	"docket/commands"
	"docket/domain"
	"docket/domain/series"
	"docket/internal/eventstore"
	"docket/internal/eventstore/rawlog"

	"github.com/stretchr/testify/require"
)

// TestLogIsTheServicesAlone: who can reach the ports of a running service but not its files reads and writes no event; the
// tools that may read its files find their way in.
func TestLogIsTheServicesAlone(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	o := openOffice(t, t.TempDir())
	file := runningFile(o.Settings.Data)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var told running
	require.NoError(t, json.Unmarshal(content, &told))

	whole := 0
	require.NoError(t, rawlog.Each(ctx, told.EventStore, func(rawlog.Event) error { whole++; return nil }))
	require.Positive(t, whole)

	stranger, err := url.Parse(told.EventStore)
	require.NoError(t, err)
	require.NotNil(t, stranger.User)
	stranger.User = nil
	require.ErrorContains(t, rawlog.Each(ctx, stranger.String(), func(rawlog.Event) error { return nil }), "requires the right ACL")
	require.Error(t, rawlog.Each(ctx, "esdb://"+stranger.Host+"?tls=false", func(rawlog.Event) error { return nil }))
	outside, err := eventstore.Open(ctx, eventstore.Config{
		URI: stranger.String(), Schemas: commands.Schemas(), Keyring: o.vault, Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, outside.Close()) }()
	_, err = outside.Head(ctx)
	require.ErrorContains(t, err, "requires the right ACL")

	_, err = outside.Append(ctx, domain.Stream("series", "AA-INC-2026"), domain.NoStream, "forged",
		[]domain.Pending{{Event: series.Taken{Ticket: "t"}, Meta: domain.Metadata{Effective: time.Now(), Decided: time.Now()}}})
	require.ErrorContains(t, err, "requires the right ACL")
	after := 0
	require.NoError(t, rawlog.Each(ctx, told.EventStore, func(rawlog.Event) error { after++; return nil }))
	require.Equal(t, whole, after)

	require.NoError(t, run(ctx, []string{"rebuild", "--all", "--data", o.Settings.Data, "--log-level", "error"}))
	require.NoError(t, run(ctx, []string{"verify", "--projections", "--data", o.Settings.Data, "--log-level", "error"}))
}
