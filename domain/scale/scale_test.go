package scale_test

import (
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/scale"
)

var onTime = scale.Item{KPI: "on-time-completion", Unit: scale.Percent, Weight: 60, Points: []scale.Point{{80_000, 0}, {90_000, 6_000}, {100_000, 10_000}}}

var card = scale.Card{
	Items: []scale.Item{
		onTime,
		{KPI: "accuracy", Part: "error", Unit: scale.Percent, Weight: 30, Points: []scale.Point{{0, 10_000}, {5_000, 5_000}, {10_000, 0}}},
		{KPI: "volume", Part: "delivered", Unit: scale.Count, Weight: 10, Points: []scale.Point{{0, 0}, {40_000, 10_000}}},
	},
	Months: 70, Grades: []scale.Grade{{"excellent", 9_000}, {"good", 7_500}, {"poor", 0}},
}

func figures(all map[string]scale.Figure) func(string, string) scale.Figure {
	return func(kpi, part string) scale.Figure { return all[kpi+"/"+part] }
}

// The whole sheet by hand: 19 of 20 is 95 %, half way from 60 to 100; 1 of 40 is 2.5 %, half way from 100 to 50; 30 of 40 tickets.
func TestSheet(t *testing.T) {
	t.Parallel()
	all := map[string]scale.Figure{
		"on-time-completion/": {Numerator: 19, Denominator: 20, Known: true}, "accuracy/error": {Numerator: 1, Denominator: 40, Known: true},
		"volume/delivered": {Numerator: 30, Known: true},
	}
	lines, score, scored := card.Sheet(figures(all))
	require.True(t, scored)
	require.Equal(t, []int{8_000, 7_500, 7_500}, []int{lines[0].Score, lines[1].Score, lines[2].Score})
	require.Equal(t, []int{6_000, 3_000, 1_000}, []int{lines[0].Share, lines[1].Share, lines[2].Share})
	require.Equal(t, 7_800, score, "60 % of 80, 30 % of 75, 10 % of 75")

	all["on-time-completion/"] = scale.Figure{Numerator: 3, Denominator: 3, Known: true, Hidden: true}
	all["accuracy/error"] = scale.Figure{Known: true}
	lines, score, scored = card.Sheet(figures(all))
	require.True(t, scored)
	require.Equal(t, []string{scale.SmallSample, scale.NoData, ""}, []string{lines[0].Left, lines[1].Left, lines[2].Left})
	require.Zero(t, lines[0].Numerator, "what is hidden is not told on the sheet")
	require.Equal(t, []int{0, 0, 10_000}, []int{lines[0].Share, lines[1].Share, lines[2].Share}, "the weights are spread over what has data")
	require.Equal(t, 7_500, score)

	_, _, scored = card.Sheet(figures(nil))
	require.False(t, scored, "no data is no score, not 0")
}

// A year by hand: 20 days of 80 and 5 days of 90 make 82; with a review of 90 at 30 percent 84.4.
func TestYear(t *testing.T) {
	t.Parallel()
	months := []scale.Month{{Month: "2026-01", Score: 8_000, Scored: true, Days: 2_000, Told: true}, {Month: "2026-02", Days: 2_000, Told: true}, {Month: "2026-03", Score: 9_000, Scored: true, Days: 500, Told: true}}
	require.Equal(t, scale.Year{Months: 8_200, Counted: 2, Weighted: true, Share: 70, Review: 9_000, Score: 8_440, Grade: "good", Scored: true}, card.Year(months, 9_000, true))
	require.Equal(t, scale.Year{Months: 8_200, Counted: 2, Weighted: true, Share: 100, Left: "review", Score: 8_200, Grade: "good", Scored: true}, card.Year(months, 0, false))
	require.Equal(t, scale.Year{Share: 0, Left: "months", Review: 9_000, Score: 9_000, Grade: "excellent", Scored: true}, card.Year(nil, 9_000, true))
	require.Equal(t, scale.Year{Left: "months, review"}, card.Year(nil, 0, false))

	earlier := append(slices.Clone(months), scale.Month{Month: "2026-04", Score: 5_000, Scored: true}) // closed before days were told: 12.5 of them
	mixed := card.Year(earlier, 0, false)
	require.Equal(t, []any{7_133, 3, true, 1}, []any{mixed.Months, mixed.Counted, mixed.Weighted, mixed.Plain})
	for i := range months {
		months[i].Days, months[i].Told = 0, i == 0
	}
	plain := card.Year(months, 0, false)
	require.Equal(t, []any{8_500, false, 2}, []any{plain.Months, plain.Weighted, plain.Plain}, "without days all months count alike")
}

// A scale between two points is the straight line, rounded half up, and level outside.
func TestScaleIsStraight(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.Int64Range(1, 100_000).Draw(t, "denominator")
		n := rapid.Int64Range(0, d).Draw(t, "numerator")
		lines, _, _ := scale.Card{Items: []scale.Item{onTime}}.Sheet(func(string, string) scale.Figure { return scale.Figure{Numerator: n, Denominator: d, Known: true} })
		share := new(big.Rat).SetFrac64(100*n, d) // percent
		at, want := new(big.Rat), new(big.Rat)
		switch {
		case share.Cmp(big.NewRat(80, 1)) <= 0:
		case share.Cmp(big.NewRat(90, 1)) <= 0:
			want.Mul(at.Sub(share, big.NewRat(80, 1)), big.NewRat(600, 1))
		default:
			want.Add(big.NewRat(6_000, 1), at.Mul(at.Sub(share, big.NewRat(90, 1)), big.NewRat(400, 1)))
		}
		want.Add(want, big.NewRat(1, 2))
		if floor := new(big.Int).Quo(want.Num(), want.Denom()); floor.Int64() != int64(lines[0].Score) {
			t.Fatalf("%d/%d: %d, want %s", n, d, lines[0].Score, floor)
		}
	})
}

// Everything wrong with a card is told at once.
func TestCheck(t *testing.T) {
	t.Parallel()
	var v domain.Checks
	card.Check(&v, "")
	require.NoError(t, v.Err())
	scale.Card{
		Items: []scale.Item{
			{KPI: "volume", Unit: "boxes", Weight: 0, Points: []scale.Point{{5, 20_000}, {5, 0}}}, {KPI: "volume", Unit: scale.Count, Weight: 1},
		},
		Months: 101, Grades: []scale.Grade{{"good", 50}, {"", 60}},
	}.Check(&v, "card.")
	var failed *domain.Error
	require.ErrorAs(t, v.Err(), &failed)
	var fields []string
	for _, f := range failed.Fields {
		fields = append(fields, f.Field+" "+f.Code)
	}
	require.ElementsMatch(t, []string{
		"card.items[0].unit not_allowed", "card.items[0].weight out_of_range", "card.items[0].points[0].score out_of_range",
		"card.items[0].points[1].at not_rising", "card.items[1].points out_of_range", "card.items[1].kpi duplicate", "card.months out_of_range",
		"card.grades[1].name required", "card.grades[1].from not_falling", "card.grades[1].from not_zero",
	}, fields)
	require.NotEqual(t, card.Digest(), scale.Card{}.Digest())
}
