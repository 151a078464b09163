package paper

import (
	"fmt"
	"time"
)

// Corrections is the sheet that shows every correction of a ticket under the stamp that it was made with (更正章, mission row
// K1): what stood there struck through, beside it what stands there now.
type Corrections struct {
	Number  string // also the content of the QR code
	Title   string
	Unit    string
	Lines   []Correction // in the order in which they were made
	Printed time.Time
}

// Correction is one line of the sheet; times are printed in their own location.
type Correction struct {
	Field    string
	Old, New string // empty: nothing was filled in, or the value was taken away
	Masked   bool   // the values are shown masked
	Stamp    string
	Unit     string // whose stamp it is
	Signer   string
	Signed   time.Time
	Fault    string // whose mistake it was, by its code in the ticket
	Reason   string
	Addendum bool // made after the ticket was closed
}

// Columns of a correction, in millimetres: old value, new value and stamp.
const (
	gap        = 5.0
	stampWidth = 36.0
	valueWidth = (width - stampWidth - 2*gap) / 2
	newAt      = margin + valueWidth + gap
	stampAt    = newAt + valueWidth + gap
)

// red is the ink of a stamp.
var red = [3]int{190, 20, 20}

// PDF prints the sheet with labels in Traditional Chinese and in one of [Languages].
func (c Corrections) PDF(language string) ([]byte, error) {
	s, err := headed(correctionsTitle, c.Number, c.Printed, stampTime(c.Printed), language)
	if err != nil {
		return nil, err
	}
	s.pair(numberLabel.in(language), c.Number)
	s.pair(titleLabel.in(language), c.Title)
	s.pair(unitLabel.in(language), c.Unit)
	for i, line := range c.Lines {
		line.print(s, i+1, language)
	}
	return s.bytes()
}

// print prints one correction; a long value goes on over the page.
func (c Correction) print(s *sheet, n int, language string) {
	const box = 16.0 // height of a stamp
	s.y += 3
	s.room(box + 46) // a short correction stands together
	s.rule()
	s.y += 3
	s.font(12)
	heading := fmt.Sprintf("%d. %s", n, c.Field)
	if c.Addendum {
		heading += "  " + addendumLabel.in(language)
	}
	if c.Masked {
		heading += "  " + maskedLabel.in(language)
	}
	s.lines(margin, s.wrap(heading, width))
	s.font(8)
	s.at(margin, s.y, oldLabel.in(language))
	s.at(newAt, s.y, newLabel.in(language))
	s.y += s.height() + 1
	page, top := s.pdf.PageNo(), s.y
	c.stamp(s, box, language)
	c.values(s, language)
	if s.pdf.PageNo() == page {
		s.y = max(s.y, top+box)
	}
	s.y += 2
	s.pair(signerLabel.in(language), Both(c.Signer, stampTime(c.Signed)))
	s.pair(stampUnitLabel.in(language), c.Unit)
	s.pair(faultLabel.in(language), fault(c.Fault, language))
	s.pair(reasonLabel.in(language), c.Reason)
}

// values prints the old value struck through and the new one beside it.
func (c Correction) values(s *sheet, language string) {
	s.font(11)
	before, after := c.Old, c.New
	if before == "" {
		before = emptyLabel.in(language)
	}
	if after == "" {
		after = takenLabel.in(language)
	}
	struck, now := s.wrap(before, valueWidth), s.wrap(after, valueWidth)
	for i := range max(len(struck), len(now)) {
		s.room(s.height())
		if i < len(struck) {
			s.at(margin, s.y, struck[i])
			if c.Old != "" {
				s.strike(margin, struck[i])
			}
		}
		if i < len(now) {
			s.at(newAt, s.y, now[i])
		}
		s.y += s.height()
	}
}

// stamp prints the stamp with its number, in a stamp's ink.
func (c Correction) stamp(s *sheet, box float64, language string) {
	s.pdf.SetDrawColor(red[0], red[1], red[2])
	s.pdf.SetTextColor(red[0], red[1], red[2])
	s.pdf.SetLineWidth(0.6)
	s.pdf.Rect(stampAt, s.y, stampWidth, box, "D")
	s.pdf.SetLineWidth(0.2)
	s.font(9)
	s.at(stampAt+2, s.y+2, stampLabel.in(language))
	s.font(12)
	for s.size > 5 && s.pdf.GetStringWidth(c.Stamp) > stampWidth-4 {
		s.font(s.size - 0.5)
	}
	s.at(stampAt+2, s.y+8, c.Stamp)
	s.pdf.SetTextColor(0, 0, 0)
}

// strike draws a line through a text that stands at the cursor.
func (s *sheet) strike(x float64, text string) {
	middle := s.y + s.height()/2
	s.pdf.SetDrawColor(0, 0, 0)
	s.pdf.SetLineWidth(0.3)
	s.pdf.Line(x, middle, x+s.pdf.GetStringWidth(printable(text)), middle)
	s.pdf.SetLineWidth(0.2)
}

// lines prints lines from the cursor on, over the page where they have to.
func (s *sheet) lines(x float64, lines []string) {
	for _, line := range lines {
		s.room(s.height())
		s.at(x, s.y, line)
		s.y += s.height()
	}
	s.y += 1
}

var weekdays = [...]string{"日", "一", "二", "三", "四", "五", "六"}

// stampTime is a moment as it is written beside a stamp.
func stampTime(t time.Time) string {
	return t.Format(time.DateOnly) + "（" + weekdays[t.Weekday()] + "）" + t.Format("15:04")
}
