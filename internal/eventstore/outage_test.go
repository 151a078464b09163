package eventstore_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"docket/domain"
	"docket/internal/eventstore"

	"github.com/stretchr/testify/require"
)

func TestSubscriptionSurvivesRestarts(t *testing.T) {
	t.Parallel()
	e := startEngine(t)
	s := open(t, e.uri())
	want := fill(t, s, 50)
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	var got []uint64
	restarts := 0
	for page, err := range s.Subscribe(ctx, 0) {
		require.NoError(t, err)
		got = append(got, places(page.Events)...)
		if !page.Live || len(got) < len(want) {
			continue
		}
		require.Equal(t, want, got)
		if restarts++; restarts == 4 {
			break
		}
		e.stop()
		e.start()
		for i := range 10 {
			a, err := s.Append(t.Context(), domain.Stream("note", fmt.Sprint("r", restarts, "-", i)), domain.NoStream, "s", pending(burnt{}))
			require.NoError(t, err)
			want = append(want, a.Position)
		}
	}
	require.Equal(t, 4, restarts)
}

func TestDeadClientIsReplaced(t *testing.T) {
	t.Parallel()
	e := startEngine(t)
	uri := e.uri() + "&maxDiscoverAttempts=2&discoveryInterval=20"
	s := open(t, uri)
	want := fill(t, s, 10)
	e.stop()

	// Longer than discovery tries: each of these calls leaves a client that would be dead for good.
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		_, _, err := s.Load(ctx, domain.Stream("note", "0"))
		require.ErrorIs(t, err, eventstore.ErrUnavailable)
		_, err = s.Append(ctx, domain.Stream("note", "x"), domain.NoStream, "s", pending(burnt{}))
		require.Error(t, err)
		require.Error(t, s.Ready(ctx))
		cancel()
	}
	e.start()
	require.NoError(t, s.Ready(t.Context()))
	got, _, err := s.Load(t.Context(), domain.Stream("note", "0"))
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Equal(t, want, places(collect(t, s, 0, len(want))))
}

func TestCallsWaitForAStoreThatStartsLate(t *testing.T) {
	t.Parallel()
	e := startEngine(t)
	e.stop()
	s := open(t, e.uri()+"&maxDiscoverAttempts=1&discoveryInterval=10")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := s.Append(ctx, domain.Stream("note", "a"), domain.NoStream, "s", pending(burnt{}))
		done <- err
	}()
	e.start()
	require.NoError(t, <-done)
}

func TestUnreachableStoreLeavesAWayOut(t *testing.T) {
	t.Parallel()
	s := open(t, "esdb://"+closedPort(t)+"?tls=false&maxDiscoverAttempts=1&discoveryInterval=10")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := s.Append(ctx, domain.Stream("note", "a"), domain.NoStream, "s", pending(burnt{}))
	require.ErrorIs(t, err, eventstore.ErrUnavailable, "no attempt left this process")
	require.NotErrorIs(t, err, domain.ErrAmbiguous)
	for _, err := range s.Subscribe(ctx, 17) {
		require.NoError(t, err)
	}
	canceled, stop := context.WithCancel(t.Context())
	stop()
	_, _, err = s.Load(canceled, domain.Stream("note", "a"))
	require.ErrorIs(t, err, context.Canceled)
}

// proxy stands between client and store and can swallow what passes, as a broken network does.
type proxy struct {
	listener net.Listener
	swallow  atomic.Int32 // 1: replies, 2: both ways
	lost     atomic.Int64 // bytes swallowed
	mu       sync.Mutex
	conns    []net.Conn
	running  sync.WaitGroup
}

func startProxy(t *testing.T, target string) *proxy {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{listener: l}
	p.running.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", target)
			if err != nil {
				_ = in.Close()
				continue
			}
			p.mu.Lock()
			p.conns = append(p.conns, in, out)
			p.mu.Unlock()
			p.running.Go(func() { p.pipe(out, in, 2) })
			p.running.Go(func() { p.pipe(in, out, 1) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		p.cut()
		p.running.Wait()
	})
	return p
}

func (p *proxy) pipe(to, from net.Conn, level int32) {
	defer to.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if p.swallow.Load() >= level {
			p.lost.Add(int64(n))
			continue
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// cut breaks all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}

func (p *proxy) uri() string { return "esdb://" + p.listener.Addr().String() + "?tls=false" }

func TestLostAnswerIsAmbiguous(t *testing.T) {
	t.Parallel()
	e := startEngine(t)
	p := startProxy(t, e.o.Listen)
	s, direct := open(t, p.uri()), open(t, e.uri())
	require.NoError(t, s.Ready(t.Context()))

	p.swallow.Store(1)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	id := domain.Stream("note", "a")
	_, err := s.Append(ctx, id, domain.NoStream, "seed", pending(burnt{}))
	require.ErrorIs(t, err, domain.ErrAmbiguous)
	_, revision, err := direct.Load(t.Context(), id)
	require.NoError(t, err)
	require.Zero(t, revision, "it was stored, and only the answer was lost")
}

func TestLostAnswerIsFoundOutWithinTheDeadline(t *testing.T) {
	t.Parallel()
	e := startEngine(t)
	p := startProxy(t, e.o.Listen)
	s := open(t, p.uri())
	require.NoError(t, s.Ready(t.Context()))

	p.swallow.Store(1)
	id := domain.Stream("note", "a")
	type answer struct {
		domain.Appended
		error
	}
	done := make(chan answer, 1)
	go func() {
		a, err := s.Append(t.Context(), id, domain.NoStream, "seed", pending(shelved{"1"}, shelved{"2"}))
		done <- answer{a, err}
	}()
	direct := open(t, e.uri())
	var page domain.Page
	for page = range direct.Subscribe(t.Context(), 0) {
		if len(page.Events) > 0 {
			break // it has been stored
		}
	}
	p.cut()
	p.swallow.Store(0)
	a := <-done
	require.NoError(t, a.error)
	require.EqualValues(t, 1, a.Revision)
	got, _, err := direct.Load(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, got, 2, "the repetition was recognised")
	require.Equal(t, got[1].Position, a.Position)
}

func TestSilentConnectionIsReplaced(t *testing.T) {
	t.Parallel()
	e := startEngine(t)
	p := startProxy(t, e.o.Listen)
	s := open(t, p.uri(), func(c *eventstore.Config) { c.Idle = 100 * time.Millisecond })
	direct := open(t, e.uri())
	want := fill(t, direct, 5)
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	var got []uint64
	silenced := false
	for page, err := range s.Subscribe(ctx, 0) {
		require.NoError(t, err)
		got = append(got, places(page.Events)...)
		if page.Live && !silenced {
			silenced = true
			p.swallow.Store(2)
			a, err := direct.Append(t.Context(), domain.Stream("note", "b"), domain.NoStream, "s", pending(burnt{}))
			require.NoError(t, err)
			want = append(want, a.Position)
			go func() {
				// New connections work once the watchdog's own question has been swallowed.
				for p.lost.Load() == 0 && ctx.Err() == nil {
					time.Sleep(time.Millisecond)
				}
				p.swallow.Store(0)
			}()
		}
		if len(got) == len(want) {
			break
		}
	}
	require.Equal(t, want, got)
	require.True(t, silenced)
}

func TestManyCallersOutliveAnOutage(t *testing.T) {
	t.Parallel()
	e := startEngine(t)
	s := open(t, e.uri()+"&maxDiscoverAttempts=1&discoveryInterval=1")
	const callers, events = 40, 60
	var running sync.WaitGroup
	var appended atomic.Int64
	for c := range callers {
		running.Go(func() {
			id, revision := domain.Stream("note", fmt.Sprint(c)), domain.NoStream
			for n := range events {
				ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
				a, err := s.Append(ctx, id, revision, fmt.Sprint(n), pending(shelved{Shelf: fmt.Sprint(n)}))
				cancel()
				if err != nil {
					t.Errorf("caller %d, event %d: %v", c, n, err)
					return
				}
				revision = domain.Revision(a.Revision)
				appended.Add(1)
			}
		})
	}
	for i := range int64(4) {
		for appended.Load() < (i+1)*callers*events/6 && !t.Failed() {
			time.Sleep(time.Millisecond)
		}
		e.stop()
		time.Sleep(200 * time.Millisecond) // an outage longer than discovery tries
		e.start()
	}
	running.Wait()
	for c := range callers {
		got, _, err := s.Load(t.Context(), domain.Stream("note", fmt.Sprint(c)))
		require.NoError(t, err)
		require.Len(t, got, events)
	}
}
