package ticketpage

import (
	"maps"
	"slices"
	"time"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/ticket"
)

// Form is the ticket as it was filled in. Marked fields come masked; Masked names those that hold something, Destroyed the
// fields whose keys no longer exist.
type Form struct {
	Ticket           string
	Type             string
	Channel          ticket.Channel
	Urgency          ticket.Urgency
	Title            string
	Description      string
	Customer         string
	CustomerName     string
	CustomerPhone    string
	CustomerIDNumber string
	Reference        string
	Policy           ticket.Policy
	Masked           []string
	Destroyed        []string

	Submitted *Moment // when it was registered; nil for a draft

	Template  casetype.Ref          // none for a plain ticket
	Procedure casetype.ProcedureRef // version that its handlers work by
	Values    map[string]string     // by field of the template, corrections included; marked ones masked
}

// Moment is when something happened, and where in the log.
type Moment struct {
	At       time.Time
	Position uint64
}

// clone is a copy whose values can be changed.
func (f Form) clone() Form {
	f.Values = maps.Clone(f.Values)
	return f
}

// asRegistered is what an application has in common with a registered ticket.
func asRegistered(o ticket.Opened) ticket.Registered {
	return ticket.Registered{
		Unit: o.Unit, Type: o.Type, Channel: o.Channel, Title: o.Title, Description: o.Description, Customer: o.Customer,
		CustomerName: o.CustomerName, CustomerPhone: o.CustomerPhone, CustomerIDNumber: o.CustomerIDNumber, Reference: o.Reference,
	}
}

// filledIn brings the form up to date with what a line of the timeline says of it.
func (f *Form) filledIn(e Entry) {
	switch e.Type {
	case "TicketOpened":
		if o, ok := as[ticket.Opened](e); ok {
			f.Template, f.Procedure = o.Template, o.Procedure
		}
	case "TicketMigrated":
		if m, ok := as[ticket.Migrated](e); ok {
			f.Template, f.Procedure = m.Template, m.Procedure
			f.fill(m.Defaults)
		}
	case "TicketFormFilled":
		filled, ok := as[ticket.FormFilled](e)
		if !ok {
			return
		}
		if filled.Title != "" {
			f.Title = filled.Title
		}
		if filled.Description != "" {
			f.Description = filled.Description
		}
		f.fill(filled.Values)
		f.fill(filled.Marked)
	case "TicketFieldCorrected":
		if c, ok := correctionOf(e); ok {
			f.fill(map[string]string{c.Field: c.New})
		}
	}
}

// fill takes over values; an empty one was taken away.
func (f *Form) fill(values map[string]string) {
	if f.Values == nil && len(values) > 0 {
		f.Values = map[string]string{}
	}
	for key, value := range values {
		if value == "" {
			delete(f.Values, key)
		} else {
			f.Values[key] = value
		}
	}
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
