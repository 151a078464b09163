// Package telemetry is how docket tells what it is doing: structured logs that
// carry the request they belong to, the metrics registry and its page, and the
// middleware that counts, times and logs each request.
//
// What to count is declared by the package that knows: projections and
// commands register their own collectors. Nothing here logs a request's query,
// headers or body, since those may hold personal data.
package telemetry

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"go.opentelemetry.io/otel/trace"
)

// Logger writes text or JSON lines of at least the given level. Records logged
// with a request's context name the request and its trace.
func Logger(w io.Writer, level slog.Level, format string) (*slog.Logger, error) {
	o := &slog.HandlerOptions{Level: level}
	switch format {
	case "text", "":
		return slog.New(correlated{slog.NewTextHandler(w, o)}), nil
	case "json":
		return slog.New(correlated{slog.NewJSONHandler(w, o)}), nil
	}
	return nil, fmt.Errorf("log format %q is neither text nor json", format)
}

// correlated adds what the context knows to each record.
type correlated struct{ slog.Handler }

func (c correlated) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	if s := trace.SpanContextFromContext(ctx); s.HasTraceID() {
		r.AddAttrs(slog.String("trace", s.TraceID().String()))
	}
	return c.Handler.Handle(ctx, r)
}

func (c correlated) WithAttrs(attrs []slog.Attr) slog.Handler {
	return correlated{c.Handler.WithAttrs(attrs)}
}

func (c correlated) WithGroup(name string) slog.Handler {
	return correlated{c.Handler.WithGroup(name)}
}
