// Package projections turns the log of events into tables that questions can be asked of.
//
// A read model is a sub-package that declares its tables ([NewTable]), a pure fold over events ([Model]) and its queries.
// This package runs them: one [Runner] reads the log once for all models, applies it page by page, each page and its place
// in the log in one transaction, and rebuilds models beside the live ones ([Runner.Rebuild]). Effects are exactly once: a
// page that was applied is never applied again, and none is skipped. Queries go through [Runner.Read].
//
// It knows no event types and no HTTP; it has no tables of its own but the places that models have reached. Whatever a
// model holds can be thrown away and built again.
package projections
