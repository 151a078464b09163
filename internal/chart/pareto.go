package chart

import (
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Pareto is counts from the largest to the smallest, with the share that they make up together (帕累托圖). The caller sorts.
type Pareto struct {
	Words
	Labels []string
	Counts []int64
	Share  string // name of the line
}

func (o Pareto) words() Words           { return o.Words }
func (o Pareto) size() (w, h vg.Length) { return max(width, vg.Length(60+34*len(o.Labels))), height }

func (o Pareto) draw(c draw.Canvas) error {
	p := axes(o.Words)
	values, texts := make(plotter.Values, len(o.Counts)), make([]string, len(o.Counts))
	total := int64(0)
	for i, n := range o.Counts {
		values[i], texts[i] = float64(n), fmt.Sprint(n)
		total += n
	}
	if total == 0 {
		put(p, c)
		return nil
	}
	bars, err := plotter.NewBarChart(values, max(6, min(46, (width-120)/vg.Length(len(values))*0.7)))
	if err != nil {
		return err
	}
	bars.Color, bars.LineStyle.Color = palette[3], ink
	p.Add(bars)
	sum := int64(0)
	share := Series{Values: make([]float64, len(values)), Texts: make([]string, len(values))}
	for i, n := range o.Counts { // the line is drawn on the scale of the counts, where all of them are 100 %
		sum += n
		share.Values[i] = float64(sum)
		share.Texts[i] = fmt.Sprintf("%d%%", (200*sum+total)/(2*total))
	}
	line, points, err := plotter.NewLinePoints(defined(share.Values))
	if err != nil {
		return err
	}
	line.Color, line.Dashes, points.Color, points.Shape = warning, dashes[1], warning, draw.BoxGlyph{}
	p.Add(line, points, plates{Series{Values: halves(values), Texts: texts}})
	p.Legend.Add(printable(o.Share), line, points)
	p.Legend.Left = true
	if err := write(p, share); err != nil {
		return err
	}
	named(p, o.Labels)
	headroom(p)
	put(p, c)
	return nil
}

func halves(values plotter.Values) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = v / 2
	}
	return out
}
