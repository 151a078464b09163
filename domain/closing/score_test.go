package closing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/closing"
	"docket/domain/scale"
)

// A month is frozen with a sheet for everybody whom the card's figures tell of, and with the card that it was scored by.
func TestSheetsAreFrozen(t *testing.T) {
	t.Parallel()
	card := closing.Scorecard{Version: 3, Digest: "d", Card: scale.Card{
		Items: []scale.Item{
			{KPI: "on_time", Unit: scale.Percent, Weight: 3, Points: []scale.Point{{At: 0}, {At: 100_000, Score: 10_000}}},
			{KPI: "volume", Unit: scale.Count, Weight: 1, Points: []scale.Point{{At: 0}, {At: 10_000, Score: 10_000}}},
		},
		Months: 100, Grades: []scale.Grade{{Name: "all"}},
	}}
	s := statement()
	s.Figures = append(s.Figures,
		closing.Figure{KPI: "volume", By: "person", Rows: []closing.Row{{Key: "ann", Numerator: 5}, {Key: "bob", Numerator: 12}}},
		closing.Figure{KPI: "productivity", By: "person", Rows: []closing.Row{{Key: "ann", Numerator: 400, Denominator: 2_050}}},
		closing.Figure{KPI: "elsewhere", By: "person", Rows: []closing.Row{{Key: "carl", Numerator: 1}}})
	freeze := closing.Freeze{Unit: "u", Month: "2026-03", Facts: closing.FreezeFacts{UnitKnown: true, Statement: &s, Scorecard: &card}}
	events, err := domain.Run(freeze, closing.State{}, domain.Meta{Actor: eve, Now: april})
	require.NoError(t, err)
	frozen := events[0].(closing.Frozen).Statement
	require.Equal(t, &card, frozen.Scorecard)
	var told []any
	for _, sheet := range frozen.Sheets {
		told = append(told, sheet.By, sheet.Key, sheet.Score, sheet.Days)
	}
	require.Equal(t, []any{
		"person", "ann", 5_000, int64(2_050), // too small a sample of the rate, so that the volume counts whole
		"person", "bob", 10_000, int64(0),
		"group", "g", 8_750, int64(0), // 87.5 %; nobody measures a group's volume here
	}, told)
	require.Equal(t, scale.SmallSample, frozen.Sheets[0].Lines[0].Left)
	require.Equal(t, scale.NoData, frozen.Sheets[2].Lines[1].Left)
	require.Nil(t, s.Sheets, "what was measured is left as it was")

	freeze.Facts.Scorecard = nil
	events, err = domain.Run(freeze, closing.State{}, domain.Meta{Actor: eve, Now: april})
	require.NoError(t, err)
	require.Nil(t, events[0].(closing.Frozen).Statement.Sheets)
}
