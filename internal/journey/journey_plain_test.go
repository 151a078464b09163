package journey_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain/ticket"
)

// TestPlainTicket: a ticket without a template goes from the window to its end.
func TestPlainTicket(t *testing.T) {
	t.Parallel()
	o := Office(t)
	asked := ticket.Register{
		Unit: o.Unit("客戶服務中心"), Type: "CERT", Channel: ticket.Window, Urgency: ticket.Normal, Title: "補發證件",
	}
	registered := o.Do("clerk", "ticket.register", "", asked, keyed("plain"))
	id := registered.ID
	require.Equal(t, registered, o.Do("clerk", "ticket.register", "", asked, keyed("plain")), "the same key gives the first answer again")
	require.Regexp(t, `^CS-CERT-\d{4}-\d{6}-.$`, registered.Number)
	o.Do("clerk", "ticket.accept", id, ticket.Accept{})
	o.Do("clerk", "ticket.assign_group", id, ticket.AssignToGroup{Group: o.Unit("業務處理一組")})
	o.Do("handler", "ticket.take", id, ticket.Take{})
	o.Refused("handler2", "ticket.take", id, ticket.Take{}, http.StatusConflict, "ticket.held")
	o.Invalid("handler", "ticket.complete", id, ticket.Complete{Outcome: ticket.Fulfilled}, []string{"summary required"})
	o.Do("handler", "ticket.complete", id, ticket.Complete{Outcome: ticket.Fulfilled, Summary: "已補發"})
	o.Refused("leader", "ticket.pass_review", id, ticket.PassReview{Opinion: "good"}, http.StatusPreconditionRequired, "match.required", unmatched())
	o.Refused("leader", "ticket.pass_review", id, ticket.PassReview{Opinion: "good"}, http.StatusPreconditionFailed, "match.moved", at(0))
	passed := o.Do("leader", "ticket.pass_review", id, ticket.PassReview{Opinion: "準確、合規、完整"})
	require.Equal(t, []string{"TicketReviewPassed"}, passed.types())
	o.Do("handler", "ticket.deliver", id, ticket.DeliverResult{Channel: ticket.Phone, Text: "證件已可領取"})
	o.Do("handler", "ticket.close", id, ticket.Close{})
	var page struct{ Status, Number string }
	o.Get("handler", "/v1/tickets/"+id, &page)
	require.Equal(t, "closed", page.Status)
	require.Equal(t, registered.Number, page.Number)
	o.NotGet("analyst", "/v1/tickets/"+id, http.StatusNotFound, "not_found")
}
