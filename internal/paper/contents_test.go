package paper_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/internal/paper"
)

// TestContentsCanBeRead: the case, the place in the log and every file with its size and digest come back from the PDF as text, over
// as many pages as it takes; the same bundle gives the same bytes.
func TestContentsCanBeRead(t *testing.T) {
	t.Parallel()
	c := paper.Contents{
		Number: number, Title: "變更登記", Unit: "客戶服務處", Handler: "王淑芬", Status: "closed", Reader: "李審計", Purpose: "抽查 2026-11",
		AsOf: time.Date(2026, 11, 22, 9, 6, 0, 0, time.FixedZone("CST", 8*60*60)), Revision: 41, Position: 987654321, Events: 42,
	}
	for i := range 60 {
		c.Files = append(c.Files, paper.ContentsFile{Name: fmt.Sprintf("attachments/%032d.pdf", i), Size: int64(1000 + i), SHA256: fmt.Sprintf("%064x", i+7)})
	}
	pdf, err := c.PDF("en")
	require.NoError(t, err)
	again, err := c.PDF("en")
	require.NoError(t, err)
	require.Equal(t, pdf, again)
	text := strings.Join(strings.Fields(read(t, pdf)), " ")
	for _, want := range []string{
		"證據包目錄 Evidence bundle", number, "變更登記", "客戶服務處", "王淑芬", "李審計", "抽查 2026-11", "2026-11-22（日）09:06", "41", "987654321", "42",
	} {
		require.Contains(t, text, want)
	}
	for _, f := range c.Files {
		require.Contains(t, text, f.Name)
		require.Contains(t, text, fmt.Sprintf("%d B", f.Size))
		require.Contains(t, text, "SHA-256 "+f.SHA256)
	}
}
