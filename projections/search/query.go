package search

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"docket/domain/authz"
	"docket/projections/internal/narrow"

	"github.com/jackc/pgx/v5"
)

// Rank says where a search found its words; the lowest is the best.
type Rank int

// The ranks.
const (
	InNumber  Rank = iota // the number or reference is what was asked for
	InSerial              // the number begins like it, or counts to it
	InTitle               // every word is in the title
	InContent             // some words are elsewhere
)

// Asked is a search: by whom and for what, and how much of the answer is wanted.
type Asked struct {
	Reach authz.Reaches // what the reader may see; its zero value sees nothing
	Query string
	After *Key // of the last hit of the page before
	Limit int
}

// Key is the place of a hit among those of a search.
type Key struct {
	Rank         Rank      `json:"r"`
	RegisteredAt time.Time `json:"a"`
	Ticket       string    `json:"t"`
}

// Hit is one ticket that was found.
type Hit struct {
	Ticket       string
	Number       string
	Title        string
	Rank         Rank
	RegisteredAt time.Time
	Status       string
	Unit         string
	Group        string
	Handler      string
	Marked       []Piece // the title
	Snippet      []Piece // of the content, where a word is found there
}

// Answer is a page of hits, the best and then the newest first. Where AtLeast is told, there are more tickets with these words
// than are looked at: the hits are then the newest and some others, and paging ends with them.
type Answer struct {
	Hits     []Hit
	Total    int
	AtLeast  bool
	Next     *Key
	Position uint64
}

// Candidates: beyond so many tickets with the grams of a search no more of them are looked at, but the newest tickets are, until
// enough of these have the words.
const (
	mostCandidates = 5_000
	newest         = 3_000
	enough         = 500
	mostPrefixes   = 200
)

// A search for what many tickets have is told by the very newest ones: where their share makes it so many of all that the index
// would list four times as many as are looked at, it is not asked.
const (
	probed = 500
	often  = 4 * mostCandidates
)

// Reader opens a read model for one query (see projections.Runner.Read).
type Reader interface {
	Read(ctx context.Context, model string, after uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error
}

// Find searches, at or after a position.
func Find(ctx context.Context, r Reader, after uint64, a Asked) (Answer, error) {
	var answer Answer
	err := r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, position uint64) (err error) {
		answer, err = find(ctx, tx, a)
		answer.Position = position
		return err
	})
	return answer, err
}

// statement gathers candidates by words and by numbers, keeps what is in reach, ranks and counts. How many there were before
// rights were looked at decides whether the count is exact. What matches is planned as if all of it were wanted, which leads to the
// index; it is read only as far as it is.
const statement = `
WITH frequent AS MATERIALIZED (
	SELECT count(*) FILTER (WHERE %[2]s) * (SELECT reltuples FROM pg_class WHERE oid = 'doc'::regclass) > @often::float * count(*) AS so
	FROM (SELECT folded FROM doc ORDER BY registered_at DESC LIMIT @probed) AS very_newest
), matching AS MATERIALIZED (
	SELECT ticket, registered_at, CASE WHEN %[3]s THEN 2 ELSE 3 END AS rank FROM doc WHERE NOT (SELECT so FROM frequent) AND %[1]s
), gramed AS MATERIALIZED (
	SELECT * FROM matching LIMIT @most
), cut_short AS MATERIALIZED (
	SELECT (SELECT so FROM frequent) OR count(*) > @most - 1 AS cut FROM gramed
), late AS MATERIALIZED (
	SELECT ticket, registered_at, CASE WHEN %[3]s THEN 2 ELSE 3 END AS rank
	FROM (SELECT ticket, registered_at, folded FROM doc WHERE (SELECT cut FROM cut_short) ORDER BY registered_at DESC LIMIT @newest) AS young
	WHERE %[2]s LIMIT @enough
), worded AS (
	SELECT * FROM gramed UNION ALL SELECT * FROM late
), numbered AS (
	SELECT ticket, registered_at, CASE WHEN number = @number OR reference = @reference THEN 0 ELSE 1 END AS rank FROM place WHERE %[4]s LIMIT @prefixes
), best AS (
	SELECT ticket, min(registered_at) AS registered_at, min(rank) AS rank
	FROM (SELECT * FROM worded UNION ALL SELECT * FROM numbered) AS all_of GROUP BY ticket
), seen AS MATERIALIZED (
	SELECT best.ticket, best.registered_at, best.rank FROM best %[5]s
), page AS (
	SELECT * FROM seen WHERE %[6]s ORDER BY rank, registered_at DESC, ticket LIMIT @limit
)
SELECT page.ticket, p.number, page.rank, page.registered_at, p.status, p.unit, p.grp, p.handler, doc.title, doc.parts,
	(SELECT count(*) FROM seen), (SELECT cut FROM cut_short)
FROM page JOIN place AS p USING (ticket) JOIN doc USING (ticket) ORDER BY page.rank, page.registered_at DESC, page.ticket`

// within keeps what lies within reach; where that is everything, places are looked up for the page alone.
func within(r authz.Reaches) *narrow.Where {
	where := narrow.New("true")
	where.Reach(r, narrow.Columns{Unit: "p.unit", Group: "p.grp", Handler: "p.handler", Receiver: "p.receiver", Helping: "p.helping"})
	return where
}

func find(ctx context.Context, tx pgx.Tx, a Asked) (Answer, error) {
	var answer Answer
	words := Words(a.Query)
	if len(words) == 0 {
		return answer, nil
	}
	where := within(a.Reach)
	args, reach := where.Args, ""
	if !a.Reach.All {
		reach = "JOIN place AS p USING (ticket) WHERE " + where.String()
	}
	args["most"], args["newest"], args["enough"], args["prefixes"], args["limit"] = mostCandidates+1, newest, enough, mostPrefixes, a.Limit+1
	args["probed"], args["often"] = probed, often
	all, again := needed(words)
	args["grams"] = all
	every, title := holds("folded", words, args), holds("split_part(folded, E'\\n', 1)", words, args)
	// In a query of their own, so that no statistics of how frequent they are lead past the index.
	narrowed := "string_to_array(grams, ' ') @> (SELECT @grams::text[])"
	if len(again) > 0 {
		narrowed += " AND " + holds("folded", again, args)
	}
	beyond := "true"
	if a.After != nil {
		beyond = "(rank > @key_rank OR rank = @key_rank AND (registered_at < @key_at OR registered_at = @key_at AND ticket > @key_ticket))"
		args["key_rank"], args["key_at"], args["key_ticket"] = int(a.After.Rank), a.After.RegisteredAt, a.After.Ticket
	}
	query := fmt.Sprintf(statement, narrowed, every, title, numbers(a.Query, args), reach, beyond)
	result, err := tx.Query(ctx, query, args)
	if err != nil {
		return answer, fmt.Errorf("search: %w", err)
	}
	var h Hit
	var texts parts
	columns := []any{
		&h.Ticket, &h.Number, &h.Rank, &h.RegisteredAt, &h.Status, &h.Unit, &h.Group, &h.Handler, &h.Title, &texts, &answer.Total, &answer.AtLeast,
	}
	_, err = pgx.ForEachRow(result, columns, func() error {
		answer.Hits = append(answer.Hits, h.shown(&texts, words))
		texts = parts{}
		return nil
	})
	if err != nil {
		return answer, fmt.Errorf("search: %w", err)
	}
	if len(answer.Hits) > a.Limit {
		answer.Hits = answer.Hits[:a.Limit]
		last := answer.Hits[a.Limit-1]
		answer.Next = &Key{last.Rank, last.RegisteredAt, last.Ticket}
	}
	return answer, nil
}

// holds is the condition that a column has all the words.
func holds(column string, words []string, args pgx.NamedArgs) string {
	conditions := make([]string, len(words))
	for i, word := range words {
		name := fmt.Sprintf("word_%s", argument(word, args))
		conditions[i] = fmt.Sprintf("strpos(%s, @%s) > 0", column, name)
	}
	return strings.Join(conditions, " AND ")
}

// argument names a word's argument, the same for the same word.
func argument(word string, args pgx.NamedArgs) string {
	for i := 0; ; i++ {
		suffix := fmt.Sprint(i)
		switch known, taken := args["word_"+suffix]; {
		case !taken:
			args["word_"+suffix] = word
			return suffix
		case known == word:
			return suffix
		}
	}
}

// numbers is the condition on a ticket's number, counter or reference: of one word that could be one.
func numbers(q string, args pgx.NamedArgs) string {
	word := strings.TrimSpace(folded(q))
	args["number"], args["reference"] = strings.ToUpper(word), strings.TrimSpace(q)
	plain := func(r rune) bool {
		return r == '-' || r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
	}
	if word == "" || strings.ContainsFunc(word, func(r rune) bool { return !plain(r) }) {
		return "number = @number AND number <> '' OR reference = @reference AND reference <> ''"
	}
	conditions := "(number = @number AND number <> '') OR (reference = @reference AND reference <> '')"
	if len(word) >= 4 && strings.Contains(word, "-") {
		conditions += " OR (number LIKE @prefix AND number <> '')"
		args["prefix"] = strings.ToUpper(word) + "%"
	}
	if count := strings.TrimLeft(word, "0"); count != "" && strings.Trim(count, "0123456789") == "" {
		conditions += " OR (serial = @serial AND serial <> '')"
		args["serial"] = count
	}
	return conditions
}

// shown is the hit with what was found marked.
func (h Hit) shown(texts *parts, words []string) Hit {
	h.Marked = mark(h.Title, words)
	for _, text := range texts.all() {
		if h.Snippet = mark(text, words); h.Snippet != nil {
			break
		}
	}
	return h
}
