package processes_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"docket/commands/processes"
	"docket/domain"
	"docket/domain/ticket"
)

// TestAPlaceMovedBySomebodyElseIsLookedUpAgain: a process goes on from what is stored, also where it only passed over events
// since, and stores how far it has read although none of the events was its own.
func TestAPlaceMovedBySomebodyElseIsLookedUpAgain(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	id := o.reviewed()
	var mu sync.Mutex
	kept := map[string]int{}
	o.run(processes.Process{Name: "keeper", Types: map[string]bool{"TicketNoted": true},
		Keep: func(_ context.Context, _ pgx.Tx, events []domain.Envelope) error {
			mu.Lock()
			defer mu.Unlock()
			for _, e := range events {
				kept[e.ID]++
			}
			return nil
		}})
	times := func(event string) int {
		mu.Lock()
		defer mu.Unlock()
		return kept[event]
	}
	first := o.do("ann", "ticket.note", id, &ticket.Note{Text: "one"}).Events[0].ID
	o.reviewed()
	o.settled("keeper")
	require.Equal(t, 1, times(first))

	_, err := o.pool.Exec(t.Context(), "UPDATE processes.checkpoint SET pos = 0 WHERE process = 'keeper'")
	require.NoError(t, err)
	o.reviewed() // passed over, and not to be stored over the other's place
	o.until("read again from there", func() bool { return times(first) == 2 })
	second := o.do("ann", "ticket.note", id, &ticket.Note{Text: "two"}).Events[0].ID
	o.settled("keeper")
	require.Equal(t, 1, times(second))
	require.Equal(t, 2, times(first))
}
