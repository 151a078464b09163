package pubsub

import (
	"context"
	"sync"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// link is one connection to a group. Outcomes are reported by a single goroutine, since the client's stream allows one
// sender at a time, and in batches.
type link struct {
	sub    *esdb.PersistentSubscription
	cancel context.CancelFunc
	wake   chan struct{}
	ended  chan struct{}

	mu     sync.Mutex
	acks   []*esdb.ResolvedEvent
	nacks  []*esdb.ResolvedEvent
	closed bool
}

// maxReport keeps one report of ids well below the server's message size.
const maxReport = 2000

func newLink(sub *esdb.PersistentSubscription, cancel context.CancelFunc) *link {
	l := &link{sub: sub, cancel: cancel, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go l.send()
	return l
}

// report queues an outcome. Success says nothing about whether the server will see it.
func (l *link) report(e *esdb.ResolvedEvent, acked bool) {
	l.mu.Lock()
	if acked {
		l.acks = append(l.acks, e)
	} else {
		l.nacks = append(l.nacks, e)
	}
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *link) send() {
	defer close(l.ended)
	for range l.wake {
		for {
			l.mu.Lock()
			acks, nacks, closed := cut(&l.acks), cut(&l.nacks), l.closed
			l.mu.Unlock()
			// A failure shows at the receiving end too, which ends the link; the server then repeats the messages.
			if len(acks) > 0 {
				_ = l.sub.Ack(acks...)
			}
			if len(nacks) > 0 {
				_ = l.sub.Nack("refused", esdb.NackActionRetry, nacks...)
			}
			if len(acks)+len(nacks) > 0 {
				continue
			}
			if closed {
				return
			}
			break
		}
	}
}

func cut(list *[]*esdb.ResolvedEvent) []*esdb.ResolvedEvent {
	n := min(len(*list), maxReport)
	taken := (*list)[:n:n]
	if *list = (*list)[n:]; len(*list) == 0 {
		*list = nil
	}
	return taken
}

// close sends what is queued, unless the connection is broken, and ends the connection.
func (l *link) close(broken bool) {
	if broken {
		l.cancel() // a sender that waits for the peer must not hold us up
	}
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
	<-l.ended
	_ = l.sub.Close()
	l.cancel()
}
