package vault_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"docket/internal/vault"
)

// engine answers as a transit engine does, with real encryption: a stand-in for a server that is not ours.
type engine struct {
	mu    sync.Mutex
	keys  [][]byte // by version, from 1
	least int      // version that may still be decrypted
	down  bool
}

func (e *engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.down || r.Header.Get("X-Vault-Token") != "token-1" {
		w.WriteHeader(map[bool]int{true: http.StatusServiceUnavailable, false: http.StatusForbidden}[e.down])
		return
	}
	var asked struct {
		Batch []map[string]string `json:"batch_input"`
		Least int                 `json:"min_decryption_version"`
	}
	_ = json.NewDecoder(r.Body).Decode(&asked)
	results := make([]map[string]string, len(asked.Batch))
	switch r.URL.Path {
	case "/v1/transit/keys/docket/rotate":
		e.keys = append(e.keys, []byte(fmt.Sprintf("%032d", len(e.keys)+1)))
	case "/v1/transit/keys/docket/config":
		e.least = asked.Least
	case "/v1/transit/encrypt/docket":
		for i, item := range asked.Batch {
			plain, _ := base64.StdEncoding.DecodeString(item["plaintext"])
			aad, _ := base64.StdEncoding.DecodeString(item["associated_data"])
			a, _ := subtle.NewAESGCM(e.keys[len(e.keys)-1])
			c, _ := a.Encrypt(plain, aad)
			results[i] = map[string]string{"ciphertext": fmt.Sprintf("vault:v%d:%s", len(e.keys), base64.StdEncoding.EncodeToString(c))}
		}
	case "/v1/transit/decrypt/docket":
		for i, item := range asked.Batch {
			parts := strings.SplitN(item["ciphertext"], ":", 3)
			version, _ := strconv.Atoi(parts[1][1:])
			c, _ := base64.StdEncoding.DecodeString(parts[2])
			aad, _ := base64.StdEncoding.DecodeString(item["associated_data"])
			a, _ := subtle.NewAESGCM(e.keys[version-1])
			plain, err := a.Decrypt(c, aad)
			results[i] = map[string]string{"plaintext": base64.StdEncoding.EncodeToString(plain)}
			if err != nil || version < e.least {
				results[i] = map[string]string{"error": "invalid ciphertext"}
				w.WriteHeader(http.StatusBadRequest)
			}
		}
	default:
		w.WriteHeader(http.StatusNotFound)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{"batch_results": results}})
}

func transit(t *testing.T) (*engine, vault.KeyService) {
	t.Helper()
	e := &engine{keys: [][]byte{[]byte(strings.Repeat("k", 32))}}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("token-1\n"), 0o600))
	service, err := vault.OpenTransit(vault.TransitOptions{
		Address: server.URL + "/v1/transit", Key: "docket", TokenFile: token, Client: server.Client(),
	})
	require.NoError(t, err)
	return e, service
}

// A vault that began with a key file goes over to a key service, changes its key there, and no longer needs the file.
func TestVaultMovesToAKeyService(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	box, err := open(t, db, o).Seal(t.Context(), "ticket-1", []byte("text"), nil)
	require.NoError(t, err)

	e, service := transit(t)
	o.KeyServices = []vault.KeyService{service}
	v := open(t, db, o)
	r, err := v.Rotate(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, "transit:docket:v1", r.Master)
	require.Equal(t, map[string]int{"transit:docket:v1": 1}, masters(t, db))
	retired, err := v.Retire(t.Context())
	require.NoError(t, err)
	require.Len(t, retired, 1)
	require.NoError(t, os.Remove(o.MasterKeyFile))

	v = open(t, db, o)
	r, err = v.Rotate(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, "transit:docket:v2", r.Master)
	retired, err = v.Retire(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"transit:docket:v1"}, retired)
	require.Equal(t, 2, e.least)
	plain, err := open(t, db, o).Open(t.Context(), box, nil)
	require.NoError(t, err)
	require.Equal(t, "text", string(plain))
}

func TestKeyServiceThatFailsSealsNothing(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	e, service := transit(t)
	o.MasterKeyFile, o.KeyServices = "", []vault.KeyService{service}
	v := open(t, db, o)
	_, err := v.Seal(t.Context(), "ticket-1", []byte("text"), nil)
	require.NoError(t, err)
	e.mu.Lock()
	e.down = true
	e.mu.Unlock()
	_, err = v.Seal(t.Context(), "ticket-2", []byte("text"), nil)
	require.ErrorIs(t, err, vault.ErrUnavailable)
	var keys int
	require.NoError(t, db.QueryRow(t.Context(), "SELECT count(*) FROM vault.keys").Scan(&keys))
	require.Equal(t, 1, keys)

	for _, bad := range []vault.TransitOptions{
		{Address: "http://vault.example/v1/transit", Key: "docket", TokenFile: "x"},
		{Address: "https://vault.example/v1/transit", Key: "a/b", TokenFile: "x"},
		{Address: "https://vault.example/v1/transit", Key: "docket"},
	} {
		_, err := vault.OpenTransit(bad)
		require.Error(t, err)
	}
}
