// Package scale turns figures into points: a card of figures, each with a weight and a scale of straight pieces, makes one score of
// a month (月度得分, kpis #27), and months with a yearly review one of a year with its grade. It is plain arithmetic on integers;
// who publishes a card is package scorecard, what is frozen by one package closing.
package scale

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"

	"docket/domain"
)

// Full is the highest score: a hundred points, in hundredths.
const Full = 10_000

const (
	maxWeight = 10_000
	maxItems  = 40
	maxPoints = 20
	maxGrades = 20
	percent   = 100
)

// Card is what a score is made of.
type Card struct {
	Items  []Item  `json:"items" minItems:"1" maxItems:"40"`
	Months int     `json:"months" minimum:"0" maximum:"100" doc:"share of the months in the score of a year, in percent; the rest is the yearly review's"`
	Grades []Grade `json:"grades" minItems:"1" maxItems:"20" doc:"from the highest down; the last one from 0"`
	Judges []Judge `json:"judges,omitempty" maxItems:"10" doc:"roles by which years are judged, with the weight of each; left out: whoever may judge counts alike"`
}

// Item is one part of one figure with its weight and its scale.
type Item struct {
	KPI    string  `json:"kpi" minLength:"1" maxLength:"64"`
	Part   string  `json:"part,omitempty" maxLength:"64" doc:"of the figure; left out: the main one"`
	Unit   Unit    `json:"unit" enum:"percent,count,mean,mean_ms" doc:"of the figure, as its definition says"`
	Weight int     `json:"weight" minimum:"1" maximum:"10000"`
	Points []Point `json:"points" minItems:"1" maxItems:"20" doc:"of the scale, by rising figures; straight between them, level before the first and after the last"`
}

// Point is what a figure is worth.
type Point struct {
	At    int64 `json:"at" doc:"the figure in thousandths of its unit: 95000 is 95 %"`
	Score int   `json:"score" minimum:"0" maximum:"10000" doc:"hundredths of a point of a hundred"`
}

// Grade is the name of scores from one up to the next higher grade's.
type Grade struct {
	Name string `json:"name" minLength:"1" maxLength:"40"`
	From int    `json:"from" minimum:"0" maximum:"10000" doc:"least score, in hundredths of a point"`
}

// Unit says how the two integers of a figure read.
type Unit string

// The units, as those of figures.
const (
	Percent Unit = "percent"
	Count   Unit = "count"
	Mean    Unit = "mean"
	MeanMS  Unit = "mean_ms"
)

// Figure is one row of a figure. What is not known is not there; what is hidden rests on too small a sample.
type Figure struct {
	Numerator, Denominator int64
	Known, Hidden          bool
}

// Line is one item of a sheet. Left names why it does not count; its weight is then spread over the others.
type Line struct {
	KPI         string `json:"kpi"`
	Part        string `json:"part,omitempty"`
	Numerator   int64  `json:"numerator"`
	Denominator int64  `json:"denominator,omitempty"`
	Weight      int    `json:"weight"`
	Share       int    `json:"share"` // of what counts, in hundredths of a percent
	Score       int    `json:"score"`
	Left        string `json:"left,omitempty"` // no_data or small_sample
}

// Reasons for which an item does not count.
const (
	NoData      = "no_data"
	SmallSample = "small_sample"
)

// Digest is the SHA-256 of the card's canonical JSON, in hexadecimal.
func (c Card) Digest() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(fmt.Errorf("a card as JSON: %w", err)) // plain values
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Check tells everything that keeps a card from being used, by field.
func (c Card) Check(v *domain.Checks, path string) {
	if n := len(c.Items); n == 0 || n > maxItems {
		v.Fail(path+"items", "out_of_range", "must be between 1 and 40")
	}
	seen := map[[2]string]bool{}
	for i, item := range c.Items {
		at := fmt.Sprintf("%sitems[%d].", path, i)
		item.check(v, at)
		if name := [2]string{item.KPI, item.Part}; seen[name] {
			v.Fail(at+"kpi", "duplicate", "stands on the card twice")
		} else {
			seen[name] = true
		}
	}
	if c.Months < 0 || c.Months > percent {
		v.Fail(path+"months", "out_of_range", "must be between 0 and 100")
	}
	c.checkGrades(v, path)
	c.checkJudges(v, path)
}

func (i Item) check(v *domain.Checks, at string) {
	v.Required(at+"kpi", i.KPI)
	domain.OneOf(v, at+"unit", i.Unit, Percent, Count, Mean, MeanMS)
	if i.Weight < 1 || i.Weight > maxWeight {
		v.Fail(at+"weight", "out_of_range", "must be between 1 and 10000")
	}
	if n := len(i.Points); n == 0 || n > maxPoints {
		v.Fail(at+"points", "out_of_range", "must be between 1 and 20")
	}
	for n, p := range i.Points {
		field := fmt.Sprintf("%spoints[%d].", at, n)
		if n > 0 && p.At <= i.Points[n-1].At {
			v.Fail(field+"at", "not_rising", "must be more than the point before")
		}
		if p.Score < 0 || p.Score > Full {
			v.Fail(field+"score", "out_of_range", "must be between 0 and 10000")
		}
	}
}

func (c Card) checkGrades(v *domain.Checks, path string) {
	if n := len(c.Grades); n == 0 || n > maxGrades {
		v.Fail(path+"grades", "out_of_range", "must be between 1 and 20")
		return
	}
	for i, g := range c.Grades {
		field := fmt.Sprintf("%sgrades[%d].", path, i)
		v.RequiredText(field+"name", g.Name, maxItems)
		if i > 0 && g.From >= c.Grades[i-1].From {
			v.Fail(field+"from", "not_falling", "must be less than the grade before")
		}
	}
	if last := len(c.Grades) - 1; c.Grades[last].From != 0 {
		v.Fail(fmt.Sprintf("%sgrades[%d].from", path, last), "not_zero", "the lowest grade begins at 0")
	}
}

// Sheet scores what the card asks for: every item, and the whole over those that have data, by their weights. It is not scored
// when none has.
func (c Card) Sheet(of func(kpi, part string) Figure) (lines []Line, score int, scored bool) {
	weights, sum := int64(0), int64(0)
	for _, item := range c.Items {
		f := of(item.KPI, item.Part)
		line := Line{KPI: item.KPI, Part: item.Part, Numerator: f.Numerator, Denominator: f.Denominator, Weight: item.Weight}
		switch {
		case !f.Known || item.Unit != Count && f.Denominator == 0:
			line.Left = NoData
		case f.Hidden:
			line.Left, line.Numerator, line.Denominator = SmallSample, 0, 0
		default:
			line.Score = item.score(f)
			weights += int64(item.Weight)
			sum += int64(item.Weight) * int64(line.Score)
		}
		lines = append(lines, line)
	}
	if weights == 0 {
		return lines, 0, false
	}
	for i := range lines {
		if lines[i].Left == "" {
			lines[i].Share = int(rounded(Full*int64(lines[i].Weight), weights))
		}
	}
	return lines, int(rounded(sum, weights)), true
}

// score is what a figure is worth on the item's scale. Figures are compared as fractions, so that nothing is rounded twice.
func (i Item) score(f Figure) int {
	numerator, denominator := 1000*f.Numerator, f.Denominator
	switch i.Unit {
	case Percent:
		numerator *= percent
	case Count:
		denominator = 1
	case Mean, MeanMS:
	}
	n, exact := slices.BinarySearchFunc(i.Points, numerator, func(p Point, v int64) int { return cmp.Compare(p.At*denominator, v) })
	switch {
	case exact || n == 0:
		return i.Points[n].Score
	case n == len(i.Points):
		return i.Points[n-1].Score
	}
	low, high := i.Points[n-1], i.Points[n]
	rise := new(big.Int).Mul(big.NewInt(int64(high.Score-low.Score)), big.NewInt(numerator-low.At*denominator)) // beyond 63 bits for long times
	over := new(big.Int).Mul(big.NewInt(high.At-low.At), big.NewInt(denominator))
	twice := new(big.Int).Lsh(over, 1)
	return low.Score + int(rise.Div(rise.Add(rise.Lsh(rise, 1), over), twice).Int64()) // rounded half up, also downwards
}

// rounded is a quotient by a positive divisor, rounded half up.
func rounded(a, b int64) int64 {
	q := (2*a + b) / (2 * b)
	if (2*a+b)%(2*b) < 0 {
		q--
	}
	return q
}

// Month is a closed month of somebody: its score, and how many working days they were there, in hundredths. Months that were closed
// before figures told of days tell of none.
type Month struct {
	Month  string `json:"month"`
	Score  int    `json:"score"`
	Scored bool   `json:"scored"`
	Days   int64  `json:"days"`
	Told   bool   `json:"days_told"` // false: the month was closed before figures told of days
}

// Year is the score of a year and how it came about.
type Year struct {
	Months   int    `json:"months_score"`     // mean of the months by available days
	Counted  int    `json:"months_counted"`   // months with a score
	Weighted bool   `json:"weighted_by_days"` // false: no month tells of days, so that all count alike
	Plain    int    `json:"months_plain"`     // months that count as the mean of those that tell of days, or alike where none does
	Share    int    `json:"months_share"`     // in percent, as it counted
	Review   int    `json:"review_score"`     // of the yearly review
	Left     string `json:"left,omitempty"`   // months or review: what is missing, so that the other counts whole
	Score    int    `json:"score"`            // hundredths of a point
	Grade    string `json:"grade,omitempty"`  // by the card's table
	Scored   bool   `json:"scored"`           // there is something to tell
}

// Year scores a year of closed months and the yearly review; reviewed is false while there is none. What is missing drops out, and
// that is told.
func (c Card) Year(months []Month, review int, reviewed bool) Year {
	y := Year{Share: c.Months, Review: review}
	y.weigh(months)
	switch {
	case y.Counted == 0 && !reviewed:
		y.Share, y.Left = 0, "months, review"
		return y
	case y.Counted == 0:
		y.Share, y.Left = 0, "months"
	case !reviewed:
		y.Share, y.Left = percent, "review"
	}
	y.Scored = true
	y.Score = int(rounded(int64(y.Share)*int64(y.Months)+int64(percent-y.Share)*int64(y.Review), percent))
	for _, g := range c.Grades {
		if y.Score >= g.From {
			y.Grade = g.Name
			break
		}
	}
	return y
}

// weigh is the mean of the months by available days. One that was closed before figures told of days weighs as the mean of those that
// tell of them, and where none does all weigh alike; so the weight that it was given then is left to it.
func (y *Year) weigh(months []Month) {
	var told, days, byDays, untold, plain int64
	for _, m := range months {
		switch score := int64(m.Score); {
		case !m.Scored:
		case m.Told:
			told, days, byDays, plain = told+1, days+m.Days, byDays+m.Days*score, plain+score
		default:
			untold, plain = untold+score, plain+score
			y.Plain++
		}
	}
	y.Counted = int(told) + y.Plain
	switch {
	case days > 0: // weights are taken times the months that tell of days, so that their mean is whole
		y.Months, y.Weighted = int(rounded(told*byDays+days*untold, told*days+days*int64(y.Plain))), true
	case y.Counted > 0:
		y.Months, y.Plain = int(rounded(plain, int64(y.Counted))), y.Counted
	}
}
