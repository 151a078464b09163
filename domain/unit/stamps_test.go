package unit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain/domaintest"
	"docket/domain/unit"
)

var (
	keeping   = unit.KeeperFacts{Known: true, Active: true, Member: true}
	stamped   = unit.StampRegistered{Number: "CS-07", Keeper: "eve"}
	withdrawn = unit.StampWithdrawn{Number: "CS-07", Reason: "worn out"}
	inUse     = then(opened, stamped)
)

// keep asks for a stamp's registration with what is known of its keeper.
func keep(number, keeper string, f unit.KeeperFacts) unit.RegisterStamp {
	return unit.RegisterStamp{Number: number, Keeper: keeper, Facts: f}
}

var registerStampCases = domaintest.Cases{
	"the first":                given(opened...).When(keep("CS-07", "eve", keeping)).Then(stamped),
	"of a group":               given(group...).When(keep("CS-07", "eve", keeping)).Then(stamped),
	"another":                  given(inUse...).When(keep("CS-08", "eve", keeping)).Then(unit.StampRegistered{Number: "CS-08", Keeper: "eve"}),
	"that somebody keeps":      given(inUse...).When(keep("CS-07", "ann", keeping)).Invalid("number taken"),
	"again, once withdrawn":    given(then(inUse, withdrawn)...).When(keep("CS-07", "ann", keeping)).Then(unit.StampRegistered{Number: "CS-07", Keeper: "ann"}),
	"that changed hands":       given(then(inUse, withdrawn, unit.StampRegistered{Number: "CS-07", Keeper: "ann"})...).When(keep("CS-07", "bob", keeping)).Invalid("number taken"),
	"of nothing":               given(opened...).When(unit.RegisterStamp{}).Invalid("number required", "keeper unknown"),
	"with a volume for number": given(opened...).When(keep(strings.Repeat("7", 33), "eve", keeping)).Invalid("number too_long"),
	"for one who left":         given(opened...).When(keep("CS-07", "eve", unit.KeeperFacts{Known: true})).Invalid("keeper inactive"),
	"for a stranger":           given(opened...).When(keep("CS-07", "eve", unit.KeeperFacts{Known: true, Active: true})).Invalid("keeper not_a_member"),
	"once closed":              given(closed...).When(keep("CS-07", "eve", keeping)).Refused(unit.ErrClosed),
}

var withdrawStampCases = domaintest.Cases{
	"in use":         given(inUse...).When(unit.WithdrawStamp(withdrawn)).Then(withdrawn),
	"twice":          given(then(inUse, withdrawn)...).When(unit.WithdrawStamp(withdrawn)).Refused(unit.ErrNoStamp),
	"another one":    given(inUse...).When(unit.WithdrawStamp{Number: "CS-08", Reason: "lost"}).Refused(unit.ErrNoStamp),
	"where is none":  given(opened...).When(unit.WithdrawStamp(withdrawn)).Refused(unit.ErrNoStamp),
	"for no reason":  given(inUse...).When(unit.WithdrawStamp{Number: "CS-07"}).Invalid("reason required"),
	"for a volume":   given(inUse...).When(unit.WithdrawStamp{Number: "CS-07", Reason: tooLong}).Invalid("reason too_long"),
	"without number": given(inUse...).When(unit.WithdrawStamp{Reason: "lost"}).Invalid("number required"),
	"once closed":    given(then(inUse, unit.Closed{Reason: "x"})...).When(unit.WithdrawStamp(withdrawn)).Then(withdrawn),
}

func TestRegisterStamp(t *testing.T) { t.Parallel(); registerStampCases.Run(t) }
func TestWithdrawStamp(t *testing.T) { t.Parallel(); withdrawStampCases.Run(t) }

// TestEarlierRegistersStay: a stamp that is withdrawn now was in use before, and one that changed hands was another's.
func TestEarlierRegistersStay(t *testing.T) {
	t.Parallel()
	first := unit.Stamps{}.After(stamped)
	second := first.After(withdrawn)
	third := second.After(unit.StampRegistered{Number: "CS-07", Keeper: "ann"})
	s, live := first.Live("CS-07")
	require.True(t, live)
	require.Equal(t, "eve", s.Keeper)
	_, live = second.Live("CS-07")
	require.False(t, live)
	require.Equal(t, unit.Stamps{{Number: "CS-07", Keeper: "eve", Withdrawn: true}}, second)
	s, live = third.Live("CS-07")
	require.True(t, live)
	require.Equal(t, "ann", s.Keeper)
}
