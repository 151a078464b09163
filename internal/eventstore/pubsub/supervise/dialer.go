package supervise

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Dialer makes clients from one connection string.
type Dialer struct {
	conf *esdb.Configuration
	log  *slog.Logger
}

// NewDialer parses an esdb:// or esdb+discover:// connection string; it connects to nothing. A nil logger discards. What
// the client itself reports goes to the debug level, since whatever matters comes back as an error.
func NewDialer(uri string, log *slog.Logger) (*Dialer, error) {
	conf, err := esdb.ParseConnectionString(uri)
	if err != nil {
		return nil, fmt.Errorf("parse EventStoreDB connection string: %w", err)
	}
	if err := conf.Validate(); err != nil {
		return nil, fmt.Errorf("EventStoreDB connection string: %w", err)
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	conf.Logger = func(level esdb.LogLevel, format string, args ...any) {
		if log.Enabled(context.Background(), slog.LevelDebug) {
			log.Debug("esdb client: "+fmt.Sprintf(format, args...), "level", level)
		}
	}
	return &Dialer{conf: conf, log: log}, nil
}

// Client is a new supervised client with a connection of its own, made at the first call. One client shares one HTTP/2
// connection among its calls, so a heavy reader deserves its own.
func (d *Dialer) Client() *Client {
	base, cancel := context.WithCancel(context.Background())
	return &Client{dialer: d, base: base, cancel: cancel}
}
