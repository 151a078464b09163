package commands

import (
	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
)

// Library resolves what states refer to and do not hold. What it resolves never changes: a version of a template is
// immutable once approved, so a state means the same whenever it is folded.
type Library interface {
	// Rules are those of an approved version; false when this process has not read of it yet.
	Rules(ref casetype.Ref) (*casetype.Rules, bool)
}

// resolvers complete the folded state of a category before May.
var resolvers = map[string]func(id domain.StreamID, state any, l Library) (any, error){
	ticket.Decider.Category: resolveTicket,
	staff.Decider.Category:  resolveStaff,
	unit.Decider.Category:   resolveUnit,
}

// resolveUnit tells the state which unit it is, so that whoever has a post there has it in reach.
func resolveUnit(id domain.StreamID, state any, _ Library) (any, error) {
	s := state.(unit.State)
	s.ID = id.Key()
	return s, nil
}

func resolveTicket(_ domain.StreamID, state any, l Library) (any, error) {
	s := state.(ticket.State)
	if !s.Planned() {
		return s, nil
	}
	if l == nil {
		return nil, ErrDirectoryBehind
	}
	rules, ok := l.Rules(s.Template)
	if !ok {
		return nil, ErrDirectoryBehind
	}
	s.Rules = rules
	return s, nil
}
