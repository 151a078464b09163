package journey_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/ticket"
	"docket/domain/worktime"
)

// TestTimersFireOnceAlsoAfterAnOutage: the shares of a limit that passed while the power was off are reminded of when it is
// back, each once, and told to those whom they concern.
func TestTimersFireOnceAlsoAfterAnOutage(t *testing.T) {
	t.Parallel()
	o := OwnOffice(t)
	id, _ := o.limited(o.roundTheClock())
	o.Do("handler", "ticket.take", id, ticket.Take{})
	o.Do("manager", "ticket.rebase", id, ticket.Rebase{
		Clock: ticket.HandlingClock, Limit: worktime.WorkingHours(time.Since(o.opened(id)) + 2*time.Second), Reason: "全部到期",
	})
	o.Restart(true)
	o.until("three reminders", func() bool { return o.happened(id, "TicketReminderDue") == 3 })
	o.Restart(true)
	// Whatever might be fired again comes before what is due later.
	o.Do("handler", "ticket.note", id, ticket.Note{Text: "停電兩次"})
	o.Do("manager", "ticket.rebase", id, ticket.Rebase{
		Clock: ticket.HandlingClock, Limit: worktime.WorkingHours(24 * time.Hour), Reason: "恢復",
	})
	var lines struct {
		Items []struct{ Ticket, Kind string }
	}
	o.until("the handler and the leader are told", func() bool {
		told := 0
		for _, who := range []string{"handler", "leader", "deputy"} {
			o.Get(who, "/v1/inbox?unread=true", &lines)
			for _, l := range lines.Items {
				if l.Ticket == id && l.Kind == "TicketReminderDue" {
					told++
				}
			}
		}
		return told == 3
	})
	require.Equal(t, 3, o.happened(id, "TicketReminderDue"))
}

// opened is when a ticket was registered.
func (o *office) opened(id string) time.Time {
	o.Helper()
	var page struct {
		RegisteredAt time.Time `json:"registered_at"`
	}
	o.Get("manager", "/v1/tickets/"+id, &page)
	return page.RegisteredAt
}

// happened counts the events of a type in a ticket's timeline.
func (o *office) happened(id, kind string) (n int) {
	o.Helper()
	var page struct{ Timeline []struct{ Type string } }
	o.Get("manager", "/v1/tickets/"+id, &page)
	for _, e := range page.Timeline {
		if e.Type == kind {
			n++
		}
	}
	return n
}

// until asks again until it is so.
func (o *office) until(what string, is func() bool) {
	o.Helper()
	require.Eventually(o, is, time.Minute, 100*time.Millisecond, what)
}

// DoAsSoonAs issues a command until it is accepted.
func (o *office) DoAsSoonAs(what, login, command, id string, payload any, options ...option) {
	o.Helper()
	o.until(what, func() bool {
		status, body := o.issue(login, command, id, payload, options)
		if status != http.StatusOK {
			return false
		}
		o.took(body)
		return true
	})
}
