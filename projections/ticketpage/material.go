package ticketpage

import (
	"time"

	"docket/domain/ticket"
)

// Received is something the customer brought, and when it came.
type Received struct {
	ticket.MaterialReceived
	At time.Time
}

// Received lists what the customer brought, in the order it came (所需材料, mission row I6).
func (p *Page) Received() []Received {
	var all []Received
	for _, e := range p.Timeline {
		if e.Type != "TicketMaterialReceived" {
			continue
		}
		if m, ok := as[ticket.MaterialReceived](e); ok {
			all = append(all, Received{m, e.Effective})
		}
	}
	return all
}
