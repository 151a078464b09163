package scale

import (
	"fmt"
	"math/big"
	"slices"

	"docket/domain"
)

const maxJudges = 10

// Judge is a role by whose posts a year is judged, and what its marks weigh together.
type Judge struct {
	Role   string `json:"role" minLength:"1" maxLength:"40"`
	Weight int    `json:"weight" minimum:"1" maximum:"10000"`
}

// Mark is what one judge gives somebody's year, in hundredths of a point. The role is that of the post by which they judge.
type Mark struct {
	Judge string
	Role  string
	Score int
}

// Review is what the marks of several judges make.
type Review struct {
	Score   int      // hundredths of a point
	Judges  int      // whose marks count
	Missing []string // roles on the card that nobody has judged by yet; their weight is spread over the others
}

// Judged reports whether there is anything to tell.
func (r Review) Judged() bool { return r.Judges > 0 }

// Counts reports whether marks given by a role count: all do where the card names none.
func (c Card) Counts(role string) bool {
	return len(c.Judges) == 0 || slices.ContainsFunc(c.Judges, func(j Judge) bool { return j.Role == role })
}

// Review is the mean of the marks. Where the card names roles, it is the mean of the roles' means by their weights, and marks by other
// roles do not count.
func (c Card) Review(marks []Mark) (r Review) {
	sum, weights := new(big.Rat), int64(0)
	add := func(weight int64, given []Mark) {
		total := int64(0)
		for _, m := range given {
			total += int64(m.Score)
		}
		r.Judges += len(given)
		weights += weight
		sum.Add(sum, big.NewRat(weight*total, int64(len(given))))
	}
	if len(c.Judges) == 0 && len(marks) > 0 {
		add(1, marks)
	}
	for _, j := range c.Judges {
		given := slices.DeleteFunc(slices.Clone(marks), func(m Mark) bool { return m.Role != j.Role })
		if len(given) == 0 {
			r.Missing = append(r.Missing, j.Role)
			continue
		}
		add(int64(j.Weight), given)
	}
	if weights > 0 { // rounded half up; no mark is negative
		mean := sum.Quo(sum, big.NewRat(weights, 1))
		twice := new(big.Int).Lsh(mean.Denom(), 1)
		r.Score = int(new(big.Int).Div(new(big.Int).Add(new(big.Int).Lsh(mean.Num(), 1), mean.Denom()), twice).Int64())
	}
	return r
}

func (c Card) checkJudges(v *domain.Checks, path string) {
	if len(c.Judges) > maxJudges {
		v.Fail(path+"judges", "out_of_range", "must be at most 10")
	}
	seen := map[string]bool{}
	for i, j := range c.Judges {
		at := fmt.Sprintf("%sjudges[%d].", path, i)
		v.Required(at+"role", j.Role)
		if j.Role != "" && seen[j.Role] {
			v.Fail(at+"role", "duplicate", "stands on the card twice")
		}
		seen[j.Role] = true
		if j.Weight < 1 || j.Weight > maxWeight {
			v.Fail(at+"weight", "out_of_range", "must be between 1 and 10000")
		}
	}
}
