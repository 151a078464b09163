package closing

import (
	"slices"

	"docket/domain/scale"
)

// availability is the figure whose denominator tells for how many hundredths of working days somebody was there.
const availability = "productivity"

// TellsDays reports whether the month was measured by a program that tells for how many days people were there.
func (s Statement) TellsDays() bool {
	return slices.ContainsFunc(s.Definitions, func(d Definition) bool { return d.KPI == availability })
}

// scored is the statement with a sheet for everybody that the figures on the card tell of, by the scales of the month; without a
// card there are none.
func (s Statement) scored(card *Scorecard) Statement {
	if s.Scorecard, s.Sheets = card, nil; card == nil {
		return s
	}
	rows := map[Cell]Row{}
	keys := map[string][]string{}
	for _, f := range s.Figures {
		onCard := slices.ContainsFunc(card.Card.Items, func(i scale.Item) bool { return i.KPI == f.KPI })
		for _, r := range f.Rows {
			rows[Cell{f.KPI, f.By, r.Key, r.Part}] = r
			if onCard && r.Key != "" {
				keys[f.By] = append(keys[f.By], r.Key)
			}
		}
	}
	for _, by := range []string{byPerson, byGroup, byUnit} {
		slices.Sort(keys[by])
		for _, key := range slices.Compact(keys[by]) {
			sheet := Sheet{By: by, Key: key}
			sheet.Lines, sheet.Score, sheet.Scored = card.Card.Sheet(func(kpi, part string) scale.Figure {
				r, known := rows[Cell{kpi, by, key, part}]
				return scale.Figure{Numerator: r.Numerator, Denominator: r.Denominator, Known: known, Hidden: r.Hidden}
			})
			if by == byPerson {
				sheet.Days = rows[Cell{availability, by, key, ""}].Denominator
			}
			s.Sheets = append(s.Sheets, sheet)
		}
	}
	return s
}
