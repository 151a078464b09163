// Package paper lays out what is handed to customers on paper, as PDF in Chinese and a second language. It is given what to
// print in words that people read; it looks nothing up and decides nothing about who may have a paper.
package paper

import (
	"strconv"
	"time"
)

// Receipt is what the customer takes home when a ticket has been registered (回執, mission row I7). Empty texts mean "not
// known"; times are printed in their own location.
type Receipt struct {
	Number     string // also the content of the QR code
	Title      string
	Type       string
	Registered time.Time
	Promised   *time.Time
	Unit       string
	Handler    string
	Phone      string // of the customer, masked as it may be shown
	Materials  []Material
	Printed    time.Time
}

// Material is something the customer brought.
type Material struct {
	Item     int
	Name     string
	Copies   int // 0: not counted
	Pages    int // 0: not counted
	Original bool
	Received time.Time
}

// PDF prints a receipt with labels in Traditional Chinese and in one of [Languages].
func (r Receipt) PDF(language string) ([]byte, error) {
	s, err := headed(receiptTitle, r.Number, r.Printed, moment(r.Printed), language)
	if err != nil {
		return nil, err
	}
	r.facts(s, language)
	r.list(s, language)
	s.font(9)
	note := s.wrap(keepNote.in(language), width)
	s.room(float64(len(note))*s.height() + 6)
	s.block(margin, s.y+6, note)
	return s.bytes()
}

// facts prints the lines of label and value.
func (r Receipt) facts(s *sheet, language string) {
	promised := openPromise.in(language)
	if r.Promised != nil {
		promised = moment(*r.Promised)
	}
	handler := r.Handler
	if handler == "" {
		handler = noHandler.in(language)
	}
	for _, line := range []struct {
		label label
		value string
	}{
		{numberLabel, r.Number}, {titleLabel, r.Title}, {typeLabel, r.Type}, {whenLabel, moment(r.Registered)},
		{promiseLabel, promised}, {unitLabel, r.Unit}, {handlerLabel, handler}, {phoneLabel, r.Phone},
	} {
		s.pair(line.label.in(language), line.value)
	}
}

// columns of the list of materials; the widths fill the sheet.
var columns = []struct {
	label label
	width float64
}{{itemColumn, 14}, {nameColumn, 70}, {copiesColumn, 18}, {pagesColumn, 18}, {originColumn, 22}, {dayColumn, 28}}

// list prints the materials; its head stands again on every page.
func (r Receipt) list(s *sheet, language string) {
	s.y += 4
	s.font(13)
	s.room(3 * s.height())
	s.at(margin, s.y, listTitle.in(language))
	s.y += s.height() + 2
	s.font(9.5)
	if len(r.Materials) == 0 {
		s.at(margin, s.y, noMaterials.in(language))
		s.y += s.height()
		return
	}
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = c.label.in(language)
	}
	s.row(head)
	for _, m := range r.Materials {
		original := ""
		if m.Original {
			original = yes.in(language)
		}
		cells := []string{strconv.Itoa(m.Item), m.Name, counted(m.Copies), counted(m.Pages), original, m.Received.Format(time.DateOnly)}
		if s.room(s.tall(cells)) {
			s.row(head)
		}
		s.row(cells)
	}
}

// tall is the height that a row takes.
func (s *sheet) tall(cells []string) float64 {
	lines := 1
	for i, cell := range cells {
		lines = max(lines, len(s.wrap(cell, columns[i].width-2)))
	}
	return float64(lines)*s.height() + 2.5
}

// row prints the cells of one line of the list and the rule under it.
func (s *sheet) row(cells []string) {
	x, height := margin, s.tall(cells)
	for i, cell := range cells {
		s.block(x, s.y+1, s.wrap(cell, columns[i].width-2))
		x += columns[i].width
	}
	s.y += height
	s.rule()
}

func moment(t time.Time) string { return t.Format("2006-01-02 15:04 (MST)") }

func counted(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
