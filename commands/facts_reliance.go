package commands

import (
	"time"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/procedure"
	"docket/domain/reliance"
	"docket/domain/template"
)

// relied is the version of a procedure that rules rely on from a date on; 0 where they name none, or none is in force then.
func (f Facts) relied(r casetype.Rules, from time.Time) int {
	p, _ := f.Procedure(r.Procedure)
	e, _ := p.InForce(from)
	return e.Number
}

// settled lists the template versions that are known to have been approved.
func (f Facts) settled() []casetype.Ref {
	var list []casetype.Ref
	for _, t := range f.lookups.Templates() {
		for _, e := range t.Versions {
			if e.Approved() {
				list = append(list, casetype.Ref{Template: t.ID, Version: e.Number})
			}
		}
	}
	return list
}

// relianceGuard claims the version of the procedure that a template is approved on (docs/adr/0018-tickets-pin-their-procedure.md).
func relianceGuard() *Guard[template.Approve] {
	return &Guard[template.Approve]{
		Of: func(_ any, c template.Approve) domain.StreamID {
			if c.Facts.Relied == 0 {
				return ""
			}
			return reliance.Stream(c.Facts.Procedure)
		},
		Claim: func(history []domain.Envelope, id string, c template.Approve) ([]any, error) {
			by := reliance.Follower{Template: id, Version: c.Facts.Version}
			return decideOn(reliance.Decider, history, reliance.Claim{Follower: by, On: c.Facts.Relied})
		},
	}
}

// retireGuard claims that a version of a procedure goes out of use.
func retireGuard() *Guard[procedure.Retire] {
	return &Guard[procedure.Retire]{
		Of: func(state any, c procedure.Retire) domain.StreamID {
			s, ok := state.(procedure.State)
			if v, known := s.Version(c.Version); !ok || !known || v.Status != procedure.InUse || c.Facts.Procedure == "" {
				return ""
			}
			return reliance.Stream(c.Facts.Procedure)
		},
		Claim: func(history []domain.Envelope, _ string, c procedure.Retire) ([]any, error) {
			settled := make(map[reliance.Follower]bool, len(c.Facts.Settled))
			for _, r := range c.Facts.Settled {
				settled[reliance.Follower{Template: r.Template, Version: r.Version}] = true
			}
			return decideOn(reliance.Decider, history, reliance.Retire{
				Version: c.Version, Settled: settled, Succeeded: c.Facts.Succeeded, Refusal: procedure.ErrFollowed,
			})
		},
	}
}
