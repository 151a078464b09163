// Package chart draws what figures say (screens: KPI pages): lines with control limits, bars, stacked bands, heat maps, Pareto
// charts and process maps, as SVG and as PNG from the same drawing. Every value stands in the picture as a number too, series
// differ in dashes and marks beside their colour, and the SVG carries a title and a description. It is given words and numbers;
// it looks nothing up and computes no figure.
package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"sync"

	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	papers "docket/internal/paper/font"
)

// Words are what a chart says beside its numbers.
type Words struct {
	Title string
	About string // what is shown, in a sentence or more, for those who do not see it
	X, Y  string // of the axes
}

// Drawing is a chart that can be drawn.
type Drawing interface {
	words() Words
	// size is how large it is drawn.
	size() (width, height vg.Length)
	draw(c draw.Canvas) error
}

// typeface is the font of everything, which holds Chinese in both scripts.
const typeface = "Docket"

// faces are the fonts there are: the one that papers are printed in. It panics on a file that is no font, since that is a bug.
var faces = sync.OnceValue(func() *font.Cache {
	face, err := opentype.Parse(papers.TrueType)
	if err != nil {
		panic(fmt.Sprintf("chart: the font: %v", err))
	}
	return font.NewCache(font.Collection{{Font: font.Font{Typeface: typeface}, Face: face}})
})

// The colours; neighbours differ in lightness, so that they can be told apart without colour.
var (
	ink     = color.RGBA{0x22, 0x2b, 0x36, 0xff}
	faint   = color.RGBA{0xd5, 0xda, 0xe0, 0xff}
	warning = color.RGBA{0xb0, 0x2a, 0x1e, 0xff}
	palette = []color.RGBA{
		{0x1f, 0x4e, 0x79, 0xff}, {0xf2, 0xb1, 0x34, 0xff}, {0x5b, 0x8d, 0x5a, 0xff}, {0xc9, 0xd6, 0xe8, 0xff}, {0x8c, 0x3f, 0x66, 0xff}, {0xe7, 0xe2, 0xd0, 0xff},
	}
	dashes = [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 3, 2, 3}}
)

// letters is a style of writing.
func letters(size vg.Length, c color.Color) text.Style {
	return text.Style{Color: c, Font: font.Font{Typeface: typeface, Size: size}, Handler: text.Plain{Fonts: faces()}}
}

// aligned is a style whose texts are placed by a point of theirs: 0 left or below, -0.5 in the middle, -1 right or above.
func aligned(s text.Style, x text.XAlignment, y text.YAlignment) text.Style {
	s.XAlign, s.YAlign = x, y
	return s
}

// width is the size of charts with axes.
const width, height = 800, 420

// axes begins a chart with axes.
func axes(w Words) *plot.Plot {
	p := plot.New()
	p.TextHandler = text.Plain{Fonts: faces()}
	for _, s := range []*text.Style{&p.Title.TextStyle, &p.X.Label.TextStyle, &p.Y.Label.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label, &p.Legend.TextStyle} {
		s.Font, s.Handler, s.Color = font.Font{Typeface: typeface, Size: 10}, text.Plain{Fonts: faces()}, ink
	}
	p.Title.TextStyle.Font.Size = 14
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = printable(w.Title), printable(w.X), printable(w.Y)
	p.Title.Padding, p.Legend.Top, p.Legend.Padding = 8, true, 3
	return p
}

// named writes texts under the places of an axis; without any there is nothing to write.
func named(p *plot.Plot, labels []string) {
	if len(labels) > 0 {
		p.NominalX(each(labels)...)
		p.X.Min, p.X.Max = -0.5, float64(len(labels))-0.5
	}
}

// put draws a chart with axes, with some room around it.
func put(p *plot.Plot, c draw.Canvas) { p.Draw(draw.Crop(c, 8, -16, 8, -8)) }

// SVG draws a chart as SVG with its title and description. Viewers that have no such font show the texts in their own.
func SVG(d Drawing) ([]byte, error) {
	w, h := d.size()
	c := vgsvg.NewWith(vgsvg.UseWH(w, h))
	if err := d.draw(draw.New(c)); err != nil {
		return nil, fmt.Errorf("chart: %w", err)
	}
	var out bytes.Buffer
	if _, err := c.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("chart: %w", err)
	}
	return described(out.Bytes(), d.words())
}

// described puts title and description where readers of screens look for them.
func described(svg []byte, w Words) ([]byte, error) {
	begin := bytes.Index(svg, []byte("<svg "))
	end := bytes.IndexByte(svg[max(begin, 0):], '>')
	if begin < 0 || end < 0 {
		return nil, fmt.Errorf("chart: the drawing is no SVG")
	}
	var out bytes.Buffer
	out.Write(svg[:begin])
	out.WriteString(`<svg role="img" aria-labelledby="title desc" `)
	out.Write(svg[begin+len("<svg ") : begin+end+1])
	for _, part := range []struct{ element, text string }{{"title", w.Title}, {"desc", w.About}} {
		fmt.Fprintf(&out, "\n<%s id=%q>", part.element, part.element)
		if err := xml.EscapeText(&out, []byte(part.text)); err != nil {
			return nil, err
		}
		fmt.Fprintf(&out, "</%s>", part.element)
	}
	out.Write(svg[begin+end+1:])
	return out.Bytes(), nil
}

// PNG draws the same as a picture of 144 dots to the inch.
func PNG(d Drawing) ([]byte, error) {
	w, h := d.size()
	c := vgimg.NewWith(vgimg.UseWH(w, h), vgimg.UseDPI(144), vgimg.UseBackgroundColor(color.White))
	if err := d.draw(draw.New(c)); err != nil {
		return nil, fmt.Errorf("chart: %w", err)
	}
	var out bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(&out); err != nil {
		return nil, fmt.Errorf("chart: %w", err)
	}
	return out.Bytes(), nil
}

// printable is a text with a box for every character that the font lacks.
func printable(s string) string {
	out := []rune(s)
	for i, r := range out {
		if !papers.Has(r) {
			out[i] = papers.Missing
		}
	}
	return string(out)
}
