package readapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"docket/domain"
	"docket/domain/authz"
	"docket/internal/httpapi"
	"docket/internal/merkle"
)

// CheckpointPath and LogKeyPath answer without a token: hashes and a public key tell nothing about any event, and whoever keeps
// them outside need not have an account.
const (
	CheckpointPath = "/v1/log/checkpoint"
	LogKeyPath     = "/v1/log/key"
)

// logForm says in the API's documentation what the log is.
const logForm = "The log is a Merkle tree (RFC 6962, SHA-256) over all events in the order of their positions; a tree head is signed every so often and appended to the event store. Keep checkpoints outside: docket verify --log --checkpoint FILE finds whatever was changed, removed or cut since. The public key of this log is "

// PlainResponse is a text in a form of its own.
type PlainResponse struct {
	ContentType string `header:"Content-Type"`
	Key         string `header:"Docket-Log-Key" doc:"public key of the log, as a signed note's verifier key"`
	Body        []byte
}

// mountLog adds the log's tree: heads, proofs, tiles.
func mountLog(s *service) {
	if s.Log == nil {
		return
	}
	mountText(s, huma.Operation{
		OperationID: "read-checkpoint", Path: CheckpointPath, Summary: "The newest signed tree head of the log",
		Description: "A checkpoint in C2SP's format: a signed note with origin, number of events and root. " + logForm + s.Log.PublicKey(),
	}, func(ctx context.Context, _ *struct{}) ([]byte, error) {
		head, err := s.Log.Latest(ctx)
		return head.Checkpoint, err
	})
	mountText(s, huma.Operation{OperationID: "read-log-key", Path: LogKeyPath, Summary: "The public key of the log", Description: logForm + s.Log.PublicKey()},
		func(context.Context, *struct{}) ([]byte, error) { return []byte(s.Log.PublicKey() + "\n"), nil })
	mountText(s, huma.Operation{
		OperationID: "prove-event", Path: "/v1/log/inclusion", Summary: "A proof that the event at a position stands in the log",
		Description: "In C2SP's tlog-proof format, under the newest tree head, or the first one that covers the position. For auditors.",
	}, s.inclusion)
	mount(s, "prove-consistency", "/v1/log/consistency", "A proof that one tree head is the beginning of another", "Log", s.consistency)
	s.api.Router.Get("/v1/log/tile/{level}/*", s.tile)
}

// mountText registers a query that answers a text.
func mountText[I any](s *service, o huma.Operation, query func(context.Context, *I) ([]byte, error)) {
	o.Method, o.Tags = http.MethodGet, []string{"Log"}
	o.Responses = map[string]*huma.Response{"200": {Description: "The text", Content: map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: huma.TypeString}}}}}
	o.Errors = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable}
	o.RejectUnknownQueryParameters = true
	huma.Register(s.api.Huma, o, func(ctx context.Context, in *I) (*PlainResponse, error) {
		text, err := query(ctx, in)
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		return &PlainResponse{ContentType: "text/plain; charset=utf-8", Key: s.Log.PublicKey(), Body: text}, nil
	})
}

// InclusionRequest names an event.
type InclusionRequest struct {
	Position uint64 `query:"position" required:"true" doc:"commit position of the event"`
}

func (s *service) inclusion(ctx context.Context, in *InclusionRequest) ([]byte, error) {
	if err := s.auditLog(ctx, "log.inclusion"); err != nil {
		return nil, err
	}
	head, err := s.Log.Latest(ctx)
	if err == nil && head.Position < in.Position {
		head, err = s.Log.Covering(ctx, in.Position)
	}
	if err != nil {
		return nil, err
	}
	proofs, err := s.Log.Prove(ctx, head, in.Position)
	if err != nil {
		return nil, err
	}
	return proofs[0].Marshal(), nil
}

// ConsistencyRequest names two tree heads by their sizes.
type ConsistencyRequest struct {
	From int64 `query:"from" required:"true" minimum:"1" doc:"events under the older head"`
	To   int64 `query:"to" required:"true" minimum:"1" doc:"events under the newer head, one that the log holds"`
}

// ConsistencyResponse is the proof.
type ConsistencyResponse struct {
	Body struct {
		From   int64         `json:"from"`
		To     int64         `json:"to"`
		Hashes []merkle.Hash `json:"hashes" doc:"in base64, as RFC 6962 section 2.1.2 orders them"`
	}
}

func (s *service) consistency(ctx context.Context, in *ConsistencyRequest) (*ConsistencyResponse, error) {
	if err := s.auditLog(ctx, "log.consistency"); err != nil {
		return nil, err
	}
	hashes, err := s.Log.Consistency(ctx, in.From, in.To)
	if err != nil {
		return nil, err
	}
	out := &ConsistencyResponse{}
	out.Body.From, out.Body.To, out.Body.Hashes = in.From, in.To, append([]merkle.Hash{}, hashes...)
	return out, nil
}

func (s *service) auditLog(ctx context.Context, operation string) error {
	if !authz.Anywhere(httpapi.ActorFrom(ctx), authz.AuditRead) {
		s.api.Deny(ctx, operation, authz.AuditRead, "")
		return httpapi.ErrNotAllowed
	}
	return nil
}

// tile answers hashes as C2SP tlog-tiles names them, below /v1/log: tile/<level>/<number in groups of three digits>[.p/<width>].
func (s *service) tile(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if err := s.auditLog(ctx, "log.tile"); err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	level, n, width, err := tilePath(chi.URLParam(r, "level"), chi.URLParam(r, "*"))
	var hashes []byte
	if err == nil {
		hashes, err = s.Log.Tile(ctx, level, n, width)
	}
	if err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	_, _ = w.Write(hashes) // a client that has gone away needs no answer
}

var errTilePath = domain.Refusal(domain.NotFound, "log.no_tile", "the log has no such tile")

// tilePath reads the name of a tile, in its one spelling.
func tilePath(level, rest string) (l int, n int64, width int, err error) {
	l, err = strconv.Atoi(level)
	if err != nil || strconv.Itoa(l) != level {
		return 0, 0, 0, errTilePath
	}
	width = merkle.TileWidth
	if number, part, partial := strings.Cut(rest, ".p/"); partial {
		rest = number
		if width, err = strconv.Atoi(part); err != nil || strconv.Itoa(width) != part || width == merkle.TileWidth {
			return 0, 0, 0, errTilePath
		}
	}
	groups := strings.Split(rest, "/")
	for i, g := range groups {
		digits, x := strings.CutPrefix(g, "x")
		if x != (i < len(groups)-1) || len(digits) != 3 || i > 4 || (i == 0 && x && digits == "000") {
			return 0, 0, 0, errTilePath
		}
		d, err := strconv.ParseUint(digits, 10, 16)
		if err != nil {
			return 0, 0, 0, errTilePath
		}
		n = n*1000 + int64(d) //nolint:gosec // three digits
	}
	return l, n, width, nil
}
