package eventstore

import (
	"slices"
	"testing"

	"docket/domain"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Decoding gives a function that decodes one stored event as a subscription's decoder does.
func Decoding(t testing.TB, schema domain.Schema, keys Keyring, p domain.Pending) func() domain.Envelope {
	c, err := newCodec([]domain.Schema{schema}, keys)
	if err != nil {
		t.Fatal(err)
	}
	stored, _, err := c.encode(t.Context(), domain.Stream(schema.Category, "1"), "s", []domain.Pending{p})
	if err != nil {
		t.Fatal(err)
	}
	d := c.decoder()
	return func() (e domain.Envelope) {
		r := esdb.RecordedEvent{
			StreamID: schema.Category + "-1", EventType: stored[0].EventType, EventID: stored[0].EventID,
			Data: slices.Clone(stored[0].Data), UserMetadata: stored[0].Metadata,
		}
		if err := d.decode(t.Context(), cutOut(&r), true, &e); err != nil {
			t.Fatal(err)
		}
		return e
	}
}

// CutSealed splits stored data into its skeleton and its boxes.
func CutSealed(data []byte) (skeleton []byte, content, marked *domain.Box, err error) {
	skeleton, b, err := cutSealed(data)
	return skeleton, b.content, b.marked, err
}

// FlatMetadata is the fast way of decoding metadata; false when it leaves the task to encoding/json.
func FlatMetadata(data []byte) (domain.Metadata, bool) { return (&decoder{}).flatMetadata(data) }
