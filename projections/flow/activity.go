package flow

import (
	"maps"
	"slices"
	"strings"

	"docket/domain/ticket"
)

// acts are the events that are steps of a ticket's way, by wire name. Left out is what only tells of others (clocks, notices
// on their way, plans of stages), what is said besides (notes, messages), and what is done many times over on the way to one
// step (filling in a form, attaching files).
var acts = named(
	"TicketOpened", "TicketChecked", "TicketScopeDecided", "TicketDeclined", "TicketDefectsNotified", "TicketDefectsCured",
	"TicketLapsed", "TicketIntakeReopened", "TicketIdentityChecked", "TicketJoined", "TicketUnjoined",
	"TicketRegistered", "TicketAccepted", "TicketAssignedToGroup", "TicketTaken", "TicketAssignedToHandler", "TicketReleased",
	"TicketWorkRecorded", "TicketPaused", "TicketResumed", "TicketCompleted",
	"TicketHandoverOffered", "TicketHandoverAccepted", "TicketHandoverRefused", "TicketHandoverWithdrawn", "TicketArbitrated",
	"TicketProblemRaised", "TicketProblemAnswered", "TicketStepDeviated",
	"TicketCirculationReleased", "TicketCirculationReceived", "TicketCirculationReturned",
	"TicketStagePassed", "TicketStageReturned", "TicketItemsAnswered", "TicketApplicationResubmitted", "TicketApplicationRefused",
	"TicketSecondReviewRequired", "TicketConditionsAnswered", "TicketFieldCorrected",
	"TicketReviewPassed", "TicketReviewReturned", "TicketReviewVoided",
	"TicketExtensionRequested", "TicketExtensionApproved", "TicketExtensionRefused",
	"TicketResultDelivered", "TicketObjected", "TicketObjectionDecided", "TicketObjectionClosed",
	"TicketReopened", "TicketClosed", "TicketCancelled",
)

// Ends and returns of a ticket, as activities.
var (
	ends    = map[string]bool{"closed": true, "cancelled": true, "declined": true, "lapsed": true, "joined": true}
	returns = map[string]bool{"reopened": true, "intake_reopened": true, "unjoined": true}
)

// named gives the activity of each event: its name without the ticket, in lower case and with underscores. It panics on a
// name that is no event of a ticket, since that is a bug.
func named(events ...string) map[string]string {
	activities := make(map[string]string, len(events))
	for _, name := range events {
		if _, known := ticket.Decider.Events[name]; !known {
			panic("flow: no event is named " + name)
		}
		var b strings.Builder
		for i, r := range strings.TrimPrefix(name, "Ticket") {
			if i > 0 && r >= 'A' && r <= 'Z' {
				b.WriteByte('_')
			}
			b.WriteRune(r)
		}
		activities[name] = strings.ToLower(b.String())
	}
	return activities
}

// Activities are all that a map may show, without stages, in the order of their names.
func Activities() []string { return slices.Sorted(maps.Values(acts)) }

// types are the acts, and what changes the place of a ticket without being one.
func types() map[string]bool {
	all := map[string]bool{"TicketMigrated": true}
	for name := range acts {
		all[name] = true
	}
	return all
}

// activity is the name of an act on the map, empty for an event that is none. Acts on a stage of a route are told apart by
// the stage.
func activity(name string, event ticket.Event) string {
	a := acts[name]
	if e, ok := event.(ticket.StagePassed); ok {
		return a + ":" + e.Stage
	}
	if e, ok := event.(ticket.StageReturned); ok {
		return a + ":" + e.Stage
	}
	return a
}
