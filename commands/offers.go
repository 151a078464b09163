package commands

import (
	"time"

	"docket/domain"
	"docket/domain/authz"
)

// Offer is a command as it stands for somebody and one thing: whether it may be issued now, and if not, by which rule.
type Offer struct {
	Name    string `json:"name"`
	Route   string `json:"route"`
	Allowed bool   `json:"allowed"`
	Why     string `json:"why,omitempty"`
}

// Offers tells of every command on existing things of the stream's category whether the actor may issue it now, payload
// apart, on the stream as it was loaded. A stream that does not exist is [ErrUnknown].
func (p *Pipeline) Offers(actor domain.Actor, id domain.StreamID, history []domain.Envelope) ([]Offer, error) {
	for i := range catalogue {
		e := &catalogue[i]
		if e.Category != id.Category() || len(history) == 0 {
			continue
		}
		x := e.begin(e.New())
		if err := x.load(history, p.Library); err != nil {
			return nil, err
		}
		now := p.Clock().UTC().Truncate(time.Microsecond)
		scope := e.existing(x.state())
		return offers(e.Category, x.state(), scope, domain.Meta{ID: id, Actor: actor, Now: now, Effective: now}), nil
	}
	return nil, ErrUnknown
}

func offers(category string, state any, scope domain.Scope, m domain.Meta) []Offer {
	var list []Offer
	for i := range catalogue {
		e := &catalogue[i]
		if e.Category != category || e.Creates {
			continue
		}
		o := Offer{Name: e.Name, Route: e.Route}
		if _, ok := authz.Allowed(m.Actor, e.Allow, scope); !ok {
			o.Why = ErrNotAllowed.Rule
		} else if err := e.offer(state, m); err == nil {
			o.Allowed = true
		} else if why, ok := refusal(err); ok {
			o.Why = why.Rule
		}
		list = append(list, o)
	}
	return list
}
