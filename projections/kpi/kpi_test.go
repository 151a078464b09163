package kpi_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/ticket"
	"docket/projections/kpi"
)

// answers are all figures of one question.
type answers struct {
	throughput kpi.Throughput
	handovers  kpi.Handovers
	reopens    kpi.Reopens
	waiting    kpi.Waiting
	volumes    []kpi.Volumes
	open       []kpi.Backlog
}

func ask(ctx context.Context, s kpi.Snapshot, q kpi.Question, instants ...time.Time) (a answers, err error) {
	for _, question := range []func() error{
		func() (err error) { a.throughput, err = s.Throughput(ctx, q); return err },
		func() (err error) { a.handovers, err = s.Handovers(ctx, q); return err },
		func() (err error) { a.reopens, err = s.Reopens(ctx, q); return err },
		func() (err error) { a.waiting, err = s.Waiting(ctx, q); return err },
		func() (err error) { a.volumes, err = s.Volumes(ctx, q, kpi.Overall); return err },
		func() (err error) { a.open, err = s.Backlog(ctx, q, instants); return err },
	} {
		if err = question(); err != nil {
			return a, err
		}
	}
	return a, nil
}

func (h *history) answers(t *testing.T, q kpi.Question, instants ...time.Time) (a answers) {
	t.Helper()
	if q.Position == 0 {
		q.Position = h.last()
	}
	h.measure(t, func(ctx context.Context, s kpi.Snapshot) (err error) {
		a, err = ask(ctx, s, q, instants...)
		return err
	})
	return a
}

func opens(all []kpi.Backlog) (open []int64) {
	for _, b := range all {
		open = append(open, b.Open)
	}
	return open
}

func TestNoData(t *testing.T) {
	t.Parallel()
	var h history
	h.on("b", at("09:00"), registered)
	q := kpi.Question{Filter: kpi.Filter{Unit: "another"}}
	a := h.answers(t, q, at("10:00"))
	require.Equal(t, kpi.Throughput{}, a.throughput)
	require.Equal(t, kpi.PerTicket{}, a.handovers.Persons)
	require.Equal(t, kpi.Ratio{}, a.reopens.Rate)
	require.Zero(t, a.waiting.TotalMS)
	require.Equal(t, []kpi.Volumes{{}}, a.volumes)
	require.Equal(t, []int64{0}, opens(a.open))
}

// Throughput is told in the order of the log, whatever the times say, and never below zero.
func TestThroughput(t *testing.T) {
	t.Parallel()
	var h history
	h.on("a", at("09:00"), registered)
	h.on("a", at("08:00"), noted)
	h.on("a", at("09:30"), closed)
	h.on("b", at("09:00"), registered)
	h.on("b", at("08:00"), noted)
	h.on("c", at("10:00"), registered, closed)
	h.on("d", at("09:00"), registered)
	h.on("d", at("09:10"), noted)
	got := h.answers(t, kpi.Question{}).throughput
	require.EqualValues(t, 4, got.N)
	require.Equal(t, 40*minute, *got.SumMS)
	require.Equal(t, kpi.Ratio{Numerator: 40 * minute, Denominator: 4}, *got.Mean)
	require.Equal(t, 5*minute, *got.MedianMS, "between the second and the third")
	require.Equal(t, kpi.Ranked{MS: 0, Ticket: "c"}, *got.P50)
	require.Equal(t, kpi.Ranked{MS: 10 * minute, Ticket: "d"}, *got.P75)
	require.Equal(t, kpi.Ranked{MS: 30 * minute, Ticket: "a"}, *got.P90)
	require.Zero(t, *got.MinMS)
	require.Equal(t, 30*minute, *got.MaxMS)

	window := kpi.Window{From: at("10:00"), To: at("11:00")}
	require.EqualValues(t, 1, h.answers(t, kpi.Question{Window: window}).throughput.N)
}

func TestHandovers(t *testing.T) {
	t.Parallel()
	var h history
	h.on("a", at("09:00"), registered, ticket.Taken{Handler: "p"}, grouped("", "g"))
	h.on("a", at("09:10"), handed("p", "q"), grouped("g", "h"), grouped("h", "g"))
	h.on("a", at("09:20"), handed("q", "p"), ticket.AssignedToHandler{Handler: "r", Previous: "p"})
	h.on("b", at("09:00"), registered, ticket.AssignedToHandler{Handler: "p"}, grouped("", "g"))
	h.on("c", at("12:00"), registered)

	got := h.answers(t, kpi.Question{}).handovers
	one, two, zero := int64(1), int64(2), int64(0)
	require.Equal(t, kpi.PerTicket{
		Sum: 2, WithAny: 1, Mean: kpi.Ratio{Numerator: 2, Denominator: 3}, P50: &zero, P90: &two, Max: &two,
	}, got.Persons)
	require.EqualValues(t, 2, got.Groups.Sum)
	require.EqualValues(t, 1, got.Reassigned.Sum, "taken from somebody, unlike the first assignment")
	require.EqualValues(t, 4, got.Handlers.Sum, "p, q and r; p")
	require.Equal(t, &one, got.Handlers.P50)
	require.EqualValues(t, 3, got.Teams.Sum)
	require.EqualValues(t, 3, got.People)
	require.EqualValues(t, 2, got.AllTeams)

	to := h.answers(t, kpi.Question{Filter: kpi.Filter{Group: "h"}}).handovers
	require.EqualValues(t, 1, to.Groups.Sum, "those after which the group has the ticket")
	require.EqualValues(t, 1, to.Groups.Mean.Denominator)

	windowed := h.answers(t, kpi.Question{Window: kpi.Window{From: at("09:20"), To: at("12:00")}}).handovers
	require.Equal(t, kpi.Ratio{Numerator: 1, Denominator: 2}, windowed.Persons.Mean, "c is not open yet: windows are half-open")
}

// A pause ends with resuming, reopening, closing or cancelling; overlapping pauses count once; windows cut pauses.
func TestWaiting(t *testing.T) {
	t.Parallel()
	var h history
	h.on("resumed", at("09:00"), registered, paused)
	h.on("resumed", at("09:10"), resumed)
	h.on("resumed", at("09:05"), ticket.Paused{Kind: ticket.AwaitingExternal})
	h.on("resumed", at("09:20"), ticket.Resumed{Kind: ticket.AwaitingExternal})
	h.on("closed", at("09:00"), registered, paused)
	h.on("closed", at("09:30"), closed)
	h.on("cancelled", at("09:00"), registered, paused)
	h.on("cancelled", at("09:01"), ticket.Cancelled{Code: ticket.CancelWithdrawn})
	h.on("instant", at("09:00"), registered, paused, resumed)
	h.on("backwards", at("09:00"), registered, paused)
	h.on("backwards", at("08:00"), resumed)

	got := h.answers(t, kpi.Question{}).waiting
	require.Equal(t, kpi.Waiting{
		TotalMS: (20 + 30 + 1) * minute, Tickets: 5,
		ByKind: map[string]int64{"customer": (10 + 30 + 1) * minute, "external": 15 * minute},
	}, got)

	cut := h.answers(t, kpi.Question{Window: kpi.Window{From: at("09:05"), To: at("09:15")}}).waiting
	require.Equal(t, (10+10)*minute, cut.TotalMS)
	require.EqualValues(t, 2, cut.Tickets)

	h.on("running", at("09:00"), registered, paused)
	running := h.answers(t, kpi.Question{Window: kpi.Window{To: at("09:40")}}).waiting
	require.Equal(t, (20+30+1+40)*minute, running.TotalMS)
	require.EqualValues(t, 1, running.Running)
	until := recorded(h.last() - 10) // the pause began at the same instant and changed no span
	open := h.answers(t, kpi.Question{}).waiting
	require.Equal(t, 51*minute+until.Sub(at("09:00")).Milliseconds(), open.TotalMS, "up to when the newest fact was recorded")
}

// A reopening told with an earlier time than the closing does not count the ticket twice.
func TestBacklogOutOfOrder(t *testing.T) {
	t.Parallel()
	var h history
	h.on("a", at("09:00"), registered, completed)
	h.on("a", at("10:00"), closed)
	h.on("a", at("09:30"), reopened, completed)
	h.on("a", at("10:30"), closed)
	a := h.answers(t, kpi.Question{}, at("09:45"), at("10:00"), at("10:15"), at("10:31"))
	require.Equal(t, []int64{1, 1, 1, 0}, opens(a.open))
}

// A ticket is open from its registration to its end, and again from the reopening of a closed one. Instants are exclusive.
func TestBacklog(t *testing.T) {
	t.Parallel()
	var h history
	h.on("a", at("09:00"), registered, grouped("", "g"))
	h.on("a", at("09:30"), completed)
	h.on("a", at("09:40"), reopened) // was not closed
	h.on("a", at("10:00"), completed, closed, noted)
	h.on("a", at("11:00"), reopened, grouped("g", "h"))
	h.on("a", at("12:00"), completed, closed)
	h.on("a", at("12:30"), ticket.Noted{})
	h.on("backwards", at("09:00"), registered)
	h.on("backwards", at("08:00"), closed)
	instants := []time.Time{
		at("12:01"), at("09:00"), at("09:01"), at("10:00"), at("10:01"), at("11:00"), at("11:01"), at("12:00"),
	}
	a := h.answers(t, kpi.Question{}, instants...)
	require.Equal(t, []int64{0, 1, 1, 0, 0, 1, 1, 0}, opens(a.open), "told in order")
	require.Equal(t, at("09:00"), a.open[0].At)
	require.Equal(t, []int64{0, 0, 0, 0, 0, 1, 1, 0}, opens(h.answers(t, kpi.Question{Filter: kpi.Filter{Group: "h"}}, instants...).open))
	require.Equal(t, kpi.Reopens{
		Reopens: 2, Tickets: 1, Rate: kpi.Ratio{Numerator: 1, Denominator: 1}, ByFault: map[string]int64{"staff": 2},
	}, a.reopens)
}

func TestVolumes(t *testing.T) {
	t.Parallel()
	var h history
	online := registered
	online.Channel, online.Type = ticket.Online, "REQ"
	h.on("a", at("09:00"), registered, ticket.Accepted{}, grouped("", "g"))
	h.on("a", at("09:30"), completed, ticket.ResultDelivered{Channel: ticket.Phone}, closed)
	h.on("a", at("09:40"), reopened, completed, ticket.ResultDelivered{Channel: ticket.Phone}, closed)
	h.on("b", at("10:00"), online, ticket.Cancelled{Code: ticket.CancelError})
	q := kpi.Question{Position: h.last()}
	all := kpi.Volumes{
		Registered: kpi.Volume{Tickets: 2, Times: 2}, Accepted: kpi.Volume{Tickets: 1, Times: 1},
		Completed: kpi.Volume{Tickets: 1, Times: 2}, Delivered: kpi.Volume{Tickets: 1, Times: 2},
		Reopened: kpi.Volume{Tickets: 1, Times: 1}, Closed: kpi.Volume{Tickets: 1, Times: 2}, Cancelled: kpi.Volume{Tickets: 1, Times: 1},
	}
	h.measure(t, func(ctx context.Context, s kpi.Snapshot) error {
		got, err := s.Volumes(ctx, q, kpi.Overall)
		require.NoError(t, err)
		require.Equal(t, []kpi.Volumes{all}, got)
		for by, keys := range map[kpi.Dimension][]string{
			kpi.ByUnit: {"u"}, kpi.ByGroup: {"", "g"}, kpi.ByChannel: {"online", "phone"}, kpi.ByType: {"INC", "REQ"},
			kpi.ByUrgency: {"normal"},
		} {
			got, err := s.Volumes(ctx, q, by)
			require.NoError(t, err)
			var found []string
			var sum int64
			for _, v := range got {
				found = append(found, v.Key)
				sum += v.Registered.Tickets
			}
			require.Equal(t, keys, found)
			require.EqualValues(t, 2, sum, "by %s", by)
		}
		_, err = s.Volumes(ctx, q, "weather")
		require.Error(t, err)
		return nil
	})
}

func TestMidnights(t *testing.T) {
	t.Parallel()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	day := func(text string) time.Time {
		d, err := time.Parse(time.DateOnly, text)
		require.NoError(t, err)
		return d
	}
	texts := func(all []time.Time) (texts []string) {
		for _, m := range all {
			texts = append(texts, m.UTC().Format("2006-01-02T15:04"))
		}
		return texts
	}
	require.Equal(t, []string{"2024-02-28T16:00", "2024-02-29T16:00"}, texts(kpi.Midnights(day("2024-02-29"), day("2024-03-01"), shanghai, false)))
	require.Equal(t, []string{"2025-12-31T16:00", "2026-01-31T16:00"}, texts(kpi.Midnights(day("2025-12-15"), day("2026-02-01"), shanghai, true))[:2])
	require.Equal(t, []string{"2026-03-28T23:00", "2026-03-29T22:00"}, texts(kpi.Midnights(day("2026-03-29"), day("2026-03-30"), berlin, false)),
		"the day summer time begins has 23 hours")
	require.Empty(t, kpi.Midnights(day("2026-02-02"), day("2026-02-28"), shanghai, true))
}
