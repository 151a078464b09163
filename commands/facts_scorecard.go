package commands

import (
	"docket/domain"
	"docket/domain/closing"
	"docket/domain/scale"
	"docket/domain/scorecard"
)

// measuredIn tells of every item on a card in what unit its figure is told; empty where there is no such figure or part.
func (f Facts) measuredIn(c scale.Card) []scale.Unit {
	units := make([]scale.Unit, len(c.Items))
	for i, item := range c.Items {
		units[i] = scale.Unit(f.sources.unit(item.KPI, item.Part))
	}
	return units
}

// Scorecard is what a unit's month is scored by: the unit's own card, else the organisation's, read from its own stream; nil where
// none is in force.
func (f Facts) Scorecard(unit, month string) *closing.Scorecard {
	for _, of := range []string{unit, ""} {
		var s scorecard.State
		for _, e := range f.sources.load(domain.Stream(scorecard.Decider.Category, scorecard.Key(of))) {
			if event, ok := e.Event.(scorecard.Event); ok {
				s = scorecard.Decider.Evolve(s, event)
			}
		}
		if v, ok := s.InForce(month); ok {
			return &closing.Scorecard{Unit: s.Unit, Version: v.Number, Digest: v.Digest, Card: v.Card}
		}
	}
	return nil
}
