package eventstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"docket/domain"
	"docket/internal/eventstore/pubsub/supervise"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Keyring seals and opens what must not be stored plain. aad is bound to the box: opening needs the same bytes.
type Keyring interface {
	// Seal encrypts under the current key of a subject (a stream id), making the key first where there is none.
	Seal(ctx context.Context, subject string, plain, aad []byte) (domain.Box, error)
	// Open decrypts; the error is [domain.ErrDestroyed] when the key no longer exists.
	Open(ctx context.Context, b domain.Box, aad []byte) ([]byte, error)
	// Fetch has the keys of boxes at hand that are about to be opened: those of many boxes for one question to wherever keys are
	// kept. A key that does not exist, or no longer, is left for Open to tell.
	Fetch(ctx context.Context, boxes []*domain.Box) error
}

// Config says which store to use and what its events mean.
type Config struct {
	URI     string          // esdb://… or esdb+discover://…
	Schemas []domain.Schema // one for each category that may be loaded, appended to and followed
	Keyring Keyring
	Logger  *slog.Logger  // nil discards
	Workers int           // decoders of each subscription; GOMAXPROCS when zero
	Idle    time.Duration // silence after which a subscription's connection is tested; 30 s when zero
}

// Store is a connection to one event store. It is safe for concurrent use. Appends and loads share one connection, each
// subscription has its own.
type Store struct {
	dialer  *supervise.Dialer
	calls   *supervise.Client
	codec   *codec
	log     *slog.Logger
	workers int
	idle    time.Duration

	decoders sync.Pool // of *decoder, for loads
}

// ErrUnavailable tells that the store could not be reached in time; nothing was written.
var ErrUnavailable = domain.Refusal(domain.Unavailable, "eventstore.unavailable", "the event store cannot be reached; try again")

// callLimit bounds calls whose context has no deadline.
const callLimit = 10 * time.Second

// Open checks the configuration. It does not connect: use [Store.Ready] to know whether the store answers.
func Open(_ context.Context, c Config) (*Store, error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Workers <= 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	dialer, dialErr := supervise.NewDialer(c.URI, c.Logger)
	codec, codecErr := newCodec(c.Schemas, c.Keyring)
	if err := errors.Join(dialErr, codecErr); err != nil {
		return nil, fmt.Errorf("open event store: %w", err)
	}
	return &Store{
		dialer: dialer, calls: dialer.Client(), codec: codec, log: c.Logger, workers: c.Workers, idle: c.Idle,
		decoders: sync.Pool{New: func() any { return codec.decoder() }},
	}, nil
}

// Close ends the calls under way. Subscriptions end with their own contexts.
func (s *Store) Close() error {
	s.calls.Close()
	return nil
}

// Ready reports whether the store answers a read of the log's end.
func (s *Store) Ready(ctx context.Context) error {
	_, err := s.Head(ctx)
	return err
}

// Head is the commit position of the last event of $all whose stream does not begin with $, be it of a category that this
// program knows or not; 0 when there is none. A subscription reaches it.
func (s *Store) Head(ctx context.Context) (uint64, error) {
	last, err := read(ctx, s, supervise.Last)
	if err != nil || last == nil {
		return 0, err
	}
	return last.Position.Commit, nil
}

// read repeats a read until it succeeds, is refused, or time is up.
func read[T any](ctx context.Context, s *Store, request func(context.Context, *esdb.Client) (T, error)) (T, error) {
	caller := ctx
	ctx, cancel := limited(ctx)
	defer cancel()
	value, err := supervise.Retry(ctx, s.calls, request)
	if err != nil && errors.Is(caller.Err(), context.Canceled) {
		return value, caller.Err()
	}
	if err != nil && (ctx.Err() != nil || supervise.Transient(err)) {
		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return value, err
}

// limited gives ctx a deadline if it has none.
func limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, callLimit)
}
