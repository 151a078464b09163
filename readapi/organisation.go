package readapi

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/staff"
	"docket/domain/unit"
	"docket/projections/ticketpage"
)

// Moment says as of when the organisation is shown.
type Moment struct {
	Effective time.Time `query:"effective" doc:"as it was at this time; now when left out"`
}

// UnitsRequest narrows the list of units and groups.
type UnitsRequest struct {
	Request
	Paging
	Moment
	Kind   string `query:"kind" enum:"unit,group"`
	Parent string `query:"parent" doc:"the unit above"`
	Active string `query:"active" enum:"true,false" doc:"open or closed ones only"`
}

// UnitRequest asks for one unit or group.
type UnitRequest struct {
	Request
	Moment
	ID string `path:"id" doc:"key of the unit"`
}

// StaffRequest narrows the list of people.
type StaffRequest struct {
	Request
	Paging
	Moment
	Group  string `query:"group" doc:"members of this group"`
	Role   string `query:"role" maxLength:"32" doc:"holders of a post with this role"`
	Unit   string `query:"unit" doc:"holders of a post at this unit or group"`
	Active string `query:"active" enum:"true,false" doc:"those who work here, or who have left"`
}

// PersonRequest asks for one member of staff.
type PersonRequest struct {
	Request
	Moment
	ID string `path:"id" doc:"key of the member of staff"`
}

// UnitView is a unit or group as of an instant.
type UnitView struct {
	ID       string         `json:"id"`
	Kind     string         `json:"kind" enum:"unit,group"`
	Code     string         `json:"code,omitempty" doc:"part of ticket numbers"`
	Name     string         `json:"name"`
	Parent   *Ref           `json:"parent" doc:"the unit above"`
	Leader   *Ref           `json:"leader" doc:"null while the post is vacant"`
	Active   bool           `json:"active"`
	Settings *unit.Settings `json:"settings,omitempty" doc:"of units: what is asked of tickets registered then"`
}

// PersonView is a member of staff as of an instant.
type PersonView struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	Active bool       `json:"active" doc:"works here"`
	Groups []Ref      `json:"groups"`
	Posts  []PostView `json:"posts"`

	Absence      *AbsenceView      `json:"absence" doc:"that covers the instant; null when there is none"`
	Delegations  []DelegationView  `json:"delegations" doc:"powers lent at the instant"`
	Certificates []CertificateView `json:"certificates" doc:"good at the instant"`
	Agreed       bool              `json:"agreed" doc:"bound by a confidentiality agreement"`
}

// AbsenceView is a time during which somebody is not here.
type AbsenceView struct {
	Absence int        `json:"absence" doc:"number of the person's absence"`
	From    time.Time  `json:"from"`
	Until   *time.Time `json:"until" doc:"null: until further notice"`
	Deputy  *Ref       `json:"deputy" doc:"who takes over; null: the queue"`
}

// DelegationView is powers that the person has lent.
type DelegationView struct {
	Delegation  int        `json:"delegation" doc:"number of the person's delegation"`
	To          *Ref       `json:"to"`
	Posts       []PostView `json:"posts" doc:"empty: all"`
	Permissions []string   `json:"permissions" doc:"empty: all that the posts grant"`
	From        time.Time  `json:"from"`
	Until       time.Time  `json:"until"`
}

// CertificateView is a qualification that the person holds.
type CertificateView struct {
	Certificate int       `json:"certificate" doc:"number of the person's certificate"`
	Kind        string    `json:"kind"`
	ValidUntil  time.Time `json:"valid_until"`
}

// PostView is a post; without a unit it reaches the whole organisation.
type PostView struct {
	Role string `json:"role"`
	Unit *Ref   `json:"unit,omitempty"`
}

// OneResponse is one thing with the position it stands at.
type OneResponse[T any] struct {
	Position uint64 `header:"Docket-Position"`
	Body     T
}

func (s *service) units(ctx context.Context, in *UnitsRequest) (*ListResponse[UnitView], error) {
	var c check
	c.id("query.parent", &in.Parent)
	at, position, err := s.moment(ctx, "unit.list", in.Moment, &c)
	if err != nil {
		return nil, err
	}
	units := slices.DeleteFunc(slices.Clone(s.Organisation.Units(at)), func(u unit.Facts) bool {
		return in.Kind != "" && string(u.Kind) != in.Kind || in.Parent != "" && u.Parent != in.Parent || unwanted(in.Active, u.Active)
	})
	page, next, err := pageOf(units, in.Paging, func(u unit.Facts) place { return place{u.Name, u.ID} })
	if err != nil {
		return nil, err
	}
	out := &ListResponse[UnitView]{Position: position, Body: List[UnitView]{Items: make([]UnitView, len(page)), Next: next}}
	for i, u := range page {
		out.Body.Items[i] = s.unitView(u, at)
	}
	return out, nil
}

func (s *service) unit(ctx context.Context, in *UnitRequest) (*OneResponse[UnitView], error) {
	var c check
	c.id("path.id", &in.ID)
	at, position, err := s.moment(ctx, "unit.read", in.Moment, &c)
	if err != nil {
		return nil, err
	}
	facts, known := s.Lookups.Unit(in.ID, at)
	if !known {
		return nil, ticketpage.ErrUnknown
	}
	return &OneResponse[UnitView]{Position: position, Body: s.unitView(facts, at)}, nil
}

func (s *service) staff(ctx context.Context, in *StaffRequest) (*ListResponse[PersonView], error) {
	var c check
	c.id("query.group", &in.Group)
	c.id("query.unit", &in.Unit)
	at, position, err := s.moment(ctx, "staff.list", in.Moment, &c)
	if err != nil {
		return nil, err
	}
	people := slices.DeleteFunc(slices.Clone(s.Organisation.People(at)), func(p staff.Facts) bool {
		return in.Group != "" && !slices.Contains(p.Groups, in.Group) || unwanted(in.Active, p.Active) ||
			(in.Role != "" || in.Unit != "") && !slices.ContainsFunc(p.Posts, func(post domain.Post) bool {
				return (in.Role == "" || post.Role == in.Role) && (in.Unit == "" || post.Unit == in.Unit)
			})
	})
	page, next, err := pageOf(people, in.Paging, func(p staff.Facts) place { return place{p.Name, p.ID} })
	if err != nil {
		return nil, err
	}
	out := &ListResponse[PersonView]{Position: position, Body: List[PersonView]{Items: make([]PersonView, len(page)), Next: next}}
	for i, p := range page {
		out.Body.Items[i] = s.personView(p, at)
	}
	return out, nil
}

func (s *service) person(ctx context.Context, in *PersonRequest) (*OneResponse[PersonView], error) {
	var c check
	c.id("path.id", &in.ID)
	at, position, err := s.moment(ctx, "staff.read", in.Moment, &c)
	if err != nil {
		return nil, err
	}
	facts, known := s.Lookups.Staff(in.ID, at)
	if !known {
		return nil, ticketpage.ErrUnknown
	}
	return &OneResponse[PersonView]{Position: position, Body: s.personView(facts, at)}, nil
}

// moment admits the reader to the organisation and gives the instant that is asked about.
func (s *service) moment(ctx context.Context, operation string, m Moment, c *check) (at time.Time, position uint64, err error) {
	if err := s.api.Allow(ctx, operation, authz.OrganisationRead, domain.Scope{}); err != nil {
		return at, 0, err
	}
	at, err = s.instant(m, c)
	if err != nil {
		return at, 0, err
	}
	position, err = s.passed(ctx)
	return at, position, err
}

// instant is the one that is asked about.
func (s *service) instant(m Moment, c *check) (time.Time, error) {
	at := s.Clock()
	if effective := c.instant("query.effective", m.Effective); effective != nil {
		at = *effective
	}
	return at, c.v.Err()
}

func (s *service) unitView(u unit.Facts, at time.Time) UnitView {
	v := UnitView{
		ID: u.ID, Kind: string(u.Kind), Code: u.Code, Name: u.Name, Parent: s.names.unit(u.Parent, at),
		Leader: s.names.staff(u.Leader, at), Active: u.Active,
	}
	if u.Kind == unit.Department {
		v.Settings = &u.Settings
	}
	return v
}

func (s *service) personView(p staff.Facts, at time.Time) PersonView {
	v := PersonView{
		ID: p.ID, Name: p.Name, Active: p.Active, Groups: []Ref{}, Delegations: []DelegationView{}, Certificates: []CertificateView{},
	}
	for _, group := range p.Groups {
		v.Groups = append(v.Groups, *s.names.unit(group, at))
	}
	v.Posts = s.postViews(p.Posts, at)
	v.Agreed = p.Fit.Agreed(at)
	if a, absent := p.Fit.Absence(at); absent {
		v.Absence = &AbsenceView{Absence: a.Number, From: a.From, Deputy: s.names.staff(a.Deputy, at)}
		if !a.Until.IsZero() {
			v.Absence.Until = &a.Until
		}
	}
	for _, d := range p.Fit.Delegated(at) {
		v.Delegations = append(v.Delegations, DelegationView{
			Delegation: d.Number, To: s.names.staff(d.To, at), Posts: s.postViews(d.Posts, at),
			Permissions: append([]string{}, d.Permissions...), From: d.From, Until: d.Until,
		})
	}
	for _, c := range p.Fit.Certificates {
		if c.Valid(c.Kind, at) {
			v.Certificates = append(v.Certificates, CertificateView{Certificate: c.Number, Kind: c.Kind, ValidUntil: c.Until})
		}
	}
	return v
}

func (s *service) postViews(posts []domain.Post, at time.Time) []PostView {
	views := []PostView{}
	for _, post := range posts {
		views = append(views, PostView{Role: post.Role, Unit: s.names.unit(post.Unit, at)})
	}
	return views
}

func unwanted(asked string, active bool) bool { return asked != "" && (asked == "true") != active }

// place is where something stands in a list sorted by name.
type place struct{ Name, ID string }

func (p place) compare(q place) int {
	return cmp.Or(strings.Compare(p.Name, q.Name), strings.Compare(p.ID, q.ID))
}

// pageOf sorts a list that is held in memory and cuts the page that was asked for.
func pageOf[T any](list []T, p Paging, of func(T) place) (page []T, next string, err error) {
	slices.SortFunc(list, func(a, b T) int { return of(a).compare(of(b)) })
	if p.After != "" {
		var after place
		if !decodeCursor(p.After, &after) {
			return nil, "", errCursor
		}
		i, _ := slices.BinarySearchFunc(list, after, func(t T, q place) int {
			return cmp.Or(of(t).compare(q), -1) // the first beyond it
		})
		list = list[i:]
	}
	if len(list) <= p.Limit {
		return list, "", nil
	}
	return list[:p.Limit], encodeCursor(of(list[p.Limit-1])), nil
}
