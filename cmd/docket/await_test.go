package main

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"docket/internal/pglocal"
	"docket/internal/vault"
	"docket/projections"

	"github.com/stretchr/testify/require"
)

// TestLostKeysAreTold: with the log kept and the database gone, nothing in the log can be opened, and no waiting helps.
func TestLostKeysAreTold(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	t.Run("first", func(t *testing.T) { openOffice(t, data) })
	require.NoError(t, pglocal.Remove(t.Context(), filepath.Join(data, "postgres")))
	began := time.Now()
	s := &service{
		Settings: Settings{Data: data, Zone: "Asia/Shanghai", LogLevel: "warn"}, Listen: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler),
	}
	err := s.Start(t.Context())
	require.ErrorIs(t, err, errKeysLost)
	require.ErrorContains(t, err, "restore its backup")
	require.Less(t, time.Since(began), directoryPatience)
}

// TestWaitEndsWhereItIsHopeless: a model that gets on, or has failed for a moment, is waited for.
func TestWaitEndsWhereItIsHopeless(t *testing.T) {
	t.Parallel()
	now := time.Now()
	broken := errors.New("no connection")
	one := func(model string, state projections.State, err error, ago time.Duration) []projections.Status {
		return []projections.Status{{Model: model, State: state, Err: err, Since: now.Add(-ago)}}
	}
	require.NoError(t, hopeless(nil, now))
	require.NoError(t, hopeless(one("directory", projections.Building, nil, time.Hour), now))
	require.NoError(t, hopeless(one("directory", projections.Failing, broken, time.Second), now))
	require.ErrorIs(t, hopeless(one("directory", projections.Failing, fmt.Errorf("rebuild: %w", projections.ErrNoRoom), 0), now), projections.ErrNoRoom)
	require.NoError(t, hopeless(one("queue", projections.Failing, vault.ErrUnknown, time.Hour), now), "others show on /readyz")
	require.ErrorIs(t, hopeless(one("directory", projections.Failing, broken, time.Hour), now), broken)
	require.ErrorIs(t, hopeless(one("directory", projections.Failing, fmt.Errorf("key: %w", vault.ErrUnknown), 0), now), errKeysLost)
}
