package commands

import "docket/domain/ticket"

// ClonedTicket is how a kept state is copied before anything is decided on it.
var ClonedTicket = cloned[ticket.State]
