package record_test

import (
	"testing"

	"docket/internal/eventstore/embedded/record"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"
)

func proposing(e record.Proposed, text bool) *streams.AppendReq {
	content := "application/octet-stream"
	if e.JSON {
		content = "application/json"
	}
	most, least := e.ID.Halves()
	id := &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
		MostSignificantBits: most, LeastSignificantBits: least,
	}}}
	if text {
		id.Value = &shared.UUID_String_{String_: e.ID.String()}
	}
	return &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: &streams.AppendReq_ProposedMessage{
		Id: id, Metadata: map[string]string{"type": e.Type, "content-type": content}, CustomMetadata: e.Meta, Data: e.Data,
	}}}
}

// TestParseProposed: what a client writes is read without the library.
func TestParseProposed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := draw(t).event
		e.Type += "T"
		e.ID[3] |= 1
		b, err := proto.Marshal(proposing(e, rapid.Bool().Draw(t, "text")))
		require.NoError(t, err)
		got, ok := record.ParseProposed(b)
		require.True(t, ok)
		require.Equal(t, e.ID, got.ID)
		require.Equal(t, e.Type, got.Type)
		require.Equal(t, e.JSON, got.JSON)
		require.Equal(t, string(e.Data), string(got.Data))
		require.Equal(t, string(e.Meta), string(got.Meta))
	})
}

// FuzzParseProposed: whatever is accepted, the protobuf library reads alike.
func FuzzParseProposed(f *testing.F) {
	e := record.Proposed{ID: record.ID{1, 2}, Type: "T", JSON: true, Data: []byte("{}"), Meta: []byte("m")}
	for _, text := range []bool{false, true} {
		b, err := proto.Marshal(proposing(e, text))
		require.NoError(f, err)
		f.Add(b)
		f.Add(b[:len(b)-1])
		f.Add(append(b[:len(b):len(b)], b...))
	}
	options, err := proto.Marshal(&streams.AppendReq{Content: &streams.AppendReq_Options_{Options: &streams.AppendReq_Options{}}})
	require.NoError(f, err)
	f.Add(options)
	f.Fuzz(func(t *testing.T, b []byte) {
		got, ok := record.ParseProposed(b)
		if !ok {
			return
		}
		req := &streams.AppendReq{}
		require.NoError(t, proto.Unmarshal(b, req))
		m := req.GetProposedMessage()
		require.NotNil(t, m)
		require.Equal(t, m.GetMetadata()["type"], got.Type)
		require.Equal(t, m.GetMetadata()["content-type"] == "application/json", got.JSON)
		require.Contains(t, m.GetMetadata(), "content-type")
		require.Equal(t, string(m.GetData()), string(got.Data))
		require.Equal(t, string(m.GetCustomMetadata()), string(got.Meta))
		if s, text := m.GetId().GetValue().(*shared.UUID_String_); text {
			id, err := record.ParseID(s.String_)
			require.NoError(t, err)
			require.Equal(t, id, got.ID)
		} else {
			s := m.GetId().GetStructured()
			require.Equal(t, record.IDFromHalves(s.GetMostSignificantBits(), s.GetLeastSignificantBits()), got.ID)
		}
	})
}

func BenchmarkParseProposed(b *testing.B) {
	e := record.Proposed{ID: record.ID{1, 2}, Type: "TicketTaken", JSON: true, Data: make([]byte, 600), Meta: make([]byte, 400)}
	message, err := proto.Marshal(proposing(e, true))
	require.NoError(b, err)
	b.Run("here", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := record.ParseProposed(message); !ok {
				b.Fatal("not read")
			}
		}
	})
	b.Run("by the library", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := proto.Unmarshal(message, &streams.AppendReq{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
