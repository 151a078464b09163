package commands_test

import (
	"maps"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain/casetype"
	"docket/domain/procedure"
	"docket/domain/staff"
	"docket/domain/template"
	"docket/domain/unit"
)

// TestLeadersDoNotLeaveAsTheyAreAppointed: of making somebody a group's leader and their leaving at the same moment, one is done
// (mission row O1). Who has come back may lead.
func TestLeadersDoNotLeaveAsTheyAreAppointed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := &census{office: o, accepted: map[string]int{}, statuses: map[int]int{}}
	won := map[string]int{}
	for range rounds {
		group := c.lead(t, life{name: "group", acts: []act{{"admin", "unit.open", func(o *office, _ string) any {
			return unit.Open{Kind: unit.Group, Name: "Contested", Parent: o.unit}
		}}}}, 1)
		person := c.lead(t, life{name: "person", acts: []act{{"admin", "staff.join", nil}}}, 1)
		appoint := entrant{who: "admin", command: "unit.appoint_leader", id: group, payload: unit.AppointLeader{Leader: person}}
		replies := o.contest(t, "", appoint, entrant{who: "all", command: "staff.leave", id: person, payload: staff.Leave{Reason: "retired"}})
		appointed, left := replies[0].status == http.StatusOK, replies[1].status == http.StatusOK
		require.NotEqual(t, appointed, left, "%s %s", replies[0].body, replies[1].body)
		if appointed {
			won["appointed"]++
			require.Equal(t, "leads", replies[1].problem(t).Errors[0].Code)
			continue
		}
		won["left"]++
		require.Equal(t, "inactive", replies[0].problem(t).Errors[0].Code)
		o.settle(answered(t, o.post("admin", "/v1/staff/"+person+"/return", "{}")).Position)
		require.Equal(t, http.StatusOK, o.contest(t, "", appoint)[0].status, "who has come back may lead")
	}
	require.Len(t, won, 2, "the same desk has lost every time: %v", won)
}

// TestProceduresAreNotRetiredAsTemplatesRelyOnThem: of approving a template and retiring the procedure that it names at the same
// moment, one is done (mission rows T2 and T6).
func TestProceduresAreNotRetiredAsTemplatesRelyOnThem(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	won := map[string]int{}
	for range rounds / 2 {
		drafted := o.must("procedure.draft", "", &procedure.DraftVersion{
			Department: o.unit, Document: exampleDocument(t), Reason: "new",
		}, by(o.as(o.ids["designer"])))
		o.settle(drafted.Position)
		published := o.must("procedure.publish", drafted.ID, &procedure.Publish{Digest: documentDigest(o, drafted.ID), Opinion: "clear"},
			by(o.as(o.ids["head"])), matching(drafted.Revision))
		o.settle(published.Position)
		id, digest, revision := o.reviewed(drafted.ID)
		replies := o.contest(t, "",
			entrant{who: "manager", command: "template.approve", id: id, payload: template.Approve{Digest: digest, Opinion: "approved"}, headers: []string{"If-Match", revision}},
			entrant{who: "head", command: "procedure.retire", id: drafted.ID, payload: procedure.Retire{Version: 1, Reason: "over"}},
		)
		approved, retired := replies[0].status == http.StatusOK, replies[1].status == http.StatusOK
		require.NotEqual(t, approved, retired, "%s %s", replies[0].body, replies[1].body)
		if approved {
			won["approved"]++
			require.Equal(t, http.StatusConflict, replies[1].status)
			continue
		}
		won["retired"]++
		require.Equal(t, "retired", replies[0].problem(t).Errors[0].Code)
	}
	require.Len(t, won, 2, "the same desk has lost every time: %v", won)
}

func exampleDocument(t *testing.T) procedure.Document {
	e, ok := commands.Lookup("procedure.draft")
	require.True(t, ok)
	return e.Example.(procedure.DraftVersion).Document
}

func documentDigest(o *office, id string) string {
	p, _ := o.dir.Procedure(id)
	return p.Versions[0].Digest
}

// reviewed is a template that names a procedure and waits for management.
func (o *office) reviewed(followed string) (id, digest, match string) {
	e, ok := commands.Lookup("template.draft")
	require.True(o.t, ok)
	d := e.Example.(template.DraftVersion).Definition
	d.Labels = maps.Clone(d.Labels)
	r := &d.Rules
	r.Type, r.Owner, r.Calendar, r.Procedure, r.Groups, r.Steps = "PRC", o.unit, o.ids["calendar"], followed, []casetype.Choice{{Value: o.group}}, nil
	for _, key := range r.Keys() {
		d.Labels[key] = casetype.Text{"en": key}
	}
	a := o.must("template.draft", "", &template.DraftVersion{Definition: d, Reason: "new"}, by(o.as(o.ids["designer"])))
	digest = d.Digest()
	a = o.must("template.submit", a.ID, &template.Submit{}, by(o.as(o.ids["designer"])))
	a = o.must("template.review", a.ID, &template.Review{Digest: digest, Verdict: template.Pass, Opinion: "good"}, by(o.as(o.ids["head"])), matching(a.Revision))
	o.settle(a.Position)
	return a.ID, digest, quoted(a.Revision)
}

func quoted(revision uint64) string { return `"` + strconv.FormatUint(revision, 10) + `"` }
