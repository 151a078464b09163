package vault

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Transit is a key service over HTTP: the transit engine of HashiCorp Vault and OpenBao, whose master key never leaves the
// server. The key there must be of type aes256-gcm96, for what is wrapped is bound to its row by associated data. Master
// keys are named "transit:<key>:v<version>".
type Transit struct {
	address string // of the engine, for example "https://vault.example:8200/v1/transit"
	key     string
	token   func() (string, error)
	client  *http.Client
}

// TransitOptions say where the server is.
type TransitOptions struct {
	Address   string // of the engine's mount, for example "https://vault.example:8200/v1/transit"
	Key       string // name of the key on the server
	TokenFile string // holds the token; read at every request, so that an agent may renew it
	Client    *http.Client
}

// transitLimit bounds one request.
const transitLimit = 10 * time.Second

// OpenTransit checks the options; it does not connect.
func OpenTransit(o TransitOptions) (*Transit, error) {
	address, err := url.Parse(o.Address)
	switch {
	case err != nil || address.Host == "" || (address.Scheme != "https" && !isLoopback(address)):
		return nil, errors.New("key service: the address must be https, or http on this machine")
	case o.Key == "" || strings.ContainsAny(o.Key, ":/?#"):
		return nil, errors.New("key service: the key needs a plain name")
	case o.TokenFile == "":
		return nil, errors.New("key service: no token file given")
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: transitLimit}
	}
	token := func() (string, error) {
		text, err := os.ReadFile(o.TokenFile)
		return strings.TrimSpace(string(text)), err
	}
	return &Transit{address: strings.TrimSuffix(o.Address, "/"), key: o.Key, token: token, client: o.Client}, nil
}

func isLoopback(u *url.URL) bool {
	return u.Scheme == "http" && (u.Hostname() == "127.0.0.1" || u.Hostname() == "::1" || u.Hostname() == "localhost")
}

// transitItem is one entry of a batch, asked and answered.
type transitItem struct {
	Plaintext      string `json:"plaintext,omitempty"`
	Ciphertext     string `json:"ciphertext,omitempty"`
	AssociatedData string `json:"associated_data,omitempty"`
	Error          string `json:"error,omitempty"`
}

// Wrap encrypts under the newest version of the key.
func (t *Transit) Wrap(ctx context.Context, keys, bound [][]byte) ([][]byte, string, error) {
	items := make([]transitItem, len(keys))
	for i := range keys {
		items[i] = transitItem{Plaintext: encode64(keys[i]), AssociatedData: encode64(bound[i])}
	}
	answered, err := t.batch(ctx, "encrypt", items)
	if err != nil {
		return nil, "", err
	}
	wrapped, master := make([][]byte, len(keys)), ""
	for i, item := range answered {
		name, err := t.nameOf(item.Ciphertext)
		if err == nil && master != "" && name != master {
			err = errors.New("the key changed within one request; try again")
		}
		if err != nil {
			return nil, "", fmt.Errorf("key service: %w", err)
		}
		wrapped[i], master = []byte(item.Ciphertext), name
	}
	return wrapped, master, nil
}

// Unwrap decrypts; the server knows the version by the ciphertext.
func (t *Transit) Unwrap(ctx context.Context, _ string, wrapped, bound [][]byte) ([][]byte, error) {
	items := make([]transitItem, len(wrapped))
	for i := range wrapped {
		items[i] = transitItem{Ciphertext: string(wrapped[i]), AssociatedData: encode64(bound[i])}
	}
	answered, err := t.batch(ctx, "decrypt", items)
	if err != nil {
		return nil, err
	}
	keys := make([][]byte, len(wrapped))
	for i, item := range answered {
		if keys[i], err = base64.StdEncoding.DecodeString(item.Plaintext); err != nil {
			return nil, fmt.Errorf("key service: %w: %w", errDamaged, err)
		}
	}
	return keys, nil
}

// Owns tells by the name.
func (t *Transit) Owns(master string) bool { return strings.HasPrefix(master, "transit:"+t.key+":") }

// Renew makes a new version of the key.
func (t *Transit) Renew(ctx context.Context) error {
	return t.post(ctx, "keys/"+t.key+"/rotate", struct{}{}, nil)
}

// Retire forbids the server to decrypt under versions older than all that are kept.
func (t *Transit) Retire(ctx context.Context, keep []string) error {
	least := 0
	for _, name := range keep {
		_, version, _ := strings.Cut(name, "transit:"+t.key+":v")
		if n, err := strconv.Atoi(version); err == nil && (least == 0 || n < least) {
			least = n
		}
	}
	if least == 0 {
		return nil
	}
	return t.post(ctx, "keys/"+t.key+"/config", map[string]int{"min_decryption_version": least}, nil)
}

// transitBatch is how many keys go into one request; servers bound the size of a body.
const transitBatch = 1000

// batch asks for many at once, in order.
func (t *Transit) batch(ctx context.Context, operation string, items []transitItem) ([]transitItem, error) {
	all := make([]transitItem, 0, len(items))
	for part := range slices.Chunk(items, transitBatch) {
		answered, err := t.ask(ctx, operation, part)
		if err != nil {
			return nil, err
		}
		all = append(all, answered...)
	}
	return all, nil
}

func (t *Transit) ask(ctx context.Context, operation string, items []transitItem) ([]transitItem, error) {
	var answer struct {
		Data struct {
			Results []transitItem `json:"batch_results"`
		} `json:"data"`
	}
	if err := t.post(ctx, operation+"/"+t.key, map[string]any{"batch_input": items}, &answer); err != nil {
		return nil, err
	}
	if len(answer.Data.Results) != len(items) {
		return nil, fmt.Errorf("key service: %d results for %d keys", len(answer.Data.Results), len(items))
	}
	for _, item := range answer.Data.Results {
		if item.Error != "" {
			return nil, fmt.Errorf("key service: %w: %s", errDamaged, item.Error)
		}
	}
	return answer.Data.Results, nil
}

// largestAnswer bounds what is read of an answer.
const largestAnswer = 16 << 20

func (t *Transit) post(ctx context.Context, path string, body, into any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.address+"/"+path, bytes.NewReader(encoded))
	if err != nil {
		return err
	}
	token, err := t.token()
	if err != nil {
		return fmt.Errorf("key service: token: %w", err)
	}
	r.Header.Set("X-Vault-Token", token)
	r.Header.Set("X-Vault-Request", "true")
	r.Header.Set("Content-Type", "application/json")
	answer, err := t.client.Do(r)
	if err != nil {
		return fmt.Errorf("key service: %w: %w", ErrUnavailable, err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, largestAnswer))
	switch {
	case err != nil:
		return fmt.Errorf("key service: %w: %w", ErrUnavailable, err)
	case answer.StatusCode >= http.StatusInternalServerError, answer.StatusCode == http.StatusTooManyRequests:
		return fmt.Errorf("key service: %w: %s", ErrUnavailable, answer.Status)
	case answer.StatusCode >= http.StatusMultipleChoices && (into == nil || !bytes.Contains(text, []byte("batch_results"))):
		return fmt.Errorf("key service: %s", answer.Status) // its text may repeat what was sent
	case into == nil:
		return nil
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("key service: the answer is not JSON: %w", err)
	}
	return nil
}

// nameOf reads the version off a ciphertext "vault:v<version>:…".
func (t *Transit) nameOf(ciphertext string) (string, error) {
	parts := strings.SplitN(ciphertext, ":", 3)
	if len(parts) != 3 || !strings.HasPrefix(parts[1], "v") {
		return "", errors.New("the ciphertext names no version of the key")
	}
	if _, err := strconv.Atoi(parts[1][1:]); err != nil {
		return "", errors.New("the ciphertext names no version of the key")
	}
	return "transit:" + t.key + ":" + parts[1], nil
}

func encode64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
