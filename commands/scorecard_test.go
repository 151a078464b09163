package commands_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/closing"
	"docket/domain/scale"
	"docket/domain/scorecard"
)

// exampleCard is the catalogue's.
func exampleCard(t testing.TB) scale.Card {
	t.Helper()
	e, ok := commands.Lookup("scorecard.draft")
	require.True(t, ok)
	return e.Example.(scorecard.DraftVersion).Card
}

// uncarded is a unit that nobody has written a scorecard for.
func (o *office) uncarded() string {
	require.NotEmpty(o.t, o.carded, "open more units")
	unit := o.carded[0]
	o.carded = o.carded[1:]
	return unit
}

// TestMonthsAreScoredByTheCardOfTheirTime: a month is frozen with its unit's card, else with the organisation's, as it was in force for
// that month; without one it has no sheets, and a later version changes nothing that is frozen.
func TestMonthsAreScoredByTheCardOfTheirTime(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	publish := func(unit string, card scale.Card, from time.Time) {
		t.Helper()
		a := o.must("scorecard.draft", "", &scorecard.DraftVersion{Unit: unit, Card: card, Reason: "r"}, by(o.as(o.ids["analyst"])))
		a = o.must("scorecard.review", a.ID, &scorecard.Review{Digest: card.Digest(), Verdict: scorecard.Pass, Opinion: "fair"}, by(o.as(o.ids["headoffice"])), matching(a.Revision))
		o.must("scorecard.approve", a.ID, &scorecard.Approve{Digest: card.Digest(), Verdict: scorecard.Pass, Opinion: "yes"},
			by(o.as(o.chief)), matching(a.Revision), func(r *commands.Request) { r.Effective = from })
	}
	frozen := func(unit, month string) closing.Statement {
		t.Helper()
		a := o.must("closing.freeze", "", &closing.Freeze{Unit: unit, Month: month}, by(o.as(o.chief)))
		for _, e := range o.events(domain.Stream("closing", a.ID)) {
			if f, ok := e.Event.(closing.Frozen); ok {
				return f.Statement
			}
		}
		t.Fatal("not frozen")
		return closing.Statement{}
	}
	require.Nil(t, frozen("", "2019-11").Scorecard)
	own, general := exampleCard(t), exampleCard(t)
	own.Months = 50
	publish("", general, time.Date(2019, 12, 1, 0, 0, 0, 0, time.UTC))
	publish(o.unit, own, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	require.Equal(t, &closing.Scorecard{Version: 1, Digest: general.Digest(), Card: general}, frozen(o.unit, "2019-12").Scorecard)
	require.Equal(t, &closing.Scorecard{Unit: o.unit, Version: 1, Digest: own.Digest(), Card: own}, frozen(o.unit, "2020-01").Scorecard)
	require.Equal(t, general.Digest(), frozen("", "2020-01").Scorecard.Digest)
}
