package journey_test

import (
	"bytes"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// postbox is the mail server that the service sends by: it keeps what it takes.
type postbox struct {
	address string

	mu    sync.Mutex
	taken map[string][]*mail.Message // by recipient
}

func openPostbox(t *testing.T) *postbox {
	t.Helper()
	p := &postbox{taken: map[string][]*mail.Message{}}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &posting{p: p}, nil }))
	server.Domain = "localhost"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p.address = listener.Addr().String()
	go func() { _ = server.Serve(listener) }() // ends with Close
	t.Cleanup(func() { _ = server.Close() })
	return p
}

// of is what came for somebody.
func (p *postbox) of(recipient string) []*mail.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken[recipient]
}

type posting struct {
	p  *postbox
	to []string
}

func (s *posting) Reset()                               { s.to = nil }
func (s *posting) Logout() error                        { return nil }
func (s *posting) Mail(string, *smtp.MailOptions) error { return nil }
func (s *posting) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

func (s *posting) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	for _, to := range s.to {
		s.p.taken[to] = append(s.p.taken[to], m)
	}
	return err
}

// freeAddress is one on loopback that nobody listened on a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}

// sendMail delivers a message as a mail server does, and gives what the receiving one answered.
func sendMail(address, from, to string, raw []byte) error {
	c, err := smtp.Dial(address)
	if err != nil {
		return err
	}
	return deliver(c, from, to, raw)
}

// deliver carries one message in an open dialogue, and ends it.
func deliver(c *smtp.Client, from, to string, raw []byte) error {
	defer func() { _ = c.Close() }()
	if err := c.Mail(from, nil); err != nil {
		return err
	}
	if err := c.Rcpt(to, nil); err != nil {
		return err
	}
	data, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := io.Copy(data, bytes.NewReader(raw)); err != nil {
		return err
	}
	return data.Close()
}

// letter is a message as it goes over the wire.
func letter(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }
