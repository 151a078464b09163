package attachment

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// Scanner looks for malware.
type Scanner interface {
	// Begin starts the scan of one file. The error means that nothing can be scanned now.
	Begin(ctx context.Context) (Scan, error)
}

// Scan is fed one file. Writes never fail: what went wrong is told by Verdict.
type Scan interface {
	Write(p []byte) (int, error)
	// Verdict ends the scan: the name of what was found, empty for nothing.
	Verdict() (threat string, err error)
}

// eicar is the test file that every scanner finds (EICAR, 2003). It stands here in two parts, so that no scanner finds this
// program.
var eicar = []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`)

// builtin finds the test file, wherever in the bytes it is, with or without a scanner beside.
type builtin struct {
	tail  []byte
	found bool
}

func (b *builtin) Write(p []byte) (int, error) {
	seen := append(b.tail, p...)
	b.found = b.found || bytes.Contains(seen, eicar)
	b.tail = append([]byte(nil), seen[max(0, len(seen)-len(eicar)+1):]...)
	return len(p), nil
}

func (b *builtin) Verdict() (string, error) {
	if b.found {
		return "EICAR test file", nil
	}
	return "", nil
}

// Clamd is the daemon of ClamAV, spoken to by its INSTREAM command.
type Clamd struct {
	Network string        // tcp or unix
	Address string        // host:port, or the path of the socket
	Timeout time.Duration // of the whole scan; 0: a minute
}

// ParseClamd reads "tcp://host:port" or "unix:///path".
func ParseClamd(address string) (*Clamd, error) {
	network, rest, ok := strings.Cut(address, "://")
	if !ok || (network != "tcp" && network != "unix") || rest == "" {
		return nil, errors.New("clamd: the address must be tcp://host:port or unix:///path")
	}
	return &Clamd{Network: network, Address: rest}, nil
}

// Begin connects and announces the stream.
func (c *Clamd) Begin(ctx context.Context) (Scan, error) {
	limit := c.Timeout
	if limit <= 0 {
		limit = time.Minute
	}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	conn, err := dialer.DialContext(ctx, c.Network, c.Address)
	if err != nil {
		return nil, fmt.Errorf("clamd: %w", err)
	}
	s := &clamdScan{conn: conn}
	s.keep(conn.SetDeadline(time.Now().Add(limit)))
	_, err = conn.Write([]byte("zINSTREAM\x00"))
	s.keep(err)
	return s, nil
}

type clamdScan struct {
	conn net.Conn
	err  error
}

func (s *clamdScan) keep(err error) {
	if s.err == nil {
		s.err = err
	}
}

// Write sends one chunk: its length as four bytes, then the bytes.
func (s *clamdScan) Write(p []byte) (int, error) {
	if s.err == nil && len(p) > 0 {
		_, err := s.conn.Write(binary.BigEndian.AppendUint32(nil, uint32(len(p))))
		s.keep(err)
		if s.err == nil {
			_, err = s.conn.Write(p)
			s.keep(err)
		}
	}
	return len(p), nil
}

// Verdict sends the empty chunk that ends the stream and reads "stream: OK" or "stream: <name> FOUND". Anything else, such
// as a stream longer than the daemon takes, is a failure: a file is not clean because nobody looked at all of it.
func (s *clamdScan) Verdict() (string, error) {
	defer func() { _ = s.conn.Close() }()
	if s.err == nil {
		_, err := s.conn.Write(make([]byte, 4))
		s.keep(err)
	}
	answer, err := bufio.NewReader(s.conn).ReadString(0)
	if err != nil { // what the daemon says before it hangs up tells more than that writing failed
		s.keep(err)
		return "", fmt.Errorf("clamd: %w", s.err)
	}
	answer = strings.TrimSuffix(strings.TrimPrefix(strings.TrimRight(answer, "\x00\n"), "stream: "), "\n")
	if name, found := strings.CutSuffix(answer, " FOUND"); found {
		return name, nil
	}
	if answer == "OK" && s.err == nil {
		return "", nil
	}
	return "", fmt.Errorf("clamd: %s", answer)
}
