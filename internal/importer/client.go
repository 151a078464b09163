package importer

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

	"docket/internal/importer/plan"
)

// request is one command.
type request struct {
	path, key, by string
	at            time.Time
	body          any
}

// answer is what the service says about an accepted command.
type answer struct {
	ID       string  `json:"id"`
	Number   string  `json:"number"`
	Revision uint64  `json:"revision"`
	Position uint64  `json:"position"`
	Events   []Event `json:"events"`
	repeated bool
}

// refusedError is the service's definite no to a command.
type refusedError struct {
	Status int
	Code   string // of the problem, for example "ticket.not_open"
	Detail string
	Fields []string // failing fields with their codes
}

// Error tells the detail and the failing fields.
func (e *refusedError) Error() string {
	text := e.Detail
	if len(e.Fields) > 0 {
		text += " (" + strings.Join(e.Fields, ", ") + ")"
	}
	return text
}

// client sends commands and repeats them, with the same key, while the service cannot be reached.
type client struct {
	url, token string
	patience   time.Duration
	http       *http.Client
	transport  *http.Transport
	journal    *journal
	after      atomic.Uint64 // position the service's directory must have passed
	buffers    sync.Pool
}

func newClient(o Options, j *journal) *client {
	t := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		MaxIdleConns:        o.Concurrency,
		MaxIdleConnsPerHost: o.Concurrency,
		IdleConnTimeout:     time.Minute,
		DisableCompression:  true,
		// A service that takes this long has lost the request; it is sent again with the same key.
		ResponseHeaderTimeout: 30 * time.Second,
	}
	return &client{
		url: strings.TrimRight(o.URL, "/"), token: "Bearer " + o.Token, patience: o.Patience,
		http: &http.Client{Transport: t}, transport: t, journal: j,
		buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }},
	}
}

func (c *client) close() { c.transport.CloseIdleConnections() }

// passed remembers a position that later commands depend on.
func (c *client) passed(position uint64) {
	for {
		old := c.after.Load()
		if position <= old || c.after.CompareAndSwap(old, position) {
			return
		}
	}
}

// send issues a command until it is answered. Errors: a *refusedError, or that the service has not answered within the patience.
func (c *client) send(ctx context.Context, r request) (answer, error) {
	body, err := json.Marshal(r.body)
	if err != nil {
		return answer{}, err
	}
	var since time.Time
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		a, again, err := c.once(ctx, r, body)
		if err == nil {
			return a, c.journal.write(r, a)
		}
		if !again || ctx.Err() != nil {
			return answer{}, err
		}
		if since.IsZero() {
			since = time.Now()
		} else if time.Since(since) > c.patience {
			return answer{}, fmt.Errorf("the service has not answered for %s: %w", c.patience, err)
		}
		select {
		case <-time.After(wait/2 + rand.N(wait)):
		case <-ctx.Done():
			return answer{}, ctx.Err()
		}
	}
}

// once issues a command once; again says whether repeating it may help.
func (c *client) once(ctx context.Context, r request, body []byte) (a answer, again bool, err error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+r.path, bytes.NewReader(body))
	if err != nil {
		return answer{}, false, err
	}
	q.Header = http.Header{
		"Authorization":       {c.token},
		"Content-Type":        {"application/json"},
		"Idempotency-Key":     {r.key},
		"Docket-Effective-At": {r.at.Format(time.RFC3339Nano)},
	}
	if r.by != "" {
		q.Header["Docket-On-Behalf-Of"] = []string{r.by}
	}
	if after := c.after.Load(); after > 0 {
		q.Header["Docket-After"] = []string{strconv.FormatUint(after, 10)}
	}
	response, err := c.http.Do(q)
	if err != nil {
		return answer{}, true, err
	}
	defer func() { _ = response.Body.Close() }()
	buffer := c.buffers.Get().(*bytes.Buffer)
	defer c.buffers.Put(buffer)
	buffer.Reset()
	if _, err := buffer.ReadFrom(io.LimitReader(response.Body, 1<<20)); err != nil {
		return answer{}, true, fmt.Errorf("answer broke off: %w", err)
	}
	if response.StatusCode/100 != 2 {
		again, err = refusal(response.StatusCode, buffer.Bytes())
		return answer{}, again, err
	}
	if err := json.Unmarshal(buffer.Bytes(), &a); err != nil {
		return answer{}, false, fmt.Errorf("answer of the service: %w", err)
	}
	a.repeated = response.Header.Get("Idempotent-Replayed") != ""
	return a, false, nil
}

// errLogin: without a valid account there is no point in going on.
var errLogin = errors.New("the service does not accept the token")

// refusal reads a problem; what may pass by itself is to be tried again.
func refusal(status int, body []byte) (again bool, err error) {
	var p struct {
		Code, Detail string
		Errors       []struct{ Field, Code string }
	}
	if json.Unmarshal(body, &p) != nil || p.Code == "" {
		p.Code = "http." + strconv.Itoa(status)
	}
	e := &refusedError{Status: status, Code: p.Code, Detail: p.Detail}
	for _, f := range p.Errors {
		e.Fields = append(e.Fields, f.Field+": "+f.Code)
	}
	switch {
	case status == http.StatusUnauthorized:
		return false, fmt.Errorf("%w: %s", errLogin, p.Code)
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, p.Code == "stream.contended":
		return true, fmt.Errorf("the service answers %d %s: %s", status, p.Code, e.Error())
	}
	return false, e
}

// identities are the ids that the service has given to what the log calls by keys of its own.
type identities struct {
	unit           string
	groups, people map[string]string
}

func newIdentities(o *plan.Organisation) *identities {
	return &identities{
		groups: make(map[string]string, len(o.Groups())), people: make(map[string]string, len(o.People())),
	}
}
