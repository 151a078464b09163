package readapi

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"docket/domain"
	"docket/domain/authz"
	messages "docket/domain/quarantine"
	"docket/domain/security"
	"docket/internal/httpapi"
	"docket/projections/quarantine"
	"docket/projections/ticketpage"
)

// Files opens the sealed files of a stream; internal/attachment does.
type Files interface {
	Read(ctx context.Context, stream domain.StreamID, digest string) (io.ReadCloser, error)
}

// QuarantineRequest narrows the list of quarantined messages.
type QuarantineRequest struct {
	Request
	Paging
	Unit    string `query:"unit" doc:"that has to look after them"`
	Cause   string `query:"cause" enum:"oversized,unparseable,automatic,no_template,attachment,reused"`
	Channel string `query:"channel" enum:"mail,online"`
	Settled string `query:"settled" enum:"true,false" doc:"those a person has settled, or those that wait"`
}

// QuarantinedRequest asks for one message.
type QuarantinedRequest struct {
	Request
	ID string `path:"id" doc:"key of the message"`
}

// QuarantinedBytesRequest asks for what a message held.
type QuarantinedBytesRequest struct {
	QuarantinedRequest
	Purposed
}

// Quarantined is a message from outside that could not become a ticket by itself (mission row I1).
type Quarantined struct {
	ID        string     `json:"id"`
	Channel   string     `json:"channel"`
	Unit      *Ref       `json:"unit"`
	Cause     string     `json:"cause" doc:"oversized, unparseable, automatic: sent by a machine; no_template: refused; attachment: the ticket is open without a file; reused: another message bore its id"`
	Detail    string     `json:"detail,omitempty"`
	Size      int64      `json:"size" doc:"bytes received"`
	Kept      bool       `json:"kept" doc:"its bytes can be read"`
	Truncated bool       `json:"truncated,omitempty" doc:"only its beginning is kept"`
	Ticket    string     `json:"ticket,omitempty" doc:"that it opened all the same"`
	Message   string     `json:"message,omitempty" doc:"Message-ID"`
	Subject   string     `json:"subject,omitempty"`
	Sender    string     `json:"sender,omitempty"`
	Recipient string     `json:"recipient,omitempty"`
	EnteredAt time.Time  `json:"entered_at"`
	SettledAt *time.Time `json:"settled_at,omitempty"`
	How       string     `json:"how,omitempty" doc:"opened or discarded"`
	SettledBy *Ref       `json:"settled_by,omitempty"`
	Opened    string     `json:"opened,omitempty" doc:"ticket that was opened from it by hand"`
	Reason    string     `json:"reason,omitempty"`
}

// QuarantinedBytes is a message as it came, whole or its beginning.
type QuarantinedBytes struct {
	Position     uint64 `header:"Docket-Position"`
	ContentType  string `header:"Content-Type"`
	Disposition  string `header:"Content-Disposition"`
	CacheControl string `header:"Cache-Control"`
	Sniff        string `header:"X-Content-Type-Options"`
	Sandbox      string `header:"Content-Security-Policy"`
	Body         []byte
}

func mountQuarantine(s *service) {
	mount(s, "list-quarantine", "/v1/quarantine", "Messages that could not become tickets", "Quarantine", s.quarantine)
	mount(s, "read-quarantined", "/v1/quarantine/{id}", "A message that could not become a ticket", "Quarantine", s.quarantined)
	raw := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	refused := s.api.Shape(reflect.TypeFor[httpapi.ProblemDetails]()).Schema
	huma.Register(s.api.Huma, huma.Operation{
		OperationID: "read-quarantined-bytes", Method: http.MethodGet, Path: "/v1/quarantine/{id}/message", Tags: []string{"Quarantine"},
		Summary: "A quarantined message as it came", RejectUnknownQueryParameters: true,
		Responses: map[string]*huma.Response{
			"200":     {Description: "The message", Content: map[string]*huma.MediaType{"message/rfc822": raw}},
			"default": {Description: "Refused", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: refused}}},
		},
	}, func(ctx context.Context, in *QuarantinedBytesRequest) (*QuarantinedBytes, error) {
		out, err := s.quarantinedBytes(ctx, in)
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		return out, nil
	})
}

func (s *service) quarantine(ctx context.Context, in *QuarantineRequest) (*ListResponse[Quarantined], error) {
	reach, err := s.reaches(ctx, "quarantine.list", authz.QuarantineManage)
	if err != nil {
		return nil, err
	}
	var c check
	f := quarantine.Filter{Reach: reach, Unit: in.Unit, Cause: in.Cause, Channel: in.Channel, Limit: in.Limit}
	c.id("query.unit", &f.Unit)
	if in.Settled != "" {
		settled := in.Settled == "true"
		f.Settled = &settled
	}
	if in.After != "" {
		k := &quarantine.Key{}
		if !decodeCursor(in.After, k) || !sensible(k.EnteredAt) || !isID(k.ID) {
			return nil, errCursor
		}
		f.After = k
	}
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	l, err := quarantine.List(ctx, s.Reader, after, f)
	if err != nil {
		return nil, err
	}
	out := &ListResponse[Quarantined]{Position: l.Position, Body: List[Quarantined]{Items: make([]Quarantined, len(l.Messages))}}
	for i := range l.Messages {
		out.Body.Items[i] = s.quarantinedView(&l.Messages[i])
	}
	if l.Next != nil {
		out.Body.Next = encodeCursor(l.Next)
	}
	return out, nil
}

func (s *service) quarantined(ctx context.Context, in *QuarantinedRequest) (*OneResponse[Quarantined], error) {
	m, position, err := s.visibleMessage(ctx, "quarantine.read", &in.ID)
	if err != nil {
		return nil, err
	}
	return &OneResponse[Quarantined]{Position: position, Body: s.quarantinedView(&m)}, nil
}

// quarantinedBytes gives what was kept of a message; that somebody read it is recorded.
func (s *service) quarantinedBytes(ctx context.Context, in *QuarantinedBytesRequest) (*QuarantinedBytes, error) {
	m, position, err := s.visibleMessage(ctx, "quarantine.read_message", &in.ID)
	if err != nil {
		return nil, err
	}
	if m.Digest == "" {
		return nil, ticketpage.ErrUnknown
	}
	stream := domain.Stream(messages.Decider.Category, m.ID)
	file, err := s.Files.Read(ctx, stream, m.Digest)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	raw, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("read a quarantined message: %w", err)
	}
	read := security.SensitiveRead{What: "quarantine.read_message", Target: string(stream), Purpose: in.Purpose, Rows: 1}
	if err := s.api.Note(ctx, read); err != nil {
		return nil, err
	}
	return &QuarantinedBytes{
		Position: position, ContentType: "application/octet-stream", Disposition: `attachment; filename="` + m.ID + `.eml"`,
		CacheControl: "no-store", Sniff: "nosniff", Sandbox: "sandbox; default-src 'none'", Body: raw,
	}, nil
}

// visibleMessage is a message that the reader may see; to others there is none.
func (s *service) visibleMessage(ctx context.Context, operation string, id *string) (quarantine.Message, uint64, error) {
	var none quarantine.Message
	var c check
	c.id("path.id", id)
	if err := c.v.Err(); err != nil {
		return none, 0, err
	}
	if _, err := s.reaches(ctx, operation, authz.QuarantineManage); err != nil {
		return none, 0, err
	}
	after, err := s.after(ctx)
	if err != nil {
		return none, 0, err
	}
	m, known, position, err := quarantine.One(ctx, s.Reader, after, *id)
	if err != nil {
		return none, 0, err
	}
	if !known {
		return none, 0, ticketpage.ErrUnknown
	}
	if _, ok := authz.Allowed(httpapi.ActorFrom(ctx), authz.QuarantineManage, m.Scope()); !ok {
		s.api.Deny(ctx, operation, authz.QuarantineManage, domain.Stream(messages.Decider.Category, m.ID))
		return none, 0, ticketpage.ErrUnknown
	}
	return m, position, nil
}

func (s *service) quarantinedView(m *quarantine.Message) Quarantined {
	v := Quarantined{
		ID: m.ID, Channel: m.Channel, Unit: s.names.unit(m.Unit, m.EnteredAt), Cause: string(m.Cause), Detail: m.Detail, Size: m.Size,
		Kept: m.Digest != "", Truncated: m.Truncated, Ticket: m.Ticket, Message: m.Message, Subject: m.Subject, Sender: m.Sender,
		Recipient: m.Recipient, EnteredAt: m.EnteredAt.UTC(), SettledAt: utc(m.SettledAt), How: string(m.How), Opened: m.Opened, Reason: m.Reason,
	}
	if m.SettledAt != nil {
		v.SettledBy = s.names.staff(m.SettledBy, *m.SettledAt)
	}
	return v
}
