package commands

import (
	"docket/domain"
	"docket/domain/alert"
	"docket/domain/authority"
	"docket/domain/batch"
	"docket/domain/calendar"
	"docket/domain/closing"
	"docket/domain/customer"
	"docket/domain/export"
	"docket/domain/joins"
	"docket/domain/lead"
	"docket/domain/load"
	"docket/domain/merges"
	"docket/domain/procedure"
	"docket/domain/quarantine"
	"docket/domain/reliance"
	"docket/domain/scorecard"
	"docket/domain/security"
	"docket/domain/series"
	"docket/domain/staff"
	"docket/domain/template"
	"docket/domain/ticket"
	"docket/domain/tree"
	"docket/domain/unit"
	"docket/domain/view"
)

// Schemas are the contracts of every aggregate whose events are stored and followed.
func Schemas() []domain.Schema {
	return []domain.Schema{
		alert.Decider.Schema(),
		authority.Decider.Schema(),
		batch.Decider.Schema(),
		calendar.Decider.Schema(),
		closing.Decider.Schema(),
		customer.Decider.Schema(),
		export.Decider.Schema(),
		joins.Decider.Schema(),
		lead.Decider.Schema(),
		load.Decider.Schema(),
		merges.Decider.Schema(),
		procedure.Decider.Schema(),
		quarantine.Decider.Schema(),
		reliance.Decider.Schema(),
		scorecard.Decider.Schema(),
		security.Decider.Schema(),
		series.Decider.Schema(),
		staff.Decider.Schema(),
		template.Decider.Schema(),
		ticket.Decider.Schema(),
		tree.Decider.Schema(),
		unit.Decider.Schema(),
		view.Decider.Schema(),
	}
}
