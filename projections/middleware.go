package projections

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
)

// insist is the middleware that tries a page again for ever, at doubling intervals, until it is committed or another
// runner's progress makes it a matter of looking up the place in the log.
func (r *Runner) insist(next message.HandlerFunc) message.HandlerFunc {
	return func(msg *message.Message) ([]*message.Message, error) {
		ctx := msg.Context()
		for pause := r.limits.retryFirst; ; pause = min(2*pause, r.limits.retryLast) {
			out, err := next(msg)
			if err == nil || errors.Is(err, errFenced) {
				return out, err
			}
			select {
			case <-ctx.Done():
				return nil, context.Cause(ctx)
			case <-time.After(pause):
			}
		}
	}
}

// observe is the middleware that counts the pages that were applied.
func (r *Runner) observe(next message.HandlerFunc) message.HandlerFunc {
	return func(msg *message.Message) ([]*message.Message, error) {
		began := time.Now()
		out, err := next(msg)
		if err == nil {
			model := message.SubscribeTopicFromCtx(msg.Context())
			events, _ := strconv.Atoi(msg.Metadata.Get("events"))
			r.metrics.pages.WithLabelValues(model).Inc()
			r.metrics.events.WithLabelValues(model).Add(float64(events))
			r.metrics.seconds.WithLabelValues(model).Observe(time.Since(began).Seconds())
		}
		return out, err
	}
}

// survive is the middleware that turns a panic into an error.
func survive(next message.HandlerFunc) message.HandlerFunc {
	return func(msg *message.Message) (out []*message.Message, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return next(msg)
	}
}
