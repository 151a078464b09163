package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"docket/internal/bench/report"

	"github.com/stretchr/testify/require"
)

func example() *report.Report {
	r := &report.Report{Began: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Seconds: 61, Machine: report.ThisMachine()}
	for _, f := range []report.Figure{
		report.Rate("appends, "+report.Counted(16, "writer"), 12_345.6, "/s").Through("the bare client", 15_000).Aiming("≥ 0.70"),
		report.Millis("append, p50", 1234*time.Microsecond),
	} {
		f.Part = "engine"
		r.Figures = append(r.Figures, f)
	}
	r.Figures = append(r.Figures, report.Figure{Part: "start", Name: "first start", Value: 2.5, Unit: "s"})
	return r
}

func TestTable(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	require.NoError(t, example().Print(&text))
	require.Contains(t, text.String(), "Measured on 2026-03-02 in 61 s.")
	require.Contains(t, strings.Join(strings.Fields(text.String()), " "),
		"| appends, 16 writers | 12 346 | /s | 0.82 | the bare client | ≥ 0.70 |")
	require.Contains(t, text.String(), "| 1.23 ")
	require.Equal(t, 2, strings.Count(text.String(), "### "), "one table per part")
}

func TestSavedReportSaysTheSame(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "report.json")
	require.NoError(t, example().Save(path))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var back report.Report
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, example(), &back)
}

// TestDocumentKeepsItsWords: only what stands between the marks is replaced, again and again.
func TestDocumentKeepsItsWords(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "performance.md")
	const before, after = "# Words before\n<!-- figures: docket bench writes them -->\n", "<!-- end of figures -->\nWords after.\n"
	require.NoError(t, os.WriteFile(path, []byte(before+"old figures\n"+after), 0o644))
	for range 2 {
		require.NoError(t, example().PrintInto(path))
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(text), before) && strings.HasSuffix(string(text), after), string(text))
		require.NotContains(t, string(text), "old figures")
		require.Equal(t, 1, strings.Count(string(text), "### engine"))
	}
	require.NoError(t, os.WriteFile(path, []byte(before), 0o644))
	require.ErrorContains(t, example().PrintInto(path), "no place")
}
