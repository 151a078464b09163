package commands_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/customer"
	"docket/domain/template"
	"docket/domain/ticket"
	"docket/domain/unit"
)

// rounds of every contest: enough that both orders of every step occur.
const rounds = 40

// entrant is what one desk sends.
type entrant struct {
	who, command string
	id           string // when it is about another thing than the contest's
	payload      any
	headers      []string
}

// contest sends what all desks want at the same moment and gives the replies in their order.
func (o *office) contest(t *testing.T, id string, desks ...entrant) []reply {
	t.Helper()
	replies := make([]reply, len(desks))
	start := make(chan struct{})
	var done sync.WaitGroup
	o.contests++
	for n := range desks {
		i := (n + o.contests) % len(desks) // none is always the first
		d := desks[i]
		e, ok := commands.Lookup(d.command)
		require.True(t, ok, d.command)
		body, err := json.Marshal(d.payload)
		require.NoError(t, err)
		if d.id == "" {
			d.id = id
		}
		done.Go(func() {
			<-start
			replies[i] = o.post(d.who, path(*e, d.id), string(body), d.headers...)
		})
	}
	close(start)
	done.Wait()
	return replies
}

// oneWins wants one reply accepted with events and every other one refused as a conflict or as overtaken.
func oneWins(t *testing.T, replies []reply) (winner int) {
	t.Helper()
	winner = -1
	for i, r := range replies {
		switch {
		case r.status == http.StatusConflict || r.status == http.StatusPreconditionFailed:
			require.NotNil(t, r.problem(t).Revision, "whoever lost is told where the thing stands")
		case winner >= 0:
			t.Fatalf("two have won: %s and %s", replies[winner].body, r.body)
		default:
			require.NotEmpty(t, answered(t, r).Events)
			winner = i
		}
	}
	require.GreaterOrEqual(t, winner, 0, "nobody has won")
	return winner
}

// on names the revision that a desk has seen.
func on(revision int) []string { return []string{"If-Match", `"` + strconv.Itoa(revision) + `"`} }

// count is how many events of a type a stream has.
func (o *office) count(stream domain.StreamID, event string) int {
	n := 0
	for _, name := range types(o.events(stream)) {
		if name == event {
			n++
		}
	}
	return n
}

// TestTwoDesksAtOnce: of two who want the same at the same moment exactly one gets it, the other is told that it is too late,
// and the event is there once.
func TestTwoDesksAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := &census{office: o, accepted: map[string]int{}, statuses: map[int]int{}}
	contests := map[string]struct {
		lead  func() string
		desks func(id string, revision int) []entrant
		event string
	}{
		"take": {
			lead: func() string { return c.lead(t, atWork, 3) },
			desks: func(string, int) []entrant {
				return []entrant{{who: "handler", command: "ticket.take", payload: ticket.Take{}}, {who: "handler2", command: "ticket.take", payload: ticket.Take{}}}
			},
			event: "TicketTaken",
		},
		"take, and be assigned": {
			lead: func() string { return c.lead(t, atWork, 3) },
			desks: func(_ string, revision int) []entrant {
				return []entrant{
					{who: "handler", command: "ticket.take", payload: ticket.Take{}, headers: on(revision)},
					{who: "leader", command: "ticket.assign_handler", payload: ticket.AssignToHandler{Handler: o.mate, Reason: "knows it"}, headers: on(revision)},
				}
			},
		},
		"accept a handover at two desks, and refuse it": {
			lead: func() string { return c.lead(t, offered, len(offered.acts)) },
			desks: func(_ string, revision int) []entrant {
				return []entrant{
					{who: "all", command: "ticket.accept_handover", payload: ticket.AcceptHandover{Handover: 1}, headers: on(revision)},
					{who: "all", command: "ticket.accept_handover", payload: ticket.AcceptHandover{Handover: 1}, headers: on(revision)},
					{who: "all", command: "ticket.refuse_handover", payload: ticket.RefuseHandover{Handover: 1, Code: ticket.RefusedIncomplete, Reason: "a page lacks"}, headers: on(revision)},
				}
			},
		},
		"review": {
			lead: func() string { return c.lead(t, done, 5) },
			desks: func(_ string, revision int) []entrant {
				return []entrant{
					{who: "leader", command: "ticket.pass_review", payload: ticket.PassReview{Opinion: "good"}, headers: on(revision)},
					{who: "manager", command: "ticket.return_review", payload: ticket.ReturnReview{Fault: ticket.FaultStaff, Reason: "no", Items: []string{"name"}}, headers: on(revision)},
				}
			},
		},
		"pass a stage": {
			lead: func() string { return c.lead(t, submitted, len(submitted.acts)) },
			desks: func(_ string, revision int) []entrant {
				pass := ticket.PassStage{Stage: "first_review", Opinion: "in order", Judgement: allMet}
				return []entrant{
					{who: "reviewer", command: "ticket.pass_stage", payload: pass, headers: on(revision)},
					{who: "all", command: "ticket.pass_stage", payload: pass, headers: on(revision)},
				}
			},
			event: "TicketStagePassed",
		},
		"approve a template": {
			lead: func() string {
				return c.lead(t, life{name: "template", acts: []act{
					{"designer", "template.draft", nil}, {"designer", "template.submit", nil}, {"head", "template.review", nil},
				}}, 3)
			},
			desks: func(id string, revision int) []entrant {
				f, _ := o.dir.Template(id)
				digest := f.Versions[0].Digest
				return []entrant{
					{who: "manager", command: "template.approve", payload: template.Approve{Digest: digest, Opinion: "yes"}, headers: on(revision)},
					{who: "all", command: "template.reject", payload: template.Reject{Digest: digest, Reason: "no"}, headers: on(revision)},
				}
			},
		},
	}
	for name, contest := range contests {
		t.Run(name, func(t *testing.T) {
			category := "ticket"
			if name == "approve a template" {
				category = "template"
			}
			wins := map[int]int{}
			for range rounds {
				id := contest.lead()
				stream := domain.Stream(category, id)
				before := len(o.events(stream))
				replies := o.contest(t, id, contest.desks(id, before-1)...)
				winner := oneWins(t, replies)
				wins[winner]++
				require.Len(t, o.events(stream), before+len(answered(t, replies[winner]).Events), "nothing but what the winner did")
				if contest.event != "" {
					require.Equal(t, 1, o.count(stream, contest.event))
				}
			}
			require.Greater(t, len(wins), 1, "the same desk has won every time")
		})
	}
}

// TestJoinedInOppositeDirectionsAtOnce: of two tickets that two people join into each other at once, one goes on.
func TestJoinedInOppositeDirectionsAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := &census{office: o, accepted: map[string]int{}, statuses: map[int]int{}}
	for range rounds {
		a, b := c.lead(t, drafted, 1), c.lead(t, drafted, 1)
		replies := o.contest(t, "",
			entrant{who: "clerk", command: "ticket.join", id: a, payload: ticket.Join{Into: b, Reason: "twice"}},
			entrant{who: "all", command: "ticket.join", id: b, payload: ticket.Join{Into: a, Reason: "twice"}},
		)
		oneWins(t, replies)
		joined := o.count(domain.Stream("ticket", a), "TicketJoined") + o.count(domain.Stream("ticket", b), "TicketJoined")
		require.Equal(t, 1, joined)
	}
}

// TestMergedInOppositeDirectionsAtOnce: of two files that two people merge into each other at once, one goes on.
func TestMergedInOppositeDirectionsAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := &census{office: o, accepted: map[string]int{}, statuses: map[int]int{}}
	file := life{name: "customer", acts: []act{{"clerk", "customer.register", nil}}}
	for range rounds {
		a, b := c.lead(t, file, 1), c.lead(t, file, 1)
		replies := o.contest(t, "",
			entrant{who: "manager", command: "customer.merge", id: a, payload: customer.Merge{Into: b, Reason: "one person"}},
			entrant{who: "all", command: "customer.merge", id: b, payload: customer.Merge{Into: a, Reason: "one person"}},
		)
		oneWins(t, replies)
	}
}

// TestOneKeyAtTwoDesks: a command sent twice at the same moment under one key is carried out once and answered alike, be it
// one that creates something, one that takes a number, or any other; sent with other content it is a conflict.
func TestOneKeyAtTwoDesks(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := &census{office: o, accepted: map[string]int{}, statuses: map[int]int{}}
	same := func(t *testing.T, stream func(id string) domain.StreamID, event, id string, d entrant) {
		t.Helper()
		replies := o.contest(t, id, d, d, d)
		first := answered(t, replies[0])
		for _, r := range replies[1:] {
			require.Equal(t, first, answered(t, r))
			require.Equal(t, replies[0].status, r.status)
		}
		require.Equal(t, 1, o.count(stream(first.ID), event))
	}
	ofTicket := func(id string) domain.StreamID { return domain.Stream("ticket", id) }
	for i := range rounds {
		key := []string{"Idempotency-Key", "round-" + strconv.Itoa(i)}
		same(t, ofTicket, "TicketRegistered", "", entrant{who: "clerk", command: "ticket.register", payload: o.registration(), headers: key})
		ready := c.lead(t, submitted, len(submitted.acts)-1)
		same(t, ofTicket, "TicketRegistered", ready, entrant{who: "clerk", command: "ticket.submit", payload: ticket.Submit{}, headers: key})
		same(t, ofTicket, "TicketNoted", o.old, entrant{
			who: "handler", command: "ticket.note", payload: ticket.Note{Text: "once"}, headers: []string{"Idempotency-Key", "once"},
		})

		other := []string{"Idempotency-Key", "other-" + strconv.Itoa(i)}
		replies := o.contest(t, ready,
			entrant{who: "clerk", command: "ticket.note", payload: ticket.Note{Text: "one"}, headers: other},
			entrant{who: "clerk", command: "ticket.note", payload: ticket.Note{Text: "two"}, headers: other},
		)
		loser := replies[1-oneWins(t, replies)]
		require.Equal(t, "idempotency.key_reused", loser.problem(t).Code)
		require.Equal(t, 1, o.count(ofTicket(ready), "TicketNoted"))
	}
}

// TestMovedBelowEachOtherAtOnce: of two units that two people hang below each other at once, one moves, and so it goes with three
// in a ring (mission row O1).
func TestMovedBelowEachOtherAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := &census{office: o, accepted: map[string]int{}, statuses: map[int]int{}}
	top := life{name: "unit", acts: []act{{"admin", "unit.open", nil}}}
	for _, n := range []int{2, 3} {
		won := map[int]int{}
		for range rounds {
			var units []string
			for range n {
				units = append(units, c.lead(t, top, 1))
			}
			var desks []entrant
			for i, id := range units {
				desks = append(desks, entrant{
					who: []string{"admin", "all", "manager"}[i], command: "unit.move", id: id, payload: unit.Move{Parent: units[(i+1)%n], Reason: "merged"},
				})
			}
			moved := 0
			for i, r := range o.contest(t, "", desks...) {
				if r.status == http.StatusOK {
					won[i]++
					moved++
					continue
				}
				require.Equal(t, http.StatusUnprocessableEntity, r.status, string(r.body))
				require.Equal(t, "cycle", r.problem(t).Errors[0].Code)
			}
			require.Equal(t, n-1, moved, "all but one fit")
			stored := 0
			for _, id := range units {
				stored += o.count(domain.Stream("unit", id), "UnitMoved")
			}
			require.Equal(t, n-1, stored)
		}
		require.Len(t, won, n, "the same desk has lost every time")
	}
}

// TestLoadsAreNotExceededAtOnce: of two tickets that would both be somebody's last one, taken and assigned at one moment, one
// becomes theirs (mission row A2). What has ended meanwhile makes room again.
func TestLoadsAreNotExceededAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := &census{office: o, accepted: map[string]int{}, statuses: map[int]int{}}
	limit := func(open int) {
		t.Helper()
		a := o.must("unit.limit_load", o.group, &unit.LimitLoad{Open: open}, by(registrar))
		o.settle(a.Position)
	}
	full := func(r reply) {
		t.Helper()
		require.Equal(t, http.StatusUnprocessableEntity, r.status, string(r.body))
		require.Equal(t, "over_limit", r.problem(t).Errors[0].Code)
	}
	wins := map[int]int{}
	var held []string
	for n := range rounds {
		limit(n + 1)
		tickets := []string{c.lead(t, atWork, 3), c.lead(t, atWork, 3), c.lead(t, atWork, 3)}
		won := 0
		for i, r := range o.contest(t, "",
			entrant{who: "handler", command: "ticket.take", id: tickets[0], payload: ticket.Take{}},
			entrant{who: "handler", command: "ticket.take", id: tickets[1], payload: ticket.Take{}},
			entrant{who: "leader", command: "ticket.assign_handler", id: tickets[2], payload: ticket.AssignToHandler{Handler: o.handler, Reason: "knows it"}},
		) {
			if r.status == http.StatusOK {
				won++
				wins[i]++
				held = append(held, tickets[i])
				continue
			}
			full(r)
		}
		require.Equal(t, 1, won)
		require.Len(t, held, n+1)
	}
	require.Len(t, wins, 3, "one of them has lost every time")

	next := c.lead(t, atWork, 3)
	full(o.post("handler", "/v1/tickets/"+next+"/take", "{}"))
	answered(t, o.post("leader", "/v1/tickets/"+held[0]+"/assign-handler", encode(map[string]any{"handler": o.all, "reason": "too much"})))
	answered(t, o.post("handler", "/v1/tickets/"+next+"/take", "{}"))
	full(o.post("handler", "/v1/tickets/"+c.lead(t, atWork, 3)+"/take", "{}"))
}
