package vault

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"pgregory.net/rapid"
)

// The cache is compared with a plain list, newest first.
func TestCacheKeepsTheMostRecentlyUsed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		limit := rapid.IntRange(1, 6).Draw(r, "limit")
		c := newCache(limit)
		var model []entry
		without := func(subject string) (kept []entry) {
			for _, e := range model {
				if e.subject != subject {
					kept = append(kept, e)
				}
			}
			return kept
		}
		for range rapid.IntRange(1, 60).Draw(r, "steps") {
			n := byte(rapid.IntRange(1, 9).Draw(r, "key"))
			e := entry{id: uuid.UUID{n}, subject: fmt.Sprintf("ticket-%d", n), key: [keySize]byte{n}}
			switch rapid.SampledFrom([]string{"put", "late put", "subject", "id", "forget", "clear", "cipher"}).Draw(r, "step") {
			case "put":
				c.put(e, c.age())
				model = append([]entry{e}, without(e.subject)...)
				model = model[:min(limit, len(model))]
			case "late put":
				age := c.age()
				c.forget("another")
				c.put(e, age)
			case "forget":
				c.forget(e.subject)
				model = without(e.subject)
			case "cipher":
				a, err := c.cipher(e)
				require.NoError(r, err)
				box, err := a.Encrypt([]byte("text"), nil)
				require.NoError(r, err)
				own, err := subtle.NewAESGCM(e.key[:])
				require.NoError(r, err)
				plain, err := own.Decrypt(box, nil)
				require.NoError(r, err, "another key's cipher was given")
				require.Equal(r, "text", string(plain))
			case "clear":
				c.clear()
				model = nil
			case "subject", "id":
				look := func() (entry, bool) { return c.bySubject(e.subject) }
				if rapid.Bool().Draw(r, "by id") {
					look = func() (entry, bool) { return c.byID(e.id) }
				}
				got, ok := look()
				before := len(model)
				rest := without(e.subject)
				require.Equal(r, len(rest) < before, ok)
				if ok {
					require.Equal(r, e, got)
					model = append([]entry{e}, rest...)
				}
			}
			for _, kept := range c.ready {
				if kept.cipher != nil {
					require.Contains(r, c.ids, kept.id, "the cipher of a key that is gone is still there")
				}
			}
			require.Len(r, c.ids, len(model))
			require.Len(r, c.subjects, len(model))
		}
		for _, e := range model {
			_, ok := c.byID(e.id)
			require.True(r, ok)
		}
	})
}

func TestCacheOfHundredThousandKeysIsSmall(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	c := newCache(DefaultCacheKeys)
	for range DefaultCacheKeys {
		id := uuid.New()
		c.put(entry{id: id, subject: "ticket-" + id.String()}, 0)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	took := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	t.Logf("%d keys take %.1f MB", len(c.ids), float64(took)/1e6)
	require.Len(t, c.ids, DefaultCacheKeys)
	require.Less(t, took, int64(30e6))
	runtime.KeepAlive(c)
}
