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

// cut is a recorded event whose boxes have been taken out of its data, and not opened yet.
type cut struct {
	*esdb.RecordedEvent
	skeleton []byte
	sealed   boxes
	err      error
}

// cutOut consumes the data of a recorded event.
func cutOut(r *esdb.RecordedEvent) cut {
	c := cut{RecordedEvent: r}
	c.skeleton, c.sealed, c.err = cutSealed(r.Data)
	return c
}

// decode opens one recorded event. The error names the event.
func (d *decoder) decode(ctx context.Context, c cut, masked bool, into *domain.Envelope) error {
	schema, parts, err := d.open(ctx, c, into)
	if err == nil {
		into.Event, err = join(schema, into, parts, masked)
	}
	return named(c, err)
}

// decodeBoth is decode for readers and for rules at once; where nothing is marked they share the event.
func (d *decoder) decodeBoth(ctx context.Context, c cut, masked, open *domain.Envelope) error {
	schema, parts, err := d.open(ctx, c, masked)
	if err != nil {
		return named(c, err)
	}
	if masked.Event, err = join(schema, masked, parts, true); err != nil {
		return named(c, err)
	}
	*open = *masked
	if d.marked[masked.Type] {
		open.Event, err = join(schema, open, parts, false)
	}
	return named(c, err)
}

// named adds to an error which event it is about.
func named(c cut, err error) error {
	if err != nil {
		return fmt.Errorf("event %d of %s, type %s: %w", c.EventNumber, c.StreamID, c.EventType, err)
	}
	return nil
}

// open unseals a recorded event and gives everything but the event itself.
func (d *decoder) open(ctx context.Context, c cut, into *domain.Envelope) (domain.Schema, domain.Parts, error) {
	id := domain.StreamID(d.strings.text(c.StreamID))
	schema, ok := d.schemas[id.Category()]
	if !ok {
		return schema, domain.Parts{}, fmt.Errorf("no schema for category %q", id.Category())
	}
	meta, err := d.metadata(c.UserMetadata)
	if err != nil {
		return schema, domain.Parts{}, fmt.Errorf("decode metadata: %w", err)
	}
	if c.err != nil {
		return schema, domain.Parts{}, fmt.Errorf("decode: %w", c.err)
	}
	*into = domain.Envelope{
		ID: c.EventID.String(), Stream: id, Revision: c.EventNumber, Position: c.Position.Commit,
		Type: d.strings.text(c.EventType), Meta: meta, Created: c.CreatedDate,
	}
	parts := domain.Parts{Skeleton: c.skeleton}
	if parts.Content, err = d.unseal(ctx, into, domain.Content, c.sealed.content); err != nil {
		return schema, parts, err
	}
	parts.Marked, err = d.unseal(ctx, into, domain.Marked, c.sealed.marked)
	return schema, parts, err
}

// join decodes the event; what a class has lost is told in its place.
func join(schema domain.Schema, e *domain.Envelope, parts domain.Parts, masked bool) (any, error) {
	if masked || len(e.Lost) > 0 {
		return schema.JoinFor(e.Type, e.Meta.Version, parts, e.Lost...)
	}
	return schema.Join(e.Type, e.Meta.Version, parts)
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
