package search_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/projections"
	"docket/projections/search"
)

// expected is how many of the service items' names hold a term, as an independent program counted it.
type expected struct {
	Terms map[string]struct {
		Rows  int      `json:"rows"`
		First []string `json:"first"`
	} `json:"terms"`
	And map[string]int `json:"and_queries"`
}

// TestServiceItems: every count over real names is exact, be it of one character, of two, of a long word or of several words;
// and what is counted is what pages hold.
func TestServiceItems(t *testing.T) {
	t.Parallel()
	names := serviceItems(t)
	pool := tables(t, titled(names))
	file, err := os.ReadFile("testdata/zh_search.expected.json")
	require.NoError(t, err)
	var want expected
	require.NoError(t, json.Unmarshal(file, &want))
	require.Len(t, want.Terms, 30)
	require.Len(t, want.And, 5)
	for term, w := range want.Terms {
		a := find(t, pool, term)
		require.Equal(t, w.Rows, a.Total, term)
		require.False(t, a.AtLeast)
	}
	for query, rows := range want.And {
		require.Equal(t, rows, find(t, pool, query).Total, query)
	}
	for _, one := range []string{"证", "税", "县", "（", "a"} {
		n := 0
		for _, name := range names {
			if strings.Contains(name, one) {
				n++
			}
		}
		require.Equal(t, n, find(t, pool, one).Total, one)
	}

	seen := map[string]bool{}
	asked := search.Asked{Reach: everything, Query: "登记", Limit: 7}
	for {
		a, err := search.Find(t.Context(), direct{pool}, 0, asked)
		require.NoError(t, err)
		for _, h := range a.Hits {
			require.Contains(t, h.Title, "登记")
			require.False(t, seen[h.Ticket])
			seen[h.Ticket] = true
			text := ""
			for _, p := range h.Marked {
				text += p.Text
				require.Equal(t, p.Hit, p.Text == "登记", h.Title)
			}
			require.Contains(t, text, "登记")
		}
		if asked.After = a.Next; a.Next == nil {
			break
		}
	}
	require.Len(t, seen, want.Terms["登记"].Rows)
}

// TestWhereWordsAreFound: numbers before titles before content; any script and width; several words anywhere in a ticket.
func TestWhereWordsAreFound(t *testing.T) {
	t.Parallel()
	const a, b, c = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b", "00000000-0000-4000-8000-00000000000c"
	pool := tables(t, []domain.Envelope{
		envelope(a, 0, ticket.Registered{Number: "CS-INC-2026-000123-X", Unit: "u", Title: "申請換發駕駛證", Description: "舊證遺失", CustomerName: "王小明", Reference: "INC0000045"}),
		envelope(a, 1, ticket.Noted{Text: "客戶 來電：ＡＢＣ-１２３"}),
		envelope(b, 0, ticket.Registered{Number: "CS-INC-2026-000456-V", Unit: "u", Title: "其他", Description: "与驾驶证有关"}),
		envelope(b, 1, ticket.FormFilled{Values: map[string]string{"shop": "老店"}}),
		envelope(b, 2, ticket.FieldCorrected{Field: "shop", Old: "老店", New: "新鋪"}),
		envelope(c, 0, ticket.Registered{Number: "CS-INC-2026-000789-T", Unit: "u", Title: "Printer 123"}),
	})
	keys := func(q string) []string {
		var list []string
		for _, h := range find(t, pool, q).Hits {
			list = append(list, h.Ticket[35:]+fmt.Sprint(h.Rank))
		}
		return list
	}
	require.Equal(t, []string{"a2", "b3"}, keys("驾驶证"), "the title comes first; both scripts are one")
	require.Equal(t, []string{"a2", "b3"}, keys("駕駛證"))
	require.Equal(t, []string{"a3"}, keys("王小明 驾驶"))
	require.Equal(t, []string{"a3"}, keys("abc-123"), "width and case do not matter")
	require.Equal(t, []string{"a1", "c2", "a3"}[0:2], keys("123"), "the counter, then the title")
	require.Equal(t, []string{"a0"}, keys("cs-inc-2026-000123-x"))
	require.Equal(t, []string{"a1", "b1", "c1"}, keys("CS-INC-2026"))
	require.Equal(t, []string{"a0"}, keys("INC0000045"))
	require.Equal(t, []string{"b3"}, keys("新铺"))
	require.Empty(t, keys("老店"), "what was corrected is not found under the old value")
	require.Empty(t, keys("证驾"))
	require.Empty(t, keys("驾驶证失"), "a word does not reach from one text into the next")
	require.Empty(t, keys(" "))
	require.Empty(t, keys("%"))

	hit := find(t, pool, "有关").Hits[0]
	require.Nil(t, hit.Marked)
	require.Equal(t, []search.Piece{{Text: "与驾驶证"}, {Text: "有关", Hit: true}}, hit.Snippet)
}

// TestMarkedValuesAreNowhere: no value that is marked as sensitive gets into the tables, in whatever event it comes.
func TestMarkedValuesAreNowhere(t *testing.T) {
	t.Parallel()
	const key = "00000000-0000-4000-8000-00000000000a"
	secret := map[string]string{"card": "SECRET4"}
	rows := projections.Replay(search.Model, []domain.Envelope{
		envelope(key, 0, ticket.Opened{Title: "t", CustomerPhone: "SECRET0", CustomerIDNumber: "SECRET1"}),
		envelope(key, 1, ticket.Registered{Number: "N", Title: "t", CustomerPhone: "SECRET2", CustomerIDNumber: "SECRET3"}),
		envelope(key, 2, ticket.FormFilled{Values: map[string]string{"shop": "seen"}, Marked: secret}),
		envelope(key, 3, ticket.ApplicationResubmitted{Values: map[string]string{"area": "5"}, Marked: secret}),
		envelope(key, 4, ticket.FieldCorrected{Field: "card", OldMarked: "SECRET4", NewMarked: "SECRET5"}),
		envelope(key, 5, ticket.Noted{Text: "note"}),
	})
	text, err := json.Marshal([]any{search.Docs(rows), search.Places(rows)})
	require.NoError(t, err)
	require.Contains(t, string(text), "seen")
	require.NotContains(t, strings.ToLower(string(text)), "secret")
}

// TestReach: nobody finds, or counts, what they may not see; a handover that waits for somebody is theirs to see.
func TestReach(t *testing.T) {
	t.Parallel()
	const a, b = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
	pool := tables(t, []domain.Envelope{
		envelope(a, 0, ticket.Registered{Number: "A-1", Unit: "u1", Title: "水管"}), envelope(a, 1, ticket.AssignedToGroup{Group: "g1", Unit: "u1"}),
		envelope(a, 2, ticket.Taken{Handler: "ann"}), envelope(a, 3, ticket.HandoverOffered{Handover: 1, From: "ann", To: "bob"}),
		envelope(b, 0, ticket.Registered{Number: "A-2", Unit: "u2", Title: "水管"}),
	})
	for name, c := range map[string]struct {
		reach authz.Reaches
		found int
	}{
		"none": {authz.Reaches{}, 0}, "all": {everything, 2}, "unit": {authz.Reaches{Units: []string{"u2"}}, 1}, "group": {authz.Reaches{Groups: []string{"g1"}}, 1},
		"holder": {authz.Reaches{Held: "ann"}, 1}, "receiver": {authz.Reaches{Own: "bob"}, 1}, "stranger": {authz.Reaches{Own: "eve", Held: "eve"}, 0},
	} {
		for _, q := range []string{"水管", "A-1"} {
			answer, err := search.Find(t.Context(), direct{pool}, 0, search.Asked{Reach: c.reach, Query: q, Limit: 10})
			require.NoError(t, err)
			require.Len(t, answer.Hits, answer.Total, name)
			if q == "水管" {
				require.Equal(t, c.found, answer.Total, name)
			}
		}
	}
}

// TestFrequentWords: of more tickets than are looked at, the newest are found, and the count says that it is a least one; whether
// the index lists them all or the newest tell that it would list too many.
func TestFrequentWords(t *testing.T) {
	t.Parallel()
	titles := make([]string, 5_500)
	for i := range titles {
		titles[i] = fmt.Sprint("備案 ", i)
		if i < 2_600 {
			titles[i] += " 往年"
		}
	}
	pool := tables(t, titled(titles))
	rare := 0
	for _, title := range titles {
		if strings.Contains(title, "249") {
			rare++
		}
	}
	for _, told := range []int{-1, 5_500, 1_000_000} { // what the database takes the number of tickets for
		_, err := pool.Exec(t.Context(), "UPDATE pg_class SET reltuples = $1 WHERE oid = 'doc'::regclass", told)
		require.NoError(t, err)
		a := find(t, pool, "备案")
		require.True(t, a.AtLeast)
		require.GreaterOrEqual(t, a.Total, 50)
		require.Equal(t, "備案 5499", a.Hits[0].Title)
		past := find(t, pool, "往年")
		require.True(t, past.AtLeast)
		require.Greater(t, past.Total, 2_500, "though no new ticket is one")
		few := find(t, pool, "备案 249")
		require.False(t, few.AtLeast)
		require.Equal(t, rare, few.Total)
	}
}

// TestTextsAreBounded: a ticket with very long notes stays searchable by what came first, and its row stays small.
func TestTextsAreBounded(t *testing.T) {
	t.Parallel()
	const key = "00000000-0000-4000-8000-00000000000a"
	log := []domain.Envelope{envelope(key, 0, ticket.Registered{Number: "N-1", Title: "t", Description: strings.Repeat("長", 9_000)})}
	for i := range 10 {
		log = append(log, envelope(key, i+1, ticket.Noted{Text: strings.Repeat(string(rune('一'+i)), 9_000)}))
	}
	doc := search.Docs(projections.Replay(search.Model, log))[0]
	require.Less(t, utf8.RuneCountInString(doc.Folded), 21_000)
	require.Less(t, len(doc.Parts.Texts), 3)
}

// TestWhatWasSaidBeforeIsNotWrittenAgain: stock phrases are kept once, and found, and whatever differs is kept beside them.
func TestWhatWasSaidBeforeIsNotWrittenAgain(t *testing.T) {
	t.Parallel()
	const key = "00000000-0000-4000-8000-00000000000b"
	log := []domain.Envelope{envelope(key, 0, ticket.Registered{Number: "N-2", Title: "t"})}
	for i, text := range []string{"已電話聯繫", "已電話聯繫", "已電話聯繫。", "已電話聯繫"} {
		log = append(log, envelope(key, i+1, ticket.WorkRecorded{Content: text}))
	}
	doc := search.Docs(projections.Replay(search.Model, log))[0]
	require.Equal(t, []string{"已電話聯繫", "已電話聯繫。"}, doc.Parts.Texts)
	require.EqualValues(t, 3, doc.Revision, "the last record changed the row")
}

// Rare characters share numbers with others, and are found exactly all the same.
func TestRareCharactersAreNotTakenForOthers(t *testing.T) {
	t.Parallel()
	const one, another = "\U00020BB7", "\U000213B7"
	pool := tables(t, titled([]string{one + "野家", another + "野家", "吉野家"}))
	for _, word := range []string{one, one + "野", another + "野家", "吉", "吉野"} {
		require.Equal(t, 1, find(t, pool, word).Total, word)
	}
	require.Equal(t, 3, find(t, pool, "野家").Total)
}
