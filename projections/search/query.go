package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

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

// find gathers tickets by words and by numbers, keeps what is in reach, and puts the best in order.
func find(ctx context.Context, tx pgx.Tx, a Asked) (Answer, error) {
	var answer Answer
	words := Words(a.Query)
	if len(words) == 0 {
		return answer, nil
	}
	found, all, err := worded(ctx, tx, words)
	if err != nil {
		return answer, err
	}
	numbers, err := numbered(ctx, tx, a.Query)
	if err != nil {
		return answer, err
	}
	best, err := within(ctx, tx, a.Reach, append(found, numbers...))
	if err != nil {
		return answer, err
	}
	answer.Total, answer.AtLeast = len(best), !all
	if a.After != nil {
		first, _ := slices.BinarySearchFunc(best, *a.After, func(k, after Key) int { return cmp.Or(k.compare(after), -1) })
		best = best[first:]
	}
	if len(best) > a.Limit {
		best = best[:a.Limit]
		answer.Next = &best[a.Limit-1]
	}
	answer.Hits, err = shown(ctx, tx, best, words)
	return answer, err
}

// compare orders hits: the best first, then the newest.
func (k Key) compare(other Key) int {
	return cmp.Or(cmp.Compare(k.Rank, other.Rank), other.RegisteredAt.Compare(k.RegisteredAt), strings.Compare(k.Ticket, other.Ticket))
}

// within keeps what lies within reach, each ticket once by the best of what found it, in order.
func within(ctx context.Context, tx pgx.Tx, r authz.Reaches, found []Key) ([]Key, error) {
	slices.SortFunc(found, func(a, b Key) int { return cmp.Or(strings.Compare(a.Ticket, b.Ticket), cmp.Compare(a.Rank, b.Rank)) })
	found = slices.CompactFunc(found, func(a, b Key) bool { return a.Ticket == b.Ticket })
	if !r.All && len(found) > 0 {
		where := narrow.New("ticket = ANY(@tickets)")
		where.Reach(r, narrow.Columns{Unit: "unit", Group: "grp", Handler: "handler", Receiver: "receiver", Helping: "helping"})
		where.Args["tickets"] = tickets(found)
		rows, err := tx.Query(ctx, "SELECT ticket FROM place WHERE "+where.String(), where.Args)
		if err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		seen := make(map[string]bool, len(found))
		var ticket string
		if _, err := pgx.ForEachRow(rows, []any{&ticket}, func() error { seen[ticket] = true; return nil }); err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		found = slices.DeleteFunc(found, func(k Key) bool { return !seen[k.Ticket] })
	}
	slices.SortFunc(found, Key.compare)
	return found, nil
}

func tickets(keys []Key) []string {
	all := make([]string, len(keys))
	for i, k := range keys {
		all[i] = k.Ticket
	}
	return all
}

// shown looks up what is shown of the hits of a page.
func shown(ctx context.Context, tx pgx.Tx, page []Key, words []string) ([]Hit, error) {
	if len(page) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `SELECT n - 1, p.number, p.status, p.unit, p.grp, p.handler, doc.title, doc.parts
		FROM unnest(@tickets::text[]) WITH ORDINALITY AS page (ticket, n) JOIN place AS p USING (ticket) JOIN doc USING (ticket) ORDER BY n`,
		pgx.NamedArgs{"tickets": tickets(page)})
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	hits := make([]Hit, 0, len(page))
	var n int
	var h Hit
	var texts parts
	_, err = pgx.ForEachRow(rows, []any{&n, &h.Number, &h.Status, &h.Unit, &h.Group, &h.Handler, &h.Title, &texts}, func() error {
		h.Ticket, h.Rank, h.RegisteredAt = page[n].Ticket, page[n].Rank, page[n].RegisteredAt
		hits = append(hits, h.shown(&texts, words))
		texts = parts{}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return hits, nil
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
