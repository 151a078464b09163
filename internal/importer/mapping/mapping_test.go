package mapping_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain/ticket"
	"docket/internal/importer/mapping"
)

func TestBuiltin(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"servicenow"}, mapping.Builtin())
	m, err := mapping.Load("servicenow")
	require.NoError(t, err)
	require.Equal(t, mapping.Resolve, m.Operations["resolve"])
	require.Equal(t, ticket.AwaitingExternal, m.Pauses["Awaiting Vendor"])
	require.Equal(t, ticket.Critical, m.Urgencies["1"])

	path := filepath.Join(t.TempDir(), "own.yaml")
	require.NoError(t, os.WriteFile(path, m.Source(), 0o600))
	own, err := mapping.Load(path)
	require.NoError(t, err)
	require.Equal(t, m, own)
	_, err = mapping.Load("nothing")
	require.ErrorContains(t, err, "neither built in (servicenow) nor a file")
}

// Everything that is wrong with a mapping is told at once.
func TestWrongMapping(t *testing.T) {
	t.Parallel()
	m, err := mapping.Load("servicenow")
	require.NoError(t, err)
	source := string(m.Source())
	for old, wrong := range map[string]string{
		"case: case": "case: \"\"", "code: SN": "code: sn", "type: INC": "type: I", "zone: UTC": "zone: Mars",
		"resolve: resolve": "resolve: melt", "channel: system": "",
	} {
		require.Contains(t, source, old)
		source = strings.Replace(source, old, wrong, 1)
	}
	_, err = mapping.Parse([]byte(source))
	for _, fault := range []string{
		"columns.case is missing", "unit.code", "ticket.type", "time.zone", "operations.resolve", "ticket.channel",
	} {
		require.ErrorContains(t, err, fault)
	}
	_, err = mapping.Parse([]byte("colums: {}"))
	require.ErrorContains(t, err, "colums")
	_, err = mapping.Parse([]byte("pauses: {Awaiting Vendor: godot}"))
	require.ErrorContains(t, err, "not one of [customer external")
}
