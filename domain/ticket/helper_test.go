package ticket_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

var (
	named   = ticket.HelperNamed{Helper: "bob", By: "ann", Task: "measure"}
	unnamed = ticket.HelperReleased{Helper: "bob", By: "ann", Reason: "measured"}
	assist  = then(held, named)
)

var nameHelperCases = domaintest.Cases{
	"of the group":           given(held...).When(ticket.NameHelper{Helper: "bob", Task: "measure", Facts: fit}).As(ann).Then(named),
	"by the leader":          given(held...).When(ticket.NameHelper{Helper: "bob", Facts: fit}).As(eve).Then(ticket.HelperNamed{Helper: "bob", By: "eve"}),
	"without a certificate":  duties(held...).When(ticket.NameHelper{Helper: "bob", Facts: ticket.Person{Known: true, Active: true, Member: true, Unqualified: true}}).As(ann).Then(ticket.HelperNamed{Helper: "bob", By: "ann"}),
	"whose desk is full":     given(held...).When(ticket.NameHelper{Helper: "bob", Facts: ticket.Person{Known: true, Active: true, Member: true, Overloaded: true}}).As(ann).Then(ticket.HelperNamed{Helper: "bob", By: "ann"}),
	"one more":               given(assist...).When(ticket.NameHelper{Helper: "eve", Facts: fit}).As(ann).Then(ticket.HelperNamed{Helper: "eve", By: "ann"}),
	"again, once released":   given(then(assist, unnamed)...).When(ticket.NameHelper{Helper: "bob", Task: "measure", Facts: fit}).As(ann).Then(named),
	"twice":                  given(assist...).When(ticket.NameHelper{Helper: "bob", Facts: fit}).As(ann).Refused(ticket.ErrHelps),
	"the handler":            given(held...).When(ticket.NameHelper{Helper: "ann", Facts: fit}).As(ann).Invalid("helper self"),
	"a stranger":             given(held...).When(ticket.NameHelper{Helper: "zoe"}).As(ann).Invalid("helper unknown"),
	"of another group":       given(held...).When(ticket.NameHelper{Helper: "zoe", Facts: ticket.Person{Known: true, Active: true}}).As(ann).Invalid("helper not_member"),
	"who is away":            given(held...).When(ticket.NameHelper{Helper: "bob", Facts: unfit}).As(ann).Invalid("helper absent"),
	"with too much to say":   given(held...).When(ticket.NameHelper{Helper: "bob", Task: tooLong, Facts: fit}).As(ann).Invalid("task too_long"),
	"where nobody is helped": given(queued...).When(ticket.NameHelper{Helper: "bob", Facts: fit}).As(ann).Refused(ticket.ErrNoHandler),
	"once completed":         given(completed...).When(ticket.NameHelper{Helper: "bob", Facts: fit}).As(ann).Refused(ticket.ErrNotHandling),
	"by a service":           given(held...).When(ticket.NameHelper{Helper: "bob", Facts: fit}).As(robot).Refused(ticket.ErrNoPerson),
}

var releaseHelperCases = domaintest.Cases{
	"by the handler":          given(assist...).When(ticket.ReleaseHelper{Helper: "bob", Reason: "measured"}).As(ann).Then(unnamed),
	"by themselves":           given(assist...).When(ticket.ReleaseHelper{Helper: "bob"}).As(bob).Then(ticket.HelperReleased{Helper: "bob", By: "bob"}),
	"by another helper":       given(then(assist, ticket.HelperNamed{Helper: "eve", By: "ann"})...).When(ticket.ReleaseHelper{Helper: "bob"}).As(eve).Refused(ticket.ErrNotYourHelper),
	"of nobody":               given(held...).When(ticket.ReleaseHelper{Helper: "bob"}).As(ann).Refused(ticket.ErrNoHelper),
	"of somebody else":        given(assist...).When(ticket.ReleaseHelper{Helper: "eve"}).As(ann).Refused(ticket.ErrNoHelper),
	"twice":                   given(then(assist, unnamed)...).When(ticket.ReleaseHelper{Helper: "bob"}).As(ann).Refused(ticket.ErrNoHelper),
	"with too much to say":    given(assist...).When(ticket.ReleaseHelper{Helper: "bob", Reason: tooLong}).As(ann).Invalid("reason too_long"),
	"by a service":            given(assist...).When(ticket.ReleaseHelper{Helper: "bob"}).As(robot).Refused(ticket.ErrNoPerson),
	"who has become handler":  given(then(assist, ticket.AssignedToHandler{Handler: "bob", Previous: "ann", Reason: "r"})...).When(ticket.ReleaseHelper{Helper: "bob"}).As(bob).Refused(ticket.ErrNoHelper),
	"with the ticket's close": given(then(assist, ticket.Cancelled{Code: ticket.CancelError})...).When(ticket.ReleaseHelper{Helper: "bob"}).As(ann).Refused(ticket.ErrNoHelper),
	"with a move to another group": given(assist...).When(ticket.AssignToGroup{Group: "g2", Reason: "theirs", Facts: ticket.GroupFacts{Known: true, Active: true, Unit: "u1"}}).
		Then(ticket.AssignedToGroup{Group: "g2", Unit: "u1", Previous: "g1", Reason: "theirs"}, ticket.HelperReleased{Helper: "bob"}),
}

func TestNameHelper(t *testing.T)    { t.Parallel(); nameHelperCases.Run(t) }
func TestReleaseHelper(t *testing.T) { t.Parallel(); releaseHelperCases.Run(t) }

// Who helps has the ticket as a party, and as a helper; who is released, or becomes its handler, does not.
func TestHelpersAreParties(t *testing.T) {
	t.Parallel()
	scope := func(events ...ticket.Event) ([]string, []string) {
		var s ticket.State
		for _, e := range events {
			s = ticket.Decider.Evolve(s, e)
		}
		placed := ticket.Decider.Scope(s)
		return placed.Parties, placed.Helpers
	}
	parties, helpers := scope(assist...)
	require.Equal(t, []string{"ann", "bob"}, parties)
	require.Equal(t, []string{"bob"}, helpers)
	parties, helpers = scope(then(assist, unnamed)...)
	require.Equal(t, []string{"ann"}, parties)
	require.Empty(t, helpers)
	parties, helpers = scope(then(assist, ticket.AssignedToHandler{Handler: "bob", Previous: "ann"})...)
	require.Equal(t, []string{"bob"}, parties)
	require.Empty(t, helpers)
}
