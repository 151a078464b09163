package processes_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"docket/commands/processes"
	"docket/internal/httpapi"
)

// TestEveryKindOfLineHasATextInEveryLanguage, each its own: whoever reads an inbox need not know the codes.
func TestEveryKindOfLineHasATextInEveryLanguage(t *testing.T) {
	t.Parallel()
	kinds := (&processes.Inbox{}).Process().Types
	require.NotEmpty(t, kinds)
	for _, language := range httpapi.Languages {
		texts := map[string]string{}
		for kind := range kinds {
			text, ok := httpapi.Message(language, "inbox."+kind)
			require.True(t, ok, "%s in %s", kind, language)
			require.Empty(t, texts[text], "%s in %s", kind, language)
			texts[text] = kind
		}
	}
}
