package pubsub

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
)

// Metadata of received messages that tells where the event stands. A publisher does not store them, but takes the event's
// type from [MetadataType].
const (
	MetadataType     = "eventstore_type"
	MetadataStream   = "eventstore_stream"   // of the event itself, where the topic is a stream of links
	MetadataRevision = "eventstore_revision" // in that stream
	MetadataPosition = "eventstore_position" // commit position in $all
	MetadataCreated  = "eventstore_created"  // RFC 3339, the store's clock
	MetadataRaw      = "eventstore_metadata" // the event's metadata, only where it is no JSON object
)

const (
	metadataPrefix = "eventstore_"
	// uuidMember keeps a message's UUID that is none, in the event's metadata.
	uuidMember = "watermill_uuid"
)

// Marshaler turns messages into events and back.
type Marshaler interface {
	Marshal(topic string, m *message.Message) (esdb.EventData, error)
	Unmarshal(e *esdb.RecordedEvent) (*message.Message, error)
}

// JSONMetadata is the default [Marshaler]: the payload is the event's data, the message's metadata a JSON object. The event
// id is the message's UUID; a UUID that does not parse gives a derived id (version 5) and is kept beside. So a message
// published twice is one event, as far as the server remembers. Events of other writers are read too: members of their
// metadata that are not strings arrive as JSON text. Unmarshal never fails.
type JSONMetadata struct {
	// Type is the event type of messages that name none; "message" when empty.
	Type string
}

// Marshal implements [Marshaler].
func (j JSONMetadata) Marshal(_ string, m *message.Message) (esdb.EventData, error) {
	e := esdb.EventData{EventType: m.Metadata.Get(MetadataType), Data: m.Payload}
	if e.EventType == "" {
		e.EventType = j.Type
	}
	if e.EventType == "" {
		e.EventType = "message"
	}
	if json.Valid(m.Payload) {
		e.ContentType = esdb.ContentTypeJson
	}
	metadata := make(map[string]string, len(m.Metadata)+1)
	for k, v := range m.Metadata {
		if !strings.HasPrefix(k, metadataPrefix) {
			metadata[k] = v
		}
	}
	id, err := uuid.Parse(m.UUID)
	switch {
	case m.UUID == "":
		id = uuid.New()
	case err != nil || id.String() != m.UUID || id == uuid.Nil:
		id = uuid.NewSHA1(uuid.NameSpaceOID, []byte(m.UUID))
		metadata[uuidMember] = m.UUID
	}
	e.EventID = id
	if len(metadata) == 0 {
		return e, nil
	}
	e.Metadata, err = json.Marshal(metadata)
	return e, err
}

// Unmarshal implements [Marshaler].
func (j JSONMetadata) Unmarshal(e *esdb.RecordedEvent) (*message.Message, error) {
	m := message.NewMessage(e.EventID.String(), e.Data)
	if len(e.UserMetadata) > 0 {
		var members map[string]json.RawMessage
		if json.Unmarshal(e.UserMetadata, &members) != nil {
			m.Metadata.Set(MetadataRaw, string(e.UserMetadata))
		}
		for k, raw := range members {
			var text string
			if json.Unmarshal(raw, &text) != nil {
				text = string(raw)
			}
			m.Metadata.Set(k, text)
		}
	}
	if id := m.Metadata.Get(uuidMember); id != "" {
		m.UUID = id
		delete(m.Metadata, uuidMember)
	}
	m.Metadata.Set(MetadataType, e.EventType)
	m.Metadata.Set(MetadataStream, e.StreamID)
	m.Metadata.Set(MetadataRevision, strconv.FormatUint(e.EventNumber, 10))
	m.Metadata.Set(MetadataPosition, strconv.FormatUint(e.Position.Commit, 10))
	m.Metadata.Set(MetadataCreated, e.CreatedDate.Format(time.RFC3339Nano))
	return m, nil
}
