package ticketpage

import (
	"slices"

	"docket/domain"
	"docket/domain/ticket"
)

// Form is the ticket as it was filled in. Marked fields come masked; Masked names those that hold something, Destroyed the
// fields whose keys no longer exist.
type Form struct {
	Ticket           string         `db:"ticket,key"`
	Type             string         `db:"type"`
	Channel          ticket.Channel `db:"channel"`
	Urgency          ticket.Urgency `db:"urgency"`
	Title            string         `db:"title"`
	Description      string         `db:"description"`
	Customer         string         `db:"customer"`
	CustomerName     string         `db:"customer_name"`
	CustomerPhone    string         `db:"customer_phone"`
	CustomerIDNumber string         `db:"customer_id_number"`
	Reference        string         `db:"reference"`
	Policy           ticket.Policy  `db:"policy,json"`
	Masked           []string       `db:"masked,json"`
	Destroyed        []string       `db:"destroyed,json"`
}

// formOf copies what was registered.
func formOf(e domain.Envelope, r ticket.Registered) Form {
	f := Form{
		Ticket: e.Stream.Key(), Type: r.Type, Channel: r.Channel, Urgency: r.Urgency, Title: r.Title,
		Description: r.Description, Customer: r.Customer, CustomerName: r.CustomerName, CustomerPhone: r.CustomerPhone,
		CustomerIDNumber: r.CustomerIDNumber, Reference: r.Reference, Policy: r.Policy,
		Masked: []string{}, Destroyed: []string{},
	}
	classes := ticket.Decider.Events["TicketRegistered"].Classes()
	for _, class := range e.Lost {
		f.Destroyed = append(f.Destroyed, classes[class]...)
	}
	for name, value := range map[string]string{"customer_phone": r.CustomerPhone, "customer_id_number": r.CustomerIDNumber} {
		if value != "" && slices.Contains(classes[domain.Marked], name) && !slices.Contains(f.Destroyed, name) {
			f.Masked = append(f.Masked, name)
		}
	}
	slices.Sort(f.Masked)
	slices.Sort(f.Destroyed)
	return f
}
