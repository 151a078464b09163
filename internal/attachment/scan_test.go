package attachment_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/internal/attachment"
)

var eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// clamd answers one stream after another by ClamAV's protocol: a stand-in for a daemon that is not ours. It finds "virus".
func clamd(t *testing.T, answer func(stream []byte) string) *attachment.Clamd {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serve(conn, answer)
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	scanner, err := attachment.ParseClamd("tcp://" + listener.Addr().String())
	require.NoError(t, err)
	return scanner
}

func serve(conn net.Conn, answer func([]byte) string) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	if command, err := in.ReadString(0); err != nil || command != "zINSTREAM\x00" {
		return
	}
	var stream bytes.Buffer
	for {
		var size uint32
		if binary.Read(in, binary.BigEndian, &size) != nil {
			return
		}
		if size == 0 {
			_, _ = conn.Write([]byte(answer(stream.Bytes())))
			return
		}
		if _, err := io.CopyN(&stream, in, int64(size)); err != nil {
			return
		}
	}
}

func TestScannedFiles(t *testing.T) {
	t.Parallel()
	scanner := clamd(t, func(stream []byte) string {
		switch {
		case bytes.Contains(stream, []byte("virus")):
			return "stream: Win.Test.Virus-1 FOUND\x00"
		case len(stream) > 100_000:
			return "INSTREAM size limit exceeded. ERROR\x00"
		}
		return "stream: OK\x00"
	})
	d := open(t, func(o *attachment.Options) { o.Scanner = scanner })
	require.Equal(t, attachment.Clean, d.put("a statement").Scan)

	for _, text := range []string{"has a virus", strings.Repeat("x", 40_000) + eicar} {
		u, err := d.Put(t.Context(), mine, "staff-ann", strings.NewReader(text))
		require.ErrorIs(t, err, attachment.ErrMalware)
		require.NotEmpty(t, u.Threat)
		staged, known, err := d.Staged(t.Context(), mine, u.Digest)
		require.NoError(t, err)
		require.True(t, known, "kept, sealed")
		require.Equal(t, attachment.Infected, staged.Scan)
	}
	_, err := d.Put(t.Context(), mine, "staff-ann", strings.NewReader(strings.Repeat("x", 200_000)))
	require.ErrorIs(t, err, attachment.ErrScanner, "what was not looked at to its end is not clean")
	require.Len(t, d.files(), 3)
}

// Without a scanner the test file is found all the same, wherever the pieces it comes in are cut.
func TestTestFileIsFoundWithoutAScanner(t *testing.T) {
	t.Parallel()
	d := open(t)
	_, err := d.Put(t.Context(), mine, "staff-ann", oneByOne{strings.NewReader("text " + eicar + " text")})
	require.ErrorIs(t, err, attachment.ErrMalware)
	require.Equal(t, attachment.NotScanned, d.put(eicar[1:]).Scan)
}

type oneByOne struct{ io.Reader }

func (r oneByOne) Read(p []byte) (int, error) { return r.Reader.Read(p[:1]) }

func TestScannerThatIsAway(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := "tcp://" + listener.Addr().String()
	require.NoError(t, listener.Close())
	scanner, err := attachment.ParseClamd(address)
	require.NoError(t, err)
	d := open(t, func(o *attachment.Options) { o.Scanner = scanner })
	_, err = d.Put(t.Context(), mine, "staff-ann", strings.NewReader("a statement"))
	require.ErrorIs(t, err, attachment.ErrScanner)
	require.Empty(t, d.files())
	for _, bad := range []string{"", "clamd:3310", "http://x", "tcp://"} {
		_, err := attachment.ParseClamd(bad)
		require.Error(t, err, bad)
	}
}
