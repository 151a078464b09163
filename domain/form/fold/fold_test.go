package fold_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain/form/fold"
)

func TestText(t *testing.T) {
	t.Parallel()
	for typed, folded := range map[string]string{
		"": "",
		"　臺灣　Ｄｏｃｋｅｔ １２３ ": "台湾 docket 123",
		"後備審批單":   "后备审批单",
		"乾淨":      "干净",
		"简体\t\n字": "简体 字",
	} {
		require.Equal(t, folded, fold.Text(typed))
	}
}

// Folding is done once and for all, a character at a time.
func TestFoldingIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		require.Equal(t, fold.Text(s), fold.Text(fold.Text(s)))
		require.Equal(t, utf8.RuneCountInString(s), utf8.RuneCountInString(fold.Width(s)))
		for _, r := range s {
			require.Equal(t, fold.Simplified(r), fold.Simplified(fold.Simplified(r)))
		}
	})
}
