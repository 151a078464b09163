package supervise

import (
	"context"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// When a request fails for want of a connection, the client (v4.2.0) tells its connection keeper to look for a node again
// at the next request. That search overwrites the old connection without closing it; it may fail and leave the client
// dead; and requests that meanwhile queue up at the keeper then wait for ever. So no request may reach the keeper after
// the first failure. Two things that the client does in a fixed order make that possible: it logs a failed request
// before it tells the keeper, and it asks the request's context for its deadline right after the keeper has answered.

// watched is the configuration of a generation, whose log tells when its connection is lost.
func (c *Client) watched(g *generation) *esdb.Configuration {
	conf := *c.dialer.conf
	log := conf.Logger
	conf.Logger = func(level esdb.LogLevel, format string, args ...any) {
		if log != nil {
			log(level, format, args...)
		}
		if format != "unexpected exception: %v" || len(args) != 1 {
			return
		}
		if err, ok := args[0].(error); ok && Lost(err) {
			c.retire(g)
			c.awaitEntries(g)
		}
	}
	return &conf
}

// enter lets a call reach the keeper of a generation that is in use; entered tells that it has been there.
func (c *Client) enter(g *generation) (entered func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if g.retired {
		return nil, false
	}
	g.entering++
	return sync.OnceFunc(func() {
		c.mu.Lock()
		g.entering--
		c.mu.Unlock()
	}), true
}

// awaitEntries waits for the calls that were let in before the generation was retired. The keeper answers at once; the
// limit is for a request that makes no use of its context and waits for itself here.
func (c *Client) awaitEntries(g *generation) {
	for end := time.Now().Add(100 * time.Millisecond); time.Now().Before(end); time.Sleep(50 * time.Microsecond) {
		c.mu.Lock()
		n := g.entering
		c.mu.Unlock()
		if n == 0 {
			return
		}
	}
}

// entry is the context of a request.
type entry struct {
	context.Context
	entered func()
}

// Deadline is what the client asks for first once it has a connection.
func (e *entry) Deadline() (time.Time, bool) {
	e.entered()
	return e.Context.Deadline()
}

// Outliving is the context for a request that opens a subscription: it lives as long as life, not as the call.
func Outliving(call, life context.Context) context.Context {
	if e, ok := call.(*entry); ok {
		return &entry{life, e.entered}
	}
	return life
}
