package supervise

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// ErrClosed is returned by calls after [Client.Close].
var ErrClosed = errors.New("client is closed")

// errNoNode: discovery has failed; no request was sent.
var errNoNode = errors.New("no node found")

// errVanished: the client was closed under a call that stood in its queue. Whether the request had left is unknown.
var errVanished = errors.New("connection was replaced under the call")

// stuck is how long a replaced client waits for its last calls before it is closed over their heads. It is a last resort
// (see entry.go); calls cut off like this may be repeated.
const stuck = 5 * time.Second

// Client hands every call a living esdb client and replaces one that has died. It is safe for concurrent use.
type Client struct {
	dialer *Dialer
	base   context.Context // ends with Close, and every call with it
	cancel context.CancelFunc
	calls  sync.WaitGroup

	mu     sync.Mutex
	cur    *generation
	closed bool
}

// generation is one esdb client in its life: used, then retired, then closed when its last call has returned. Closing it
// earlier would race with calls that are about to use its queue. Calls wait until it has found a node.
type generation struct {
	esdb     *esdb.Client
	found    chan struct{} // closed when discovery is over
	err      error         // of discovery
	calls    int
	entering int // calls between their start and the client's answer which connection to use
	retired  bool
	forced   *time.Timer
}

// Close ends all calls and closes the connection. Later calls return [ErrClosed].
func (c *Client) Close() {
	c.mu.Lock()
	c.closed = true
	g := c.cur
	c.mu.Unlock()
	c.cancel()
	if g != nil {
		c.retire(g)
	}
	done := make(chan struct{})
	go func() { c.calls.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(2 * time.Second):
		// A call is inside the client's own discovery, which nothing can interrupt; it ends by itself.
	}
}

// Replace retires the connection in use, so that the next call makes a fresh one.
func (c *Client) Replace() {
	c.mu.Lock()
	g := c.cur
	c.mu.Unlock()
	if g != nil {
		c.retire(g)
	}
}

func (c *Client) acquire() (*generation, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, ErrClosed
	}
	if c.cur == nil {
		g := &generation{found: make(chan struct{}), calls: 1}
		client, err := esdb.NewClient(c.watched(g))
		if err != nil {
			return nil, fmt.Errorf("make EventStoreDB client: %w", err)
		}
		g.esdb, c.cur = client, g
		c.calls.Add(1)
		go c.discover(c.cur)
	}
	c.cur.calls++
	c.calls.Add(1)
	return c.cur, nil
}

// discover finds a node; asking for the version does just that. It cannot be interrupted.
func (c *Client) discover(g *generation) {
	defer c.release(g)
	if _, err := g.esdb.GetServerVersion(); err != nil {
		g.err = fmt.Errorf("%w: %w", errNoNode, err)
		c.retire(g)
	}
	close(g.found)
}

func (c *Client) release(g *generation) {
	c.mu.Lock()
	g.calls--
	last := g.retired && g.calls == 0
	if last && g.forced != nil {
		g.forced.Stop()
	}
	c.mu.Unlock()
	if last {
		_ = g.esdb.Close()
	}
	c.calls.Done()
}

func (c *Client) retire(g *generation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if g.retired {
		return
	}
	g.retired = true
	if c.cur == g {
		c.cur = nil
	}
	if g.calls == 0 {
		_ = g.esdb.Close()
		return
	}
	g.forced = time.AfterFunc(stuck, func() { _ = g.esdb.Close() })
}

// Call runs one request once. It returns when the request does or when ctx ends, whichever is first; a request that is
// left behind ends on its own and its result is dropped. When the error means that the connection is lost, the next call
// gets a fresh one.
func Call[T any](ctx context.Context, c *Client, request func(context.Context, *esdb.Client) (T, error)) (T, error) {
	var none T
	g, err := c.acquire()
	if err != nil {
		return none, err
	}
	select {
	case <-g.found:
		err = g.err
	case <-ctx.Done():
		err = fmt.Errorf("%w: %w", errNoNode, ctx.Err())
	case <-c.base.Done():
		err = ErrClosed
	}
	if err != nil {
		c.release(g)
		return none, err
	}
	ctx, cancel := context.WithCancel(ctx)
	unhook := context.AfterFunc(c.base, cancel)
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if p := recover(); p != nil {
				// Only force-closing a stuck client does this; see generation.
				if e, ok := p.(runtime.Error); !ok || e.Error() != "send on closed channel" {
					panic(p)
				}
				o.err = errVanished
			}
			if Lost(o.err) {
				c.retire(g)
			}
			done <- o // before cancel, whose effect the caller must not take for its own context's end
			unhook()
			cancel()
			c.release(g)
		}()
		entered, ok := c.enter(g)
		if !ok {
			o.err = fmt.Errorf("%w: connection lost", errNoNode)
			return
		}
		defer entered()
		o.value, o.err = request(&entry{ctx, entered}, g.esdb)
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
	}
	select {
	case o := <-done: // both at once: the answer is worth more
		return o.value, o.err
	default:
		if c.base.Err() != nil {
			return none, ErrClosed
		}
		return none, ctx.Err()
	}
}

// Retry repeats a request that may be repeated (a read, or a write with fixed ids) until it succeeds, fails for good or
// ctx ends; then the error wraps both the last failure and that of ctx.
func Retry[T any](ctx context.Context, c *Client, request func(context.Context, *esdb.Client) (T, error)) (T, error) {
	backoff := Backoff{Min: 10 * time.Millisecond, Max: 500 * time.Millisecond}
	var failure error
	for {
		value, err := Call(ctx, c, request)
		switch {
		case err == nil:
			return value, nil
		case ctx.Err() != nil:
			return value, errors.Join(ctx.Err(), failure)
		case !Transient(err):
			return value, err
		}
		failure = err
		if err := backoff.Wait(ctx); err != nil {
			return value, errors.Join(err, failure)
		}
	}
}
