package chart

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Series is a row of values with one name. NaN is no data.
type Series struct {
	Name   string
	Values []float64
	Texts  []string // how each value reads; nil: values are not written
}

// Line is values over time, with control limits (管制圖) where there are any: the mean, and what chance alone stays within.
type Line struct {
	Words
	Labels              []string
	Series              []Series
	Mean, Lower, Upper  []float64 // of the first series, one a label; nil: none
	MeanName, LimitName string
}

func (l Line) words() Words           { return l.Words }
func (l Line) size() (w, h vg.Length) { return width, height }
func (l Line) draw(c draw.Canvas) error {
	p := axes(l.Words)
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = nil, faint
	p.Add(grid)
	for i, s := range l.Series {
		line, points, err := plotter.NewLinePoints(defined(s.Values))
		if err != nil {
			continue // nothing but "no data"
		}
		line.Color, line.Width, line.Dashes = palette[i%len(palette)], 1.8, dashes[i%len(dashes)]
		points.Color, points.Shape, points.Radius = palette[i%len(palette)], shape(i), 3
		p.Add(line, points)
		p.Legend.Add(printable(s.Name), line, points)
		if err := write(p, s); err != nil {
			return err
		}
	}
	for i, limit := range []struct {
		name   string
		values []float64
	}{{l.MeanName, l.Mean}, {l.LimitName, l.Upper}, {"", l.Lower}} {
		line, err := plotter.NewLine(defined(limit.values))
		if err != nil {
			continue
		}
		line.Color, line.Width, line.Dashes = warning, 1, dashes[1+min(i, 1)]
		p.Add(line)
		if limit.name != "" {
			p.Legend.Add(printable(limit.name), line)
		}
	}
	named(p, l.Labels)
	headroom(p)
	put(p, c)
	return nil
}

// write puts each value's text above its point.
func write(p *plot.Plot, s Series) error {
	if s.Texts == nil {
		return nil
	}
	var at plotter.XYs
	var texts []string
	for i, v := range s.Values {
		if !math.IsNaN(v) {
			at, texts = append(at, plotter.XY{X: float64(i), Y: v}), append(texts, printable(s.Texts[i]))
		}
	}
	if len(at) == 0 {
		return nil
	}
	labels, err := plotter.NewLabels(plotter.XYLabels{XYs: at, Labels: texts})
	if err != nil {
		return err
	}
	for i := range labels.TextStyle {
		labels.TextStyle[i] = aligned(letters(8, ink), -0.5, 0)
	}
	labels.Offset.Y = 5
	p.Add(labels)
	return nil
}

// defined leaves out what is no data.
func defined(values []float64) plotter.XYs {
	var at plotter.XYs
	for i, v := range values {
		if !math.IsNaN(v) {
			at = append(at, plotter.XY{X: float64(i), Y: v})
		}
	}
	return at
}

func shape(i int) draw.GlyphDrawer {
	return []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.TriangleGlyph{}, draw.CrossGlyph{}}[i%4]
}

func each(labels []string) []string {
	out := make([]string, len(labels))
	for i, l := range labels {
		out[i] = printable(l)
	}
	return out
}

// headroom leaves room above the highest value for its text and the legend, and shows zero.
func headroom(p *plot.Plot) {
	p.Y.Min = min(p.Y.Min, 0)
	p.Y.Max += max((p.Y.Max-p.Y.Min)*0.25, 1e-9)
}

// Bars are values side by side; several series are stacked upon each other, such as bands of age (賬齡).
type Bars struct {
	Words
	Labels []string
	Series []Series
}

func (b Bars) words() Words           { return b.Words }
func (b Bars) size() (w, h vg.Length) { return max(width, vg.Length(60+34*len(b.Labels))), height }

func (b Bars) draw(c draw.Canvas) error {
	p := axes(b.Words)
	wide := max(6, min(46, (width-120)/vg.Length(max(len(b.Labels), 1))*0.7))
	below := make([]float64, len(b.Labels))
	var under *plotter.BarChart
	for i, s := range b.Series {
		if len(s.Values) == 0 {
			continue // no data
		}
		values := make(plotter.Values, len(s.Values))
		for j, v := range s.Values {
			if !math.IsNaN(v) {
				values[j] = v
			}
		}
		bar, err := plotter.NewBarChart(values, wide)
		if err != nil {
			return err
		}
		bar.Color, bar.LineStyle.Color, bar.LineStyle.Width = palette[i%len(palette)], ink, 0.8
		bar.LineStyle.Dashes = dashes[i%len(dashes)]
		if under != nil {
			bar.StackOn(under)
		}
		p.Add(bar)
		under = bar
		if len(b.Series) > 1 {
			p.Legend.Add(printable(s.Name), bar)
		}
		inside := Series{Values: make([]float64, len(values)), Texts: s.Texts}
		for j, v := range values {
			inside.Values[j] = math.NaN()
			if v != 0 {
				inside.Values[j] = below[j] + v/2
				if len(b.Series) == 1 {
					inside.Values[j] = v
				}
			}
			below[j] += v
		}
		if len(b.Series) > 1 {
			p.Add(plates{inside})
			continue
		}
		if err := write(p, inside); err != nil {
			return err
		}
	}
	named(p, b.Labels)
	headroom(p)
	put(p, c)
	return nil
}

// plates writes numbers on white, so that they can be read on any colour.
type plates struct{ Series }

// Plot draws them.
func (s plates) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := aligned(letters(8, ink), -0.5, -0.5)
	for i, v := range s.Values {
		if math.IsNaN(v) || s.Texts == nil {
			continue
		}
		at, label := vg.Point{X: x(float64(i)), Y: y(v)}, printable(s.Texts[i])
		half := style.Width(label)/2 + 2
		c.FillPolygon(white, []vg.Point{{X: at.X - half, Y: at.Y - 5}, {X: at.X + half, Y: at.Y - 5}, {X: at.X + half, Y: at.Y + 5}, {X: at.X - half, Y: at.Y + 5}})
		c.FillText(style, at, label)
	}
}
