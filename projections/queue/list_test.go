package queue_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/domain/view"
	"docket/internal/pgtest"
	"docket/projections/queue"
)

// store puts rows into the table as they are.
func store(t *testing.T, pool *pgxpool.Pool, rows []queue.Row) {
	t.Helper()
	columns := columnsOf(reflect.TypeFor[queue.Row]())
	_, err := pool.CopyFrom(t.Context(), pgx.Identifier{"queue"}, columns, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
		return values(rows[i]), nil
	}))
	require.NoError(t, err)
}

func columnsOf(row reflect.Type) []string {
	columns := make([]string, row.NumField())
	for i := range columns {
		columns[i], _, _ = strings.Cut(row.Field(i).Tag.Get("db"), ",")
	}
	return columns
}

func values(row queue.Row) []any {
	v := reflect.ValueOf(row)
	list := make([]any, v.NumField())
	for i := range list {
		if list[i] = v.Field(i).Interface(); v.Field(i).Kind() != reflect.Slice {
			continue
		}
		if v.Field(i).IsNil() {
			list[i] = nil
			continue
		}
		text, err := json.Marshal(list[i])
		if err != nil {
			panic(err) // a list of texts
		}
		list[i] = string(text)
	}
	return list
}

// office draws many tickets whose values come from few, so that every filter parts them and orders have ties.
func office(n int) []queue.Row {
	rows := make([]queue.Row, n)
	some := func(i, step int, values ...string) string { return values[i/step%len(values)] }
	instant := func(i, every int) *time.Time {
		if i%every == 0 {
			return nil
		}
		at := began.Add(time.Duration(i*7919%500) * time.Hour)
		return &at
	}
	for i := range rows {
		due := instant(i, 5)
		r := queue.Row{
			Ticket: fmt.Sprintf("%04d", i*7919%n), Number: fmt.Sprint("N-", i%40), Title: some(i, 1, "a", "b", "c"), Type: some(i, 3, "INC", "REQ"),
			Template: some(i, 2, "", id1), Customer: some(i, 5, "", "c-1"), Channel: ticket.Window, Urgency: ticket.Urgencies[i%4], Rank: i%4 + 1,
			Unit: some(i, 1, "u1", "u2"), Group: some(i, 2, "", "g1", "g2"), Fallback: i%6 == 0, Handler: some(i, 1, "", "ann", "bob"),
			Status: ticket.StatusInProgress, Open: i%9 != 0, Weight: 100, DueAt: due, OverAt: due, Limited: due != nil,
			Receiver: some(i, 7, "", "ann"), RegisteredAt: began.Add(time.Duration(i%50) * time.Minute), ChangedAt: began.Add(time.Duration(i%30) * time.Minute),
			DeadlineAt: instant(i, 3), PausedAt: instant(i, 2), Reference: some(i, 4, "", "R1"),
		}
		if due != nil {
			half, most := due.Add(-40*time.Hour), due.Add(-20*time.Hour)
			r.HalfAt, r.MostAt = &half, &most
		}
		if r.PausedAt != nil {
			r.Paused = ticket.PauseKinds[i%2]
		}
		if i%5 == 1 {
			r.Helping = []queue.Help{{Subtask: 1, Staff: some(i, 5, "ann", "tom")}, {Staff: "kim"}}[:1+i%2]
		}
		if i%8 == 0 {
			r.ReportedAt = &r.ChangedAt
		}
		if i%4 == 1 {
			r.Stage, r.StageRole, r.Barred = some(i, 4, "first", "second"), some(i, 8, authz.Reviewer, authz.Approver), []string{some(i, 3, "ann", "eve")}
			r.Status = ticket.StatusRegistered
		}
		if !r.Open {
			r.Status = ticket.StatusClosed
		}
		rows[i] = r
	}
	return rows
}

const id1 = "00000000-0000-4000-8000-000000000001"

// drawFilter makes a filter of few conditions.
func drawFilter(t *rapid.T) queue.Filter {
	one := func(values ...string) string { return rapid.SampledFrom(append(values, "", "", "")).Draw(t, "value") }
	list := func(values ...string) []string {
		if v := one(values...); v != "" {
			return []string{v}
		}
		return nil
	}
	yes := func() *bool {
		v := rapid.IntRange(0, 5).Draw(t, "flag")
		if v > 1 {
			return nil
		}
		b := v == 1
		return &b
	}
	moment := func() *time.Time {
		if rapid.IntRange(0, 2).Draw(t, "given") > 0 {
			return nil
		}
		at := began.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "hours")) * time.Hour)
		return &at
	}
	f := queue.Filter{AsOf: began.Add(200 * time.Hour), Reach: authz.Reaches{All: true}, Asker: domain.Actor{
		Staff: rapid.SampledFrom([]string{"ann", "bob", "eve", ""}).Draw(t, "asker"),
		Posts: []domain.Post{{Role: rapid.SampledFrom([]string{authz.Reviewer, authz.Approver}).Draw(t, "role"), Unit: rapid.SampledFrom([]string{"", "u1", "g1"}).Draw(t, "place")}},
	}}
	if rapid.Bool().Draw(t, "narrowed") {
		f.Reach = authz.Reaches{Units: []string{"u1"}, Groups: []string{"g2"}, Own: "ann", Held: "bob"}
	}
	f.Filter = view.Filter{
		States: list("open", "finished", "in_progress", "registered"), Unit: one("u1"), Group: one("g1"), Handler: one("me", "none", "bob"),
		Handover: one("me", "any", "ann"), Helping: one("me", "tom", "kim"), Urgencies: list("critical", "low"), Type: one("INC"), Template: one(id1), Customer: one("c-1"),
		Reference: one("R1"), Stage: one("mine", "first"), DueAfter: moment(), DueBefore: moment(), DueWithin: rapid.SampledFrom([]int{0, 0, 0, 48}).Draw(t, "within"),
		Paused: yes(), Pauses: list("customer"), Fallback: yes(), Reported: yes(), Unanswered: yes(),
	}
	for _, b := range list("below_50", "50_to_80", "80_to_100", "over", "none") {
		f.Bands = append(f.Bands, view.Band(b))
	}
	return f
}

// TestListAndRowAgree: what the table gives for a filter is what each row in memory says of it; pages of any order, put one after
// the other, hold every ticket once, sorted; and counts add up.
func TestListAndRowAgree(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	_, err := pool.Exec(t.Context(), queue.Model.SQL)
	require.NoError(t, err)
	all := office(600)
	store(t, pool, all)
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback(context.WithoutCancel(t.Context()))) }()
	rapid.Check(t, func(rt *rapid.T) {
		f := drawFilter(rt)
		var want []string
		perBand := map[string]int{}
		for i := range all {
			if f.Holds(&all[i]) {
				want = append(want, all[i].Ticket)
				perBand[string(all[i].Band(f.AsOf))]++
			}
		}
		columns := rapid.SliceOfNDistinct(rapid.SampledFrom(view.SortColumns), 1, 3, rapid.ID[string]).Draw(rt, "columns")
		for i := range columns {
			columns[i] = rapid.SampledFrom([]string{"", "-"}).Draw(rt, "direction") + columns[i]
		}
		p := queue.Page{Sort: view.Sort(strings.Join(columns, ",")), Limit: rapid.IntRange(20, 200).Draw(rt, "limit")}
		var got []queue.Row
		for {
			l, err := queue.List(t.Context(), direct{tx}, 0, f, p)
			require.NoError(rt, err)
			got = append(got, l.Rows...)
			if l.Next == nil {
				break
			}
			p.After = l.Next
		}
		keys := make([]string, len(got))
		for i, r := range got {
			keys[i] = r.Ticket
		}
		require.ElementsMatch(rt, want, keys)
		require.True(rt, slices.IsSortedFunc(got, func(a, b queue.Row) int { return compare(&a, &b, columns) }), "%v", columns)

		counted, err := queue.CountBy(t.Context(), direct{tx}, 0, f, queue.FacetNames)
		require.NoError(rt, err)
		require.Equal(rt, len(want), counted.Tickets)
		for _, b := range counted.By["band"] {
			require.Equal(rt, perBand[b.Value], b.Tickets, b.Value)
		}
		for name, facets := range counted.By {
			sum := 0
			for _, facet := range facets {
				sum += facet.Tickets
			}
			require.Equal(rt, len(want), sum, name)
		}
	})
}

// compare orders rows as a list does.
func compare(a, b *queue.Row, columns []string) int {
	far := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	last := func(at *time.Time) time.Time {
		if at == nil {
			return far
		}
		return *at
	}
	for _, column := range columns {
		name, down := strings.CutPrefix(column, "-")
		c := 0
		switch name {
		case "due":
			c = last(a.DueAt).Compare(last(b.DueAt))
		case "deadline":
			c = last(a.DeadlineAt).Compare(last(b.DeadlineAt))
		case "paused":
			c = last(a.PausedAt).Compare(last(b.PausedAt))
		case "offered":
			c = last(a.OfferedAt).Compare(last(b.OfferedAt))
		case "registered":
			c = a.RegisteredAt.Compare(b.RegisteredAt)
		case "changed":
			c = a.ChangedAt.Compare(b.ChangedAt)
		case "number":
			c = cmp.Compare(a.Number, b.Number)
		case "urgency":
			c = cmp.Compare(a.Rank, b.Rank)
		case "status":
			c = cmp.Compare(a.Status, b.Status)
		case "stage":
			c = cmp.Compare(a.Stage, b.Stage)
		case "group":
			c = cmp.Compare(a.Group, b.Group)
		case "handler":
			c = cmp.Compare(a.Handler, b.Handler)
		case "title":
			c = cmp.Compare(a.Title, b.Title)
		}
		if down {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	c := cmp.Compare(a.Ticket, b.Ticket)
	if strings.HasPrefix(columns[0], "-") {
		return -c
	}
	return c
}

// A key of another order, or one that no row could have, is refused.
func TestForeignKeys(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]queue.Key{
		"other order":     {Sort: "due", Values: []string{""}, Ticket: "1"},
		"too few values":  {Sort: "urgency,-due", Values: []string{"1"}, Ticket: "1"},
		"no number":       {Sort: "urgency,-due", Values: []string{"x", ""}, Ticket: "1"},
		"no time":         {Sort: "urgency,-due", Values: []string{"1", "soon"}, Ticket: "1"},
		"no ticket":       {Sort: "urgency,-due", Values: []string{"1", ""}},
		"far off instant": {Sort: "urgency,-due", Values: []string{"1", "9999-01-01T00:00:00Z"}, Ticket: "1"},
	} {
		require.False(t, k.Fits("urgency,-due"), name)
	}
	require.True(t, queue.Key{Sort: "urgency,-due", Values: []string{"1", ""}, Ticket: "1"}.Fits("urgency,-due"))
}
