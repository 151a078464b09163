package commands_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/series"
	"docket/domain/ticket"
)

// Two processes register at once; every number is there once and none is missing.
func TestSerialsAreUniqueAndWithoutGaps(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	processes := []*commands.Pipeline{d.p, d.pipeline(nil)}
	const each = 60
	var mu sync.Mutex
	numbers, tickets := map[string]bool{}, map[string]string{}
	together(len(processes)*each, func(i int) {
		a, err := d.do(processes[i%2], "ticket.register", "", d.registration(), keyed(fmt.Sprint("k", i)))
		mu.Lock()
		defer mu.Unlock()
		assert.NoError(t, err)
		numbers[a.Number], tickets[a.ID] = true, a.Number
	})
	require.Len(t, numbers, len(processes)*each)
	taken := d.events("series-CS-INC-2026")
	require.Len(t, taken, len(processes)*each)
	for i, e := range taken {
		key := e.Event.(series.Taken).Ticket
		number := series.Name{Unit: "CS", Type: "INC", Year: 2026}.Number(uint64(i) + 1)
		require.Equal(t, number, tickets[key])
		registered := d.events(domain.Stream("ticket", key))[0].Event.(ticket.Registered)
		require.Equal(t, number, registered.Number)
	}
}

func TestRefusedRegistrationTakesNoSerial(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.registration()
	r.Title = " "
	_, err := d.do(d.p, "ticket.register", "", r)
	require.Equal(t, []string{"title"}, fieldNames(t, err))
	require.Empty(t, d.events("series-CS-INC-2026"))
}

// The key of a new ticket is made beside its number, once it is known to be accepted; neither an event of it nor the answer comes
// before the key is there.
func TestKeyIsMadeWhileTheNumberIsTaken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	asked, made := make(chan string, 8), make(chan struct{})
	p := d.pipeline(func(c *commands.Config) {
		c.Keys = func(_ context.Context, streams ...string) error {
			asked <- streams[0]
			<-made
			return nil
		}
	})
	refused := d.registration()
	refused.Title = " "
	_, err := d.do(p, "ticket.register", "", refused)
	require.Error(t, err)
	require.Empty(t, asked)

	done := make(chan commands.Answer, 1)
	go func() {
		a, err := d.do(p, "ticket.register", "", d.registration(), keyed("k"))
		assert.NoError(t, err)
		done <- a
	}()
	stream := <-asked
	require.Eventually(t, func() bool { return len(d.events("series-CS-INC-2026")) == 1 }, 10*time.Second, time.Millisecond, "the number waits for nothing")
	require.Empty(t, d.events(domain.StreamID(stream)))
	require.Empty(t, done)
	close(made)
	a := <-done
	require.Equal(t, stream, "ticket-"+a.ID)
	require.Len(t, d.events(domain.StreamID(stream)), 1)

	_, err = d.do(p, "ticket.register", "", d.registration(), keyed("k"))
	require.NoError(t, err)
	_, err = d.do(p, "ticket.accept", a.ID, &ticket.Accept{})
	require.NoError(t, err)
	require.Empty(t, asked, "nothing new")
}

// A burst is taken in a few appends, not one by one.
func TestSerialsAreTakenTogether(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	counting := &counter{hiccup: hiccup{Store: d.store}, category: "series"}
	p := d.pipeline(func(c *commands.Config) { c.Journal = counting })
	together(100, func(i int) {
		_, err := d.do(p, "ticket.register", "", d.registration(), keyed(fmt.Sprint(i)))
		assert.NoError(t, err)
	})
	require.Len(t, d.events("series-CS-INC-2026"), 100)
	require.Less(t, counting.appends, 60)
}

func TestYearIsThatOfTheOrganisationsZone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.clock.move(time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC).Sub(d.clock.now())) // midnight in Shanghai
	require.Contains(t, d.must("ticket.register", "", d.registration()).Number, "CS-INC-2027-000001-")
	year := d.pipeline(func(c *commands.Config) { c.Zone = time.UTC })
	a, err := d.do(year, "ticket.register", "", d.registration())
	require.NoError(t, err)
	require.Contains(t, a.Number, "CS-INC-2026-000001-")
}
