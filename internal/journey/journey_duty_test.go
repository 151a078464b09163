package journey_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/authz"
	"docket/domain/casetype"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
	"docket/domain/worktime"
)

// roster is who is called for a place.
type roster struct {
	Duty *struct {
		Duty   int
		Person struct{ ID string }
	}
	Called *struct{ ID string }
	Next   []struct{ From time.Time }
}

// TestUrgentTicketsCallWhoIsOnDuty: the roster is planned by who may and without overlaps; an urgent ticket calls the person on
// duty, and who leads when that one does not take it in time (mission row I10).
func TestUrgentTicketsCallWhoIsOnDuty(t *testing.T) {
	t.Parallel()
	o := Office(t)
	group := o.Do("admin", "unit.open", "", unit.Open{Kind: unit.Group, Name: "夜班組", Parent: o.Unit("客戶服務中心")}).ID
	mate, leader := o.Person("黃美玲"), o.Person("王淑芬")
	o.Do("admin", "staff.grant_post", leader, staff.GrantPost{Role: authz.Leader, Unit: group})
	o.Do("admin", "unit.appoint_leader", group, unit.AppointLeader{Leader: leader})

	now := time.Now().UTC().Truncate(time.Second)
	shift := unit.PlanDuty{Person: mate, From: now.Add(-time.Minute), Until: now.Add(8 * time.Hour)}
	o.Refused("clerk", "unit.plan_duty", group, shift, http.StatusForbidden, "not_allowed")
	o.Invalid("leader", "unit.plan_duty", group, shift, []string{"person not_a_member"})
	o.Do("admin", "staff.start_membership", mate, staff.StartMembership{Group: group})
	o.Do("leader", "unit.plan_duty", group, shift)
	o.Invalid("leader", "unit.plan_duty", group, unit.PlanDuty{Person: mate, From: now.Add(7 * time.Hour), Until: now.Add(9 * time.Hour)}, []string{"from overlaps"})
	o.Do("leader", "unit.plan_duty", group, unit.PlanDuty{Person: mate, From: now.Add(24 * time.Hour), Until: now.Add(32 * time.Hour)})

	var r roster
	o.Get("clerk", "/v1/units/"+group+"/duty", &r)
	require.Equal(t, mate, r.Duty.Person.ID)
	require.Equal(t, mate, r.Called.ID)
	require.Len(t, r.Next, 1)
	r = roster{}
	o.Get("clerk", "/v1/units/"+group+"/duty?at="+now.Add(9*time.Hour).Format(time.RFC3339), &r)
	require.Nil(t, r.Duty)
	require.Equal(t, leader, r.Called.ID, "nobody is on duty, so who leads is called")
	r = roster{}
	o.Get("clerk", "/v1/units/"+group+"/duty?at="+now.Add(25*time.Hour).Format(time.RFC3339), &r)
	require.Equal(t, 2, r.Duty.Duty)

	always := o.roundTheClock()
	id := o.applied(o.onRoute("DUT", func(r *casetype.Rules) {
		r.Calendar, r.Groups, r.Urgencies = always, []casetype.Choice{{Value: group}}, []casetype.Choice{{Value: "urgent"}}
		r.Limits = slices.Clone(r.Limits)
		for i := range r.Limits {
			if r.Limits[i].Urgency == "urgent" {
				r.Limits[i].Acknowledge = worktime.WorkingHours(time.Second)
			}
		}
	}), "100").ID
	called := func(who string) func() bool {
		return func() bool {
			var lines struct{ Items []struct{ Ticket, Kind string } }
			o.Get(who, "/v1/inbox", &lines)
			return slices.Contains(lines.Items, struct{ Ticket, Kind string }{id, "TicketPaged"})
		}
	}
	o.until("who is on duty is called", called("handler2"))
	o.until("who leads is called", called("leader"))
	o.Do("handler2", "ticket.take", id, ticket.Take{})

	o.Do("leader", "unit.cancel_duty", group, unit.CancelDuty{Duty: 2, Reason: "生病"})
	o.Refused("leader", "unit.cancel_duty", group, unit.CancelDuty{Duty: 2, Reason: "生病"}, http.StatusConflict, "unit.no_duty")
	r = roster{}
	o.Get("clerk", "/v1/units/"+group+"/duty?at="+now.Add(25*time.Hour).Format(time.RFC3339), &r)
	require.Nil(t, r.Duty)
}
