package realdata

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Comparing with a service is tested where a log is carried into one: internal/importer.

func TestFlatten(t *testing.T) {
	t.Parallel()
	got, err := flatten([]byte(`{"b": 1, "a": {"y": 2.50, "x": {"z": "t"}}, "rules": {"r": "words"}}`))
	require.NoError(t, err)
	require.Equal(t, []figure{{"b", "1"}, {"a.y", "2.50"}, {"a.x.z", "t"}}, got, "in the order of the file")
	_, err = flatten([]byte(`{"b": `))
	require.Error(t, err)
}

func TestEqual(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]string{{"5783806260.0", "5783806260.000"}, {"0", "0.0"}, {"1e3", "1000"}, {"a", "a"}} {
		require.True(t, equal(same[0], same[1]), same)
	}
	for _, other := range [][2]string{{"1.0001", "1.000"}, {"no data", "0"}, {"", "0"}, {"28278794220.0", "28278794220.001"}} {
		require.False(t, equal(other[0], other[1]), other)
	}
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1134874.156", decimal(28278794220, 24918, 3))
	require.Equal(t, "0.5", decimal(1, 2, 1))
	require.Equal(t, "0.13", decimal(1, 8, 2), "half up")
	require.Equal(t, "no data", decimal(0, 0, 3))
}

func TestServiceRefuses(t *testing.T) {
	t.Parallel()
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(service.Close)
	expected := filepath.Join(t.TempDir(), "expected.json")
	require.NoError(t, os.WriteFile(expected, []byte(`{"cases": 1}`), 0o600))
	_, err := Compare(t.Context(), Options{URL: service.URL, Token: "t", Expected: expected})
	require.ErrorContains(t, err, "volumes: the service answers 403")
	_, err = Compare(t.Context(), Options{URL: service.URL, Token: "t", Expected: expected + "x"})
	require.ErrorIs(t, err, os.ErrNotExist)
}
