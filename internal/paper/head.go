package paper

import (
	"bytes"
	"time"

	"codeberg.org/go-pdf/fpdf"
	qrcode "github.com/skip2/go-qrcode"
)

// square is the side of the QR code in millimetres.
const square = 32.0

// headed begins a paper of a ticket: its title, its number and that as a QR code. When it was printed stands in every footer.
func headed(title label, number string, at time.Time, printed, language string) (*sheet, error) {
	code, err := QRCode(number)
	if err != nil {
		return nil, err
	}
	s := newSheet(title[0]+" "+number, at, number+"    "+printedLabel.in(language)+" "+printed, language)
	s.pdf.RegisterImageOptionsReader("code", fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(code))
	s.pdf.ImageOptions("code", margin+width-square, margin, square, square, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
	s.font(18)
	s.at(margin, s.y, title.in(language))
	s.y += 14
	s.font(14)
	s.at(margin, s.y, number)
	s.y = margin + square + 6
	s.rule()
	s.y += 4
	return s, nil
}

// pair prints a label and its value, which goes on over the page where it has to; nothing where there is no value.
func (s *sheet) pair(name, value string) {
	if value == "" {
		return
	}
	const left = 52.0
	s.font(11)
	names, values := s.wrap(name, left-4), s.wrap(value, width-left)
	for i := range max(len(names), len(values)) {
		s.room(s.height())
		if i < len(names) {
			s.at(margin, s.y, names[i])
		}
		if i < len(values) {
			s.at(margin+left, s.y, values[i])
		}
		s.y += s.height()
	}
	s.y += 2.5
}

// QRCode is a text as a QR code of level M, a PNG with its quiet zone and 16 pixels to a module.
func QRCode(text string) ([]byte, error) { return qrcode.Encode(text, qrcode.Medium, -16) }
