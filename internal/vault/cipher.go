package vault

import (
	"github.com/google/uuid"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
)

// cipherSlots bounds how many ciphers are kept ready. A ticket's events mostly come close together.
const cipherSlots = 1 << 10

// ready is the cipher of a key, made once: spreading an AES key and computing GCM's tables takes longer than opening a small box.
type ready struct {
	id     uuid.UUID
	cipher *subtle.AESGCM
}

// cipher gives the cipher of a cached key, making it if it is not ready. One that is kept goes with its key.
func (c *cache) cipher(e entry) (*subtle.AESGCM, error) {
	c.mu.Lock()
	kept := c.ready[cipherSlot(e.id)]
	c.mu.Unlock()
	if kept.id == e.id && kept.cipher != nil {
		return kept.cipher, nil
	}
	made, err := subtle.NewAESGCM(e.key[:])
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := c.ids[e.id]; i != 0 && !c.slots[i].gone { // not destroyed meanwhile
		c.ready[cipherSlot(e.id)] = ready{e.id, made}
	}
	return made, nil
}

// unready drops the cipher of a key; c.mu is held.
func (c *cache) unready(id uuid.UUID) {
	if r := &c.ready[cipherSlot(id)]; r.id == id {
		*r = ready{}
	}
}

// cipherSlot is the one place where a key's cipher may be.
func cipherSlot(id uuid.UUID) int { return (int(id[14])<<8 | int(id[15])) % cipherSlots }
