package supervise

import (
	"context"
	"math/rand/v2"
	"time"
)

// Backoff spaces attempts: doubling from Min to Max, each wait drawn from the upper half of its span so that many clients
// do not return in step. The zero value waits 50 ms to 5 s.
type Backoff struct {
	Min, Max time.Duration
	next     time.Duration
}

// Reset starts again at Min, after a success.
func (b *Backoff) Reset() { b.next = 0 }

// Wait sleeps for the next span; it returns early with the error of ctx.
func (b *Backoff) Wait(ctx context.Context) error {
	if b.Min <= 0 {
		b.Min = 50 * time.Millisecond
	}
	if b.Max <= 0 {
		b.Max = 5 * time.Second
	}
	b.next = min(max(b.next*2, b.Min), b.Max)
	t := time.NewTimer(b.next/2 + rand.N(b.next/2+1))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
