package attachment

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/tink-crypto/tink-go/v2/streamingaead/subtle"

	"docket/domain"
)

// A sealed file begins with this mark, then the length and the JSON of a box that holds the file's own key under the
// stream's, then tink's AES-GCM-HKDF stream of 1 MiB segments. Destroying the stream's key so destroys the file.
const mark = "docket1\n"

const (
	keySize    = 32
	segment    = 1 << 20
	longestBox = 4096
)

// seal gives a writer that seals what is written to it; Close ends the stream and leaves the writer below open.
func (s *Store) seal(ctx context.Context, stream domain.StreamID, below io.Writer) (io.WriteCloser, error) {
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	box, err := s.Keys.Seal(ctx, string(stream), key, bound(stream))
	if err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(box)
	if err != nil {
		return nil, err
	}
	header := binary.AppendUvarint([]byte(mark), uint64(len(encoded)))
	if _, err := below.Write(append(header, encoded...)); err != nil {
		return nil, err
	}
	cipher, err := subtle.NewAESGCMHKDF(key, "SHA256", keySize, segment, 0)
	if err != nil {
		return nil, err
	}
	return cipher.NewEncryptingWriter(below, bound(stream))
}

// unseal reads what seal wrote for the same stream. Errors: domain.ErrDestroyed when the key is gone; a changed byte fails
// in the read that meets it.
func (s *Store) unseal(ctx context.Context, stream domain.StreamID, sealed io.Reader) (io.Reader, error) {
	in := bufio.NewReader(sealed)
	head := make([]byte, len(mark))
	if _, err := io.ReadFull(in, head); err != nil || string(head) != mark {
		return nil, fmt.Errorf("not a sealed file: %w", errors.Join(err, errDamaged))
	}
	length, err := binary.ReadUvarint(in)
	if err != nil || length > longestBox {
		return nil, fmt.Errorf("sealed file: %w", errors.Join(err, errDamaged))
	}
	encoded := make([]byte, length)
	if _, err := io.ReadFull(in, encoded); err != nil {
		return nil, fmt.Errorf("sealed file: %w", err)
	}
	var box domain.Box
	if err := json.Unmarshal(encoded, &box); err != nil {
		return nil, fmt.Errorf("sealed file: %w", err)
	}
	key, err := s.Keys.Open(ctx, box, bound(stream))
	if err != nil {
		return nil, err
	}
	cipher, err := subtle.NewAESGCMHKDF(key, "SHA256", keySize, segment, 0)
	if err != nil {
		return nil, err
	}
	return cipher.NewDecryptingReader(in, bound(stream))
}

var errDamaged = errors.New("damaged file")

// bound ties a file to the stream that it was uploaded to.
func bound(stream domain.StreamID) []byte { return []byte("docket attachment\x00" + string(stream)) }
