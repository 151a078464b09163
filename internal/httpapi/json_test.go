package httpapi_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
	"time"

	"docket/internal/httpapi"

	"github.com/stretchr/testify/require"
)

// TestAnswersAreWrittenAsEncodingJSONWritesThem: what clients know of Go's JSON stays true of ours.
func TestAnswersAreWrittenAsEncodingJSONWritesThem(t *testing.T) {
	t.Parallel()
	type part struct {
		When time.Time      `json:"when,omitzero"`
		Name string         `json:"name,omitempty"`
		Kids []*part        `json:"kids,omitempty"`
		Any  any            `json:"any"`
		Map  map[string]int `json:"map,omitempty"`
	}
	type whole struct {
		part
		Nil    []string        `json:"nil"`
		Raw    json.RawMessage `json:"raw,omitempty"`
		Bytes  []byte          `json:"bytes"`
		Length time.Duration   `json:"length_ms"`
		Float  float64         `json:"float"`
		Quoted int64           `json:"quoted,string"`
		Hidden bool            `json:"-"`
	}
	at := time.Date(2026, 11, 22, 9, 30, 0, 120e6, time.FixedZone("", 8*3600))
	for _, value := range []any{
		nil, []string{}, map[string]any{"b": 1, "a": []int(nil)}, "<王 & 小>\u2028\x01\"", whole{}, &whole{},
		&whole{
			part: part{When: at, Name: "王\t小", Kids: []*part{{Any: at}, nil}, Any: map[int]bool{2: true, 1: false}, Map: map[string]int{"z": 1, "a": 2}},
			Nil:  []string{""}, Raw: json.RawMessage(`{ "a" : 1 }`), Bytes: []byte{0, 255}, Length: 7, Float: 1e21, Quoted: -9, Hidden: true,
		},
	} {
		var want, got bytes.Buffer
		standard := json.NewEncoder(&want)
		standard.SetEscapeHTML(false)
		require.NoError(t, standard.Encode(value))
		require.NoError(t, httpapi.WriteJSON(&got, value))
		require.Equal(t, want.String(), got.String())
	}
	require.Error(t, httpapi.WriteJSON(&bytes.Buffer{}, math.NaN()))
}
