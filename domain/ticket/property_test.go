package ticket_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/ticket"
)

// TestWhateverIsAsked runs random commands of random people against tickets and lets a witness watch what becomes true.
func TestWhateverIsAsked(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		var state ticket.State
		var w witness
		var held bool
		for range 500 {
			if state.Status == ticket.StatusCancelled {
				state, w, held = ticket.State{}, witness{}, false // nothing but notes would come any more
			}
			c, meta := commands(t), domain.Meta{Actor: actors.Draw(t, "actor"), Now: noon, Effective: noon}
			if _, note := c.(ticket.Note); note && !state.Exists() {
				continue // the pipeline lets nothing but a registration reach a ticket that does not exist
			}
			decided, err := domain.Run(c, state, meta)
			if err != nil && decided != nil {
				t.Fatalf("%T is refused (%v) and gives %v", c, err, decided)
			}
			for _, e := range decided {
				name, version, parts, err := ticket.Decider.Events.Split(e)
				require.NoError(t, err)
				loaded, err := ticket.Decider.Events.Join(name, version, parts)
				require.NoError(t, err)
				require.Equal(t, e, loaded)
				if err := w.see(e); err != nil {
					t.Fatalf("%T gives %T%+v: %v", c, e, e, err)
				}
				before := state
				state = ticket.Decider.Evolve(state, e)
				if _, duty := e.(ticket.DutyEvent); !duty {
					seen[name]++
				}
				held = held || w.holder != ""
				agrees(t, &w, state)
				if held && state.Handler == "" {
					t.Fatalf("nobody holds the ticket after %T", e)
				}
				if state.Round < before.Round || state.Round > before.Round+1 || state.Offers < before.Offers {
					t.Fatalf("%T turns %+v into %+v", e, before, state)
				}
			}
		}
	})
	t.Log(seen)
	require.Equal(t, core(), slices.Sorted(maps.Keys(seen)), "events that occurred")
}

// core lists the events that a ticket without a template comes to; those of the families need rules.
func core() []string {
	var names []string
	for name, kind := range ticket.Decider.Events {
		switch reflect.Zero(kind.Type).Interface().(type) {
		case ticket.IntakeEvent, ticket.RouteEvent, ticket.DutyEvent, ticket.ClockEvent, ticket.ResultEvent, ticket.PrivacyEvent, ticket.ReviewVoided:
		default:
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// agrees compares the state that rules read with what the witness saw.
func agrees(t *rapid.T, w *witness, s ticket.State) {
	switch {
	case s.Handler != w.holder, s.Offer.To != w.receiver, s.Offer.Pending() != (w.receiver != ""), s.Round != w.round, s.Offers != w.offers:
		t.Fatalf("state %+v, seen %+v", s, *w)
	case s.Offer.Pending() && s.Handler == "":
		t.Fatalf("an offer of nobody: %+v", s)
	case s.Pause != w.paused && !w.ended:
		t.Fatalf("paused %q, seen %q", s.Pause, w.paused)
	case s.Live() != (w.open && !w.ended), s.Handling() != (w.open && !w.ended && !w.finished):
		t.Fatalf("state %+v, seen %+v", s, *w)
	}
	if s.Handling() && (s.Status == ticket.StatusInProgress) != (w.holder != "") {
		t.Fatalf("%s in the hands of %q", s.Status, w.holder)
	}
	if workers := append(w.workers, "", "")[:2]; s.Completer != workers[0] || s.Finisher != workers[1] {
		t.Fatalf("state %+v, seen %+v", s, *w)
	}
	scope := ticket.Decider.Scope(s)
	if scope.Holder != w.holder || slices.Contains(scope.Parties, "") || slices.Contains(scope.Parties, w.receiver) != (w.receiver != "") {
		t.Fatalf("scope %+v, seen %+v", scope, *w)
	}
}

// TestFoldIsTotal: every event, in any order, gives a state, and every command finds an answer to any state.
func TestFoldIsTotal(t *testing.T) {
	t.Parallel()
	statuses := []ticket.Status{
		"", ticket.StatusRegistered, ticket.StatusAccepted, ticket.StatusInProgress, ticket.StatusCompleted, ticket.StatusReviewed,
		ticket.StatusDelivered, ticket.StatusClosed, ticket.StatusCancelled, ticket.StatusDraft, ticket.StatusDeclined,
		ticket.StatusLapsed, ticket.StatusRefused, ticket.StatusJoined,
	}
	rapid.Check(t, func(t *rapid.T) {
		history := rapid.SliceOf(rapid.Custom(events)).Draw(t, "history")
		state := ticket.Decider.Fold(history...)
		if !slices.Contains(statuses, state.Status) {
			t.Fatalf("status %q", state.Status)
		}
		if cut := rapid.IntRange(0, len(history)).Draw(t, "cut"); !reflect.DeepEqual(state, resumed(history[:cut], history[cut:])) {
			t.Fatal("folding in two parts gives another state")
		}
		for _, end := range []ticket.Event{ticket.Closed{}, ticket.Cancelled{}} {
			if s := ticket.Decider.Evolve(state, end); s.Live() || s.Offer.Pending() || s.Pause != "" {
				t.Fatalf("%T leaves something to wait for: %+v", end, s)
			}
		}
		state = knowing(state)
		c, meta := commands(t), domain.Meta{Actor: actors.Draw(t, "actor"), Now: noon, Effective: noon}
		decided, err := domain.Run(c, state, meta)
		again, errAgain := domain.Run(c, state, meta)
		if !reflect.DeepEqual(decided, again) || !reflect.DeepEqual(err, errAgain) || err != nil && decided != nil {
			t.Fatalf("%T gives %v, %v and then %v, %v", c, decided, err, again, errAgain)
		}
	})
}

// resumed folds the rest onto the state that the first part gave.
func resumed(first, rest []ticket.Event) ticket.State {
	state := ticket.Decider.Fold(first...)
	for _, e := range rest {
		state = ticket.Decider.Evolve(state, e)
	}
	return state
}
