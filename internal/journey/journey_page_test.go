package journey_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain/route"
	"docket/domain/ticket"
)

// TestPageOfAPlannedTicket: the stage map, who may sign, the form in the template's order and the past of a ticket on a route,
// from the draft to the open result review.
func TestPageOfAPlannedTicket(t *testing.T) {
	t.Parallel()
	o := Office(t)
	id := o.applied(o.onRoute("PGA", nil,
		route.Stage{Key: "first_review", When: route.Before, Kind: route.Review, Role: "reviewer", Opinion: []string{"accuracy", "compliance", "completeness"}},
		route.Stage{Key: "dear", When: route.Before, Kind: route.Review, Role: "specialist", Opinion: []string{"accuracy", "compliance", "completeness"}, Condition: `form.amount > 1000.0`},
		route.Stage{Key: "result_review", When: route.After, Kind: route.Review, Role: "leader", Opinion: []string{"accuracy", "compliance", "completeness"}},
	), "100").ID
	type stage struct {
		Key, Status string
		Signers     []struct {
			May bool
			Why string
		}
		Decisions []struct{ Verdict, Standing, Digest string }
	}
	type page struct {
		Status   string
		Revision uint64
		Stages   []stage
		Fields   []struct{ Key, Label, Value string }
		Clocks   []struct{ Clock string }
		Timeline []struct{ Revision uint64 }
	}
	read := func(what string) (p page) {
		o.Get("auditor", "/v1/tickets/"+id+what, &p)
		return p
	}
	statuses := func(p page) (all []string) {
		for _, s := range p.Stages {
			all = append(all, s.Status)
		}
		return all
	}
	before := read("")
	require.Equal(t, "registered", before.Status)
	require.Equal(t, "open", before.Stages[0].Status)
	require.NotEmpty(t, before.Stages[0].Signers)
	require.Equal(t, "item", before.Fields[0].Key)
	require.NotEmpty(t, before.Clocks)

	o.Do("reviewer", "ticket.pass_stage", id, ticket.PassStage{Stage: "first_review", Opinion: "齊全", Judgement: allMet})
	after := read("")
	require.Equal(t, []string{"passed", "skipped", "pending"}, statuses(after))
	require.Equal(t, "stands", after.Stages[0].Decisions[0].Standing)
	require.NotEmpty(t, after.Stages[0].Decisions[0].Digest)

	for revision := range after.Revision + 1 {
		then := read(fmt.Sprintf("/as-of?revision=%d", revision))
		require.Len(t, then.Timeline, int(revision)+1) //nolint:gosec // small
		require.Len(t, then.Stages, 3)
	}
	require.Equal(t, statuses(before), statuses(read(fmt.Sprintf("/as-of?revision=%d", before.Revision))))

	var custody struct {
		ElapsedMs int64 `json:"elapsed_ms"`
		Intervals []struct{ Ms int64 }
	}
	o.Get("auditor", "/v1/tickets/"+id+"/custody", &custody)
	var sum int64
	for _, i := range custody.Intervals {
		sum += i.Ms
	}
	require.Equal(t, custody.ElapsedMs, sum)
	status, archive := o.read("auditor", "/v1/tickets/"+id+"/bundle?purpose=journey")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "PK", string(archive[:2]))
}
