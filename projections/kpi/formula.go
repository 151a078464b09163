package kpi

import (
	"fmt"
	"slices"
)

// Formula is the declaration of one figure in one version: what it means in words, and the SQL that measures it. It is
// declared once; the list of definitions, the measuring, the drill-down and the closing of months all follow from it.
type Formula struct {
	Definition
	// source selects the facts that the formula looks at, as of @position and at @as_of, between @from and @to: one row a
	// fact, with the columns of [place] and whatever the measures name.
	source string
	// days says that the source has the available days of people among its facts.
	days bool
	// sums says that sums are kept of what the measures count; nil: all is counted when it is asked for. For measures and a source
	// that look at @as_of only to pass over facts that lie after it, and for no percentiles.
	sums *sums
	// measures are counted over the facts.
	measures []measure
}

// measure is one rate, mean or count of a formula.
type measure struct {
	Measured
	numerator, denominator string // SQL of what one fact adds; an empty denominator makes a count
	value                  string // SQL of one fact's value, NULL for none; empty: no percentiles
	provisional            string // SQL of whether what the fact says may still change; empty: never
	undetermined           string // SQL of whether a fault of the fact is undetermined; empty: never
}

// Measured says in words what one rate, mean or count of a formula is.
type Measured struct {
	Part        string `json:"part" doc:"name of the part; empty for the main one"`
	Title       string `json:"title"`
	Chinese     string `json:"title_zh" doc:"in Traditional Chinese"`
	Simplified  string `json:"title_zh_hans" doc:"in Simplified Chinese"`
	Numerator   string `json:"numerator" doc:"in words"`
	Denominator string `json:"denominator,omitempty" doc:"in words; left out for a plain count"`
	Unit        Unit   `json:"unit"`
	Sample      int64  `json:"minimum_sample,omitempty" doc:"below so many in the denominator the rate is hidden (kpis §1.11)"`
}

// Unit says how the two integers of a measure read.
type Unit string

// The units. A percentage and a mean are told to one decimal, rounded half up; all else is whole.
const (
	Percent Unit = "percent"
	Count   Unit = "count"
	Mean    Unit = "mean"    // of what the title says, per fact of the denominator
	MeanMS  Unit = "mean_ms" // milliseconds per fact of the denominator
)

// smallSample is the least denominator whose rate is shown (kpis §1.11).
const smallSample = 5

// place are the columns that every source gives: the ticket and the fact's name within it, when it counts, and to whom it is
// attributed at that moment (kpis §1.10).
const place = "ticket, fact, at_ms, unit, grp, person, template, urgency"

// formulas are all that are declared, by name and then version.
var formulas = slices.Concat(limitFormulas, qualityFormulas, timeFormulas, volumeFormulas, backlogFormulas, productivityFormulas)

// Formulas lists the declarations, each version apart.
func Formulas() []Formula { return slices.Clone(formulas) }

// Find gives the declaration of a name in a version; version 0 is the newest one.
func Find(name string, version int) (Formula, bool) {
	var found Formula
	for _, f := range formulas {
		if f.Name == name && (f.Version == version || version == 0 && f.Version > found.Version) {
			found = f
		}
	}
	return found, found.Name != ""
}

// part is the measure of a name.
func (f Formula) part(name string) (measure, error) {
	for _, m := range f.measures {
		if m.Part == name {
			return m, nil
		}
	}
	return measure{}, fmt.Errorf("kpi: %s has no part %q", f.Name, name)
}

// described fills in the words of the parts.
func described(f Formula) Formula {
	f.Definition.Parts = make([]Measured, len(f.measures))
	for i, m := range f.measures {
		f.Definition.Parts[i] = m.Measured
	}
	f.Definition = named(f.Definition)
	return f
}
