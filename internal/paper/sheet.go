package paper

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"

	"docket/internal/paper/font"
)

// Measures of a sheet of A4, in millimetres; sizes of type are in points.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	margin     = 20.0
	bottom     = 22.0 // kept free for the footer
	width      = pageWidth - 2*margin

	family = "paper"
	lead   = 0.5 // height of a line in millimetres for each point of its type
)

// pages stands in the footer until the number of pages is known.
const pages = "{pages}"

// sheet is a paper in the making: a cursor that moves down, and a new page when the room is used up.
type sheet struct {
	pdf  *fpdf.Fpdf
	size float64
	y    float64
}

// newSheet begins a paper whose every page ends in the footer and tells which of how many it is.
func newSheet(title string, at time.Time, footer, language string) *sheet {
	s := &sheet{pdf: fpdf.New("P", "mm", "A4", "")}
	s.pdf.AliasNbPages(pages)
	s.pdf.AddUTF8FontFromBytes(family, "", font.TrueType)
	s.pdf.SetCatalogSort(true)
	s.pdf.SetCreationDate(at.UTC())
	s.pdf.SetModificationDate(at.UTC())
	s.pdf.SetTitle(printable(title), true)
	s.pdf.SetMargins(0, 0, 0)
	s.pdf.SetCellMargin(0)
	s.pdf.SetAutoPageBreak(false, 0)
	s.pdf.SetFooterFunc(func() {
		s.font(8)
		s.at(margin, pageHeight-15, footer)
		numbered := Both(fmt.Sprintf(pageLabel[0], s.pdf.PageNo(), pages), fmt.Sprintf(pageLabel.only(language), s.pdf.PageNo(), pages))
		s.at(margin+width-55, pageHeight-15, numbered)
	})
	s.newPage()
	return s
}

func (s *sheet) newPage() {
	s.pdf.AddPage()
	s.y = margin
}

// room begins a new page when less is left than is needed; it reports whether it did.
func (s *sheet) room(height float64) bool {
	if s.y+height <= pageHeight-bottom {
		return false
	}
	s.newPage()
	return true
}

func (s *sheet) font(points float64) {
	s.size = points
	s.pdf.SetFont(family, "", points)
}

func (s *sheet) height() float64 { return s.size * lead }

// at prints one line without breaking it.
func (s *sheet) at(x, y float64, text string) {
	s.pdf.SetXY(x, y)
	s.pdf.CellFormat(0, s.height(), printable(text), "", 0, "L", false, 0, "")
}

// block prints lines below one another and gives the height they took.
func (s *sheet) block(x, y float64, lines []string) float64 {
	for i, line := range lines {
		s.at(x, y+float64(i)*s.height(), line)
	}
	return float64(len(lines)) * s.height()
}

// rule draws a line across the sheet at the cursor.
func (s *sheet) rule() {
	s.pdf.SetDrawColor(150, 150, 150)
	s.pdf.Line(margin, s.y, margin+width, s.y)
}

// wrap breaks a text into lines that fit a width: Latin at spaces, Chinese between any two characters, and a word that is
// too long wherever it has to. No character is lost but the space that a line breaks at.
func (s *sheet) wrap(text string, room float64) []string {
	var lines []string
	var line []rune
	used, space := 0.0, -1 // space: where the line may break instead
	for _, r := range printable(text) {
		w := s.pdf.GetStringWidth(string(r))
		if used+w > room && len(line) > 0 {
			if r == ' ' {
				lines, line, used, space = append(lines, string(line)), nil, 0, -1
				continue
			}
			rest := []rune{}
			if space >= 0 && !ideographic(r) {
				rest = append(rest, line[space:]...)
				line = line[:space]
			}
			lines = append(lines, strings.TrimRight(string(line), " "))
			line, space = rest, -1
			used = s.pdf.GetStringWidth(string(line))
		}
		line = append(line, r)
		used += w
		if r == ' ' || ideographic(r) {
			space = len(line)
		}
	}
	return append(lines, string(line))
}

// ideographic reports whether a line may break after a character as Chinese breaks.
func ideographic(r rune) bool { return r >= 0x2e80 }

// bytes ends the paper.
func (s *sheet) bytes() ([]byte, error) {
	var out bytes.Buffer
	if err := s.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	return out.Bytes(), nil
}

// printable is a text as it can be printed: line breaks and tabs as spaces, other invisible characters left out, what the
// font lacks as [font.Missing].
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.Is(unicode.C, r):
			return -1
		case !font.Has(r):
			return font.Missing
		}
		return r
	}, text)
}
