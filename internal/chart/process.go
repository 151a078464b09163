package chart

import (
	"cmp"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Process is a process map (流程圖): boxes from top to bottom in the order in which work comes to them, and arrows between them, the
// thicker the more often. Arrows that lead back up run on the right and are dashed.
type Process struct {
	Words
	Boxes  []Box
	Arrows []Arrow
}

// Box is an activity. A box where cases begin has a thick upper edge, one where they end a thick lower one.
type Box struct {
	Name, Text   string // what it is, and a line about it
	Begins, Ends bool
}

// Arrow leads from one box to another, by their places in the list.
type Arrow struct {
	From, To int
	Weight   int64
	Text     string
}

func (p Process) words() Words { return p.Words }

// The boxes and the room between them.
const boxWidth, boxHeight, across, down, margin = 150, 38, 40, 74, 50

func (p Process) size() (w, h vg.Length) {
	layers := p.layers()
	most := 1
	for _, l := range layers {
		most = max(most, len(l))
	}
	return max(420, vg.Length(2*margin+most*(boxWidth+across)+60)), vg.Length(2*margin + max(len(layers), 1)*(boxHeight+down))
}

// layers puts each box one below the nearest box that leads to it; boxes that begin, or that nothing leads to, are on top. Within a
// layer boxes stand below those they come from.
func (p Process) layers() [][]int {
	depth := make([]int, len(p.Boxes))
	queue := []int{}
	reached := map[int]bool{}
	enter := func(i, at int) {
		if !reached[i] {
			reached[i], depth[i] = true, at
			queue = append(queue, i)
		}
	}
	for i, b := range p.Boxes {
		if b.Begins {
			enter(i, 0)
		}
	}
	arrows := slices.Clone(p.Arrows)
	slices.SortStableFunc(arrows, func(a, b Arrow) int { return cmp.Compare(b.Weight, a.Weight) })
	for start := 0; ; start++ {
		for len(queue) > 0 {
			i := queue[0]
			queue = queue[1:]
			for _, a := range arrows {
				if a.From == i {
					enter(a.To, depth[i]+1)
				}
			}
		}
		if start >= len(p.Boxes) {
			break
		}
		enter(start, 0)
	}
	var layers [][]int
	for i, d := range depth {
		for len(layers) <= d {
			layers = append(layers, nil)
		}
		layers[d] = append(layers[d], i)
	}
	place := map[int]float64{}
	for n, layer := range layers {
		if n > 0 {
			slices.SortStableFunc(layer, func(a, b int) int { return cmp.Compare(p.above(a, depth, place), p.above(b, depth, place)) })
		}
		for i, box := range layer {
			place[box] = (float64(i) + 0.5) / float64(len(layer))
		}
	}
	return layers
}

// above is where the boxes that lead to a box from higher up stand, on average.
func (p Process) above(box int, depth []int, place map[int]float64) float64 {
	sum, weight := 0.5, 1.0
	for _, a := range p.Arrows {
		if a.To == box && depth[a.From] < depth[box] {
			sum += place[a.From] * float64(a.Weight)
			weight += float64(a.Weight)
		}
	}
	return sum / weight
}

func (p Process) draw(c draw.Canvas) error {
	w, h := p.size()
	c.FillText(letters(14, ink), vg.Point{X: 10, Y: h - 22}, printable(p.Title))
	at, layer := make([]vg.Point, len(p.Boxes)), make([]int, len(p.Boxes)) // middle of each box
	for n, boxes := range p.layers() {
		for i, box := range boxes {
			room := (w - 2*margin - 60) / vg.Length(len(boxes))
			at[box] = vg.Point{X: margin + room*(vg.Length(i)+0.5), Y: h - margin - vg.Length(n*(boxHeight+down)) - boxHeight/2}
			layer[box] = n
		}
	}
	most := int64(1)
	for _, a := range p.Arrows {
		most = max(most, a.Weight)
	}
	for _, a := range p.Arrows {
		style := draw.LineStyle{Color: palette[0], Width: 0.6 + 4*vg.Length(math.Sqrt(float64(a.Weight)/float64(most)))}
		from, to := at[a.From], at[a.To]
		switch {
		case a.From == a.To:
			loop(c, style, from, a.Text)
		case layer[a.To] > layer[a.From]:
			curve(c, style, vg.Point{X: from.X, Y: from.Y - boxHeight/2}, vg.Point{X: to.X, Y: to.Y + boxHeight/2}, 0, a.Text)
		default:
			style.Dashes = dashes[1]
			curve(c, style, vg.Point{X: from.X + boxWidth/2, Y: from.Y}, vg.Point{X: to.X + boxWidth/2, Y: to.Y}, 46, a.Text)
		}
	}
	for i, b := range p.Boxes {
		box(c, b, at[i])
	}
	return nil
}

func box(c draw.Canvas, b Box, at vg.Point) {
	left, right, low, high := at.X-boxWidth/2, at.X+boxWidth/2, at.Y-boxHeight/2, at.Y+boxHeight/2
	corners := []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high}, {X: left, Y: high}}
	c.FillPolygon(palette[3], corners)
	c.StrokeLines(draw.LineStyle{Color: ink, Width: 0.8}, append(corners, corners[0]))
	thick := draw.LineStyle{Color: ink, Width: 3.5}
	if b.Begins {
		c.StrokeLine2(thick, left, high, right, high)
	}
	if b.Ends {
		c.StrokeLine2(thick, left, low, right, low)
	}
	c.FillText(aligned(letters(9.5, ink), -0.5, -0.5), vg.Point{X: at.X, Y: at.Y + 8}, printable(b.Name))
	c.FillText(aligned(letters(8, ink), -0.5, -0.5), vg.Point{X: at.X, Y: at.Y - 9}, printable(b.Text))
}

// curve is an arrow from one point to another; one with a bulge leaves and comes from the right.
func curve(c draw.Canvas, s draw.LineStyle, from, to vg.Point, bulge vg.Length, label string) {
	first, second := vg.Point{X: from.X, Y: from.Y - down/2}, vg.Point{X: to.X, Y: to.Y + down/2}
	if bulge > 0 {
		reach := max(from.X, to.X) + bulge
		first, second = vg.Point{X: reach, Y: from.Y}, vg.Point{X: reach, Y: to.Y}
	}
	points := make([]vg.Point, 25)
	for i := range points {
		points[i] = bezier(from, first, second, to, vg.Length(i)/24)
	}
	c.StrokeLines(s, points)
	head(c, s.Color, points[22], to, 4+s.Width)
	note(c, points[12], label)
}

// loop is an arrow from a box to itself, at its left.
func loop(c draw.Canvas, s draw.LineStyle, at vg.Point, label string) {
	from, to := vg.Point{X: at.X - boxWidth/2, Y: at.Y + 10}, vg.Point{X: at.X - boxWidth/2, Y: at.Y - 10}
	points := make([]vg.Point, 25)
	for i := range points {
		points[i] = bezier(from, vg.Point{X: from.X - 34, Y: from.Y + 14}, vg.Point{X: to.X - 34, Y: to.Y - 14}, to, vg.Length(i)/24)
	}
	c.StrokeLines(s, points)
	head(c, s.Color, points[22], to, 4+s.Width)
	note(c, vg.Point{X: from.X - 26, Y: at.Y + 22}, label)
}

func bezier(a, b, c, d vg.Point, t vg.Length) vg.Point {
	u := 1 - t
	return a.Scale(u * u * u).Add(b.Scale(3 * u * u * t)).Add(c.Scale(3 * u * t * t)).Add(d.Scale(t * t * t))
}

// head is the tip of an arrow that comes from a point.
func head(c draw.Canvas, fill color.Color, from, tip vg.Point, size vg.Length) {
	dx, dy := float64(tip.X-from.X), float64(tip.Y-from.Y)
	length := math.Hypot(dx, dy)
	if length == 0 {
		return
	}
	ux, uy := vg.Length(dx/length), vg.Length(dy/length)
	base := vg.Point{X: tip.X - ux*size*1.6, Y: tip.Y - uy*size*1.6}
	c.FillPolygon(fill, []vg.Point{tip, {X: base.X - uy*size*0.7, Y: base.Y + ux*size*0.7}, {X: base.X + uy*size*0.7, Y: base.Y - ux*size*0.7}})
}

// note writes a label on white.
func note(c draw.Canvas, at vg.Point, label string) {
	if label == "" {
		return
	}
	style := aligned(letters(7.5, ink), -0.5, -0.5)
	label = printable(label)
	half := style.Width(label)/2 + 2
	c.FillPolygon(white, []vg.Point{{X: at.X - half, Y: at.Y - 5}, {X: at.X + half, Y: at.Y - 5}, {X: at.X + half, Y: at.Y + 5}, {X: at.X - half, Y: at.Y + 5}})
	c.FillText(style, at, label)
}
