package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"docket/internal/eventstore/embedded"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

const (
	crashDir   = "EVENTSTORE_CRASH_DIR"   // makes the test binary an engine on this folder
	crashKills = "EVENTSTORE_CRASH_KILLS" // how often to kill it, 10 if not set
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		s, err := embedded.Start(context.Background(), embedded.Options{Dir: dir, LinkStreams: true})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(s.ConnectionString())
		select {} // until killed
	}
	goleak.VerifyTestMain(m,
		// Calls that the client never returns from: see victim.append.
		goleak.IgnoreAnyFunction("github.com/EventStore/EventStore-Client-Go/v4/esdb.(*Client).AppendToStream"),
		goleak.IgnoreAnyFunction("google.golang.org/grpc.(*addrConn).resetTransportAndUnlock"),
		// The client's state machine never ends when its server went away.
		goleak.IgnoreAnyFunction("github.com/EventStore/EventStore-Client-Go/v4/esdb.connectionStateMachine"),
		goleak.IgnoreAnyFunction("google.golang.org/grpc/internal/grpcsync.(*CallbackSerializer).run"),
		goleak.IgnoreAnyFunction("github.com/dlclark/regexp2.runClock"))
}

// victim is an engine in a process of its own.
type victim struct {
	cmd  *exec.Cmd
	conn string
	dead chan struct{} // closed when it has been killed

	lost atomic.Int64 // calls that never returned
}

func launch(t *testing.T, dir string) *victim {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "the engine did not start")
	return &victim{cmd: cmd, conn: strings.TrimSpace(line), dead: make(chan struct{})}
}

func (v *victim) client(t *testing.T) *esdb.Client {
	t.Helper()
	conf, err := esdb.ParseConnectionString(v.conn)
	require.NoError(t, err)
	conf.Logger = esdb.NoopLogging()
	conf.MaxDiscoverAttempts = 1
	c, err := esdb.NewClient(conf)
	require.NoError(t, err)
	return c
}

func (v *victim) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, v.cmd.Process.Kill())
	var exit *exec.ExitError
	require.ErrorAs(t, v.cmd.Wait(), &exit)
	close(v.dead)
}

// hangover is how long a call may outlive its engine: what was answered before
// the kill has long arrived by then.
const hangover = time.Second

var errNoAnswer = errors.New("the engine is dead and the client does not say so")

// append is the client's, with a way out. The client asks its state machine for
// the connection over a channel and not under the call's context
// (esdb/impl.go, getConnectionHandle and handleError): when discovery has failed
// and the machine has ended between the look at its flag and the send, the call
// stays for ever. What became of it, only the log can tell.
func (v *victim) append(c *esdb.Client, stream string, o esdb.AppendToStreamOptions, e esdb.EventData) (*esdb.WriteResult, error) {
	type answer struct {
		w   *esdb.WriteResult
		err error
	}
	answers := make(chan answer, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		w, err := c.AppendToStream(ctx, stream, o, e)
		answers <- answer{w, err}
	}()
	select {
	case a := <-answers:
		return a.w, a.err
	case <-v.dead:
	}
	select {
	case a := <-answers:
		return a.w, a.err
	case <-time.After(hangover):
		v.lost.Add(1)
		return nil, errNoAnswer
	}
}

// attempt is one append and what became of it.
type attempt struct {
	stream     string
	id         uuid.UUID
	expected   int64 // -1 no stream
	begin, end int64
	outcome    outcome
	revision   int64 // of the event, or of the stream where that was wrong
	position   uint64
}

type outcome int

const (
	stored outcome = iota
	refused
	unknown
)

// history is what all writers saw.
type history struct {
	mu       sync.Mutex
	attempts []attempt
	last     map[string]int64 // a writer's guess of a stream's revision
	acks     atomic.Int64
	start    time.Time
}

func (h *history) guess(stream string) int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r, ok := h.last[stream]; ok {
		return r
	}
	return -1
}

func (h *history) add(a attempt) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.attempts = append(h.attempts, a)
	if a.outcome != unknown {
		h.last[a.stream] = max(h.last[a.stream], a.revision)
		h.acks.Add(1)
	}
}

// write appends at exact revisions until the engine is gone.
func (h *history) write(v *victim, c *esdb.Client, streams int, rng *rand.Rand) {
	for {
		a := attempt{stream: fmt.Sprintf("case-%d", rng.IntN(streams)), id: uuid.New()}
		a.expected = h.guess(a.stream)
		var want esdb.ExpectedRevision = esdb.NoStream{}
		if a.expected >= 0 {
			want = esdb.Revision(uint64(a.expected))
		}
		e := event("Happened")
		e.EventID = a.id
		a.begin = int64(time.Since(h.start))
		w, err := v.append(c, a.stream, esdb.AppendToStreamOptions{ExpectedRevision: want}, e)
		a.end = int64(time.Since(h.start))
		var refusal *esdb.Error
		switch {
		case err == nil:
			a.outcome, a.revision, a.position = stored, int64(w.NextExpectedVersion), w.CommitPosition
		case errors.As(err, &refusal) && refusal.Code() == esdb.ErrorCodeWrongExpectedVersion:
			a.outcome = refused
			if a.revision, err = currentOf(refusal); err != nil {
				panic(err)
			}
		default:
			a.outcome = unknown
		}
		h.add(a)
		if a.outcome == unknown {
			return
		}
	}
}

// currentOf reads the stream's revision from the client's error text, the only
// place where the client tells it.
func currentOf(e *esdb.Error) (int64, error) {
	_, text, found := strings.Cut(e.Error(), "but got '")
	text, _, ended := strings.Cut(text, "'")
	switch {
	case !found || !ended:
		return 0, fmt.Errorf("no current revision in: %w", e)
	case text == "no_stream":
		return -1, nil
	}
	return strconv.ParseInt(text, 10, 64)
}

// TestCrash kills the engine again and again while it is written to, and then
// looks for every acknowledged event: exactly once, where the reply said, in the
// same order in its stream, in the whole log and in the link streams; and all
// answers together must be those of one append after the other.
func TestCrash(t *testing.T) {
	const writers, streams = 8, 6
	kills := 10
	if s := os.Getenv(crashKills); s != "" {
		n, err := strconv.Atoi(s)
		require.NoError(t, err)
		kills = n
	}
	dir := filepath.Join(t.TempDir(), "events")
	h := &history{last: map[string]int64{}, start: time.Now()}
	lost := int64(0)
	for round := range kills {
		v := launch(t, dir)
		c := v.client(t)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Add(1)
			go func() {
				defer wg.Done()
				h.write(v, c, streams, rand.New(rand.NewPCG(uint64(round), uint64(w))))
			}()
		}
		enough := h.acks.Load() + rand.Int64N(150)
		require.Eventually(t, func() bool { return h.acks.Load() >= enough }, patience, 200*time.Microsecond)
		v.kill(t)
		wg.Wait()
		if lost += v.lost.Load(); v.lost.Load() == 0 {
			_ = c.Close() // with a call inside, the client would panic
		}
	}
	v := launch(t, dir)
	c := v.client(t)
	defer func() {
		_ = c.Close()
		v.kill(t)
	}()
	checkLog(t, c, h)
	checkLinear(t, c, h)
	t.Logf("%d kills, %d attempts, %d answered, %d calls the client lost",
		kills, len(h.attempts), h.acks.Load(), lost)
}

func checkLog(t *testing.T, c *esdb.Client, h *history) {
	ctx := bounded(t)
	all, err := drain(c.ReadAll(ctx, esdb.ReadAllOptions{}, math.MaxUint64))
	require.NoError(t, err)
	found := map[uuid.UUID]*esdb.RecordedEvent{}
	inLog := map[string][]uuid.UUID{}
	for _, e := range all {
		if e.Event.EventType != "Happened" {
			continue
		}
		require.Nil(t, found[e.Event.EventID], "an event is there twice")
		found[e.Event.EventID] = e.Event
		inLog[e.Event.StreamID] = append(inLog[e.Event.StreamID], e.Event.EventID)
		inLog["$ce-case"] = append(inLog["$ce-case"], e.Event.EventID)
	}
	inLog["$et-Happened"] = inLog["$ce-case"]
	for i := range h.attempts {
		a := &h.attempts[i]
		e := found[a.id]
		switch a.outcome {
		case stored:
			require.NotNil(t, e, "an acknowledged event is missing")
			require.Equal(t, a.stream, e.StreamID)
			require.EqualValues(t, a.revision, e.EventNumber)
			require.Equal(t, a.position, e.Position.Commit)
		case refused:
			require.Nil(t, e, "a refused event was stored")
		case unknown: // now it can be told
			if a.end = math.MaxInt64; e != nil {
				a.outcome, a.revision = stored, int64(e.EventNumber)
			}
		}
	}
	for stream, ids := range inLog {
		var got []uuid.UUID
		require.Eventually(t, func() bool { // links follow behind
			read, err := drain(c.ReadStream(ctx, stream, esdb.ReadStreamOptions{ResolveLinkTos: true}, math.MaxUint64))
			require.NoError(t, err)
			got = got[:0]
			for i, e := range read {
				require.EqualValues(t, i, e.OriginalEvent().EventNumber, "revisions have a gap")
				got = append(got, e.Event.EventID)
			}
			return len(got) >= len(ids)
		}, patience, 10*time.Millisecond)
		require.Equal(t, ids, got, "the order in %s is not that of the log", stream)
	}
	checkLinks(t, c)
}

// checkLinks looks at the links themselves where they stand in the log: behind
// what they point at, once in each of both streams, in the order of the events.
func checkLinks(t *testing.T, c *esdb.Client) {
	all, err := drain(c.ReadAll(bounded(t), esdb.ReadAllOptions{}, math.MaxUint64))
	require.NoError(t, err)
	var events []string
	links := map[string][]string{}
	for _, e := range all {
		switch r := e.Event; r.EventType {
		case "Happened":
			events = append(events, fmt.Sprintf("%d@%s", r.EventNumber, r.StreamID))
		case "$>":
			n := len(links[r.StreamID])
			require.Less(t, n, len(events), "a link in %s stands before its event", r.StreamID)
			require.EqualValues(t, n, r.EventNumber)
			links[r.StreamID] = append(links[r.StreamID], string(r.Data))
		}
	}
	require.Equal(t, map[string][]string{"$ce-case": events, "$et-Happened": events}, links)
}

// checkLinear holds the answers against a stream that does one append at a time.
func checkLinear(t *testing.T, c *esdb.Client, h *history) {
	model := porcupine.Model{
		Partition: func(ops []porcupine.Operation) [][]porcupine.Operation {
			parts := map[string][]porcupine.Operation{}
			for _, o := range ops {
				s := o.Input.(attempt).stream
				parts[s] = append(parts[s], o)
			}
			var out [][]porcupine.Operation
			for _, p := range parts {
				out = append(out, p)
			}
			return out
		},
		Init: func() any { return int64(-1) },
		Step: func(state, input, output any) (bool, any) {
			current, a := state.(int64), input.(attempt)
			if a.outcome == stored {
				return current == a.expected && a.revision == current+1, current + 1
			}
			return current != a.expected && a.revision == current, current
		},
	}
	var ops []porcupine.Operation
	for i, a := range h.attempts {
		if a.outcome != unknown {
			ops = append(ops, porcupine.Operation{ClientId: i, Input: a, Call: a.begin, Output: a, Return: a.end})
		}
	}
	require.Equal(t, porcupine.Ok, porcupine.CheckOperationsTimeout(model, ops, time.Minute))
}
