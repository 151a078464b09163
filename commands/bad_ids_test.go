package commands_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/security"
)

// TestEveryCommandOnWrongThings: an id that is none, of nothing, or of a thing of another kind; a revision that has passed
// or never was; a request without a token.
func TestEveryCommandOnWrongThings(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.must("unit.rename", o.things["unit"], renamed("abroad again"), by(registrar)) // has moved past revision 0
	before := o.head()
	for _, e := range commands.Catalogue() {
		body := encode(o.example(t, e))
		refused := func(what string, status int, code string, r reply) []string {
			t.Helper()
			require.Equal(t, status, r.status, "%s, %s: %s", e.Name, what, r.body)
			p := r.problem(t)
			require.Equal(t, code, p.Code, "%s, %s", e.Name, what)
			var told []string
			for _, f := range p.Errors {
				told = append(told, f.Field+" "+f.Code)
			}
			return told
		}
		here := path(e, o.things[e.Category])
		refused("no token", http.StatusUnauthorized, "unauthenticated", o.post("", here, body))
		refused("a made-up token", http.StatusUnauthorized, "unauthenticated", o.post("x"+secret, here, body))
		if e.Creates {
			require.Contains(t, refused("If-Match", http.StatusUnprocessableEntity, "invalid", o.post("all", here, body, "If-Match", `"0"`)),
				"header.If-Match not_applicable")
			continue
		}
		for _, id := range []string{"42", secret, strings.Repeat("0", 36), nowhere[:35], nowhere + "0", nowhere[:35] + "%00", "%2e%2e"} {
			require.Contains(t, refused(id, http.StatusUnprocessableEntity, "invalid", o.post("all", path(e, id), body)), "path.id not_an_id")
		}
		match := []string{}
		if e.Match == commands.MatchRequired {
			refused("no revision", http.StatusPreconditionRequired, "match.required", o.post("all", here, body))
			match = []string{"If-Match", `"0"`}
		}
		refused("nothing there", http.StatusNotFound, "not_found", o.post("all", path(e, nowhere), body, match...))
		for category, id := range o.things {
			if category != e.Category {
				refused("a "+category, http.StatusNotFound, "not_found", o.post("all", path(e, id), body, match...))
			}
		}
		r := o.post("all", here, body, "If-Match", `"9007199254740991"`)
		refused("a revision to come", http.StatusPreconditionFailed, "match.moved", r)
		require.Empty(t, r.problem(t).Since)
		now := o.events(domain.Stream(e.Category, o.things[e.Category]))
		if len(now) > 1 {
			r = o.post("all", here, body, "If-Match", `"0"`)
			refused("a revision that has passed", http.StatusPreconditionFailed, "match.moved", r)
			require.Len(t, r.problem(t).Since, len(now)-1, "%s: what happened since", e.Name)
			require.Equal(t, int64(len(now)-1), *r.problem(t).Revision)
		}
		require.Equal(t, before, o.head(), "%s: something was appended", e.Name)
	}
}

// TestEveryCommandByEveryRoleElsewhere: somebody of every role, with a post in another unit, tries every command on the
// things of this one. Who holds the right nowhere is told 403, of the others 404 who may not read the thing and 403 who may;
// all of it is recorded, and nothing else is appended.
func TestEveryCommandByEveryRoleElsewhere(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.things["unit"], o.things["staff"] = o.unit, o.mate
	tried := 0
	for _, e := range commands.Catalogue() {
		o.clock.move(time.Minute) // so that every attempt is recorded
		before := len(o.deniedToday())
		body, here := encode(o.example(t, e)), path(e, o.things[e.Category])
		match := []string{}
		if e.Match == commands.MatchRequired {
			match = []string{"If-Match", `"` + strconv.Itoa(len(o.events(domain.Stream(e.Category, o.things[e.Category])))-1) + `"`}
		}
		var refused []string
		for _, role := range personal() {
			want := elsewhere(role, e)
			if want == 0 {
				continue
			}
			token := role + "." + abroad
			r := o.post(token, here, body, match...)
			require.Equal(t, want, r.status, "%s by %s: %s", e.Name, token, r.body)
			code := r.problem(t).Code
			if want == http.StatusNotFound {
				require.Equal(t, "not_found", code, "%s by %s", e.Name, token)
			} else {
				require.Equal(t, "not_allowed", code, "%s by %s", e.Name, token)
			}
			refused = append(refused, "staff-"+o.ids[token])
		}
		tried += len(refused)
		var recorded []string
		for _, d := range o.deniedToday()[before:] {
			require.Equal(t, e.Name, d.Event.(security.Denied).Operation)
			recorded = append(recorded, d.Meta.Principal)
		}
		require.Equal(t, refused, recorded, e.Name)
	}
	t.Log(tried, "attempts")
	require.Greater(t, tried, 1_000)
	for _, e := range o.events(domain.Stream("ticket", o.old))[4:] {
		t.Errorf("%s was appended to the ticket", e.Type)
	}
}

func (o *office) deniedToday() []domain.Envelope { return o.events(security.Stream(o.clock.now())) }

// elsewhere is how a command is refused to a role whose post is in another unit than the thing, 0 where its reach is not
// bound to a place.
func elsewhere(role string, e commands.Entry) int {
	reaches := func(p authz.Permission) (somewhere, everywhere bool) {
		for _, g := range authz.Grants(role) {
			somewhere = somewhere || g.Permission == p
			everywhere = everywhere || g.Permission == p && g.Reach == authz.All
		}
		return somewhere, everywhere
	}
	holds, everywhere := reaches(e.Allow)
	_, reads := reaches(e.Read)
	switch {
	case everywhere:
		return 0
	case !holds || reads || e.Creates:
		return http.StatusForbidden
	}
	return http.StatusNotFound
}

// TestUnknownPeopleAreNotActedFor: nobody acts for somebody who is unknown, neither who may act for anybody nor who may not.
func TestUnknownPeopleAreNotActedFor(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, e := range commands.Catalogue() {
		o.clock.move(time.Minute)
		body, here := encode(o.example(t, e)), path(e, o.things[e.Category])
		before := o.events(domain.Stream(e.Category, o.things[e.Category]))
		r := o.post("all", here, body, "Docket-On-Behalf-Of", nowhere)
		require.Equal(t, http.StatusForbidden, r.status, "%s: %s", e.Name, r.body)
		r = o.post("import", here, body, "Docket-On-Behalf-Of", nowhere)
		require.Contains(t, []int{http.StatusForbidden, http.StatusUnprocessableEntity}, r.status, "%s: %s", e.Name, r.body)
		if granted := slices.ContainsFunc(authz.Grants(authz.Importer), func(g authz.Grant) bool { return g.Permission == e.Allow }); granted {
			require.Equal(t, http.StatusUnprocessableEntity, r.status, e.Name)
			require.Equal(t, "header.Docket-On-Behalf-Of", r.problem(t).Errors[0].Field, e.Name)
			require.Equal(t, "unknown", r.problem(t).Errors[0].Code, e.Name)
		}
		require.Len(t, o.events(domain.Stream(e.Category, o.things[e.Category])), len(before), e.Name)
	}
}
