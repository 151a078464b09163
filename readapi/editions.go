package readapi

import (
	"context"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/casetype"
	"docket/internal/httpapi"
	"docket/projections/ticketpage"
)

// EditionRequest asks for one version of a template or a procedure.
type EditionRequest struct {
	Request
	ID      string `path:"id" doc:"key of the template or procedure"`
	Version int    `path:"version" minimum:"1" maximum:"100000"`
}

// EditionDiffRequest asks where two versions differ.
type EditionDiffRequest struct {
	Request
	ID   string `path:"id" doc:"key of the template or procedure"`
	From int    `query:"from" required:"true" minimum:"1" maximum:"100000"`
	To   int    `query:"to" required:"true" minimum:"1" maximum:"100000"`
}

// EditionDiff is where two versions differ.
type EditionDiff struct {
	From    int               `json:"from"`
	To      int               `json:"to"`
	Changes []casetype.Change `json:"changes"`
}

// editions are the documents of one kind that are kept in versions, each document F with versions E.
type editions[F, E any] struct {
	kind    string // the first word of the operations that refusals are recorded under
	all     func() []F
	one     func(id string) (F, bool)
	owner   func(F) string // unit
	version func(F, int) (E, bool)
	changes func(from, to E) []casetype.Change
}

// readable lists the documents that the reader may see, as of the log's position and the instant asked about.
func (k editions[F, E]) readable(ctx context.Context, s *service, m Moment, department *string) (found []F, at time.Time, position uint64, err error) {
	actor := httpapi.ActorFrom(ctx)
	if !authz.Anywhere(actor, authz.TemplateRead) {
		s.api.Deny(ctx, k.kind+".list", authz.TemplateRead, "")
		return nil, at, 0, httpapi.ErrNotAllowed
	}
	var c check
	c.id("query.department", department)
	at, err = s.instant(m, &c)
	if err != nil {
		return nil, at, 0, err
	}
	position, err = s.passed(ctx)
	if err != nil {
		return nil, at, 0, err
	}
	for _, f := range k.all() {
		owner := k.owner(f)
		if _, ok := authz.Allowed(actor, authz.TemplateRead, domain.Scope{Unit: owner}); ok && (*department == "" || owner == *department) {
			found = append(found, f)
		}
	}
	return found, at, position, nil
}

// known gives a document that the reader may see; to others there is none.
func (k editions[F, E]) known(ctx context.Context, s *service, id *string) (f F, position uint64, err error) {
	var c check
	c.id("path.id", id)
	if err := c.v.Err(); err != nil {
		return f, 0, err
	}
	position, err = s.passed(ctx)
	if err != nil {
		return f, 0, err
	}
	found, ok := k.one(*id)
	switch _, readable := authz.Allowed(httpapi.ActorFrom(ctx), authz.TemplateRead, domain.Scope{Unit: k.owner(found)}); {
	case ok && readable:
		return found, position, nil
	case !authz.Anywhere(httpapi.ActorFrom(ctx), authz.TemplateRead):
		s.api.Deny(ctx, k.kind+".read", authz.TemplateRead, "")
		return f, 0, httpapi.ErrNotAllowed
	}
	return f, 0, ticketpage.ErrUnknown
}

// edition gives one version of a document that the reader may see.
func (k editions[F, E]) edition(ctx context.Context, s *service, in *EditionRequest) (e E, position uint64, err error) {
	f, position, err := k.known(ctx, s, &in.ID)
	if err != nil {
		return e, 0, err
	}
	e, ok := k.version(f, in.Version)
	if !ok {
		return e, 0, ticketpage.ErrUnknown
	}
	return e, position, nil
}

// diff tells where two versions of a document that the reader may see differ.
func (k editions[F, E]) diff(ctx context.Context, s *service, in *EditionDiffRequest) (*OneResponse[EditionDiff], error) {
	f, position, err := k.known(ctx, s, &in.ID)
	if err != nil {
		return nil, err
	}
	from, there := k.version(f, in.From)
	to, ok := k.version(f, in.To)
	if !there || !ok {
		return nil, ticketpage.ErrUnknown
	}
	return &OneResponse[EditionDiff]{Position: position, Body: EditionDiff{From: in.From, To: in.To, Changes: k.changes(from, to)}}, nil
}
