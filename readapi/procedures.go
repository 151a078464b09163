package readapi

import (
	"context"
	"time"

	"docket/domain/casetype"
	"docket/domain/procedure"
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

func (s *service) procedureEditions() editions[procedure.Facts, procedure.Edition] {
	return editions[procedure.Facts, procedure.Edition]{
		kind: "procedure", all: s.Procedures.Procedures, one: s.Procedures.Procedure,
		owner:   func(f procedure.Facts) string { return f.Department },
		version: procedure.Facts.Edition,
		changes: func(from, to procedure.Edition) []casetype.Change {
			return procedure.Diff(*from.Document, *to.Document)
		},
	}
}

func (s *service) procedures(ctx context.Context, in *ProceduresRequest) (*ListResponse[ProcedureLine], error) {
	found, at, position, err := s.procedureEditions().readable(ctx, s, in.Moment, &in.Department)
	if err != nil {
		return nil, err
	}
	lines := []ProcedureLine{}
	for _, f := range found {
		if line := s.procedureLine(f, at); !unwanted(in.InForce, line.InForce > 0) {
			lines = append(lines, line)
		}
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

func (s *service) procedure(ctx context.Context, in *ProcedureRequest) (*OneResponse[ProcedureView], error) {
	var c check
	at, err := s.instant(in.Moment, &c)
	if err != nil {
		return nil, err
	}
	f, position, err := s.procedureEditions().known(ctx, s, &in.ID)
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

func (s *service) procedureVersion(ctx context.Context, in *EditionRequest) (*OneResponse[ProcedureVersionView], error) {
	e, position, err := s.procedureEditions().edition(ctx, s, in)
	if err != nil {
		return nil, err
	}
	return &OneResponse[ProcedureVersionView]{Position: position, Body: ProcedureVersionView{s.procedureVersionLine(e), *e.Document}}, nil
}

func (s *service) procedureDiff(ctx context.Context, in *EditionDiffRequest) (*OneResponse[EditionDiff], error) {
	return s.procedureEditions().diff(ctx, s, in)
}
