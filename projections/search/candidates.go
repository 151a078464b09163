package search

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// Of words that many tickets have not all of these are looked at: each lies on a page of its own, and in no order. Up to mostHits are,
// and the count is exact. Of more, others are looked at besides: those of the newest time that holds about wanted of them. And where
// the index has to list more than listed for it, which the probed newest tickets may tell beforehand, those among the newest tickets.
const (
	mostHits = 2_500
	wanted   = 100
	guesses  = 4 // of that time

	probed = 200
	listed = 20_000
	often  = 50 // one ticket of so many has them, or a walk through the newest ones finds next to none
	newest = 3_000
	enough = 200

	mostPrefixes = 200
)

// ranked are the columns of a [Key].
const ranked = "CASE WHEN %s THEN 2 ELSE 3 END, registered_at, ticket"

// worded are tickets with all the words; all tells whether there are no others.
func worded(ctx context.Context, tx pgx.Tx, words []string) (found []Key, all bool, err error) {
	args := pgx.NamedArgs{}
	every := holds("folded", words, args)
	columns := fmt.Sprintf(ranked, holds("split_part(folded, E'\\n', 1)", words, args))
	frequent, err := frequent(ctx, tx, every, args)
	if err != nil {
		return nil, false, err
	}
	if frequent {
		found, err = young(ctx, tx, columns, every, args)
		return found, false, err
	}
	grams, again := needed(words)
	args["grams"], args["most"] = grams, mostHits+1
	// In a query of their own, so that no statistics of how frequent they are lead past the index.
	narrowed := "grams @> (SELECT @grams::integer[])"
	if len(again) > 0 {
		narrowed += " AND " + holds("folded", again, args)
	}
	return indexed(ctx, tx, columns, narrowed, every, args)
}

// frequent tells whether so many of the very newest tickets have the words, and by their share so many of all, that the index is
// not to be asked.
func frequent(ctx context.Context, tx pgx.Tx, every string, args pgx.NamedArgs) (so bool, err error) {
	args["probed"] = probed
	var have, all, tickets float64
	err = tx.QueryRow(ctx, `SELECT count(*) FILTER (WHERE `+every+`), count(*), (SELECT reltuples FROM pg_class WHERE oid = 'doc'::regclass)
		FROM (SELECT folded FROM doc ORDER BY registered_at DESC LIMIT @probed) AS very_newest`, args).Scan(&have, &all, &tickets)
	if err != nil {
		return false, fmt.Errorf("search: %w", err)
	}
	return often*have >= all && have*tickets > listed*all, nil
}

// young are those among the newest tickets.
func young(ctx context.Context, tx pgx.Tx, columns, every string, args pgx.NamedArgs) ([]Key, error) {
	args["newest"], args["enough"] = newest, enough
	return keys(ctx, tx, `SELECT `+columns+`
		FROM (SELECT ticket, registered_at, folded FROM doc ORDER BY registered_at DESC LIMIT @newest) AS young WHERE `+every+` LIMIT @enough`, args)
}

// indexed are tickets that the index lists: all of them, or some and the newest.
func indexed(ctx context.Context, tx pgx.Tx, columns, narrowed, every string, args pgx.NamedArgs) (found []Key, all bool, err error) {
	// They come in the order of the table, so that the page of the last one tells how many there may be.
	var last pgtype.TID
	found, err = keys(ctx, tx, `SELECT `+columns+`, ctid
		FROM (SELECT ctid, ticket, registered_at, folded FROM doc WHERE `+narrowed+` LIMIT @most) AS gramed`, args, &last)
	if err != nil || len(found) <= mostHits {
		return found, true, err
	}
	var pages float64
	if err := tx.QueryRow(ctx, "SELECT pg_relation_size('doc') / current_setting('block_size')::float").Scan(&pages); err != nil {
		return nil, false, fmt.Errorf("search: %w", err)
	}
	read := float64(last.BlockNumber+1) / max(pages, 1)
	late := func() ([]Key, error) { return young(ctx, tx, columns, every, args) }
	if mostHits < listed*read {
		late = func() ([]Key, error) { return latest(ctx, tx, columns, narrowed, wanted*read/mostHits, args) }
	}
	more, err := late()
	return append(found, more...), false, err
}

// latest are tickets that the index lists of such a share of all as came last. Where that gives too many or too few, others are tried.
func latest(ctx context.Context, tx pgx.Tx, columns, narrowed string, share float64, args pgx.NamedArgs) ([]Key, error) {
	var times []time.Time // that part all tickets into as many equal parts
	err := tx.QueryRow(ctx, `SELECT coalesce(
		(SELECT histogram_bounds::text::timestamptz[] FROM pg_stats WHERE schemaname = current_schema() AND tablename = 'doc' AND attname = 'registered_at'),
		(SELECT ARRAY[min(registered_at), max(registered_at)] FROM doc))`).Scan(&times)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	parts := float64(len(times) - 1)
	share = min(max(share, 1/parts), 1)
	few, many := 0.0, math.Inf(1) // shares that gave too few and too many
	for range guesses {
		part, within := math.Modf((1 - share) * parts)
		since := times[int(part)]
		if within > 0 {
			since = since.Add(time.Duration(within * float64(times[int(part)+1].Sub(since))))
		}
		args["since"] = since
		some, err := keys(ctx, tx, `SELECT `+columns+` FROM doc WHERE `+narrowed+` AND registered_at >= @since LIMIT @most`, args)
		switch {
		case err != nil:
			return nil, err
		case len(some) > mostHits:
			many = share
		case len(some) < wanted/4 && share < 1:
			few = share
		default:
			return some, nil
		}
		switch {
		case few == 0:
			share = many / 4
		case many > 1:
			share = min(4*few, 1)
		default:
			share = math.Sqrt(few * many)
		}
	}
	return nil, nil
}

// keys reads the places of hits, and other columns of the last one.
func keys(ctx context.Context, tx pgx.Tx, query string, args pgx.NamedArgs, more ...any) ([]Key, error) {
	rows, err := tx.Query(ctx, query, args)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	var all []Key
	var k Key
	_, err = pgx.ForEachRow(rows, append([]any{&k.Rank, &k.RegisteredAt, &k.Ticket}, more...), func() error {
		all = append(all, k)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return all, nil
}

// numbered are tickets with this number, counter or reference.
func numbered(ctx context.Context, tx pgx.Tx, q string) ([]Key, error) {
	args := pgx.NamedArgs{"prefixes": mostPrefixes}
	condition := numbers(q, args)
	return keys(ctx, tx, `SELECT CASE WHEN number = @number OR reference = @reference THEN 0 ELSE 1 END, registered_at, ticket
		FROM place WHERE `+condition+` LIMIT @prefixes`, args)
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
