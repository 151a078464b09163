package readapi_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/authz"
	"docket/domain/view"
)

// TestViews: people see their own views, those of their unit and everybody's; pinned ones first, each counted for who asks, and
// listing a view lists what its filter says of them.
func TestViews(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const (
		hers  = "00000000-0000-4000-8000-0000000000e1"
		units = "00000000-0000-4000-8000-0000000000e2"
		all   = "00000000-0000-4000-8000-0000000000e3"
		gone  = "00000000-0000-4000-8000-0000000000e4"
	)
	story := &teller{at: now.Add(-time.Hour)}
	story.told(ann, authz.Handler, "view.save", "view", hers, view.Saved{Name: "My desk", Owner: ann, Filter: view.Filter{Handler: view.Me}})
	story.told(eve, authz.Leader, "view.save", "view", units, view.Saved{Name: "Late", Owner: eve, Filter: view.Filter{Bands: []view.Band{view.Over}}, Sort: "urgency,-due"})
	story.told(eve, authz.Leader, "view.share", "view", units, view.Shared{Level: view.UnitWide, Unit: printing, By: eve})
	story.told(max, authz.Manager, "view.save", "view", all, view.Saved{Name: "All open", Owner: max, Sort: "-number"})
	story.told(max, authz.Administrator, "view.share", "view", all, view.Shared{Level: view.SystemWide, By: max})
	story.told(ann, authz.Handler, "view.pin", "view", all, view.Pinned{By: ann, Pinned: true})
	story.told(ann, authz.Handler, "view.save", "view", gone, view.Saved{Name: "Old", Owner: ann}, view.Withdrawn{By: ann})
	var position uint64
	for _, s := range story.steps {
		position = d.append(s)
	}
	after := []string{"Docket-After", strconv.FormatUint(position, 10)}

	list := d.ok(ann, "/v1/views", after...)
	require.Equal(t, []string{"All open", "Late", "My desk"}, list.column("name"), "what she has pinned comes first")
	require.Equal(t, []any{2., 1., 1.}, []any{list.items()[0]["tickets"], list.items()[1]["tickets"], list.items()[2]["tickets"]})
	require.Equal(t, []any{true, nil}, []any{list.items()[0]["pinned"], list.items()[0]["at_least"]})
	require.Equal(t, object{"band": []any{"over"}}, list.items()[1]["filter"])
	require.Equal(t, []string{"All open"}, d.ok(dora, "/v1/views", after...).column("name"))
	require.Equal(t, []string{"All open", "Late"}, d.ok(bob, "/v1/views", after...).column("name"))
	require.Equal(t, http.StatusForbidden, d.get(anton, "/v1/views").status)

	ids := func(who, id, query string) []string {
		return d.ok(who, "/v1/views/"+id+"/tickets"+query, after...).column("id")
	}
	require.Equal(t, []string{fourth}, ids(ann, hers, ""), "me is who asks")
	require.Equal(t, []string{fourth}, ids(bob, units, ""))
	require.Empty(t, ids(bob, units, "?as_of="+began.Format(time.RFC3339)))
	require.Equal(t, []string{fourth, second, first}, ids(max, all, ""))
	require.Equal(t, []string{second}, ids(dora, all, ""), "a shared view shows nobody more than they may see")
	first1 := d.ok(max, "/v1/views/"+all+"/tickets?limit=1", after...)
	require.Equal(t, []string{second, first}, ids(max, all, "?after="+first1.body["next"].(string)))
	require.Equal(t, []string{"query.after"}, d.get(eve, "/v1/views/"+units+"/tickets?after="+first1.body["next"].(string)).failing(), "a cursor of another view")

	for who, id := range map[string]string{bob: hers, dora: units, ann: gone, max: nowhere} {
		a := d.get(who, "/v1/views/"+id+"/tickets", after...)
		require.Equal(t, http.StatusNotFound, a.status)
		require.Equal(t, "view.unknown", a.body["code"])
	}
}

const nowhere = "00000000-0000-4000-8000-0000000000ff"
