package store

import (
	"context"
	"runtime"
)

// Who has an operation puts it in the queue and then, if nobody writes, becomes
// the leader: it commits for itself and for all that are waiting. A lone caller
// so commits in its own goroutine and nobody has to be woken for it. When more
// have come meanwhile, another goroutine goes on in the leader's place, so that
// no caller works for others once its own operation is done.

// submit has an operation done and waits for the outcome. An error of ctx means
// that it was not begun.
func (s *Store) submit(ctx context.Context, o op) error {
	if err := s.enqueue(ctx, o); err != nil {
		return err
	}
	if s.tryLead() {
		s.serveOnce()
		s.pass()
	}
	select {
	case err := <-o.outcome():
		return err
	case <-s.stopped:
		return s.lastWord(o)
	}
}

// begin has an operation done, in the order of the calls, and does not wait.
func (s *Store) begin(ctx context.Context, o op) error {
	if err := s.enqueue(ctx, o); err != nil {
		return err
	}
	if s.tryLead() {
		s.pass()
	}
	return nil
}

func (s *Store) enqueue(ctx context.Context, o op) error {
	select {
	case s.ops <- o:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closing:
		return ErrClosed
	}
}

// lastWord is the outcome of an operation once writing has ended, which may
// have been the last to be done.
func (s *Store) lastWord(o op) error {
	select {
	case err := <-o.outcome():
		return err
	default:
		return ErrClosed
	}
}

func (s *Store) tryLead() bool {
	select {
	case s.lead <- struct{}{}:
		return true
	default:
		return false
	}
}

// pass ends the leadership, or leaves it to a goroutine of its own while
// operations are waiting. It looks again after it has ended it: whoever came in
// between has found a leader and relies on it.
func (s *Store) pass() {
	for len(s.ops) == 0 {
		<-s.lead
		if len(s.ops) == 0 || !s.tryLead() {
			return
		}
	}
	go func() {
		runtime.Gosched()
		s.serve()
		s.pass()
	}()
}

// serve commits until nothing is waiting. Between groups it stands back for
// those who are about to come, so that more share the next sync.
func (s *Store) serve() {
	for s.serveOnce() {
		runtime.Gosched()
	}
}

func (s *Store) serveOnce() bool {
	select {
	case o := <-s.ops:
		s.group(o)
		return true
	default:
		return false
	}
}
