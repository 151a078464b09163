package caselog

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/internal/importer/mapping"
)

func write(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.csv")
	header := "case,seq,time,activity,resource,group,op,priority\n"
	require.NoError(t, os.WriteFile(path, []byte(header+strings.Join(lines, "\n")+"\n"), 0o600))
	return path
}

func gather(t *testing.T, l *Log) (cases []Case) {
	t.Helper()
	for c, err := range l.All() {
		require.NoError(t, err)
		cases = append(cases, c)
	}
	return cases
}

func serviceNow(t *testing.T) *mapping.Mapping {
	t.Helper()
	m, err := mapping.Load("servicenow")
	require.NoError(t, err)
	return m
}

// A log that is neither sorted nor grouped gives the same cases in one chunk and in many.
func TestCasesComeTogether(t *testing.T) {
	t.Parallel()
	m := serviceNow(t)
	var lines []string
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for c := range 40 {
		for seq := range 1 + c%7 {
			at := begin.Add(time.Duration(c*31%40)*time.Hour + time.Duration(seq)*time.Minute).Format(time.RFC3339)
			lines = append(lines, fmt.Sprintf("c%02d,%d,%s,Active,1,2,work,3", c, seq+1, at))
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	path := write(t, lines...)

	whole, err := Open(path, m)
	require.NoError(t, err)
	require.Len(t, whole.chunks, 1)
	pieces, err := open(path, m, 10)
	require.NoError(t, err)
	require.Greater(t, len(pieces.chunks), 5)
	require.Equal(t, whole.Digest, pieces.Digest)

	cases := gather(t, whole)
	require.Equal(t, cases, gather(t, pieces))
	require.Equal(t, cases, gather(t, pieces), "a second time")
	require.Len(t, cases, 40)
	require.Equal(t, len(lines), whole.Rows)
	for i, c := range cases {
		require.Equal(t, i, c.Place)
		for j, r := range c.Rows {
			require.Equal(t, j+1, r.Order)
			require.Equal(t, c.Name, r.Case)
		}
		if i > 0 {
			require.False(t, c.Rows[0].At.Before(cases[i-1].Rows[0].At), "in the order of their first rows")
		}
	}
	require.Equal(t, cases[0].Rows[0].At, whole.Begin)

	require.NoError(t, pieces.Close())
	require.NoDirExists(t, pieces.folder)
	require.NoError(t, whole.Close())
}

// Rows that cannot be understood stay part of the log, with the reason.
func TestFaultsOfRows(t *testing.T) {
	t.Parallel()
	l, err := Open(write(t,
		"a,1,2026-01-01T00:00:00Z,New,1,2,register,3",
		"a,x,2026-01-01T00:00:00Z,New,1,2,register,3",
		"a,3,yesterday,New,1,2,register,3",
		"a,4,2026-01-01T00:00:00Z,New,1,2,melt,3",
		"a,5,2026-01-01T00:00:00Z,Awaiting Godot,1,2,pause,3",
		"a,6,2026-01-01T00:00:00Z,Ne\x01w,1,2,work,3",
		",7,2026-01-01T00:00:00Z,New,1,2,work,3",
		"a,8,2026-01-01T00:00:00Z,New",
		`a,9,2026-01-01T00:00:00Z,"New,1,2,work,3`,
	), serviceNow(t))
	require.NoError(t, err)
	cases := gather(t, l)
	require.Len(t, cases, 1)
	codes := func(rows []Row) (codes []string) {
		for _, r := range rows {
			code := ""
			if r.Fault != nil {
				code = r.Fault.Code
			}
			codes = append(codes, code)
		}
		return codes
	}
	require.ElementsMatch(t, []string{"", FaultOrder, FaultTime, FaultOperation, FaultPause, FaultText}, codes(cases[0].Rows))
	require.Equal(t, []string{FaultCase, FaultLine, FaultLine}, codes(l.Homeless))
	require.Equal(t, 9, l.Rows)
}

func TestMissingColumn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log.csv")
	require.NoError(t, os.WriteFile(path, []byte("case,time\na,b\n"), 0o600))
	_, err := Open(path, serviceNow(t))
	require.ErrorContains(t, err, `no column "op"`)
	require.ErrorContains(t, err, `no column "resource"`)
}
