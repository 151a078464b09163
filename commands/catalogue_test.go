package commands_test

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain/authz"
	"docket/internal/httpapi"
)

// places are where the streams of each category are found.
var places = map[string]string{
	"ticket":   "/v1/tickets",
	"unit":     "/v1/units",
	"customer": "/v1/customers",
	"calendar": "/v1/calendars",
	"staff":    "/v1/staff",
	"template": "/v1/templates",

	"procedure": "/v1/procedures",

	"quarantine": "/v1/quarantine",

	"authority": "/v1/authorities",
	"batch":     "/v1/batches",
	"view":      "/v1/views",
	"alert":     "/v1/alerts",
	"closing":   "/v1/closings",
	"scorecard": "/v1/scorecards",
	"export":    "/v1/exports",
}

// What a command has to declare, whichever it is.
func TestEveryEntryIsComplete(t *testing.T) {
	t.Parallel()
	api := httpapi.New(httpapi.Options{})
	names, routes, verbs := map[string]bool{}, map[string]bool{}, map[string]map[string]bool{}
	for _, e := range commands.Catalogue() {
		t.Run(e.Name, func(t *testing.T) {
			require.Regexp(t, `^[a-z]+\.[a-z]+(_[a-z]+)*$`, e.Name)
			require.False(t, names[e.Name] || routes[e.Route], "twice")
			names[e.Name], routes[e.Route] = true, true
			_, verb, _ := strings.Cut(e.Name, ".")
			place, ok := places[e.Category]
			require.True(t, ok, "a category without a place")
			if e.Creates {
				require.Contains(t, []string{place, place + "/" + strings.ReplaceAll(verb, "_", "-")}, e.Route)
			} else {
				require.Equal(t, place+"/{id}/"+strings.ReplaceAll(verb, "_", "-"), e.Route)
			}
			require.Regexp(t, `^[A-Z].*\.$`, e.Doc)

			granted := false
			for _, role := range authz.Roles() {
				for _, g := range authz.Grants(role) {
					granted = granted || g.Permission == e.Allow
				}
			}
			require.True(t, granted, "no role may issue it")
			for _, r := range e.Refuses {
				require.NotEmpty(t, r.Rule)
				require.Less(t, httpapi.Problem(r).GetStatus(), 500)
			}

			body, err := json.Marshal(e.Example)
			require.NoError(t, err)
			command := e.New()
			_, failures, err := api.Shape(e.Payload).Decode(body, command)
			require.NoError(t, err)
			require.Empty(t, failures)
			if verbs[e.Category] == nil {
				verbs[e.Category] = map[string]bool{}
			}
			require.False(t, verbs[e.Category][e.Verb()])
			verbs[e.Category][e.Verb()] = true
		})
	}
	require.Len(t, names, len(commands.Catalogue()))
	_, ok := commands.Lookup("ticket.frobnicate")
	require.False(t, ok)
}

// Every refusal and every failure of a field that the source declares is told in every language.
func TestEveryRefusalIsTranslated(t *testing.T) {
	t.Parallel()
	rule := regexp.MustCompile(`domain\.Refusal\(domain\.\w+, "([^"]+)"`)
	field := regexp.MustCompile(`(?:\.Fail\("[^"]*", |Field: +[^,\n]+, Code: +)"([a-z_]+)"`)
	found := map[string]bool{}
	for _, dir := range []string{".", "../domain", "../internal", "../projections", "../readapi"} {
		require.NoError(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, m := range rule.FindAllStringSubmatch(string(source), -1) {
				found[m[1]] = true
			}
			for _, m := range field.FindAllStringSubmatch(string(source), -1) {
				found["field."+m[1]] = true
			}
			return err
		}))
	}
	require.Greater(t, len(found), 60)
	for id := range found {
		for _, language := range httpapi.Languages {
			_, ok := httpapi.Message(language, id)
			assert.True(t, ok, "%s has no text in %s", id, language)
		}
	}
}

func TestMatrixListsEveryCommand(t *testing.T) {
	t.Parallel()
	page := string(commands.AuthorisationMatrix())
	for _, e := range commands.Catalogue() {
		require.Contains(t, page, "| `"+e.Name+"` | `"+string(e.Allow)+"` |")
	}
	row := regexp.MustCompile("(?m)^\\| `unit.open` .*$").FindString(page)
	require.Equal(t, len(authz.Roles())+3, strings.Count(row, "|"))
	require.Regexp(t, `^(\|[^|]*){3}\| all \|`, strings.Replace(row, "| `unit.open` | `organisation.manage` |", "|x|y|z|", 1))
	require.Contains(t, page, "`ticket.own_work`: nobody reviews their own work | 403 |")
	require.Equal(t, http.StatusPreconditionRequired, httpapi.Problem(commands.ErrMatchRequired).GetStatus())
}
