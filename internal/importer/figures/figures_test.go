package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The figures that ship with the cut are what this program says about it.
func TestFiguresOfTheCut(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("../testdata/servicenow-cut.expected.json")
	require.NoError(t, err)
	var got bytes.Buffer
	require.NoError(t, run("../testdata/servicenow-cut.csv.gz", &got))
	require.Equal(t, string(want), got.String())
}

// Two cases worked out by hand.
func TestFiguresByHand(t *testing.T) {
	t.Parallel()
	log := `case,seq,time,activity,resource,group,op
a,1,2026-01-31T16:00:00Z,New,,,register
a,2,2026-01-31T16:10:00Z,Active,p,g,work
a,3,2026-01-31T16:20:00Z,Awaiting Vendor,,h,pause
a,4,2026-01-31T17:20:00Z,Resolved,q,h,resolve
a,5,2026-02-01T00:00:00Z,Closed,q,h,close
b,1,2026-01-31T10:00:00Z,New,p,g,register
b,2,2026-01-31T10:30:00Z,Closed,p,g,close
b,3,2026-02-02T10:00:00Z,Active,p,g,work
b,4,2026-03-02T10:00:00Z,Closed,,,close
`
	path := filepath.Join(t.TempDir(), "log.csv")
	require.NoError(t, os.WriteFile(path, []byte(log), 0o600))
	cases, err := read(path)
	require.NoError(t, err)
	f, err := compute(cases)
	require.NoError(t, err)

	require.Equal(t, 2, f.Cases)
	require.Equal(t, 9, f.Events)
	require.Equal(t, 1, f.PersonHandovers.Sum)
	require.Equal(t, 1, f.GroupHandovers.Sum)
	require.Equal(t, 1, f.Reopens)
	require.InDelta(t, 3600, f.Waiting, 0)
	require.InDelta(t, 8*3600, f.Throughput.P50Nearest, 0)
	require.InDelta(t, 30*86_400, f.Throughput.P90Nearest, 0)
	// At midnight in UTC case a is not closed yet: its last row is not before that instant. In Shanghai it has not begun.
	require.Equal(t, map[string]int{"2026-02-01": 1, "2026-03-01": 1, "2026-04-01": 0}, f.Open["UTC"])
	require.Equal(t, map[string]int{"2026-02-01": 0, "2026-03-01": 1, "2026-04-01": 0}, f.Open["Asia/Shanghai"])
}
