package embedded

import (
	"bytes"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"
)

// preface is how an HTTP/2 connection begins; three bytes of it tell it from
// any HTTP/1.1 method.
var preface = []byte("PRI")

// mux gives the connections of one listener to two servers: gRPC for those that
// speak HTTP/2, HTTP/1.1 for the others.
type mux struct {
	ln           net.Listener
	tls          *tls.Config // nil: plain
	http2, http1 *branch
	done         chan struct{}
	once         sync.Once
	sniffing     sync.WaitGroup
}

func newMux(ln net.Listener, conf *tls.Config) *mux {
	if conf != nil {
		conf = conf.Clone()
		conf.NextProtos = []string{"h2", "http/1.1"}
	}
	m := &mux{ln: ln, tls: conf, done: make(chan struct{})}
	m.http2 = &branch{mux: m, conns: make(chan net.Conn)}
	m.http1 = &branch{mux: m, conns: make(chan net.Conn)}
	return m
}

// run accepts until the mux is closed.
func (m *mux) run() {
	defer m.sniffing.Wait()
	for {
		c, err := m.ln.Accept()
		if err != nil {
			var temporary interface{ Temporary() bool }
			if errors.As(err, &temporary) && temporary.Temporary() && !errors.Is(err, net.ErrClosed) {
				select {
				case <-time.After(10 * time.Millisecond):
					continue
				case <-m.done:
				}
			}
			m.close()
			return
		}
		m.sniffing.Add(1)
		go m.sniff(c)
	}
}

func (m *mux) close() {
	m.once.Do(func() {
		close(m.done)
		_ = m.ln.Close()
	})
}

func (m *mux) sniff(raw net.Conn) {
	defer m.sniffing.Done()
	c := raw
	released := make(chan struct{})
	defer close(released)
	go func() { // a connection that says nothing must not hold up closing
		select {
		case <-m.done:
			_ = raw.SetReadDeadline(time.Now())
		case <-released:
		}
	}()
	_ = c.SetDeadline(time.Now().Add(headerTimeout))
	if m.tls != nil { // the handshake happens with the first read
		c = tls.Server(c, m.tls)
	}
	head := make([]byte, len(preface))
	n := 0
	for n < len(head) && bytes.HasPrefix(preface, head[:n]) {
		k, err := c.Read(head[n:])
		n += k
		if err != nil {
			_ = c.Close()
			return
		}
	}
	_ = c.SetDeadline(time.Time{})
	to := m.http1
	if bytes.Equal(head[:n], preface) {
		to = m.http2
	}
	select {
	case to.conns <- &sniffed{Conn: c, head: head[:n]}:
	case <-m.done:
		_ = c.Close()
	}
}

// branch is one side of a mux, as a listener.
type branch struct {
	mux   *mux
	conns chan net.Conn
}

// Accept implements net.Listener.
func (b *branch) Accept() (net.Conn, error) {
	select {
	case c := <-b.conns:
		return c, nil
	case <-b.mux.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener; it closes the mux, and so both sides.
func (b *branch) Close() error {
	b.mux.close()
	return nil
}

// Addr implements net.Listener.
func (b *branch) Addr() net.Addr { return b.mux.ln.Addr() }

// sniffed is a connection whose first bytes have been read already.
type sniffed struct {
	net.Conn
	head []byte
}

// Read implements net.Conn.
func (s *sniffed) Read(b []byte) (int, error) {
	if len(s.head) > 0 {
		n := copy(b, s.head)
		s.head = s.head[n:]
		return n, nil
	}
	return s.Conn.Read(b)
}
