package record_test

import (
	"bytes"
	"math"
	"strconv"
	"testing"

	"docket/internal/eventstore/embedded/record"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"
)

type stored struct {
	stream   string
	revision int64
	position uint64
	created  int64
	event    record.Proposed
}

func (s stored) raw() []byte {
	return record.Append(nil, s.stream, s.revision, s.position, s.created, s.event)
}

func draw(t *rapid.T) stored {
	var id record.ID
	copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
	return stored{
		stream:   rapid.String().Draw(t, "stream"),
		revision: rapid.Int64Range(0, math.MaxInt64).Draw(t, "revision"),
		position: rapid.Uint64Range(0, math.MaxInt64).Draw(t, "position"),
		created:  rapid.Int64Range(0, math.MaxInt64).Draw(t, "created"),
		event: record.Proposed{
			ID: id, Type: rapid.String().Draw(t, "type"), JSON: rapid.Bool().Draw(t, "json"),
			Data: rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "data"), Meta: rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "meta"),
		},
	}
}

// TestWireForm reads with the official client's generated code what is stored.
func TestWireForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		var resp streams.ReadResp
		require.NoError(t, proto.Unmarshal(s.raw(), &resp))
		e := resp.GetEvent().GetEvent()
		require.Equal(t, s.position, resp.GetEvent().GetCommitPosition())
		require.Equal(t, []byte(s.stream), append([]byte{}, e.GetStreamIdentifier().GetStreamName()...))
		require.EqualValues(t, s.revision, e.GetStreamRevision())
		require.Equal(t, s.position, e.GetCommitPosition())
		require.Equal(t, s.position, e.GetPreparePosition())
		require.Equal(t, s.event.ID, record.IDFromHalves(e.GetId().GetStructured().GetMostSignificantBits(), e.GetId().GetStructured().GetLeastSignificantBits()))
		require.Equal(t, s.event.Type, e.GetMetadata()["type"])
		require.Equal(t, strconv.FormatInt(s.created, 10), e.GetMetadata()["created"])
		require.Equal(t, s.event.JSON, e.GetMetadata()["content-type"] == "application/json")
		require.True(t, bytes.Equal(s.event.Data, e.GetData()))
		require.True(t, bytes.Equal(s.event.Meta, e.GetCustomMetadata()))

		v, err := record.Parse(s.raw())
		require.NoError(t, err)
		require.Equal(t, s.event.ID, v.ID)
		require.Equal(t, s.stream, string(v.Stream))
		require.Equal(t, s.revision, v.Revision)
		require.Equal(t, s.position, v.Position)
		require.Equal(t, s.created, v.Created)
		require.Equal(t, s.event.Type, string(v.Type))
		require.Equal(t, s.event.JSON, v.JSON)
		require.True(t, bytes.Equal(s.event.Data, v.Data))
		require.True(t, bytes.Equal(s.event.Meta, v.Meta))
	})
}

// TestResponses reads the other shapes of an event message.
func TestResponses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		event, link := draw(t), draw(t)
		retries := rapid.Int32Range(0, 1000).Draw(t, "retries")
		b, err := record.Response{
			Event: event.raw(), Link: link.raw(), TextIDs: true, Retries: retries, Counted: true, Position: link.position,
		}.Encode()
		require.NoError(t, err)
		var resp persistent.ReadResp
		require.NoError(t, proto.Unmarshal(b, &resp))
		e := resp.GetEvent()
		require.Equal(t, uuid.UUID(event.event.ID).String(), e.GetEvent().GetId().GetString_())
		require.Equal(t, uuid.UUID(link.event.ID).String(), e.GetLink().GetId().GetString_())
		require.Equal(t, link.stream, string(e.GetLink().GetStreamIdentifier().GetStreamName()))
		require.Equal(t, retries, e.GetRetryCount())
		require.NotNil(t, e.GetCount(), "a count of 0 is sent too")
		require.Equal(t, link.position, e.GetCommitPosition())

		gone, err := record.Response{Link: link.raw(), Position: link.position}.Encode()
		require.NoError(t, err)
		var dangling streams.ReadResp
		require.NoError(t, proto.Unmarshal(gone, &dangling))
		require.Nil(t, dangling.GetEvent().GetEvent())
		require.NotNil(t, dangling.GetEvent().GetLink())
	})
}

func TestLogSize(t *testing.T) {
	t.Parallel()
	require.EqualValues(t, 90+3+4+5+6, record.LogSize(3, 4, 5, 6))
	require.EqualValues(t, 90+127+127, record.LogSize(127, 127, 0, 0))
	require.EqualValues(t, 90+128+1+4, record.LogSize(128, 4, 0, 0), "a longer name has a longer length")
	require.EqualValues(t, 90+16384+2+200+1, record.LogSize(16384, 200, 0, 0))
}

func TestIDs(t *testing.T) {
	t.Parallel()
	u := uuid.New()
	i, err := record.ParseID(u.String())
	require.NoError(t, err)
	require.EqualValues(t, u, i)
	require.Equal(t, u.String(), i.String())
	for _, s := range []string{"", "x", u.String() + "0", "zzzzzzzz-0000-0000-0000-000000000000"} {
		_, err := record.ParseID(s)
		require.Error(t, err, s)
	}
}

// FuzzParse feeds anything to the parser of stored events: it refuses or it
// understands, and what it understands it can send.
func FuzzParse(f *testing.F) {
	f.Add(stored{"s", 1, 167, 1, record.Proposed{ID: record.ID{1}, Type: "T", JSON: true, Data: []byte("{}")}}.raw())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := record.Parse(b)
		if err != nil {
			return
		}
		_ = v.End()
		_, _ = record.Response{Event: b, TextIDs: true}.Encode()
	})
}

// FuzzParseLink feeds anything to the parser of links.
func FuzzParseLink(f *testing.F) {
	f.Add([]byte("1@s"))
	f.Add([]byte("-1@s"))
	f.Add([]byte("@"))
	f.Fuzz(func(t *testing.T, b []byte) {
		stream, revision, ok := record.ParseLink(b)
		if !ok {
			return
		}
		again, r, ok := record.ParseLink(record.LinkData(stream, revision))
		if !ok || again != stream || r != revision {
			t.Fatalf("%q became %q, %d", b, again, r)
		}
	})
}

// FuzzParseID feeds anything to the parser of ids.
func FuzzParseID(f *testing.F) {
	f.Add("38fffbc2-339e-11ea-8c7b-784f43837872")
	f.Fuzz(func(t *testing.T, s string) {
		i, err := record.ParseID(s)
		if err != nil {
			return
		}
		if again, err := record.ParseID(i.String()); err != nil || again != i {
			t.Fatalf("%q became %s", s, i)
		}
	})
}
