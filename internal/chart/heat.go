package chart

import (
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var white = color.RGBA{0xff, 0xff, 0xff, 0xff}

// Heat is counts over two dimensions, such as weekday by hour. The darker the more; every count stands in its cell.
type Heat struct {
	Words
	Columns, Rows []string
	Counts        [][]int64 // by row
}

func (h Heat) words() Words { return h.Words }

// The cells of a heat map, and the room for its labels.
const cellWidth, cellHeight, leftRoom, topRoom = 30, 26, 70, 60

func (h Heat) size() (w, height vg.Length) {
	return vg.Length(leftRoom + cellWidth*len(h.Columns) + 20), vg.Length(topRoom + cellHeight*len(h.Rows) + 20)
}

func (h Heat) draw(c draw.Canvas) error {
	_, height := h.size()
	c.FillText(letters(14, ink), vg.Point{X: 10, Y: height - 22}, printable(h.Title))
	most := int64(1)
	for _, row := range h.Counts {
		for _, n := range row {
			most = max(most, n)
		}
	}
	label := letters(9, ink)
	for i, name := range h.Columns {
		c.FillText(aligned(label, -0.5, 0), vg.Point{X: vg.Length(leftRoom + cellWidth*i + cellWidth/2), Y: height - topRoom + 4}, printable(name))
	}
	for i, name := range h.Rows {
		bottom := height - topRoom - vg.Length(cellHeight*(i+1))
		c.FillText(aligned(label, -1, -0.5), vg.Point{X: leftRoom - 6, Y: bottom + cellHeight/2}, printable(name))
		for j := range h.Columns {
			left, n := vg.Length(leftRoom+cellWidth*j), h.Counts[i][j]
			corners := []vg.Point{{X: left, Y: bottom}, {X: left + cellWidth, Y: bottom}, {X: left + cellWidth, Y: bottom + cellHeight}, {X: left, Y: bottom + cellHeight}}
			shade := math.Sqrt(float64(n) / float64(most))
			c.FillPolygon(blend(white, palette[0], shade), corners)
			c.StrokeLines(draw.LineStyle{Color: faint, Width: 0.6}, append(corners, corners[0]))
			if n == 0 {
				continue
			}
			on := ink
			if shade > 0.55 {
				on = white
			}
			c.FillText(aligned(letters(8, on), -0.5, -0.5), vg.Point{X: left + cellWidth/2, Y: bottom + cellHeight/2}, strconv.FormatInt(n, 10))
		}
	}
	return nil
}

// blend is so much of the way from one colour to another.
func blend(from, to color.RGBA, share float64) color.RGBA {
	mix := func(a, b uint8) uint8 { return uint8(float64(a) + (float64(b)-float64(a))*share) }
	return color.RGBA{mix(from.R, to.R), mix(from.G, to.G), mix(from.B, to.B), 0xff}
}
