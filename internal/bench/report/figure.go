// Package report is how measurements are told: figures with what they are held against, the machine they were taken on, as a
// table and as JSON. It measures nothing.
package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Figure is one line of the table.
type Figure struct {
	Part    string  `json:"part"`
	Name    string  `json:"name"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Against string  `json:"against,omitempty"` // what Ratio divides by
	Ratio   float64 `json:"ratio,omitempty"`
	Aim     string  `json:"aim,omitempty"` // of the ratio where there is one, else of the value
}

// Rate is something a second.
func Rate(name string, perSecond float64, unit string) Figure {
	return Figure{Name: name, Value: perSecond, Unit: unit}
}

// Millis is a duration in ms.
func Millis(name string, d time.Duration) Figure {
	return Figure{Name: name, Value: float64(d.Nanoseconds()) / 1e6, Unit: "ms"}
}

// Through says the value against another.
func (f Figure) Through(name string, value float64) Figure {
	f.Against, f.Ratio = name, f.Value/value
	return f
}

// Aiming says what the figure should be.
func (f Figure) Aiming(aim string) Figure {
	f.Aim = aim
	return f
}

// Check finds a figure that is none: what was measured did not happen, or took no time.
func (f Figure) Check() error {
	for _, v := range []float64{f.Value, f.Ratio} {
		if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
			return fmt.Errorf("%s gave no figure: %v", f.Name, v)
		}
	}
	return nil
}

// String is the figure in a few words.
func (f Figure) String() string { return fmt.Sprintf("%s: %s %s", f.Name, number(f.Value), f.Unit) }

// Counted says "1 writer" and "16 writers".
func Counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// number shows about three digits, and whole thousands apart.
func number(v float64) string {
	switch {
	case v >= 1000:
		digits := fmt.Sprintf("%.0f", v)
		var groups []string
		for len(digits) > 3 {
			groups = append([]string{digits[len(digits)-3:]}, groups...)
			digits = digits[:len(digits)-3]
		}
		return strings.Join(append([]string{digits}, groups...), " ")
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
