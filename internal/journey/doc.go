// Package journey carries tickets, templates and people through the whole service over HTTP, as those who work with it do:
// the program runs as a process of its own with its embedded parts and the demo office, and nothing here looks behind the
// API. Each journey is a test that follows one matter from its beginning to its end; rules by themselves are tested where
// they are written.
//
// All journeys of a run share one office, so each works on tickets of its own:
//
//	o := Office(t)
//	ticket := o.Do("clerk", "ticket.register", "", ticket.Register{…})
//	o.Do("handler", "ticket.take", ticket.ID, ticket.Take{})
//	o.Refused("handler2", "ticket.take", ticket.ID, ticket.Take{}, http.StatusConflict, "ticket.held")
//
// It has no code of its own.
package journey
