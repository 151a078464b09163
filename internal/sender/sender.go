// Package sender issues commands over HTTP for tools beside the service: each under a key of its own, and again with the same
// key while the service cannot be reached. It decides nothing; what a refusal means is its caller's business.
package sender

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options say where commands go. URL and Token are required.
type Options struct {
	URL         string        // of the service, for example http://127.0.0.1:8080
	Token       string        // bearer token
	Patience    time.Duration // how long a service that does not answer is waited for; 0: two minutes
	Connections int           // kept open; 0: 16
}

// Command is one command as it is sent.
type Command struct {
	Path, Key string
	By        string    // staff key of the person the account acts for; empty: nobody
	At        time.Time // when it happened; zero: now
	Match     *uint64   // revision it was decided on; nil: any
	Body      any
}

// Event is one event that a command made, as acknowledged.
type Event struct {
	ID       string `json:"id,omitempty"`
	Type     string `json:"type"`
	Revision uint64 `json:"revision"`
}

// Answer is what the service says about an accepted command.
type Answer struct {
	ID       string  `json:"id"`
	Number   string  `json:"number"`
	Revision uint64  `json:"revision"`
	Position uint64  `json:"position"`
	Events   []Event `json:"events"`
	Repeated bool    `json:"-"` // the first answer to this key, given again
}

// Refusal is the service's definite no to a command.
type Refusal struct {
	Status   int
	Code     string // of the problem, for example "ticket.not_open"
	Detail   string
	Fields   []string // failing fields with their codes
	Revision *int64   // where the stream stands, of conflicts
}

// Error tells the detail and the failing fields.
func (e *Refusal) Error() string {
	text := e.Detail
	if len(e.Fields) > 0 {
		text += " (" + strings.Join(e.Fields, ", ") + ")"
	}
	return text
}

// ErrToken: without a valid account there is no point in going on.
var ErrToken = errors.New("the service does not accept the token")

// Client sends commands. It is safe for concurrent use.
type Client struct {
	url, token string
	patience   time.Duration
	http       *http.Client
	transport  *http.Transport
	after      atomic.Uint64 // position the service's directory must have passed
	buffers    sync.Pool
}

// New makes a client; nothing is sent yet.
func New(o Options) *Client {
	if o.Patience <= 0 {
		o.Patience = 2 * time.Minute
	}
	if o.Connections <= 0 {
		o.Connections = 16
	}
	t := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		MaxIdleConns:        o.Connections,
		MaxIdleConnsPerHost: o.Connections,
		IdleConnTimeout:     time.Minute,
		DisableCompression:  true,
		// A service that takes this long has lost the request; it is sent again with the same key.
		ResponseHeaderTimeout: 30 * time.Second,
	}
	return &Client{
		url: strings.TrimRight(o.URL, "/"), token: "Bearer " + o.Token, patience: o.Patience,
		http: &http.Client{Transport: t}, transport: t, buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }},
	}
}

// Close gives the connections back.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Passed remembers a position that later commands depend on.
func (c *Client) Passed(position uint64) {
	for {
		old := c.after.Load()
		if position <= old || c.after.CompareAndSwap(old, position) {
			return
		}
	}
}

// Send issues a command until it is answered. Errors: a *[Refusal], [ErrToken], or that the service has not answered within the
// patience.
func (c *Client) Send(ctx context.Context, r Command) (Answer, error) {
	body, err := json.Marshal(r.Body)
	if err != nil {
		return Answer{}, err
	}
	var since time.Time
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		a, again, err := c.once(ctx, r, body)
		if err == nil {
			return a, nil
		}
		if !again || ctx.Err() != nil {
			return Answer{}, err
		}
		if since.IsZero() {
			since = time.Now()
		} else if time.Since(since) > c.patience {
			return Answer{}, fmt.Errorf("the service has not answered for %s: %w", c.patience, err)
		}
		select {
		case <-time.After(wait/2 + rand.N(wait)):
		case <-ctx.Done():
			return Answer{}, ctx.Err()
		}
	}
}

// once issues a command once; again says whether repeating it may help.
func (c *Client) once(ctx context.Context, r Command, body []byte) (a Answer, again bool, err error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+r.Path, bytes.NewReader(body))
	if err != nil {
		return Answer{}, false, err
	}
	q.Header = http.Header{"Authorization": {c.token}, "Content-Type": {"application/json"}, "Idempotency-Key": {r.Key}}
	if !r.At.IsZero() {
		q.Header["Docket-Effective-At"] = []string{r.At.Format(time.RFC3339Nano)}
	}
	if r.By != "" {
		q.Header["Docket-On-Behalf-Of"] = []string{r.By}
	}
	if r.Match != nil {
		q.Header["If-Match"] = []string{`"` + strconv.FormatUint(*r.Match, 10) + `"`}
	}
	if after := c.after.Load(); after > 0 {
		q.Header["Docket-After"] = []string{strconv.FormatUint(after, 10)}
	}
	response, err := c.http.Do(q)
	if err != nil {
		return Answer{}, true, err
	}
	defer func() { _ = response.Body.Close() }()
	buffer := c.buffers.Get().(*bytes.Buffer)
	defer c.buffers.Put(buffer)
	buffer.Reset()
	if _, err := buffer.ReadFrom(io.LimitReader(response.Body, 1<<20)); err != nil {
		return Answer{}, true, fmt.Errorf("answer broke off: %w", err)
	}
	if response.StatusCode/100 != 2 {
		again, err = refusal(response.StatusCode, buffer.Bytes())
		return Answer{}, again, err
	}
	if err := json.Unmarshal(buffer.Bytes(), &a); err != nil {
		return Answer{}, false, fmt.Errorf("answer of the service: %w", err)
	}
	a.Repeated = response.Header.Get("Idempotent-Replayed") != ""
	return a, false, nil
}

// refusal reads a problem; what may pass by itself is to be tried again.
func refusal(status int, body []byte) (again bool, err error) {
	var p struct {
		Code, Detail string
		Revision     *int64
		Errors       []struct{ Field, Code string }
	}
	if json.Unmarshal(body, &p) != nil || p.Code == "" {
		p.Code = "http." + strconv.Itoa(status)
	}
	e := &Refusal{Status: status, Code: p.Code, Detail: p.Detail, Revision: p.Revision}
	for _, f := range p.Errors {
		e.Fields = append(e.Fields, f.Field+": "+f.Code)
	}
	switch {
	case status == http.StatusUnauthorized:
		return false, fmt.Errorf("%w: %s", ErrToken, p.Code)
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, p.Code == "stream.contended":
		return true, fmt.Errorf("the service answers %d %s: %s", status, p.Code, e.Error())
	}
	return false, e
}
