package kpi_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/projections/kpi"
)

// Every figure and each of its parts has a name in three languages.
func TestEveryFigureHasItsNames(t *testing.T) {
	t.Parallel()
	latin, han := regexp.MustCompile(`[A-Za-z]{2}`), regexp.MustCompile(`\p{Han}`)
	check := func(name string, in func(string) string) {
		t.Helper()
		require.Regexp(t, latin, in("en"), name)
		for _, language := range []string{"zh-Hant", "zh-Hans"} {
			text := in(language)
			require.NotRegexp(t, latin, text, name)
			require.Regexp(t, han, text, name)
		}
	}
	for _, d := range kpi.Definitions() {
		check(d.Name, d.In)
		require.Equal(t, d.In("zh-Hans"), d.Simplified)
		for _, p := range d.Parts {
			check(d.Name+" "+p.Part, p.In)
			require.Equal(t, p.In("zh-Hant"), p.Chinese)
		}
	}
	d, found := kpi.Find("on-time-completion", 0)
	require.True(t, found)
	require.Equal(t, []string{"On-time completion", "按時辦結率", "按时办结率"}, []string{d.In("en"), d.In("zh-Hant"), d.In("zh-Hans")})
}
