package ticket

import "docket/domain"

// RouteEvent is an event of stages of review and approval, and of the form that they judge and corrections change (mission rows R1–R8, K1–K3).
//
//sumtype:decl
type RouteEvent interface {
	Event
	isRoute()
}

// Route is what decisions read of it.
type Route struct {
	Form Form // what is filled in
}

var routeEvents = domain.Contract[Event]{}

// afterRoute folds the family's own part, and the core where the event says so.
func (s State) afterRoute(RouteEvent) State { return s }
