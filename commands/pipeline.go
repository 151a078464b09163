package commands

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"docket/domain"
	"docket/internal/httpapi"
)

// Journal stores and reads the streams of aggregates; internal/eventstore is one.
type Journal interface {
	// Load reads a whole stream with everything open. A stream that does not exist gives domain.NoStream.
	Load(ctx context.Context, id domain.StreamID) ([]domain.Envelope, domain.Revision, error)
	// Append stores all events or none at an exact revision. Errors: domain.ErrWrongRevision, nothing was written;
	// domain.ErrAmbiguous, read back before telling anyone.
	Append(ctx context.Context, id domain.StreamID, expected domain.Revision, seed string, events []domain.Pending) (domain.Appended, error)
	// Head is the position of the last event of the log.
	Head(ctx context.Context) (uint64, error)
}

// Config says what a pipeline works with. Journal, Lookups and Digest are required.
type Config struct {
	Journal Journal
	Lookups Lookups
	// Calendars by which limits run; nil: no clock starts.
	Calendars Calendars
	// Holdings is asked where a group limits what its members hold; nil: no limit holds anybody back.
	Holdings Holdings
	Measures Measures                                                  // nil: no month can be closed
	Library  Library                                                   // nil: no ticket has a template
	Digest   func(ctx context.Context, request []byte) (string, error) // keyed digest, the same for the same bytes
	// SameDigest recognises a digest made under an older key; nil: digests are compared.
	SameDigest func(ctx context.Context, request []byte, digest string) (bool, error)
	// Keys makes what seals a new stream; nil: that is made when something is sealed.
	Keys    func(ctx context.Context, streams ...string) error
	Denials httpapi.Denials  // nil: denials are answered but not recorded
	Index   Index            // nil: customers cannot be found by what identifies them
	Uploads Uploads          // nil: no files can be attached
	Clock   func() time.Time // nil: time.Now
	Logger  *slog.Logger     // nil: slog.Default()
	Metrics *Metrics         // nil: none

	Backdate       time.Duration  // how far back an effective time may lie without a right of its own; 0: 24 h
	Zone           *time.Location // of the organisation, for the year of numbers; nil: Asia/Shanghai
	AppendDeadline time.Duration  // how long an append may take, whatever becomes of the request; 0: 10 s
	Wait           time.Duration  // how long a command waits for the directory to pass Docket-After; 0: 2 s
}

// Pipeline carries commands out. It is safe for concurrent use. What it remembers of tickets saves reading them and decides
// nothing (see fromMemory).
type Pipeline struct {
	Config
	serials *serials
	memory  *memory
}

// skew is how far a client's clock may run ahead.
const skew = time.Second

// attempts bounds how often a command is decided anew because the stream had moved on.
const attempts = 4

// namespace of the ids of created streams (UUID version 5).
var namespace = uuid.MustParse("c8d1f1d6-52a7-4f0e-8a47-6a0a6b7f2f54")

// NewPipeline checks the configuration and fills its defaults.
func NewPipeline(c Config) (*Pipeline, error) {
	var errs []error
	if c.Journal == nil {
		errs = append(errs, errors.New("no journal"))
	}
	if c.Lookups == nil {
		errs = append(errs, errors.New("no lookups"))
	}
	if c.Digest == nil {
		errs = append(errs, errors.New("no digest"))
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Zone == nil {
		zone, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			zone = time.FixedZone("UTC+8", 8*60*60)
		}
		c.Zone = zone
	}
	c.Backdate = cmp.Or(c.Backdate, 24*time.Hour)
	c.AppendDeadline = cmp.Or(c.AppendDeadline, 10*time.Second)
	c.Wait = cmp.Or(c.Wait, 2*time.Second)
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("new pipeline: %w", err)
	}
	return &Pipeline{Config: c, serials: newSerials(c.Journal, c.AppendDeadline), memory: newMemory(remembered)}, nil
}

// Request is one command as asked.
type Request struct {
	ID      string       // key of the stream; empty for a command that creates one
	Actor   domain.Actor // the account that asks, with its posts of now
	Command any          // pointer to the payload; see Entry.New

	Key        string          // idempotency key; empty: a random one, never repeated
	Match      domain.Revision // the revision decided on, when Matches
	Matches    bool
	Effective  time.Time // when it happened in the world; zero: now
	OnBehalfOf string    // staff key of the person the account acts for
	After      uint64    // position that the directory must have passed; 0: none

	Correlation string // empty: the key
	Causation   string // empty: the key
	Trace       string // W3C trace parent

	Canonical []byte              // canonical form of the payload; nil: its JSON
	Failures  []domain.FieldError // what the edge has found wrong already
}

// Answer is what became of a command that was accepted.
type Answer struct {
	ID       string   `json:"id" doc:"key of the stream"`
	Revision uint64   `json:"revision" doc:"of the command's last event; the current one when nothing changed"`
	Position uint64   `json:"position" doc:"place in the log; send it as Docket-After to read what was written"`
	Events   []Stored `json:"events" doc:"what became true; empty when it was so already"`
	Number   string   `json:"number,omitempty" doc:"of a registered ticket"`

	Revealed *Revealed `json:"revealed,omitempty" doc:"the value that was asked for"`

	Repeated bool `json:"-"` // the first answer to this key, given again
}

// Do carries a command out, or tells why not: a [domain.Error] (often in a [Conflict]), or an internal failure. What it
// refuses has stored nothing, except [ErrAmbiguous], and the record of a denied attempt.
func (p *Pipeline) Do(ctx context.Context, e *Entry, r Request) (Answer, error) {
	start := p.Clock()
	a, err := p.do(ctx, e, r)
	p.Metrics.observe(e.Name, a, err, p.Clock().Sub(start))
	return a, err
}

func (p *Pipeline) do(ctx context.Context, e *Entry, r Request) (Answer, error) {
	t := &try{p: p, e: e, r: r, fresh: r.Key == "" && e.Creates}
	if err := t.prepare(ctx); err != nil {
		return Answer{}, err
	}
	if a, over, err := t.fromMemory(ctx); over {
		return a, err
	}
	var err error
	for range attempts {
		var a Answer
		a, err = t.once(ctx)
		if !errors.Is(err, domain.ErrWrongRevision) && !errors.Is(err, domain.ErrAmbiguous) {
			return a, err
		}
		t.fresh = false // what is stored has to be looked at now
	}
	return t.exhausted(ctx, err)
}

// exhausted answers when every attempt was overtaken or its answer lost. It has a last look before it tells a failure.
func (t *try) exhausted(ctx context.Context, cause error) (Answer, error) {
	looked := t.load(ctx)
	if looked == nil {
		if a, found, err := t.repeated(ctx); found || err != nil {
			return a, err
		}
	}
	if errors.Is(cause, domain.ErrAmbiguous) {
		t.p.Logger.WarnContext(ctx, "a command's append stayed ambiguous", "command", t.e.Name, "stream", t.stream, "error", cause)
		return Answer{}, ErrAmbiguous
	}
	if looked != nil {
		return Answer{}, looked
	}
	return Answer{}, t.conflict(ErrContended)
}

// createdID is the key of the stream that a command of this principal with this key creates.
func createdID(principal, command, key string) string {
	return uuid.NewSHA1(namespace, []byte(principal+"\x00"+command+"\x00"+key)).String()
}

// canonical is the request that the idempotency digest covers: what was asked, of whom, when and for whom.
func canonical(e *Entry, r *Request) ([]byte, error) {
	payload := r.Canonical
	if payload == nil {
		encoded, err := json.Marshal(r.Command)
		if err != nil {
			return nil, fmt.Errorf("canonical form of %s: %w", e.Name, err)
		}
		payload = encoded
	}
	b := make([]byte, 0, len(payload)+len(e.Name)+len(r.ID)+len(r.OnBehalfOf)+40)
	b = append(append(b, e.Name...), '\n')
	b = append(append(b, r.ID...), '\n')
	if !r.Effective.IsZero() {
		b = r.Effective.AppendFormat(b, time.RFC3339Nano)
	}
	b = append(b, '\n')
	b = append(append(b, r.OnBehalfOf...), '\n')
	return append(b, payload...), nil
}
