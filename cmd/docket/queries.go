package main

import (
	"context"
	"time"

	"docket/commands"
	"docket/domain"
	"docket/internal/attachment"
	"docket/internal/eventstore"
	"docket/internal/httpapi"
	"docket/internal/merkle/keeper"
	"docket/projections/directory"
	"docket/readapi"
)

// mountQueries adds the read side, whose ports are met by the stores, the directory and the pipeline.
func mountQueries(api *httpapi.API, st *stores, view *directory.View, pipeline *commands.Pipeline, files *attachment.Store, live *readapi.Live, book *keeper.Book, zone *time.Location) {
	readapi.Mount(api, readapi.Deps{
		Reader: st.runner, History: st.events, Lookups: view, Past: view, Fingerprints: st.events, Organisation: view, Calendars: view, Templates: view, Procedures: view,
		Customers: pipeline, Files: files, Live: live, Log: provenLog{book, st.events}, Zone: zone,
		Pages: pages{st.events, pipeline},
	})
	readapi.MountKPIs(api, readapi.KPIDeps{Reader: st.runner, Lookups: view, Zone: zone})
	readapi.MountClosings(api, readapi.ClosingDeps{Reader: st.runner, History: st.events, Lookups: view, Zone: zone})
	readapi.MountCharts(api, readapi.KPIDeps{Reader: st.runner, Lookups: view, Zone: zone})
	readapi.MountWhatIf(api, readapi.WhatIfDeps{Reader: st.runner, Lookups: view, Calendars: view, Zone: zone})
	readapi.MountFlow(api, readapi.FlowDeps{Reader: st.runner, Lookups: view, Zone: zone})
}

// provenLog is the tree over all events, and the events themselves.
type provenLog struct {
	*keeper.Book
	*eventstore.Store
}

// pages reads streams for their pages. The events that rules are asked about hold marked values and stay here.
type pages struct {
	events   *eventstore.Store
	pipeline *commands.Pipeline
}

func (p pages) Open(ctx context.Context, id domain.StreamID) (readapi.Opened, error) {
	masked, open, err := p.events.LoadBoth(ctx, id)
	return readapi.Opened{Events: masked, Offers: func(actor domain.Actor) ([]readapi.Offer, error) {
		offers, err := p.pipeline.Offers(actor, id, open)
		converted := make([]readapi.Offer, len(offers))
		for i, o := range offers {
			converted[i] = readapi.Offer(o)
		}
		return converted, err
	}}, err
}
