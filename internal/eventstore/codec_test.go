package eventstore_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"docket/domain"
	"docket/internal/eventstore"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSealedIsCutFromAnyPlace(t *testing.T) {
	t.Parallel()
	box := `{"content":{"k":"a\u0062","c":"AQI="},"marked":{"c":"","k":"m"}}`
	for data, want := range map[string]string{
		`{"sealed":` + box + `}`:                            `{}`,
		`{"a":1,"sealed":` + box + `}`:                      `{"a":1}`,
		`{"sealed":` + box + `,"a":[{"sealed":1}]}`:         `{"a":[{"sealed":1}]}`,
		`{"a":"\\\"}","sealed":` + box + `,"b":{"c":null}}`: `{"a":"\\\"}","b":{"c":null}}`,
		" { \"a\" : true , \"sealed\" : " + box + " } ":     `{"a":true}`,
	} {
		skeleton, content, marked, err := eventstore.CutSealed([]byte(data))
		require.NoError(t, err, data)
		require.JSONEq(t, want, string(skeleton), data)
		require.Equal(t, &domain.Box{Key: "ab", Cipher: []byte{1, 2}}, content)
		require.Equal(t, &domain.Box{Key: "m", Cipher: []byte{}}, marked)
	}
	for _, data := range []string{"", "null", "[]", `{"sealed":1}`, `{"sealed":{"content":1}}`, `{"a"`, `{"a":`, `{"a":"`, `{"sealed":{"content":{"k":"k","c":"?"}}}`} {
		_, _, _, err := eventstore.CutSealed([]byte(data))
		require.Error(t, err, data)
	}
}

func TestEventsWithoutBoxesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`{}`, `{"a":"sealed"}`, `{"a":{"sealed":{}}}`} {
		skeleton, content, marked, err := eventstore.CutSealed([]byte(data))
		require.NoError(t, err)
		require.Nil(t, content)
		require.Nil(t, marked)
		require.Equal(t, data, string(skeleton))
	}
}

func anyMetadata(t *rapid.T) domain.Metadata {
	text := rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[a-z0-9 .:-]{1,30}`), rapid.String())
	at := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
	})
	return domain.Metadata{
		Principal: text.Draw(t, "principal"), Actor: text.Draw(t, "actor"), OnBehalfOf: text.Draw(t, "behalf"),
		Role: text.Draw(t, "role"), Unit: text.Draw(t, "unit"), Channel: text.Draw(t, "channel"), Source: text.Draw(t, "source"),
		Effective: at.Draw(t, "effective"), Decided: at.Draw(t, "decided"), Command: text.Draw(t, "command"),
		Key: text.Draw(t, "key"), Digest: text.Draw(t, "digest"), Rule: text.Draw(t, "rule"),
		Directory: rapid.Uint64().Draw(t, "directory"), Correlation: text.Draw(t, "correlation"), Causation: text.Draw(t, "causation"),
		Version: rapid.IntRange(0, 99).Draw(t, "version"), Index: rapid.IntRange(0, 9).Draw(t, "index"), Trace: text.Draw(t, "trace"),
	}
}

func TestFastMetadataEqualsTheStandardWay(t *testing.T) {
	t.Parallel()
	fast := 0
	rapid.Check(t, func(t *rapid.T) {
		stored, err := json.Marshal(anyMetadata(t))
		require.NoError(t, err)
		var want domain.Metadata
		require.NoError(t, json.Unmarshal(stored, &want))
		if got, ok := eventstore.FlatMetadata(stored); ok {
			fast++
			require.Equal(t, want, got)
		}
	})
	require.Positive(t, fast)
	full, err := json.Marshal(pending(burnt{})[0].Meta)
	require.NoError(t, err)
	_, ok := eventstore.FlatMetadata(full)
	require.True(t, ok, "what we write must take the fast way")
}

func FuzzFlatMetadata(f *testing.F) {
	f.Add([]byte(`{"principal":"p","effective_at":"2026-01-01T00:00:00Z","index":1}`))
	f.Add([]byte(`{"principal":"\u0061"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, ok := eventstore.FlatMetadata(data)
		if !ok {
			return
		}
		var want domain.Metadata
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatalf("accepted what encoding/json refuses: %v", err)
		}
		if got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}

func FuzzCutSealed(f *testing.F) {
	f.Add([]byte(`{"a":1,"sealed":{"content":{"k":"a","c":"AQI="}}}`))
	f.Add([]byte(`{"sealed":{},"a":"\\\""}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var want map[string]json.RawMessage
		valid := json.Unmarshal(data, &want) == nil && want != nil && bytes.Count(data, []byte(`sealed`)) <= 1
		skeleton, _, _, err := eventstore.CutSealed(bytes.Clone(data))
		if !valid || err != nil {
			return // what is not JSON is found out when the skeleton is parsed
		}
		delete(want, "sealed")
		var got map[string]json.RawMessage
		if err := json.Unmarshal(skeleton, &got); err != nil {
			t.Fatalf("%q left %q: %v", data, skeleton, err)
		}
		if len(got) != len(want) {
			t.Fatalf("%q left %q", data, skeleton)
		}
	})
}
