package readapi_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// testSearch: words, numbers, rights, marks and pages over HTTP.
func (d *desk) testSearch(t *testing.T) {
	d = d.in(t)
	found := func(who, query string) []string { t.Helper(); return d.ok(who, "/v1/search?"+query).column("id") }
	require.Equal(t, []string{first}, found(max, "q=列印机"), "either script")
	require.Equal(t, []string{first}, found(max, "q=jams"))
	require.Equal(t, []string{first}, found(max, "q=Customer+One+Printer"))
	require.Equal(t, []string{third}, found(max, "q="+numberOf(3)))
	require.Equal(t, []string{third}, found(max, "q=3"), "the counter of a number")
	require.Equal(t, []string{fourth, third, second, first}, found(max, "q=CS-INC-2026"))
	require.Empty(t, found(max, "q=13912345678"), "a telephone number is found by its digest alone")
	require.Empty(t, found(dora, "q=printer"), "not hers to see")
	require.Zero(t, d.ok(dora, "/v1/search?q=printer").body["total"])
	require.Equal(t, []string{first}, found(ann, "q=printer"))

	item := d.ok(max, "/v1/search?q=列印").items()[0]
	require.Equal(t, []any{object{"text": "Printer "}, object{"text": "列印", "hit": true}, object{"text": "機"}}, item["marked"])
	require.Equal(t, "title", item["where"])

	page := d.ok(max, "/v1/search?q=CS-INC-2026&limit=3")
	require.Equal(t, []string{fourth, third, second}, page.column("id"))
	require.Equal(t, 4, int(page.body["total"].(float64)))
	next := d.ok(max, "/v1/search?q=CS-INC-2026&limit=3&after="+page.body["next"].(string))
	require.Equal(t, []string{first}, next.column("id"))
	require.Nil(t, next.body["next"])

	for target, field := range map[string]string{
		"/v1/search": "query.q",
		"/v1/search?q=" + strings.Repeat("x", 101):         "query.q",
		"/v1/search?q=a%00":                                "query.q",
		"/v1/search?q=a&limit=101":                         "query.limit",
		"/v1/search?q=a&after=e30":                         "query.after",
		"/v1/search?q=a&after=" + strings.Repeat("x", 513): "query.after",
	} {
		require.Contains(t, d.get(max, target).failing(), field, target)
	}
}
