package paper_test

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/internal/paper"
)

func corrections(n int) paper.Corrections {
	zone := time.FixedZone("CST", 8*60*60)
	c := paper.Corrections{Number: number, Title: "變更登記", Unit: "客戶服務處", Printed: time.Date(2026, 11, 22, 9, 6, 0, 0, zone)}
	for i := range n {
		c.Lines = append(c.Lines, paper.Correction{
			Field: fmt.Sprintf("店名 Shop %d", i+1), Old: "former teahouse", New: "present restaurant", Stamp: "CS-07", Unit: "業務處理一組",
			Signer: "王淑芬", Signed: time.Date(2026, 11, 21, 15, 4, 0, 0, zone), Fault: "staff", Reason: "筆誤",
		})
	}
	return c
}

// TestCorrectionsCanBeRead: everything on the sheet comes back from the PDF as text, in both languages.
func TestCorrectionsCanBeRead(t *testing.T) {
	t.Parallel()
	c := corrections(3)
	c.Lines[1].Masked, c.Lines[1].Old, c.Lines[1].New = true, "**************002X", ""
	c.Lines[2].Addendum, c.Lines[2].Old, c.Lines[2].Fault = true, "", "weather"
	pdf, err := c.PDF("en")
	require.NoError(t, err)
	if dir := os.Getenv("PRINT_SAMPLES"); dir != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "corrections.pdf"), pdf, 0o600))
	}
	text := read(t, pdf)
	for _, want := range []string{
		number, "更正記錄單 Corrections", "1. 店名 Shop 1", "former teahouse", "present restaurant", "更正章 Stamp", "CS-07", "業務處理一組",
		"王淑芬 2026-11-21（六）15:04", "工作人員 staff", "weather", "筆誤", "列印時間 Printed 2026-11-22（日）09:06",
		"2. 店名 Shop 2 （已遮蔽） (masked)", "**************002X", "（刪去） (taken away)", "（未填） (nothing)", "（辦結後補正） (after closing)",
	} {
		require.Contains(t, strings.Join(strings.Fields(text), " "), want)
	}
	require.Contains(t, strings.Join(strings.Fields(text), ""), "第1頁共2頁Page1of2")
}

// TestOldValueIsStruckThrough: a line runs through the old value, seen between its words where nothing else is black, and none
// through the new one.
func TestOldValueIsStruckThrough(t *testing.T) {
	t.Parallel()
	pdf, err := corrections(1).PDF("en")
	require.NoError(t, err)
	read(t, pdf) // skips where the programs are not installed
	sheet, boxes := drawn(t, pdf), boxesOf(t, pdf)
	require.True(t, blackBetween(sheet, boxes["former"], boxes["teahouse"]), "old")
	require.False(t, blackBetween(sheet, boxes["present"], boxes["restaurant"]), "new")
}

// TestLongCorrectionsGoOn: values over many pages are printed to their ends, and every page tells which of how many it is.
func TestLongCorrectionsGoOn(t *testing.T) {
	t.Parallel()
	c := corrections(12)
	c.Lines[3].Old, c.Lines[3].New = strings.Repeat("舊", 10_000)+"終", strings.Repeat("新", 5_000)+"止"
	c.Lines[3].Reason, c.Lines[3].Stamp = strings.Repeat("因", 10_000)+"盡", strings.Repeat("W", 32)
	pdf, err := c.PDF("zh-Hant")
	require.NoError(t, err)
	text := strings.Join(strings.Fields(read(t, pdf)), "")
	require.Equal(t, 10_000, strings.Count(text, "舊"))
	require.Equal(t, 5_000, strings.Count(text, "新"))
	require.Equal(t, 10_000, strings.Count(text, "因")-strings.Count(text, "更正原因"))
	require.Contains(t, text, strings.Repeat("W", 32))
	pages := strings.Count(text, "列印時間")
	require.Greater(t, pages, 8)
	for i := range pages {
		require.Contains(t, text, fmt.Sprintf("第%d頁共%d頁", i+1, pages))
	}
}

// dots is how many pixels a point of the page is drawn with.
const dots = 3

// drawn is the first page of a PDF as a program of other people's draws it.
func drawn(t *testing.T, pdf []byte) image.Image {
	t.Helper()
	program, err := exec.LookPath("pdftoppm")
	if err != nil {
		t.Skip("pdftoppm (poppler-utils) is not installed")
	}
	file := filepath.Join(t.TempDir(), "sheet")
	require.NoError(t, os.WriteFile(file+".pdf", pdf, 0o600))
	out, err := exec.CommandContext(t.Context(), program, "-png", "-singlefile", "-r", strconv.Itoa(72*dots), file+".pdf", file).CombinedOutput()
	require.NoError(t, err, "%s", out)
	f, err := os.Open(file + ".png")
	require.NoError(t, err)
	defer f.Close()
	page, err := png.Decode(f)
	require.NoError(t, err)
	return page
}

var box = regexp.MustCompile(`<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>`)

// boxesOf tells where the words of a PDF stand, in pixels.
func boxesOf(t *testing.T, pdf []byte) map[string]image.Rectangle {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sheet.pdf")
	require.NoError(t, os.WriteFile(file, pdf, 0o600))
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-bbox", file, "-").CombinedOutput()
	require.NoError(t, err, "%s", out)
	boxes := map[string]image.Rectangle{}
	for _, m := range box.FindAllStringSubmatch(string(out), -1) {
		var at [4]int
		for i := range at {
			v, err := strconv.ParseFloat(m[i+1], 64)
			require.NoError(t, err)
			at[i] = int(v * dots)
		}
		boxes[m[5]] = image.Rect(at[0], at[1], at[2], at[3])
	}
	return boxes
}

// blackBetween reports whether something black stands in the middle between two words of a line.
func blackBetween(page image.Image, left, right image.Rectangle) bool {
	x := (left.Max.X + right.Min.X) / 2
	for y := left.Min.Y; y < left.Max.Y; y++ {
		if r, _, _, _ := page.At(x, y).RGBA(); r < 0x8000 {
			return true
		}
	}
	return false
}
