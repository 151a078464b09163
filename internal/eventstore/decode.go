package eventstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"docket/domain"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// decoder decodes recorded events for one goroutine; its buffers and its table of strings are reused.
type decoder struct {
	*codec
	strings interner
	aad     []byte
}

func (c *codec) decoder() *decoder { return &decoder{codec: c} }

// owns reports whether an event is one of ours to decode. Streams of other categories are not, nor are the store's own
// events within our streams (a tombstone, for one).
func (c *codec) owns(r *esdb.RecordedEvent) bool {
	_, ok := c.schemas[domain.StreamID(r.StreamID).Category()]
	return ok && !strings.HasPrefix(r.EventType, "$")
}

// decode opens one recorded event. It consumes r.Data. The error names the event.
func (d *decoder) decode(ctx context.Context, r *esdb.RecordedEvent, masked bool, into *domain.Envelope) error {
	if err := d.open(ctx, r, masked, into); err != nil {
		return fmt.Errorf("event %d of %s, type %s: %w", r.EventNumber, r.StreamID, r.EventType, err)
	}
	return nil
}

func (d *decoder) open(ctx context.Context, r *esdb.RecordedEvent, masked bool, into *domain.Envelope) error {
	id := domain.StreamID(d.strings.text(r.StreamID))
	schema, ok := d.schemas[id.Category()]
	if !ok {
		return fmt.Errorf("no schema for category %q", id.Category())
	}
	meta, err := d.metadata(r.UserMetadata)
	if err != nil {
		return fmt.Errorf("decode metadata: %w", err)
	}
	skeleton, sealed, err := cutSealed(r.Data)
	if err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	*into = domain.Envelope{
		ID: r.EventID.String(), Stream: id, Revision: r.EventNumber, Position: r.Position.Commit,
		Type: d.strings.text(r.EventType), Meta: meta, Created: r.CreatedDate,
	}
	parts := domain.Parts{Skeleton: skeleton}
	if parts.Content, err = d.unseal(ctx, into, domain.Content, sealed.content); err != nil {
		return err
	}
	if parts.Marked, err = d.unseal(ctx, into, domain.Marked, sealed.marked); err != nil {
		return err
	}
	if masked || len(into.Lost) > 0 {
		into.Event, err = schema.JoinFor(into.Type, meta.Version, parts, into.Lost...)
	} else {
		into.Event, err = schema.Join(into.Type, meta.Version, parts)
	}
	return err
}

// unseal opens one box; a destroyed key makes its class a lost one.
func (d *decoder) unseal(ctx context.Context, e *domain.Envelope, class domain.Class, box *domain.Box) ([]byte, error) {
	if box == nil {
		return nil, nil
	}
	d.aad = aad(d.aad[:0], string(e.Stream), e.Type, class, e.Meta.Version)
	plain, err := d.keys.Open(ctx, *box, d.aad)
	switch {
	case errors.Is(err, domain.ErrDestroyed):
		e.Lost = append(e.Lost, class)
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("open %s: %w", class, err)
	}
	return plain, nil
}
