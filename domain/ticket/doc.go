// Package ticket is the aggregate of the business ticket (業務單): from registration through acceptance, assignment,
// handling, handover, review and delivery to closing. Each behaviour (command, its May, its Decide, its refusals) has a
// file of its own; events.go holds what may become true, state.go what decisions read.
//
// It knows no other aggregate: facts about units and people come in with the command (filled by the pipeline's Enrich) and
// are stored in the event, so that a replay needs no lookup.
package ticket
