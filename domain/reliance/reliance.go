// Package reliance guards procedures that templates rely on: one stream a procedure, which holds what template versions were to be
// approved on which of its versions, and which of these were to be retired, so that a version is not retired at the moment at
// which a template that needs it is approved (mission rows T2 and T6). Who approved and retired stands in the templates' and the
// procedures' own streams; here are ids alone.
package reliance

import (
	"maps"

	"docket/domain"
)

// Event is what may become true of a procedure's use.
//
//sumtype:decl
type Event interface{ isReliance() }

// Claimed: a template version is to be approved that relies on the procedure's version.
type Claimed struct {
	Template        string `json:"template" class:"skeleton"`
	TemplateVersion int    `json:"template_version" class:"skeleton"`
	Version         int    `json:"version" class:"skeleton"` // of the procedure, in force from the template's date on
}

// Retiring: the version of the procedure is to be retired.
type Retiring struct {
	Version int `json:"version" class:"skeleton"`
}

func (Claimed) isReliance()  {}
func (Retiring) isReliance() {}

// Follower is a version of a template.
type Follower struct {
	Template string
	Version  int
}

// State is which version each template version relies on, and which are retired. It is replaced, never changed in place.
type State struct {
	Relied  map[Follower]int
	Retired map[int]bool
}

// Stream is that of a procedure.
func Stream(procedure string) domain.StreamID { return domain.Stream("reliance", procedure) }

// Decider ties the streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "reliance",
	Evolve: func(s State, event Event) State {
		switch e := event.(type) {
		case Claimed:
			s.Relied = copied(s.Relied)
			s.Relied[Follower{e.Template, e.TemplateVersion}] = e.Version
		case Retiring:
			s.Retired = copied(s.Retired)
			s.Retired[e.Version] = true
		}
		return s
	},
	Scope: func(State) domain.Scope { return domain.Scope{} },
	Events: domain.Contract[Event]{
		"ProcedureFollowClaimed": domain.Of[Claimed](),
		"ProcedureRetireClaimed": domain.Of[Retiring](),
	},
}

func copied[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return maps.Clone(m)
}

// Claim lets a template version rely on a version of the procedure.
type Claim struct {
	Follower
	On int
}

// May leaves it to Decide, since all depends on which versions are meant.
func (c Claim) May(State, domain.Meta) error { return nil }

// Decide claims a version that is not being retired. Errors: invalid, field definition.rules.procedure, code retired.
func (c Claim) Decide(s State, _ domain.Meta) ([]Event, error) {
	switch {
	case s.Retired[c.On]:
		var v domain.Checks
		v.Fail("definition.rules.procedure", "retired", "the procedure is being retired at this moment")
		return nil, v.Err()
	case s.Relied[c.Follower] == c.On:
		return nil, nil
	}
	return []Event{Claimed{Template: c.Template, TemplateVersion: c.Version, Version: c.On}}, nil
}

// Retire takes a version out of use. Settled are the template versions whose approval is known, be they in use or not: those in
// use have been looked at already. Succeeded: a later version of the procedure is in force, which tickets will follow instead.
type Retire struct {
	Version   int
	Settled   map[Follower]bool
	Succeeded bool
	Refusal   error
}

// May leaves it to Decide, since all depends on which version is meant.
func (c Retire) May(State, domain.Meta) error { return nil }

// Decide retires what no approval relies on that is not known of yet; an approval that was cut off counts until it is repeated.
func (c Retire) Decide(s State, _ domain.Meta) ([]Event, error) {
	if s.Retired[c.Version] {
		return nil, nil
	}
	for follower, version := range s.Relied {
		if version == c.Version && !c.Succeeded && !c.Settled[follower] {
			return nil, c.Refusal
		}
	}
	return []Event{Retiring{Version: c.Version}}, nil
}
