package journey_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain/ticket"
)

// TestHelpersWorkBesideTheHandler: who is named to help writes work records and contacts, and neither completes the ticket nor
// hands it over; once released, the record of work is refused again (mission row A2).
func TestHelpersWorkBesideTheHandler(t *testing.T) {
	t.Parallel()
	o := Office(t)
	id := o.inHandling()
	helper := o.Person("黃美玲")
	work := ticket.RecordWork{Content: "核對舊檔"}
	o.Refused("handler2", "ticket.record_work", id, work, http.StatusForbidden, "not_allowed")
	o.Refused("handler2", "ticket.name_helper", id, ticket.NameHelper{Helper: helper}, http.StatusForbidden, "not_allowed")
	o.Invalid("handler", "ticket.name_helper", id, ticket.NameHelper{Helper: o.Person("張偉")}, []string{"helper not_member"})
	o.Invalid("handler", "ticket.name_helper", id, ticket.NameHelper{Helper: o.Person("林志強")}, []string{"helper self"})
	o.Do("handler", "ticket.name_helper", id, ticket.NameHelper{Helper: helper, Task: "核對舊檔"})
	o.Refused("handler", "ticket.name_helper", id, ticket.NameHelper{Helper: helper}, http.StatusConflict, "ticket.helps")

	var page struct {
		Helpers []struct{ ID string }
		Handler struct{ ID string }
		Allowed []string `json:"allowed_commands"`
	}
	o.Get("handler2", "/v1/tickets/"+id, &page)
	require.Equal(t, []struct{ ID string }{{helper}}, page.Helpers)
	require.Contains(t, page.Allowed, "ticket.record_work")
	require.Contains(t, page.Allowed, "ticket.record_contact")
	require.NotContains(t, page.Allowed, "ticket.complete")
	require.NotContains(t, page.Allowed, "ticket.offer_handover")
	o.Do("handler2", "ticket.record_work", id, work)
	o.Do("handler2", "ticket.record_contact", id, ticket.RecordContact{
		Direction: ticket.Outbound, Channel: ticket.Phone, Outcome: ticket.ContactReached, Summary: "告知進度",
	})
	o.Refused("handler2", "ticket.complete", id, done, http.StatusForbidden, "not_allowed")
	o.Refused("handler2", "ticket.offer_handover", id, ticket.OfferHandover{To: helper}, http.StatusForbidden, "not_allowed")
	require.Equal(t, "林志強", o.holder(id), "the handler stays responsible")

	var history struct{ Items []struct{ Type, Rule string } }
	o.Get("handler", "/v1/tickets/"+id+"/history?limit=200", &history)
	var rules []string
	for _, e := range history.Items {
		if e.Type == "TicketWorkRecorded" {
			rules = append(rules, e.Rule)
		}
	}
	require.Equal(t, []string{"handler:ticket.work:helped"}, rules, "the history tells that it was done as a helper")

	o.Do("handler2", "ticket.release_helper", id, ticket.ReleaseHelper{Helper: helper, Reason: "核對完畢"})
	o.Refused("handler2", "ticket.record_work", id, work, http.StatusForbidden, "not_allowed")
	o.Refused("handler", "ticket.release_helper", id, ticket.ReleaseHelper{Helper: helper}, http.StatusConflict, "ticket.no_helper")
}
