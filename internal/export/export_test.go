package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"docket/internal/export"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

var (
	trace = export.Trace{
		Mark: "m-1", What: "queue", Filter: "group=g", By: "陈静", Purpose: "月报", At: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Position: 77,
	}
	columns = []string{"title", "count", "at", "done", "list"}
	dangers = []string{"=1+1", "+861391234", "-cmd", "@SUM(A1)", "\t=1", "\r=1", `=HYPERLINK("http://x","y")`}
)

// written is a file with a row for every danger, and one of other things.
func written(t *testing.T, f export.Format) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := export.New(f, &out, trace, columns)
	require.NoError(t, err)
	for _, d := range dangers {
		require.NoError(t, w.Row([]any{d, json.Number("-5"), nil, true, nil}))
	}
	require.NoError(t, w.Row([]any{"证照 \"A\",\nB", json.Number("1234567890123456789"), trace.At, false, []any{"x", 1}}))
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestCSVIsReadByAnybodyAndComputesNothing(t *testing.T) {
	t.Parallel()
	text := written(t, export.CSV)
	require.True(t, bytes.HasPrefix(text, []byte("\xef\xbb\xbf")))
	rows, err := csv.NewReader(bytes.NewReader(text[3:])).ReadAll()
	require.NoError(t, err)
	require.Equal(t, append(columns, export.MarkColumn, export.PositionColumn, export.AtColumn), rows[0])
	require.Len(t, rows, len(dangers)+2)
	for i, d := range dangers {
		require.True(t, strings.HasPrefix(rows[i+1][0], "'"), d)
		require.Equal(t, "-5", rows[i+1][1], "a number is no formula")
		require.Equal(t, []string{"m-1", "77", "2026-11-01T00:00:00Z"}, rows[i+1][5:], "each row tells where it came from and as of when")
	}
	last := rows[len(rows)-1]
	require.Equal(t, []string{"证照 \"A\",\nB", "1234567890123456789", "2026-11-01T00:00:00Z", "false", `["x",1]`, "m-1", "77", "2026-11-01T00:00:00Z"}, last)
}

func TestXLSXHoldsTextsAsTexts(t *testing.T) {
	t.Parallel()
	f, err := excelize.OpenReader(bytes.NewReader(written(t, export.XLSX)))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	require.Equal(t, []string{"export", "rows"}, f.GetSheetList())
	about, err := f.GetRows("export")
	require.NoError(t, err)
	require.Equal(t, []string{"mark", "m-1"}, about[0])
	require.Equal(t, []string{"position", "77"}, about[6])
	rows, err := f.GetRows("rows")
	require.NoError(t, err)
	require.Equal(t, columns, rows[0])
	for i := range dangers {
		cell, err := excelize.CoordinatesToCellName(1, i+2)
		require.NoError(t, err)
		formula, err := f.GetCellFormula("rows", cell)
		require.NoError(t, err)
		require.Empty(t, formula)
		kind, err := f.GetCellType("rows", cell)
		require.NoError(t, err)
		require.Equal(t, excelize.CellTypeInlineString, kind)
	}
	require.Equal(t, "1234567890123456789", rows[len(rows)-1][1], "no digit is lost")
}

func TestJSONLinesBeginWithTheTrace(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(string(written(t, export.JSONL))), "\n")
	require.Len(t, lines, len(dangers)+2)
	var head struct{ Export export.Trace }
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &head))
	require.Equal(t, trace, head.Export)
	require.JSONEq(t, `{"title":"=1+1","count":-5,"done":true,"export_mark":"m-1"}`, lines[1], "nothing computes it")
}
