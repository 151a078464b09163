package attachment_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/internal/attachment"
)

// s3 answers the few calls that are made of a bucket, by Amazon's protocol: a stand-in for a service that is not ours.
type s3 struct {
	mu      sync.Mutex
	objects map[string][]byte
}

func (s *s3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.TrimPrefix(r.URL.Path, "/files/")
	switch {
	case r.Method == http.MethodPut && r.Header.Get("X-Amz-Copy-Source") != "":
		from, _ := url.PathUnescape(r.Header.Get("X-Amz-Copy-Source"))
		s.objects[key] = s.objects[strings.TrimPrefix(strings.TrimPrefix(from, "/"), "files/")]
		_, _ = io.WriteString(w, `<CopyObjectResult><ETag>"x"</ETag></CopyObjectResult>`)
	case r.Method == http.MethodPut:
		body, _ := io.ReadAll(r.Body)
		s.objects[key] = unchunked(r, body)
		w.Header().Set("ETag", `"x"`)
	case r.Method == http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	case r.URL.Query().Get("list-type") == "2":
		type object struct{ Key, LastModified string }
		listed := struct {
			XMLName  xml.Name `xml:"ListBucketResult"`
			Contents []object
		}{}
		for name := range s.objects {
			if strings.HasPrefix(name, r.URL.Query().Get("prefix")) {
				listed.Contents = append(listed.Contents, object{name, "2020-01-02T03:04:05.000Z"})
			}
		}
		_ = xml.NewEncoder(w).Encode(listed)
	case s.objects[key] == nil:
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `<Error><Code>NoSuchKey</Code></Error>`)
	default:
		w.Header().Set("Last-Modified", "Thu, 02 Jan 2020 03:04:05 GMT")
		_, _ = w.Write(s.objects[key])
	}
}

// unchunked takes the checksums out of a body that is sent in chunks with a trailer.
func unchunked(r *http.Request, body []byte) []byte {
	if !strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked") {
		return body
	}
	var plain []byte
	for {
		line, rest, ok := bytes.Cut(body, []byte("\r\n"))
		size := 0
		for _, c := range bytes.ToLower(bytes.Split(line, []byte(";"))[0]) {
			size = size*16 + strings.IndexByte("0123456789abcdef", c)
		}
		if !ok || size <= 0 {
			return plain
		}
		plain, body = append(plain, rest[:size]...), rest[size+2:]
	}
}

// TestFilesInABucket: the same store on S3's protocol.
func TestFilesInABucket(t *testing.T) {
	bucket := &s3{objects: map[string][]byte{}}
	server := httptest.NewServer(bucket)
	defer server.Close()
	defer http.DefaultClient.CloseIdleConnections()
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	place, err := attachment.OpenBucket(t.Context(), "s3://files?region=eu-central-1&use_path_style=true&endpoint="+url.QueryEscape(server.URL))
	require.NoError(t, err)
	d := open(t, func(o *attachment.Options) { o.Bucket = place })
	u := d.put("a statement for the bucket")
	got, err := d.read(mine, u.Digest)
	require.NoError(t, err)
	require.Equal(t, "a statement for the bucket", got)
	_, err = d.read(mine, strings.Repeat("0", 64))
	require.ErrorIs(t, err, attachment.ErrUnknown)
	bucket.mu.Lock()
	require.Len(t, bucket.objects, 1, "the staging object is gone")
	for name, content := range bucket.objects {
		require.Equal(t, "sealed/"+u.Digest[:2]+"/"+u.Digest, name)
		require.NotContains(t, string(content), "statement")
	}
	bucket.objects["staging/of-a-process-that-was-killed"] = []byte("half")
	bucket.mu.Unlock()
	_, err = d.Sweep(t.Context(), nil)
	require.NoError(t, err)
	bucket.mu.Lock()
	defer bucket.mu.Unlock()
	require.Len(t, bucket.objects, 1)
}
