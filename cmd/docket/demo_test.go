package main

import (
	"testing"
	"time"

	"docket/internal/simulation"

	"github.com/stretchr/testify/require"
)

// TestSimulatedOffice: a simulated office's work is accepted act by act over HTTP; carried out again it changes nothing; and
// decided in this process it is the same work.
func TestSimulatedOffice(t *testing.T) {
	t.Parallel()
	o := openOffice(t, t.TempDir())
	token, end, err := simulationToken(t.Context(), o.accounts)
	require.NoError(t, err)
	until := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
	options := simulation.Options{Tickets: 60, Seed: 7, Until: until, Planned: 60}
	service := simulation.Service{URL: o.URL(), Token: token}
	first, err := simulation.Run(t.Context(), options, service)
	require.NoError(t, err)
	require.Empty(t, first.Refused, first.String())
	require.Equal(t, 60, first.Tickets)
	require.Zero(t, first.Repeated)

	again, err := simulation.Run(t.Context(), options, service)
	require.NoError(t, err)
	require.Empty(t, again.Refused, again.String())
	require.Equal(t, again.Commands, again.Repeated, "nothing is done twice")
	require.Equal(t, first.Commands, again.Commands)

	options = simulation.Options{Tickets: 200, Seed: 8, Until: until, Planned: 40, Scatter: true}
	office, after := openedOffice(t, o, token, options)
	require.NoError(t, end())
	plan, err := simulation.NewPlan(options, office)
	require.NoError(t, err)
	zone, err := o.Settings.zone()
	require.NoError(t, err)
	bulk, halt, err := o.bulk(t.Context(), zone, after)
	require.NoError(t, err)
	defer halt()
	began := time.Now()
	events, err := bulk.Fill(t.Context(), plan, 0, 200)
	require.NoError(t, err)
	require.Greater(t, events, 1200)
	t.Logf("%d events of 200 tickets in %s", events, time.Since(began))

	verdicts, err := o.runner.Verify(t.Context())
	require.NoError(t, err)
	for _, v := range verdicts {
		require.True(t, v.Equal(), v.String())
	}
	_, err = simulation.Run(t.Context(), options, service)
	require.ErrorContains(t, err, "token", "the account is of no use once the command has ended")
}

func openedOffice(t *testing.T, o *office, token string, options simulation.Options) (simulation.Office, uint64) {
	t.Helper()
	client := simulation.Connect(simulation.Service{URL: o.URL(), Token: token})
	defer client.Close()
	office, after, err := simulation.OpenOffice(t.Context(), client, options)
	require.NoError(t, err)
	return office, after
}
