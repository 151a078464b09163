package embedded

import (
	"crypto/tls"
	"iter"
	"log/slog"
	"time"

	"docket/internal/eventstore/embedded/store"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Options say how to run an engine. The zero value is an insecure engine in
// memory on a free loopback port.
type Options struct {
	// Dir is the data folder, made if missing; "" keeps everything in memory.
	Dir string
	// Listen is host:port, "127.0.0.1:0" if empty.
	Listen string
	// Advertise is the host:port that gossip tells clients to connect to;
	// empty means the address listened on.
	Advertise string
	// Logger gets what an operator should know; nil discards it.
	Logger *slog.Logger

	// TLS makes the engine secure: it is served with this configuration, and
	// callers are authenticated (Basic) and authorised. Nil is insecure: whoever
	// can connect may do everything.
	TLS *tls.Config
	// AdminPassword and OpsPassword are those of the accounts "admin" and "ops".
	// Empty leaves what they are, or makes one up on the first start: see
	// [Server.FirstPasswords].
	AdminPassword, OpsPassword string
	// Fill gives the events an empty log is to begin with, in place of the
	// system's own. They must contain whatever accounts are needed.
	Fill iter.Seq2[store.Loaded, error]

	// LinkStreams keeps the link streams $ce-<category> and $et-<type>. They cost
	// two further events for every event.
	LinkStreams bool

	// MaxAppendSize limits one append in bytes, 0 for 1 MiB.
	MaxAppendSize int
	// CacheBytes is the size of the block cache, 0 for 32 MiB.
	CacheBytes int64
	// FS replaces the file system, for fault injection.
	FS vfs.FS

	// keepalive is how often idle connections are probed.
	keepalive time.Duration
}

func (o Options) withDefaults() Options {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MaxAppendSize == 0 {
		o.MaxAppendSize = 1 << 20
	}
	if o.keepalive == 0 {
		o.keepalive = 10 * time.Second
	}
	return o
}
