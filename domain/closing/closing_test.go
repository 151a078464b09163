package closing_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/closing"
	"docket/domain/domaintest"
)

var given = domaintest.Of(closing.Decider)

var (
	eve  = domain.Actor{Principal: "staff-eve", Staff: "eve", Posts: []domain.Post{{Role: "manager"}}}
	ann  = domain.Actor{Principal: "staff-ann", Staff: "ann", Groups: []string{"g"}, Posts: []domain.Post{{Role: "handler", Unit: "g"}}}
	bob  = domain.Actor{Principal: "staff-bob", Staff: "bob", Groups: []string{"h"}}
	desk = domain.Actor{Principal: "service-import"}

	april = time.Date(2026, 3, 31, 16, 0, 0, 0, time.UTC)
	until = april.AddDate(0, 0, 5)
	month = statement()

	digest, _, _ = month.Digest()

	frozen    = closing.Frozen{Round: 1, Statement: month, Digest: digest, By: "eve"}
	published = closing.Published{AppealUntil: until, By: "eve"}
	closed    = closing.Closed{By: "eve"}

	ofAnn    = closing.Cell{KPI: "on_time", By: "person", Key: "ann"}
	ofGroup  = closing.Cell{KPI: "on_time", By: "group", Key: "g"}
	overall  = closing.Cell{KPI: "on_time"}
	appealed = closing.Appealed{Appeal: 1, Cell: ofAnn, By: "ann", Reason: "one was paused"}
	upheld   = closing.AppealAnswered{Appeal: 1, Verdict: closing.Upheld, By: "eve", Answer: "so it was"}
	refused  = closing.AppealAnswered{Appeal: 1, Verdict: closing.NotUpheld, By: "eve", Answer: "the pause was revoked"}
)

func statement() closing.Statement {
	from, to, _ := closing.Bounds("2026-03", time.FixedZone("UTC+8", 8*3600))
	return closing.Statement{
		Unit: "u", Month: "2026-03", Zone: "Asia/Shanghai", From: from, To: to, Position: 900, AsOf: april,
		Definitions: []closing.Definition{{KPI: "on_time", Version: 1}}, Calendars: []closing.Edition{{Calendar: "c", Version: 2}},
		Figures: []closing.Figure{
			{KPI: "on_time", Rows: []closing.Row{{Numerator: 7, Denominator: 8, Value: "87.5"}}},
			{KPI: "on_time", By: "group", Rows: []closing.Row{{Key: "g", Numerator: 7, Denominator: 8, Value: "87.5"}}},
			{KPI: "on_time", By: "person", Rows: []closing.Row{
				{Key: "ann", Numerator: 3, Denominator: 4, Hidden: true, Provisional: 1, Undetermined: 1},
				{Key: "bob", Numerator: 4, Denominator: 4, Hidden: true, Spread: &closing.Spread{N: 1, P50: closing.Ranked{MS: 5, Ticket: "t"}}},
			}},
		},
	}
}

func freeze(change ...func(*closing.Freeze)) closing.Freeze {
	c := closing.Freeze{Unit: "u", Month: "2026-03", Facts: closing.FreezeFacts{UnitKnown: true, Statement: &month}}
	for _, f := range change {
		f(&c)
	}
	return c
}

func again() closing.Frozen {
	f := frozen
	f.Round = 2
	return f
}

// large is a month of very many people.
func large(c *closing.Freeze) {
	s := month
	s.Figures = []closing.Figure{{KPI: "on_time", By: "person"}}
	for i := range 12_000 {
		s.Figures[0].Rows = append(s.Figures[0].Rows, closing.Row{Key: fmt.Sprint(i) + strings.Repeat("x", 36), Denominator: 9, Numerator: 9, Value: "100.0"})
	}
	c.Facts.Statement = &s
}

var freezeCases = domaintest.Cases{
	"a month that has ended":       given().When(freeze()).As(eve).At(april).Then(frozen),
	"a moment too early":           given().When(freeze()).As(eve).At(april.Add(-time.Microsecond)).Refused(closing.ErrNotEnded),
	"what nobody could measure":    given().When(freeze(func(c *closing.Freeze) { c.Facts.Statement = nil })).As(eve).At(april).Refused(closing.ErrNotEnded),
	"more than an event holds":     given().When(freeze(large)).As(eve).At(april).Refused(closing.ErrTooLarge),
	"by a service":                 given().When(freeze()).As(desk).At(april).Refused(closing.ErrNoPerson),
	"twice":                        given(frozen).When(freeze()).As(eve).At(until).Refused(closing.ErrFrozen),
	"what is published":            given(frozen, published).When(freeze()).As(eve).At(until).Refused(closing.ErrFrozen),
	"after an appeal in vain":      given(frozen, published, appealed, refused).When(freeze()).As(eve).At(until).Refused(closing.ErrFrozen),
	"while an appeal waits":        given(frozen, published, appealed).When(freeze()).As(eve).At(until).Refused(closing.ErrFrozen),
	"while another appeal waits":   given(frozen, published, appealed, upheld, closing.Appealed{Appeal: 2, Cell: overall, By: "bob"}).When(freeze()).As(eve).At(until).Refused(closing.ErrAppealsOpen),
	"anew after an upheld appeal":  given(frozen, published, appealed, upheld).When(freeze()).As(eve).At(until).Then(again()),
	"anew once only":               given(frozen, published, appealed, upheld, again()).When(freeze()).As(eve).At(until).Refused(closing.ErrFrozen),
	"what is closed":               given(frozen, published, closed).When(freeze()).As(eve).At(until).Refused(closing.ErrFrozen),
	"no month, of no unit":         given().When(closing.Freeze{Unit: "u", Month: "2026-13"}).As(eve).Invalid("month not_a_month", "unit unknown"),
	"of the whole organisation":    given().When(freeze(func(c *closing.Freeze) { c.Unit, c.Facts.UnitKnown = "", false })).As(eve).At(april).Then(frozen),
	"by somebody for somebody":     given().When(freeze()).As(domain.Actor{Principal: "staff-bob", Staff: "eve", OnBehalfOf: "eve"}).At(april).Then(frozen),
	"a month that is written else": given().When(freeze(func(c *closing.Freeze) { c.Month = "2026-3" })).As(eve).At(april).Invalid("month not_a_month"),
}

var publishCases = domaintest.Cases{
	"frozen figures":        given(frozen).When(closing.Publish{AppealUntil: until}).As(eve).At(april).Then(published),
	"nothing":               given().When(closing.Publish{AppealUntil: until}).As(eve).At(april).Refused(closing.ErrNotFrozen),
	"twice":                 given(frozen, published).When(closing.Publish{AppealUntil: until}).As(eve).At(april).Refused(closing.ErrNotFrozen),
	"figures frozen anew":   given(frozen, published, appealed, upheld, again()).When(closing.Publish{AppealUntil: until}).As(eve).At(april).Then(published),
	"without time":          given(frozen).When(closing.Publish{AppealUntil: april}).As(eve).At(until).Invalid("appeal_until too_early"),
	"by a service, in time": given(frozen).When(closing.Publish{AppealUntil: until}).As(desk).At(april).Refused(closing.ErrNoPerson),
}

func appeal(c closing.Cell) closing.Appeal {
	return closing.Appeal{KPI: c.KPI, By: c.By, Key: c.Key, Part: c.Part, Reason: "one was paused"}
}

var appealCases = domaintest.Cases{
	"one's own figure":        given(frozen, published).When(appeal(ofAnn)).As(ann).At(until).Then(appealed),
	"one's group's":           given(frozen, published).When(appeal(ofGroup)).As(ann).At(april).Then(closing.Appealed{Appeal: 1, Cell: ofGroup, By: "ann", Reason: "one was paused"}),
	"the place of one's post": given(frozen, published).When(appeal(ofGroup)).As(eve).At(april).Then(closing.Appealed{Appeal: 1, Cell: ofGroup, By: "eve", Reason: "one was paused"}),
	"everybody's":             given(frozen, published).When(appeal(overall)).As(bob).At(april).Then(closing.Appealed{Appeal: 1, Cell: overall, By: "bob", Reason: "one was paused"}),
	"another's":               given(frozen, published).When(appeal(ofAnn)).As(bob).At(april).Refused(closing.ErrNotConcerned),
	"another group's":         given(frozen, published).When(appeal(ofGroup)).As(bob).At(april).Refused(closing.ErrNotConcerned),
	"twice":                   given(frozen, published, appealed).When(appeal(ofAnn)).As(ann).At(april).Refused(closing.ErrAppealed),
	"again of figures anew":   given(frozen, published, appealed, upheld, again(), published).When(appeal(ofAnn)).As(ann).At(april).Then(closing.Appealed{Appeal: 2, Cell: ofAnn, By: "ann", Reason: "one was paused"}),
	"too late":                given(frozen, published).When(appeal(ofAnn)).As(ann).At(until.Add(time.Microsecond)).Refused(closing.ErrAppealOver),
	"what is not published":   given(frozen).When(appeal(ofAnn)).As(ann).At(april).Refused(closing.ErrNotPublished),
	"what is closed":          given(frozen, published, closed).When(appeal(ofAnn)).As(ann).At(april).Refused(closing.ErrNotPublished),
	"what there is not":       given(frozen, published).When(closing.Appeal{KPI: "on_time", Part: "late"}).As(ann).At(april).Invalid("kpi unknown", "reason required"),
	"by a service for nobody": given(frozen, published).When(appeal(overall)).As(desk).At(april).Refused(closing.ErrNoPerson),
}

func answer(n int, v closing.Verdict, text string) closing.AnswerAppeal {
	return closing.AnswerAppeal{Appeal: n, Verdict: v, Answer: text}
}

var answerCases = domaintest.Cases{
	"it is right":       given(frozen, published, appealed).When(answer(1, closing.Upheld, upheld.Answer)).As(eve).Then(upheld),
	"it is not":         given(frozen, published, appealed).When(answer(1, closing.NotUpheld, refused.Answer)).As(eve).Then(refused),
	"one's own":         given(frozen, published, appealed).When(answer(1, closing.Upheld, "yes")).As(ann).Refused(closing.ErrOwnAppeal),
	"nobody's":          given(frozen, published).When(answer(1, closing.Upheld, "yes")).As(eve).Refused(closing.ErrNoAppeal),
	"twice":             given(frozen, published, appealed, upheld).When(answer(1, closing.Upheld, "yes")).As(eve).Refused(closing.ErrNoAppeal),
	"another's, twice":  given(frozen, published, appealed, closing.Appealed{Appeal: 2, Cell: overall, By: "bob"}, upheld).When(answer(1, closing.Upheld, "yes")).As(eve).Invalid("appeal answered"),
	"what there is not": given(frozen, published, appealed).When(answer(2, "", " ")).As(eve).Invalid("appeal unknown", "verdict not_allowed", "answer required"),
	"by a service":      given(frozen, published, appealed).When(answer(1, closing.Upheld, "yes")).As(desk).Refused(closing.ErrNoPerson),
}

var closeCases = domaintest.Cases{
	"after the time for appeals":  given(frozen, published).When(closing.Close{}).As(eve).At(until).Then(closed),
	"before it is over":           given(frozen, published).When(closing.Close{}).As(eve).At(until.Add(-time.Microsecond)).Refused(closing.ErrWindowOpen),
	"while an appeal waits":       given(frozen, published, appealed).When(closing.Close{}).As(eve).At(until).Refused(closing.ErrAppealsOpen),
	"what an appeal proved wrong": given(frozen, published, appealed, upheld).When(closing.Close{}).As(eve).At(until).Refused(closing.ErrContested),
	"after an appeal in vain":     given(frozen, published, appealed, refused).When(closing.Close{}).As(eve).At(until).Then(closed),
	"figures frozen anew":         given(frozen, published, appealed, upheld, again(), published).When(closing.Close{}).As(eve).At(until).Then(closed),
	"what is not published":       given(frozen).When(closing.Close{}).As(eve).At(until).Refused(closing.ErrNotPublished),
	"twice":                       given(frozen, published, closed).When(closing.Close{}).As(eve).At(until).Refused(closing.ErrNotPublished),
	"by a service":                given(frozen, published).When(closing.Close{}).As(desk).At(until).Refused(closing.ErrNoPerson),
}

func TestFreeze(t *testing.T)       { t.Parallel(); freezeCases.Run(t) }
func TestPublish(t *testing.T)      { t.Parallel(); publishCases.Run(t) }
func TestAppeal(t *testing.T)       { t.Parallel(); appealCases.Run(t) }
func TestAnswerAppeal(t *testing.T) { t.Parallel(); answerCases.Run(t) }
func TestClose(t *testing.T)        { t.Parallel(); closeCases.Run(t) }
func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, freezeCases, publishCases, appealCases, answerCases, closeCases)
}

var written = map[string]closing.Event{
	"ClosingFrozen.v1": frozen, "ClosingPublished.v1": published, "ClosingAppealed.v1": appealed,
	"ClosingAppealAnswered.v1": upheld, "ClosingClosed.v1": closed,
}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, closing.Decider, written) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, closing.Decider) }
func FuzzClosing(f *testing.F)  { domaintest.FuzzJoin(f, closing.Decider) }

// The key of a month is the same for everybody, and another for every unit and month.
func TestKey(t *testing.T) {
	t.Parallel()
	require.Equal(t, closing.Key("u", "2026-03"), freeze().Stream())
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, closing.Key("", "2026-03"))
	keys := map[string]bool{}
	for _, unit := range []string{"", "u", "v"} {
		for _, m := range []string{"2026-03", "2026-04"} {
			keys[closing.Key(unit, m)] = true
		}
	}
	require.Len(t, keys, 6)
	require.Empty(t, closing.Freeze{Month: "2026-00"}.Stream())
}

// The digest stands for the figures: it survives storing, and any other figure gives another.
func TestDigest(t *testing.T) {
	t.Parallel()
	other := statement()
	other.Figures[0].Rows[0].Numerator--
	changed, _, err := other.Digest()
	require.NoError(t, err)
	require.NotEqual(t, digest, changed)
	same, _, err := statement().Digest()
	require.NoError(t, err)
	require.Equal(t, digest, same)
	_, found := month.Find(closing.Cell{KPI: "on_time", By: "person", Key: "carl"})
	require.False(t, found)
}
