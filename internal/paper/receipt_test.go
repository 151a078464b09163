package paper_test

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/internal/paper"
	"docket/internal/paper/font"
)

const number = "CS-INC-2026-000042-K"

func receipt(materials int) paper.Receipt {
	zone := time.FixedZone("CST", 8*60*60)
	due := time.Date(2026, 3, 9, 17, 30, 0, 0, zone)
	r := paper.Receipt{
		Number: number, Title: "营业执照变更登记 變更營業地址並換發執照，連同分支機構之登記資料一併更正 with a long English tail that has to wrap somewhere",
		Type: "變更登記 Change of registration", Registered: time.Date(2026, 3, 2, 9, 5, 0, 0, zone), Promised: &due,
		Unit: "客戶服務處", Handler: "陳大文", Phone: "139****5678", Printed: time.Date(2026, 3, 2, 9, 6, 0, 0, zone),
	}
	for i := range materials {
		r.Materials = append(r.Materials, paper.Material{
			Item: i + 1, Name: fmt.Sprintf("租賃合同副本及其附件第 %d 號 Lease", i+1), Copies: 1, Pages: i + 2, Original: i%2 == 0, Received: r.Registered,
		})
	}
	return r
}

// read is the text of a PDF as a program of other people's reads it.
func read(t *testing.T, pdf []byte) string {
	t.Helper()
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	file := filepath.Join(t.TempDir(), "receipt.pdf")
	require.NoError(t, os.WriteFile(file, pdf, 0o600))
	out, err := exec.CommandContext(t.Context(), program, "-layout", file, "-").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

// TestReceiptCanBeRead: everything on it comes back from the PDF as text, in both languages.
func TestReceiptCanBeRead(t *testing.T) {
	t.Parallel()
	pdf, err := receipt(3).PDF("en")
	require.NoError(t, err)
	if dir := os.Getenv("PRINT_SAMPLES"); dir != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "receipt.pdf"), pdf, 0o600))
	}
	require.Less(t, len(pdf), 200_000, "only the characters used are embedded")
	text := read(t, pdf)
	for _, want := range []string{
		number, "業務受理回執 Receipt", "营业执照变更登记", "2026-03-09 17:30 (CST)", "客戶服務處", "陳大文", "139****5678",
		"租賃合同副本及其附件第 3 號", "受理編號 Number", "列印時間 Printed 2026-03-02 09:06",
	} {
		require.Contains(t, text, want)
	}
	whole := strings.Join(strings.Fields(text), "")
	require.Contains(t, whole, "第1頁共1頁Page1of1")
	require.Contains(t, whole, "連同分支機構之登記資料", "no character is lost where a line breaks")
}

// TestLanguages: Traditional Chinese stands on every receipt, once where the language asked for is Traditional Chinese.
func TestLanguages(t *testing.T) {
	t.Parallel()
	for language, want := range map[string]string{"zh-Hant": "業務受理回執\n", "zh-Hans": "業務受理回執 业务受理回执", "en": "業務受理回執 Receipt", "fr": "業務受理回執\n"} {
		pdf, err := receipt(0).PDF(language)
		require.NoError(t, err)
		text := read(t, pdf)
		require.Contains(t, strings.ReplaceAll(text, " \n", "\n"), want, language)
		require.Contains(t, text, "未收材料", language)
	}
}

// TestPagesAreCounted: a long list goes on, with its head, and every page tells which of how many it is.
func TestPagesAreCounted(t *testing.T) {
	t.Parallel()
	pdf, err := receipt(120).PDF("en")
	require.NoError(t, err)
	text := read(t, pdf)
	sheets := strings.Split(strings.TrimSuffix(text, "\f"), "\f")
	require.Greater(t, len(sheets), 2)
	for i, sheet := range sheets {
		require.Contains(t, strings.Join(strings.Fields(sheet), ""), fmt.Sprintf("第%d頁共%d頁", i+1, len(sheets)))
		require.Contains(t, sheet, number)
	}
	for i := range 120 {
		require.Contains(t, text, fmt.Sprintf("附件第 %d 號", i+1))
	}
	require.Contains(t, sheets[1], "材料名稱")
}

// TestWhatCannotBePrinted: characters outside the font, the basic plane or reason become □ or nothing, and fail nothing.
func TestWhatCannotBePrinted(t *testing.T) {
	t.Parallel()
	require.False(t, font.Has('𠮷'))
	require.False(t, font.Has('ก'))
	require.False(t, font.Has(-1))
	r := receipt(1)
	r.Title, r.Unit, r.Handler = "𠮷野家😀ก end\n\x00next\u200b\ufffe\xff", strings.Repeat("長", 4000), strings.Repeat("w", 3000)
	pdf, err := r.PDF("zh-Hans")
	require.NoError(t, err)
	require.Contains(t, read(t, pdf), "□野家□□ end next□")
}

// TestFontHoldsBothScripts: what a receipt has to say can be said.
func TestFontHoldsBothScripts(t *testing.T) {
	t.Parallel()
	for _, r := range "國国業业務务執执龍龙發发邨堃喆瑄嫺〇，。（）《》、：；？！“”—…·□0123456789AZaz~éü€￥①" {
		require.True(t, font.Has(r), "%c", r)
	}
}

// TestQRCode: the picture is a QR code of version 1, level M, with its finder patterns and the dark module in place, and
// differs from the code of another number.
func TestQRCode(t *testing.T) {
	t.Parallel()
	code, err := paper.QRCode(number)
	require.NoError(t, err)
	image, err := png.Decode(bytes.NewReader(code))
	require.NoError(t, err)
	side := image.Bounds().Dx()
	require.Equal(t, side, image.Bounds().Dy())
	dark := func(x, y int) bool { r, _, _, _ := image.At(x, y).RGBA(); return r < 0x8000 }
	edge := 0
	for !dark(edge, edge) {
		edge++
	}
	run := edge
	for dark(run, edge) {
		run++
	}
	module := (run - edge) / 7 // a finder pattern is seven modules wide
	require.Equal(t, 21, (side-2*edge)/module, "version 1")
	at := func(column, row int) bool { return dark(edge+column*module+module/2, edge+row*module+module/2) }
	for _, corner := range [][2]int{{0, 0}, {14, 0}, {0, 14}} {
		for i := range 7 {
			for j := range 7 {
				ring := max(i-3, 3-i, j-3, 3-j)
				require.Equal(t, ring != 2, at(corner[0]+i, corner[1]+j), "finder pattern")
			}
		}
	}
	require.True(t, at(8, 13), "dark module")
	another, err := paper.QRCode("CS-INC-2026-000043-X")
	require.NoError(t, err)
	require.NotEqual(t, code, another)
}
