package eventstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"docket/domain"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// namespace of our event ids (UUID version 5).
var namespace = uuid.MustParse("5f0a1c52-6d0e-4d63-9a55-3c1f7d2b8e41")

// sealedMember is the reserved name under which an event's JSON holds its boxes, beside the skeleton's fields.
const sealedMember = "sealed"

// codec turns events into what is stored and back.
type codec struct {
	schemas map[string]domain.Schema
	marked  map[string]bool // wire names of events with marked fields
	keys    Keyring
}

func newCodec(schemas []domain.Schema, keys Keyring) (*codec, error) {
	c := &codec{schemas: make(map[string]domain.Schema, len(schemas)), marked: map[string]bool{}, keys: keys}
	var errs []error
	if keys == nil {
		errs = append(errs, errors.New("no keyring"))
	}
	for _, s := range schemas {
		if s.Category == "" || strings.HasPrefix(s.Category, "$") || strings.Contains(s.Category, "-") {
			errs = append(errs, fmt.Errorf("category %q: must be a name without hyphen that does not begin with $", s.Category))
		}
		if _, twice := c.schemas[s.Category]; twice {
			errs = append(errs, fmt.Errorf("category %s has two schemas", s.Category))
		}
		c.schemas[s.Category] = s
		for name, kind := range s.Kinds {
			classes := kind.Classes()
			c.marked[name] = c.marked[name] || len(classes[domain.Marked]) > 0
			if slices.Contains(classes[domain.Skeleton], sealedMember) {
				errs = append(errs, fmt.Errorf("event %s of %s: field name %q is reserved", name, s.Category, sealedMember))
			}
		}
	}
	return c, errors.Join(errs...)
}

// encode seals and serialises the events of one append.
func (c *codec) encode(ctx context.Context, id domain.StreamID, seed string, events []domain.Pending) ([]esdb.EventData, []string, error) {
	schema, ok := c.schemas[id.Category()]
	switch {
	case !ok:
		return nil, nil, fmt.Errorf("no schema for category %q", id.Category())
	case id.Key() == "":
		return nil, nil, errors.New("stream id has no key")
	case len(events) == 0:
		return nil, nil, errors.New("no events")
	}
	stored, ids := make([]esdb.EventData, len(events)), make([]string, len(events))
	for i, p := range events {
		name, version, parts, err := schema.Split(p.Event)
		if err != nil {
			return nil, nil, err
		}
		data, err := c.seal(ctx, id, name, version, p.Event, parts)
		if err != nil {
			return nil, nil, fmt.Errorf("seal %s: %w", name, err)
		}
		p.Meta.Version, p.Meta.Index = version, i
		meta, err := json.Marshal(p.Meta)
		if err != nil {
			return nil, nil, fmt.Errorf("encode metadata of %s: %w", name, err)
		}
		eventID := eventID(id, seed, i, name, data)
		ids[i] = eventID.String()
		stored[i] = esdb.EventData{
			EventID: eventID, EventType: name, ContentType: esdb.ContentTypeJson, Data: data, Metadata: meta,
		}
	}
	return stored, ids, nil
}

// eventID stands for place, command and content, so that the same id never means two things.
func eventID(id domain.StreamID, seed string, index int, name string, data []byte) uuid.UUID {
	h := sha256.New()
	h.Write([]byte(name))
	h.Write([]byte{0})
	h.Write(data)
	text := string(id) + "\x00" + seed + "\x00" + strconv.Itoa(index) + "\x00"
	return uuid.NewSHA1(namespace, h.Sum([]byte(text)))
}

// seal gives the stored JSON: the skeleton, and the other parts in boxes.
func (c *codec) seal(ctx context.Context, id domain.StreamID, name string, version int, event any, p domain.Parts) ([]byte, error) {
	if p.Content == nil && p.Marked == nil {
		return p.Skeleton, nil
	}
	subject := string(id)
	if m, ok := event.(domain.MarkedUnder); ok && m.MarkedSubject() != "" {
		subject = m.MarkedSubject()
	}
	boxes := map[domain.Class]domain.Box{}
	for _, part := range []struct {
		class   domain.Class
		subject string
		plain   []byte
	}{{domain.Content, string(id), p.Content}, {domain.Marked, subject, p.Marked}} {
		if part.plain == nil {
			continue
		}
		box, err := c.keys.Seal(ctx, part.subject, part.plain, aad(nil, string(id), name, part.class, version))
		if err != nil {
			return nil, err
		}
		boxes[part.class] = box
	}
	sealed, err := json.Marshal(boxes)
	if err != nil {
		return nil, err
	}
	data := slices.Clone(p.Skeleton[:len(p.Skeleton)-1])
	if len(data) > 1 {
		data = append(data, ',')
	}
	data = append(data, `"`+sealedMember+`":`...)
	return append(append(data, sealed...), '}'), nil
}

// aad binds a box to its place: moved to another stream, event type, class or version it does not open.
func aad(b []byte, stream, name string, class domain.Class, version int) []byte {
	for _, s := range [...]string{"docket event", stream, name, string(class)} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return binary.AppendUvarint(b, uint64(version))
}
