package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// module writes a module of two packages: one whose fuzz test holds, and one whose test of the given body may not.
func module(t *testing.T, body string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":            "module example\n\ngo 1.24\n",
		"holds/a.go":        "package holds\n",
		"holds/a_test.go":   "package holds\nimport \"testing\"\nfunc FuzzHolds(f *testing.F) {\n\tf.Fuzz(func(*testing.T, []byte) {})\n}\n",
		"may/a.go":          "package may\n",
		"may/a_test.go":     "package may_test\nimport \"testing\"\nfunc FuzzMay(f *testing.F) {\n" + body + "\n}\nfunc TestMay(t *testing.T) { t.Fatal() }\n",
		"none/none_test.go": "package none\nimport \"testing\"\nfunc TestNone(t *testing.T) {}\n",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	return dir
}

// TestEveryTargetIsFuzzedAndFindingsFail runs real fuzz tests: what holds passes; what falls at a found input or at its seed
// fails, and is told with where the input was put.
func TestEveryTargetIsFuzzedAndFindingsFail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, says string }{
		"holds": {body: "f.Fuzz(func(*testing.T, string) {})"},
		"found": {`f.Add("a"); f.Fuzz(func(t *testing.T, s string) { if len(s) > 3 { t.Error("too long") } })`, "testdata/fuzz/FuzzMay/"},
		"seed":  {`f.Add("bad"); f.Fuzz(func(t *testing.T, s string) { if s == "bad" { t.Error("bad seed") } })`, "bad seed"},
		"panic": {`f.Add("bad"); f.Fuzz(func(t *testing.T, s string) { if s == "bad" { panic("no way") } })`, "no way"},
	} {
		var out bytes.Buffer
		err := run(t.Context(), options{dir: module(t, test.body), patterns: []string{"./..."}, each: time.Second, jobs: 2, out: &out})
		require.Contains(t, out.String(), "2 fuzz tests in 2 packages", name)
		if test.says == "" {
			require.NoError(t, err, name)
			require.Contains(t, out.String(), "FuzzMay: 1s, execs: ", name)
			require.Contains(t, out.String(), "2 fuzz tests found nothing", name)
			continue
		}
		require.ErrorContains(t, err, test.says, name)
		require.ErrorContains(t, err, "FuzzMay", name)
		require.Contains(t, out.String(), "FuzzMay: FAILED", name)
		require.NotContains(t, err.Error(), "FuzzHolds", name)
	}
	require.ErrorIs(t, run(t.Context(), options{dir: module(t, ""), patterns: []string{"./none"}, jobs: 1, out: new(bytes.Buffer)}), errNoTargets)
}

// TestEndOfTimeIsNoFinding: Go's own deadline, and nothing else, may fail a run without failing the target.
func TestEndOfTimeIsNoFinding(t *testing.T) {
	t.Parallel()
	const progress = "fuzz: elapsed: 0s, gathering baseline coverage: 0/9 completed\nfuzz: elapsed: 30s, execs: 812 (27/sec), new interesting: 3 (total: 12)\n"
	require.True(t, onlyTimeIsUp(progress+"--- FAIL: FuzzX (30.03s)\n    context deadline exceeded\nFAIL\n"))
	require.False(t, onlyTimeIsUp(progress+"--- FAIL: FuzzX (3.03s)\n    --- FAIL: FuzzX (0.00s)\n        x_test.go:7: context deadline exceeded\n"+
		"    \n    Failing input written to testdata/fuzz/FuzzX/5d\nFAIL\n"))
	require.False(t, onlyTimeIsUp(progress+"panic: no way\n\n    context deadline exceeded\n"))
	require.False(t, onlyTimeIsUp(progress+"FAIL\n"))
	require.False(t, onlyTimeIsUp(""))
	require.Equal(t, "30s, execs: 812 (27/sec), new interesting: 3 (total: 12)", lastProgress(progress))
}

func TestBudgetIsSharedOut(t *testing.T) {
	t.Parallel()
	o := options{each: 30 * time.Second, jobs: 2}
	require.Equal(t, 30*time.Second, o.span(1000))
	o.total = 7 * time.Minute
	require.Equal(t, 30*time.Second, o.span(24))
	require.Equal(t, 14*time.Second, o.span(60))
	require.Equal(t, 14*time.Second, o.span(59))
}
