package readapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/customer"
	"docket/domain/merges"
	"docket/domain/security"
	"docket/internal/httpapi"
)

// Customers finds the keys of the customers who have an identifier now.
type Customers interface {
	FindCustomers(ctx context.Context, id domain.Identifier) ([]string, error)
}

var errNoCustomer = domain.Refusal(domain.NotFound, "customer.unknown", "there is no such customer, or it is not yours to see")

// CustomerRequest asks for a customer's file.
type CustomerRequest struct {
	Request
	ID string `path:"id" doc:"key of the customer" example:"7c9e6679-7425-40de-944b-e07fc1f90ae7"`
	Purposed
	IfNoneMatch string `header:"If-None-Match" doc:"revisions already at hand"`
}

// CustomerResponse is a file with its revision as entity tag, which commands take as If-Match.
type CustomerResponse struct {
	Status       int
	Position     uint64 `header:"Docket-Position"`
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         *CustomerPage
}

// CustomerPage is a customer's file as it is now, marked values masked.
type CustomerPage struct {
	ID         string          `json:"id"`
	Kind       customer.Kind   `json:"kind"`
	Unit       *Ref            `json:"unit" doc:"that keeps the file"`
	Stage      customer.Stage  `json:"stage"`
	Tier       customer.Tier   `json:"tier"`
	Tags       []string        `json:"tags,omitempty"`
	Fields     []CustomerField `json:"fields"`
	Needs      []CustomerNeed  `json:"needs,omitempty" doc:"the newest last"`
	Complete   bool            `json:"complete" doc:"nothing is missing that a contract needs"`
	Missing    []string        `json:"missing,omitempty" doc:"fields that a contract needs"`
	MergedInto string          `json:"merged_into,omitempty" doc:"file to go on with"`
	Duplicates []string        `json:"duplicates,omitempty" doc:"files that were merged into this one"`
	ReviewedAt time.Time       `json:"reviewed_at" doc:"when it was last changed or confirmed"`
	ReviewDue  bool            `json:"review_due,omitempty" doc:"it has been left alone for long, and nobody has looked through it since"`
	Destroyed  bool            `json:"destroyed,omitempty" doc:"the key has been destroyed; nothing can be read any more"`
	Revision   uint64          `json:"revision"`
}

// CustomerField is one field as last recorded.
type CustomerField struct {
	Field   string    `json:"field"`
	Value   string    `json:"value" doc:"masked where the field is marked"`
	Marked  bool      `json:"marked,omitempty"`
	Source  string    `json:"source"`
	Purpose string    `json:"purpose"`
	At      time.Time `json:"at" doc:"since when it is so"`
}

// CustomerNeed is what the customer wants of us.
type CustomerNeed struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// FindRequest asks which customers have an identifier. It comes in the body, for addresses are written into the logs of
// whatever lies between.
type FindRequest struct {
	Body struct {
		Kind  string `json:"kind" enum:"id_number,organisation,phone,email,bank_card"`
		Value string `json:"value" minLength:"1" maxLength:"200" doc:"in whatever form it is written"`

		Purpose string `json:"purpose,omitempty" maxLength:"200" doc:"what the customer is looked for; recorded with the read"`
	}
}

// FindResponse lists the files that the asker may open.
type FindResponse struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Items []FoundCustomer `json:"items"`
	}
}

// FoundCustomer is enough to tell which file to open.
type FoundCustomer struct {
	ID         string         `json:"id"`
	Kind       customer.Kind  `json:"kind"`
	Name       string         `json:"name"`
	Stage      customer.Stage `json:"stage"`
	MergedInto string         `json:"merged_into,omitempty"`
}

// mountCustomers adds the queries about customers.
func mountCustomers(s *service) {
	mount(s, "read-customer", "/v1/customers/{id}", "A customer's file", "Customers", s.customer)
	huma.Register(s.api.Huma, huma.Operation{
		OperationID: "find-customers", Method: http.MethodPost, Path: "/v1/customers/find", Tags: []string{"Customers"},
		Summary: "Customers by what identifies them", RejectUnknownQueryParameters: true,
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *FindRequest) (*FindResponse, error) {
		out, err := s.findCustomers(ctx, in)
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		return out, nil
	})
}

func (s *service) customer(ctx context.Context, in *CustomerRequest) (*CustomerResponse, error) {
	var c check
	c.id("path.id", &in.ID)
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	if err := s.mayOpenCustomers(ctx, "customer.read"); err != nil {
		return nil, err
	}
	history, page, err := s.readCustomer(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	stream := domain.Stream(customer.Decider.Category, in.ID)
	if _, ok := authz.Allowed(httpapi.ActorFrom(ctx), authz.CustomerRead, domain.Scope{Unit: page.Unit.ID}); !ok {
		s.api.Deny(ctx, "customer.read", authz.CustomerRead, stream)
		return nil, errNoCustomer
	}
	last := history[len(history)-1]
	out := &CustomerResponse{Status: http.StatusOK, Position: last.Position, ETag: etag(page.Revision), CacheControl: "private, no-cache"}
	if matches(in.IfNoneMatch, page.Revision) {
		out.Status = http.StatusNotModified
		return out, nil
	}
	if page.Duplicates, err = s.duplicates(ctx, in.ID); err != nil {
		return nil, err
	}
	if err := s.api.Note(ctx, security.SensitiveRead{What: "customer.read", Target: string(stream), Purpose: in.Purpose, Rows: 1}); err != nil {
		return nil, err
	}
	out.Body = page
	return out, nil
}

// mayOpenCustomers is for people with the right somewhere and a live confidentiality agreement.
func (s *service) mayOpenCustomers(ctx context.Context, operation string) error {
	actor := httpapi.ActorFrom(ctx)
	if !authz.Anywhere(actor, authz.CustomerRead) {
		s.api.Deny(ctx, operation, authz.CustomerRead, "")
		return httpapi.ErrNotAllowed
	}
	if err := s.agreed(ctx, actor); err != nil {
		s.api.Deny(ctx, operation, authz.CustomerRead, "")
		return err
	}
	return nil
}

// agreed wants a live confidentiality agreement of a person (保密協議, mission row O4). A position that the reader names is
// waited for, so that an agreement just signed counts.
func (s *service) agreed(ctx context.Context, actor domain.Actor) error {
	if actor.Staff == "" {
		return nil
	}
	if _, err := s.passed(ctx); err != nil {
		return err
	}
	now := s.Clock()
	if facts, _ := s.Lookups.Staff(actor.Staff, now); !facts.Fit.Agreed(now) {
		return httpapi.ErrNoAgreement
	}
	return nil
}

// readCustomer folds a file from its own stream, which is never behind.
func (s *service) readCustomer(ctx context.Context, id string) ([]domain.Envelope, *CustomerPage, error) {
	history, revision, err := s.History.LoadMasked(ctx, domain.Stream(customer.Decider.Category, id))
	switch {
	case err != nil:
		return nil, nil, err
	case revision == domain.NoStream:
		return nil, nil, errNoCustomer
	}
	p := &CustomerPage{ID: id, Revision: uint64(revision), Fields: []CustomerField{}} //nolint:gosec // not NoStream
	var state customer.State
	since := map[customer.Field]time.Time{}
	for i := range history {
		e, ok := history[i].Event.(customer.Event)
		if !ok {
			continue
		}
		state = customer.Decider.Evolve(state, e)
		p.Destroyed = p.Destroyed || len(history[i].Lost) > 0
		if state.Reviewed() == history[i].Revision {
			p.ReviewedAt = history[i].Meta.Effective.UTC()
		}
		switch e := e.(type) {
		case customer.FieldRecorded:
			since[e.Field] = history[i].Meta.Effective
		case customer.NeedNoted:
			p.Needs = append(p.Needs, CustomerNeed{Text: e.Text, At: history[i].Meta.Effective})
		case customer.Registered, customer.Classified, customer.MergedInto, customer.Unmerged, customer.FieldRevealed, customer.Confirmed, customer.ReviewDue:
		}
	}
	p.Kind, p.Stage, p.Tier, p.Tags, p.MergedInto = state.Kind, state.Stage, state.Tier, state.Tags, state.Into
	p.Unit = s.names.unit(state.Unit, s.Clock())
	p.ReviewDue = state.Due()
	p.Complete = !p.Destroyed && state.Facts(id).Complete
	for _, f := range state.Missing() {
		p.Missing = append(p.Missing, string(f))
	}
	for _, f := range customer.Fields {
		v, ok := state.Values[f]
		if !ok {
			continue
		}
		if p.Destroyed {
			v.Text = domain.Destroyed
		}
		p.Fields = append(p.Fields, CustomerField{
			Field: string(f), Value: v.Text, Marked: f.Marked(), Source: string(v.Source), Purpose: string(v.Purpose), At: since[f],
		})
	}
	return history, p, nil
}

// duplicates are the files that were merged into this one.
func (s *service) duplicates(ctx context.Context, id string) ([]string, error) {
	history, _, err := s.History.LoadMasked(ctx, merges.Stream)
	if err != nil {
		return nil, err
	}
	var state merges.State
	for i := range history {
		if e, ok := history[i].Event.(merges.Event); ok {
			state = merges.Decider.Evolve(state, e)
		}
	}
	found := state.Of(id)
	slices.Sort(found)
	return found, nil
}

// findCustomers tells only of files that the asker may open; the others are as if they were not there.
func (s *service) findCustomers(ctx context.Context, in *FindRequest) (*FindResponse, error) {
	if err := s.mayOpenCustomers(ctx, "customer.find"); err != nil {
		return nil, err
	}
	ids, err := s.Customers.FindCustomers(ctx, domain.Identifier{Kind: in.Body.Kind, Value: in.Body.Value})
	if err != nil {
		return nil, err
	}
	out := &FindResponse{CacheControl: "no-store"}
	out.Body.Items = []FoundCustomer{}
	for _, id := range ids {
		_, page, err := s.readCustomer(ctx, id)
		if err != nil {
			return nil, err
		}
		if _, ok := authz.Allowed(httpapi.ActorFrom(ctx), authz.CustomerRead, domain.Scope{Unit: page.Unit.ID}); !ok {
			continue
		}
		found := FoundCustomer{ID: id, Kind: page.Kind, Stage: page.Stage, MergedInto: page.MergedInto}
		for _, f := range page.Fields {
			if f.Field == string(customer.Name) {
				found.Name = f.Value
			}
		}
		out.Body.Items = append(out.Body.Items, found)
	}
	if err := s.api.Note(ctx, finds(in.Body.Purpose, out.Body.Items)...); err != nil {
		return nil, err
	}
	return out, nil
}

// finds are the reads of a search: one of each file that was found, or one that found none.
func finds(purpose string, found []FoundCustomer) []security.SensitiveRead {
	reads := []security.SensitiveRead{{What: "customer.find", Purpose: purpose}}
	for i, f := range found {
		read := security.SensitiveRead{
			What: "customer.find", Target: string(domain.Stream(customer.Decider.Category, f.ID)), Purpose: purpose, Rows: 1,
		}
		reads = append(reads[:i], read)
	}
	return reads
}
