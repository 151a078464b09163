package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"docket/internal/bench"
	"docket/internal/bench/report"

	"github.com/stretchr/testify/require"
)

// TestEveryPartIsMeasured runs the whole of docket bench, briefly, on the real program as a process. How fast anything was
// does not matter; that each part found its figures does.
func TestEveryPartIsMeasured(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "report.json")
	program, err := builtProgram()
	require.NoError(t, err)
	arguments := []string{"bench", "--data", filepath.Join(dir, "data"), "--program", program, "--quick", "--silent",
		"--json", file, "--file", cut + ".csv.gz", "--events", "4000"}
	for _, part := range bench.Parts() {
		arguments = append(arguments, "--only", part)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	require.NoError(t, run(ctx, arguments))
	require.NoError(t, ctx.Err(), "an interrupted run is an ordinary end")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var found report.Report
	require.NoError(t, json.Unmarshal(text, &found))
	figures := map[string]int{}
	for _, f := range found.Figures {
		require.NotEmpty(t, f.Unit, f.Name)
		if f.Unit != "ms" { // a lag may be nothing
			require.Positive(t, f.Value, "%s: %s", f.Part, f.Name)
		}
		figures[f.Part]++
	}
	require.Greater(t, figures["scale"], 30, "more of them with every question that the service answers")
	delete(figures, "scale")
	require.Equal(t, map[string]int{"engine": 16, "commands": 21, "projections": 9, "import": 9, "start": 3, "growth": 15}, figures)
}
