package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// wire asks over HTTP/1.1 by connections that are used again, each by one asker at a time. It shares the processors with what is
// measured: [http.Client] takes three goroutines and twice the time for an exchange, which would be counted as the service's.
type wire struct {
	host string

	mu   sync.Mutex
	idle []*exchange
}

// exchange is one connection; its buffers are used again with it.
type exchange struct {
	conn   net.Conn
	in     *bufio.Reader
	out    []byte
	answer bytes.Buffer
	used   time.Time
	over   bool // the service closes it
}

const (
	exchangeLimit = 30 * time.Second // a request that takes longer is lost, and no figure
	freshFor      = 30 * time.Second // the service closes what has been idle for longer than that
)

// newWire asks the service at an address such as "http://127.0.0.1:8080".
func newWire(address string) *wire { return &wire{host: strings.TrimPrefix(address, "http://")} }

// header is one line of a request.
type header struct{ name, value string }

// do asks once and hands the answer over; its bytes are good until read returns.
func (w *wire) do(ctx context.Context, method, path string, headers []header, body []byte, read func(status int, answer []byte) error) error {
	x, err := w.take(ctx)
	if err != nil {
		return err
	}
	status, err := x.ask(w.host, method, path, headers, body)
	if err != nil {
		return errors.Join(err, x.conn.Close())
	}
	err = read(status, x.answer.Bytes())
	w.give(x)
	return err
}

func (w *wire) take(ctx context.Context) (*exchange, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for n := len(w.idle) - 1; n >= 0; n-- {
		x := w.idle[n]
		w.idle = w.idle[:n]
		if time.Since(x.used) < freshFor {
			return x, nil
		}
		_ = x.conn.Close() // nothing is under way on it
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", w.host)
	if err != nil {
		return nil, err
	}
	return &exchange{conn: conn, in: bufio.NewReaderSize(conn, 32<<10)}, nil
}

func (w *wire) give(x *exchange) {
	if x.over {
		_ = x.conn.Close() // it has been read to the end
		return
	}
	x.used = time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.idle = append(w.idle, x)
}

func (w *wire) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, x := range w.idle {
		_ = x.conn.Close() // nothing is under way on it
	}
	w.idle = nil
}

// ask writes a request and reads its answer to the end.
func (x *exchange) ask(host, method, path string, headers []header, body []byte) (status int, err error) {
	if err := x.conn.SetDeadline(time.Now().Add(exchangeLimit)); err != nil {
		return 0, err
	}
	b := append(append(append(append(x.out[:0], method...), ' '), path...), " HTTP/1.1\r\nHost: "...)
	b = append(append(b, host...), "\r\n"...)
	for _, h := range headers {
		b = append(append(append(append(b, h.name...), ": "...), h.value...), "\r\n"...)
	}
	if body != nil {
		b = append(strconv.AppendInt(append(b, "Content-Length: "...), int64(len(body)), 10), "\r\n"...)
	}
	x.out = append(append(b, "\r\n"...), body...)
	if _, err := x.conn.Write(x.out); err != nil {
		return 0, err
	}
	response, err := http.ReadResponse(x.in, nil)
	if err != nil {
		return 0, err
	}
	x.answer.Reset()
	_, err = io.Copy(&x.answer, response.Body)
	x.over = response.Close
	return response.StatusCode, errors.Join(err, response.Body.Close())
}
