// Package route is the language of review routes: the stages that a ticket passes before and after it is handled, who may
// decide each, and the proofs that a route can be walked (mission row R8). A route is data of a case type, never code.
package route

import "docket/domain/worktime"

// When says whether a stage comes before or after handling.
type When string

// The two places of a stage.
const (
	Before When = "before" // of the application: 初審, 復審, 審批
	After  When = "after"  // of the result: 審核
)

// Kind says what a stage's decider does.
type Kind string

// The kinds.
const (
	Review   Kind = "review"   // judges, with an opinion
	Approval Kind = "approval" // signs, within an authority (有權審批人, mission row R6)
)

// Stage is one step of a route.
type Stage struct {
	Key       string         `json:"key" doc:"unique within the route" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	When      When           `json:"when" enum:"before,after"`
	Kind      Kind           `json:"kind" enum:"review,approval"`
	Role      string         `json:"role" doc:"role whose post decides it"`
	Condition string         `json:"condition,omitempty" doc:"CEL expression over the form; empty: always"`
	Quorum    int            `json:"quorum,omitempty" doc:"how many different people must pass it; 0 and 1: one"`
	Limit     worktime.Limit `json:"limit" doc:"from when it may be decided until it is"`
	Authority string         `json:"authority,omitempty" doc:"kind of authority that an approval needs, in the authority matrix"`
	Opinion   []string       `json:"opinion,omitempty" doc:"parts that an opinion must have: accuracy, compliance, completeness, identity, truth, first_opinion, risk"`
	Qualified string         `json:"qualified,omitempty" doc:"kind of certificate that who decides it must hold (mission row O2)"`
	ReliesOn  []string       `json:"relies_on,omitempty" doc:"keys of fields that the stage judges; empty: all that are not harmless"`
}
