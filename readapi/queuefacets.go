package readapi

import (
	"context"
	"slices"
	"time"

	"docket/domain/authz"
	"docket/projections/queue"
)

// FacetsRequest asks what a list holds, counted by some of its columns.
type FacetsRequest struct {
	Request
	QueueFilter
	By []string `query:"by" enum:"status,stage,urgency,group,handler,band,template" doc:"columns, parted by commas; all when left out"`
}

// FacetsView is how many tickets a list holds. At most ten thousand are counted; at_least tells that there are more.
type FacetsView struct {
	Tickets int                    `json:"tickets"`
	AtLeast bool                   `json:"at_least" doc:"the list holds more; the counts are of those that were counted"`
	By      map[string][]FacetView `json:"by" doc:"for each column its values, the most frequent first"`
	AsOf    time.Time              `json:"as_of"`
}

// FacetView is how many tickets have a value in common.
type FacetView struct {
	Value   string `json:"value" doc:"empty: none"`
	Name    string `json:"name,omitempty" doc:"of a group or a person"`
	Tickets int    `json:"tickets"`
}

func (s *service) queueFacets(ctx context.Context, in *FacetsRequest) (*OneResponse[FacetsView], error) {
	reach, err := s.reaches(ctx, "queue.facets", authz.TicketRead)
	if err != nil {
		return nil, err
	}
	filter, err := s.filter(ctx, &in.QueueFilter, nil, "")
	if err != nil {
		return nil, err
	}
	filter.Reach = reach
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	names := slices.Compact(slices.Sorted(slices.Values(in.By)))
	if len(names) == 0 {
		names = queue.FacetNames
	}
	counted, err := queue.CountBy(ctx, s.Reader, after, filter, names)
	if err != nil {
		return nil, err
	}
	v := FacetsView{Tickets: counted.Tickets, AtLeast: counted.AtLeast, By: map[string][]FacetView{}, AsOf: filter.AsOf}
	for name, facets := range counted.By {
		v.By[name] = make([]FacetView, len(facets))
		for i, f := range facets {
			v.By[name][i] = FacetView{Value: f.Value, Tickets: f.Tickets, Name: s.facetName(name, f.Value, filter.AsOf)}
		}
	}
	return &OneResponse[FacetsView]{Position: counted.Position, Body: v}, nil
}

// facetName is the name behind a value that is an id.
func (s *service) facetName(facet, value string, at time.Time) string {
	switch facet {
	case "group":
		return s.names.unit(value, at).name()
	case "handler":
		return s.names.staff(value, at).name()
	}
	return ""
}
