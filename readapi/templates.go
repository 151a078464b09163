package readapi

import (
	"context"
	"slices"
	"time"

	"docket/domain/authority"
	"docket/domain/casetype"
	"docket/domain/template"
)

// Templates tells of the templates that have been drafted, with all their versions, and of the authority matrix.
type Templates interface {
	Template(id string) (template.Facts, bool)
	Templates() []template.Facts
	Authority() authority.Matrix
}

// TemplatesRequest narrows the list of templates.
type TemplatesRequest struct {
	Request
	Paging
	Moment
	Type       string `query:"type" maxLength:"8" doc:"business type"`
	Department string `query:"department" doc:"owning unit"`
	InForce    string `query:"in_force" enum:"true,false" doc:"those that tickets can be opened on, or cannot"`
}

// TemplateRequest asks for one template.
type TemplateRequest struct {
	Request
	Moment
	ID string `path:"id" doc:"key of the template"`
}

// TemplateLine is a template in the list.
type TemplateLine struct {
	ID         string        `json:"id"`
	Type       string        `json:"type"`
	Department *Ref          `json:"department"`
	Title      casetype.Text `json:"title" doc:"of the version in force, else of the newest"`
	InForce    int           `json:"in_force,omitempty" doc:"version that tickets opened then follow; left out: none"`
	Newest     int           `json:"newest" doc:"the newest version, whatever its status"`
}

// TemplateView is a template with what became of each version.
type TemplateView struct {
	TemplateLine
	Versions []TemplateVersionLine `json:"versions"`
}

// TemplateVersionLine is a version without its definition.
type TemplateVersionLine struct {
	Version     int        `json:"version"`
	Status      string     `json:"status" enum:"draft,under_review,for_approval,approved,retired"`
	Digest      string     `json:"digest" doc:"SHA-256 of the canonical JSON of the definition; what is signed"`
	Authors     []Ref      `json:"authors"`
	Reviewer    *Ref       `json:"reviewer,omitempty"`
	Approver    *Ref       `json:"approver,omitempty"`
	DraftedAt   time.Time  `json:"drafted_at"`
	EffectiveAt *time.Time `json:"effective_at,omitempty"`
	RetiredAt   *time.Time `json:"retired_at,omitempty"`
}

// TemplateVersionView is a version whole. Fields stand in the order in which screens and prints show them (mission row T4).
type TemplateVersionView struct {
	TemplateVersionLine
	Definition casetype.Definition `json:"definition"`
}

// AuthoritiesRequest asks for the authority matrix.
type AuthoritiesRequest struct {
	Request
	Moment
	Kind string `query:"kind" maxLength:"40"`
}

// AuthorityLine is a row of the matrix.
type AuthorityLine struct {
	ID string `json:"id"`
	authority.Row
	Who  *Ref `json:"who,omitempty" doc:"the person, where one signs"`
	Live bool `json:"live" doc:"holds then"`
}

func mountTemplates(s *service) {
	mount(s, "list-templates", "/v1/templates", "Templates", "Templates", s.templates)
	mount(s, "read-template", "/v1/templates/{id}", "A template and what became of its versions", "Templates", s.template)
	mount(s, "read-template-version", "/v1/templates/{id}/versions/{version}", "A version of a template", "Templates", s.templateVersion)
	mount(s, "compare-template-versions", "/v1/templates/{id}/diff", "Where two versions differ", "Templates", s.templateDiff)
	mount(s, "list-authorities", "/v1/authorities", "The authority matrix", "Templates", s.authorities)
}

func (s *service) templateEditions() editions[template.Facts, template.Edition] {
	return editions[template.Facts, template.Edition]{
		kind: "template", all: s.Templates.Templates, one: s.Templates.Template,
		owner:   func(f template.Facts) string { return f.Department },
		version: template.Facts.Edition,
		changes: func(from, to template.Edition) []casetype.Change {
			return casetype.Diff(*from.Definition, *to.Definition)
		},
	}
}

func (s *service) templates(ctx context.Context, in *TemplatesRequest) (*ListResponse[TemplateLine], error) {
	found, at, position, err := s.templateEditions().readable(ctx, s, in.Moment, &in.Department)
	if err != nil {
		return nil, err
	}
	lines := []TemplateLine{}
	for _, f := range found {
		line := s.templateLine(f, at)
		if (in.Type == "" || f.Type == in.Type) && !unwanted(in.InForce, line.InForce > 0) {
			lines = append(lines, line)
		}
	}
	page, next, err := pageOf(lines, in.Paging, func(l TemplateLine) place { return place{l.Type, l.ID} })
	if err != nil {
		return nil, err
	}
	return &ListResponse[TemplateLine]{Position: position, Body: List[TemplateLine]{Items: page, Next: next}}, nil
}

func (s *service) templateLine(f template.Facts, at time.Time) TemplateLine {
	shown := f.Versions[len(f.Versions)-1]
	l := TemplateLine{ID: f.ID, Type: f.Type, Department: s.names.unit(f.Department, at), Newest: shown.Number}
	if e, ok := f.InForce(at); ok {
		shown, l.InForce = e, e.Number
	}
	l.Title = shown.Definition.Labels["title"]
	return l
}

func (s *service) template(ctx context.Context, in *TemplateRequest) (*OneResponse[TemplateView], error) {
	var c check
	at, err := s.instant(in.Moment, &c)
	if err != nil {
		return nil, err
	}
	f, position, err := s.templateEditions().known(ctx, s, &in.ID)
	if err != nil {
		return nil, err
	}
	v := TemplateView{TemplateLine: s.templateLine(f, at), Versions: []TemplateVersionLine{}}
	for _, e := range f.Versions {
		v.Versions = append(v.Versions, s.versionLine(e))
	}
	return &OneResponse[TemplateView]{Position: position, Body: v}, nil
}

func (s *service) versionLine(e template.Edition) TemplateVersionLine {
	l := TemplateVersionLine{
		Version: e.Number, Status: string(e.Status), Digest: e.Digest, Authors: []Ref{}, Reviewer: s.names.staff(e.Reviewer, e.DraftedAt),
		Approver: s.names.staff(e.Approver, e.DraftedAt), DraftedAt: e.DraftedAt,
	}
	for _, author := range e.Authors {
		l.Authors = append(l.Authors, *s.names.staff(author, e.DraftedAt))
	}
	if e.Approved() {
		l.EffectiveAt = &e.EffectiveAt
	}
	if !e.RetiredAt.IsZero() {
		l.RetiredAt = &e.RetiredAt
	}
	return l
}

func (s *service) templateVersion(ctx context.Context, in *EditionRequest) (*OneResponse[TemplateVersionView], error) {
	e, position, err := s.templateEditions().edition(ctx, s, in)
	if err != nil {
		return nil, err
	}
	return &OneResponse[TemplateVersionView]{Position: position, Body: TemplateVersionView{s.versionLine(e), *e.Definition}}, nil
}

func (s *service) templateDiff(ctx context.Context, in *EditionDiffRequest) (*OneResponse[EditionDiff], error) {
	return s.templateEditions().diff(ctx, s, in)
}

func (s *service) authorities(ctx context.Context, in *AuthoritiesRequest) (*OneResponse[List[AuthorityLine]], error) {
	var c check
	at, position, err := s.moment(ctx, "authority.list", in.Moment, &c)
	if err != nil {
		return nil, err
	}
	lines := []AuthorityLine{}
	for _, l := range s.Templates.Authority() {
		if in.Kind == "" || l.Kind == in.Kind {
			lines = append(lines, AuthorityLine{ID: l.ID, Row: l.Row, Who: s.names.staff(l.Person, at), Live: l.Live(at)})
		}
	}
	return &OneResponse[List[AuthorityLine]]{Position: position, Body: List[AuthorityLine]{Items: slices.Clip(lines)}}, nil
}
