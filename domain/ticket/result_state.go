package ticket

import "docket/domain"

// ResultEvent is an event of what the customer is told and answers: notices, objections (mission rows F1–F3, R7).
//
//sumtype:decl
type ResultEvent interface {
	Event
	isResult()
}

// Result is what decisions read of it.
type Result struct{}

var resultEvents = domain.Contract[Event]{}

// afterResult folds the family's own part, and the core where the event says so.
func (s State) afterResult(ResultEvent) State { return s }
