package attachment

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/s3blob" // s3://bucket?region=…
)

// Bucket is where the sealed bytes lie.
type Bucket struct {
	*blob.Bucket
	dir string // of a folder, whose files are brought to disk before anybody is told that they are kept
}

// OpenBucket opens a folder by its path, or a bucket by an address such as "s3://name?region=eu-central-1&prefix=docket/".
func OpenBucket(ctx context.Context, place string) (*Bucket, error) {
	if strings.Contains(place, "://") && !strings.HasPrefix(place, "file://") {
		address, err := url.Parse(place)
		if err != nil {
			return nil, fmt.Errorf("attachments: %w", err)
		}
		b, err := blob.OpenBucket(ctx, address.String())
		if err != nil {
			return nil, fmt.Errorf("attachments: %w", err)
		}
		return &Bucket{Bucket: b}, nil
	}
	dir := strings.TrimPrefix(place, "file://")
	b, err := fileblob.OpenBucket(dir, &fileblob.Options{
		CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite,
	})
	if err != nil {
		return nil, fmt.Errorf("attachments: %w", err)
	}
	return &Bucket{Bucket: b, dir: dir}, nil
}

// settle makes an object of a folder durable, its name included; a bucket elsewhere has done so itself.
func (b *Bucket) settle(key string) error {
	if b.dir == "" {
		return nil
	}
	path := filepath.Join(b.dir, filepath.FromSlash(key))
	for _, name := range []string{path, filepath.Dir(path), filepath.Dir(filepath.Dir(path))} {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// sealedKey is the object's name: a folder of 256, then the digest.
func sealedKey(digest string) string { return "sealed/" + digest[:2] + "/" + digest }

// stagingPrefix is where uploads are while they come in.
const stagingPrefix = "staging/"
