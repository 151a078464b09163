package readapi

import (
	"context"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/casetype"
	"docket/domain/procedure"
	"docket/internal/httpapi"
	"docket/projections/ticketpage"
)

// Procedures tells of the procedures that have been drafted, with all their versions.
type Procedures interface {
	Procedure(id string) (procedure.Facts, bool)
	Procedures() []procedure.Facts
}

// ProceduresRequest narrows the list of procedures.
type ProceduresRequest struct {
	Request
	Paging
	Moment
	Department string `query:"department" doc:"owning unit"`
	InForce    string `query:"in_force" enum:"true,false" doc:"those with a version in force, or without one"`
}

// ProcedureRequest asks for one procedure.
type ProcedureRequest struct {
	Request
	Moment
	ID string `path:"id" doc:"key of the procedure"`
}

// ProcedureVersionRequest asks for one version.
type ProcedureVersionRequest struct {
	Request
	ID      string `path:"id" doc:"key of the procedure"`
	Version int    `path:"version" minimum:"1" maximum:"100000"`
}

// ProcedureDiffRequest asks where two versions differ.
type ProcedureDiffRequest struct {
	Request
	ID   string `path:"id" doc:"key of the procedure"`
	From int    `query:"from" required:"true" minimum:"1" maximum:"100000"`
	To   int    `query:"to" required:"true" minimum:"1" maximum:"100000"`
}

// ProcedureLine is a procedure in the list.
type ProcedureLine struct {
	ID         string        `json:"id"`
	Department *Ref          `json:"department"`
	Title      casetype.Text `json:"title" doc:"of the version in force, else of the newest"`
	InForce    int           `json:"in_force,omitempty" doc:"version that tickets opened then follow; left out: none"`
	Newest     int           `json:"newest" doc:"the newest version, whatever its status"`
}

// ProcedureView is a procedure with what became of each version.
type ProcedureView struct {
	ProcedureLine
	Versions []ProcedureVersionLine `json:"versions"`
}

// ProcedureVersionLine is a version without its text.
type ProcedureVersionLine struct {
	Version     int        `json:"version"`
	Status      string     `json:"status" enum:"draft,published,retired"`
	Digest      string     `json:"digest" doc:"SHA-256 of the canonical JSON of the document; what is published is named by it"`
	Authors     []Ref      `json:"authors"`
	Publisher   *Ref       `json:"publisher,omitempty"`
	DraftedAt   time.Time  `json:"drafted_at"`
	EffectiveAt *time.Time `json:"effective_at,omitempty"`
	RetiredAt   *time.Time `json:"retired_at,omitempty"`
}

// ProcedureVersionView is a version whole.
type ProcedureVersionView struct {
	ProcedureVersionLine
	Document procedure.Document `json:"document"`
}

// ProcedureDiff is where two versions differ.
type ProcedureDiff struct {
	From    int               `json:"from"`
	To      int               `json:"to"`
	Changes []casetype.Change `json:"changes"`
}

// TicketProcedure is what a ticket's handlers work by (業務規範、操作流程和標準, mission row T6).
type TicketProcedure struct {
	ID          string             `json:"id"`
	Version     int                `json:"version" doc:"in force when the ticket was opened"`
	Digest      string             `json:"digest"`
	EffectiveAt time.Time          `json:"effective_at"`
	RetiredAt   *time.Time         `json:"retired_at,omitempty" doc:"for new tickets; this one goes on following it"`
	Document    procedure.Document `json:"document"`
}

func mountProcedures(s *service) {
	mount(s, "list-procedures", "/v1/procedures", "Procedures that handlers work by", "Templates", s.procedures)
	mount(s, "read-procedure", "/v1/procedures/{id}", "A procedure and what became of its versions", "Templates", s.procedure)
	mount(s, "read-procedure-version", "/v1/procedures/{id}/versions/{version}", "A version of a procedure", "Templates", s.procedureVersion)
	mount(s, "compare-procedure-versions", "/v1/procedures/{id}/diff", "Where two versions differ", "Templates", s.procedureDiff)
}

// procedureOf shows the version that a ticket follows; nil when it follows none, or this process has not read of it.
func (s *service) procedureOf(ref casetype.ProcedureRef) *TicketProcedure {
	f, _ := s.Procedures.Procedure(ref.Procedure)
	e, ok := f.Edition(ref.Version)
	if !ok || !e.Published() {
		return nil
	}
	v := &TicketProcedure{ID: f.ID, Version: e.Number, Digest: e.Digest, EffectiveAt: e.EffectiveAt, Document: *e.Document}
	if !e.RetiredAt.IsZero() {
		v.RetiredAt = &e.RetiredAt
	}
	return v
}

func (s *service) procedures(ctx context.Context, in *ProceduresRequest) (*ListResponse[ProcedureLine], error) {
	actor := httpapi.ActorFrom(ctx)
	if !authz.Anywhere(actor, authz.TemplateRead) {
		s.api.Deny(ctx, "procedure.list", authz.TemplateRead, "")
		return nil, httpapi.ErrNotAllowed
	}
	var c check
	c.id("query.department", &in.Department)
	at, err := s.instant(in.Moment, &c)
	if err != nil {
		return nil, err
	}
	position, err := s.passed(ctx)
	if err != nil {
		return nil, err
	}
	lines := []ProcedureLine{}
	for _, f := range s.Procedures.Procedures() {
		_, readable := authz.Allowed(actor, authz.TemplateRead, domain.Scope{Unit: f.Department})
		line := s.procedureLine(f, at)
		if !readable || in.Department != "" && f.Department != in.Department || unwanted(in.InForce, line.InForce > 0) {
			continue
		}
		lines = append(lines, line)
	}
	page, next, err := pageOf(lines, in.Paging, func(l ProcedureLine) place { return place{l.Title.In("zh-Hant"), l.ID} })
	if err != nil {
		return nil, err
	}
	return &ListResponse[ProcedureLine]{Position: position, Body: List[ProcedureLine]{Items: page, Next: next}}, nil
}

func (s *service) procedureLine(f procedure.Facts, at time.Time) ProcedureLine {
	shown := f.Versions[len(f.Versions)-1]
	l := ProcedureLine{ID: f.ID, Department: s.names.unit(f.Department, at), Newest: shown.Number}
	if e, ok := f.InForce(at); ok {
		shown, l.InForce = e, e.Number
	}
	l.Title = shown.Document.Title
	return l
}

// knownProcedure gives a procedure that the reader may see; to others there is none.
func (s *service) knownProcedure(ctx context.Context, id *string) (procedure.Facts, uint64, error) {
	var c check
	c.id("path.id", id)
	if err := c.v.Err(); err != nil {
		return procedure.Facts{}, 0, err
	}
	position, err := s.passed(ctx)
	if err != nil {
		return procedure.Facts{}, 0, err
	}
	f, ok := s.Procedures.Procedure(*id)
	switch _, readable := authz.Allowed(httpapi.ActorFrom(ctx), authz.TemplateRead, domain.Scope{Unit: f.Department}); {
	case ok && readable:
		return f, position, nil
	case !authz.Anywhere(httpapi.ActorFrom(ctx), authz.TemplateRead):
		s.api.Deny(ctx, "procedure.read", authz.TemplateRead, "")
		return procedure.Facts{}, 0, httpapi.ErrNotAllowed
	}
	return procedure.Facts{}, 0, ticketpage.ErrUnknown
}

func (s *service) procedure(ctx context.Context, in *ProcedureRequest) (*OneResponse[ProcedureView], error) {
	var c check
	at, err := s.instant(in.Moment, &c)
	if err != nil {
		return nil, err
	}
	f, position, err := s.knownProcedure(ctx, &in.ID)
	if err != nil {
		return nil, err
	}
	v := ProcedureView{ProcedureLine: s.procedureLine(f, at), Versions: []ProcedureVersionLine{}}
	for _, e := range f.Versions {
		v.Versions = append(v.Versions, s.procedureVersionLine(e))
	}
	return &OneResponse[ProcedureView]{Position: position, Body: v}, nil
}

func (s *service) procedureVersionLine(e procedure.Edition) ProcedureVersionLine {
	l := ProcedureVersionLine{
		Version: e.Number, Status: string(e.Status), Digest: e.Digest, Authors: []Ref{}, Publisher: s.names.staff(e.Publisher, e.DraftedAt),
		DraftedAt: e.DraftedAt,
	}
	for _, author := range e.Authors {
		l.Authors = append(l.Authors, *s.names.staff(author, e.DraftedAt))
	}
	if e.Published() {
		l.EffectiveAt = &e.EffectiveAt
	}
	if !e.RetiredAt.IsZero() {
		l.RetiredAt = &e.RetiredAt
	}
	return l
}

func (s *service) procedureVersion(ctx context.Context, in *ProcedureVersionRequest) (*OneResponse[ProcedureVersionView], error) {
	f, position, err := s.knownProcedure(ctx, &in.ID)
	if err != nil {
		return nil, err
	}
	e, ok := f.Edition(in.Version)
	if !ok {
		return nil, ticketpage.ErrUnknown
	}
	return &OneResponse[ProcedureVersionView]{Position: position, Body: ProcedureVersionView{s.procedureVersionLine(e), *e.Document}}, nil
}

func (s *service) procedureDiff(ctx context.Context, in *ProcedureDiffRequest) (*OneResponse[ProcedureDiff], error) {
	f, position, err := s.knownProcedure(ctx, &in.ID)
	if err != nil {
		return nil, err
	}
	from, known := f.Edition(in.From)
	to, ok := f.Edition(in.To)
	if !known || !ok {
		return nil, ticketpage.ErrUnknown
	}
	return &OneResponse[ProcedureDiff]{Position: position, Body: ProcedureDiff{
		From: in.From, To: in.To, Changes: procedure.Diff(*from.Document, *to.Document),
	}}, nil
}
