package journey_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain/ticket"
)

// TestDuplicatesAreJoinedOneWay: two people join two tickets in opposite directions at once, and one of them is told that the
// other was first; both numbers lead on, and the joining can be undone (mission rows I11 and X9).
func TestDuplicatesAreJoinedOneWay(t *testing.T) {
	t.Parallel()
	o := Office(t)
	register := func(customer, title string) answer {
		return o.Do("clerk", "ticket.register", "", ticket.Register{
			Unit: o.Unit("客戶服務中心"), Type: "CERT", Channel: ticket.Window, Urgency: ticket.Normal, Title: title, Customer: customer,
		})
	}
	a, b, other := register("J-1", "補發證件"), register("J-1", "補發證件（郵件）"), register("J-2", "補發證件")
	o.Invalid("clerk", "ticket.join", a.ID, ticket.Join{Into: other.ID, Reason: "重複"}, []string{"into not_same_customer"})
	o.Invalid("clerk", "ticket.join", a.ID, ticket.Join{Into: a.ID, Reason: "重複"}, []string{"into self"})
	o.Refused("handler", "ticket.join", a.ID, ticket.Join{Into: b.ID, Reason: "重複"}, http.StatusForbidden, "not_allowed")

	var wait sync.WaitGroup
	status := make([]int, 2)
	for i, pair := range [][2]string{{a.ID, b.ID}, {b.ID, a.ID}} {
		wait.Go(func() {
			status[i], _ = o.issue("clerk", "ticket.join", pair[0], ticket.Join{Into: pair[1], Reason: "重複"}, nil)
		})
	}
	wait.Wait()
	require.ElementsMatch(t, []int{http.StatusOK, http.StatusConflict}, status, "exactly one direction holds")

	gone, stays := a, b
	if status[1] == http.StatusOK {
		gone, stays = b, a
	}
	o.Refused("clerk", "ticket.join", stays.ID, ticket.Join{Into: gone.ID, Reason: "重複"}, http.StatusConflict, "ticket.joined")
	o.Do("clerk", "ticket.unjoin", gone.ID, ticket.Unjoin{Reason: "兩件不同的業務"})
	o.Refused("clerk", "ticket.unjoin", gone.ID, ticket.Unjoin{Reason: "再次"}, http.StatusConflict, "ticket.not_joined")
	back := o.Do("clerk", "ticket.join", stays.ID, ticket.Join{Into: gone.ID, Reason: "反向併單"})
	require.Equal(t, []string{"TicketJoined"}, back.types(), "what was released can be claimed the other way round")
	for _, number := range []string{a.Number, b.Number} {
		var page struct {
			Number, Status string
			Timeline       []struct{ Type string }
		}
		o.Get("clerk", "/v1/numbers/"+number, &page)
		require.Equal(t, number, page.Number)
		require.NotEmpty(t, page.Timeline)
	}
	mistyped := strings.Replace(a.Number, "CERT", "CRET", 1)
	o.NotGet("clerk", "/v1/numbers/"+mistyped, http.StatusUnprocessableEntity, "ticket.number_mistyped")
}
