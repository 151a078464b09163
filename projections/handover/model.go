// Package handover is the read model of the handover log: every offer of a ticket from one person to another, when it was
// made and recorded, and when and how it was answered; and apart from these its legs between groups and to bodies outside, with
// their receipts (mission rows C1 to C5). Rates and means over it are package kpi.
package handover

import (
	"docket/domain"
	"docket/domain/ticket"
	"docket/migrations/readmodels"
	"docket/projections"
)

var (
	rows      = projections.NewTable[Row]("handover")
	standings = projections.NewTable[Standing]("standing")
)

// Model folds the events that place a ticket, offer it, or settle an offer.
var Model = projections.Model{
	Name:    "handover",
	Version: 3,
	SQL:     readmodels.SQL("handover"),
	Tables:  []projections.AnyTable{rows, standings},
	Types: map[string]bool{
		"TicketRegistered": true, "TicketAccepted": true, "TicketAssignedToGroup": true, "TicketTaken": true,
		"TicketAssignedToHandler": true, "TicketHandoverOffered": true, "TicketHandoverAccepted": true,
		"TicketHandoverRefused": true, "TicketCompleted": true, "TicketReviewPassed": true, "TicketReviewReturned": true,
		"TicketResultDelivered": true, "TicketReopened": true, "TicketClosed": true, "TicketCancelled": true,
		"TicketReviewVoided": true, "TicketApplicationRefused": true, "TicketWorkRecorded": true, "TicketReleased": true,
		"TicketHandoverWithdrawn": true, "TicketHandoverOverdue": true, "TicketHandoverDisputed": true, "TicketArbitrated": true,
		"TicketJoined": true, "TicketUnjoined": true,
		"TicketSubtaskOpened": true, "TicketSubtaskFinished": true, "TicketSubtaskCancelled": true,
		"TicketHelperNamed": true, "TicketHelperReleased": true,
		"TicketCirculationPrepared": true, "TicketCirculationReleased": true, "TicketCirculationReceived": true,
		"TicketCirculationReturned": true,
	},
	Need: func(e domain.Envelope, n *projections.Need) { standings.Need(n, e.Stream.Key()) },
	Fold: fold,
}

func fold(e domain.Envelope, r *projections.Rows) {
	event, ok := e.Event.(ticket.Event)
	if !ok {
		return
	}
	var standing Standing
	if stored, found := standings.Get(r, e.Stream.Key()); found {
		if e.Revision <= stored.Revision {
			return // seen already
		}
		standing = *stored
	}
	standing, written := standing.after(e, event)
	standings.Put(r, standing)
	for _, row := range written {
		rows.Put(r, row)
	}
}
