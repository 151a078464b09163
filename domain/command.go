package domain

import "time"

// Actor is who issues a command, as far as rules may look at it. Staff is the person whose duty is exercised; when an
// account acts for that person (a deputy, an import) Principal is the account and OnBehalfOf repeats the person.
type Actor struct {
	Principal  string   // the account that authenticated, for example "staff-…" or "service-import"
	Staff      string   // key of the acting person's staff stream; empty for a service that acts for itself
	OnBehalfOf string   // the person for whom Principal acts; empty when Principal acts for itself
	Delegation string   // the delegation by which a deputy acts, as "<staff>/<number>"; empty otherwise
	Unit       string   // unit whose post gave the right
	Groups     []string // groups of which Staff is an active member at Meta.Effective
	Posts      []Post   // posts that Staff (or the service account) holds at Meta.Effective
	Channel    string   // "api", "import", …
	Source     string   // network address the command came from
}

// Post is a role held at a unit: the powers follow the post (mission row O1). Unit "" is the whole organisation.
type Post struct {
	Role string `json:"role"`
	Unit string `json:"unit,omitempty"`
}

// Meta is all that a decision may know besides state and payload.
type Meta struct {
	ID            StreamID  // the stream the command addresses
	Actor         Actor     // who asks
	Now           time.Time // when the command is decided (recorded time for rules and KPIs)
	Effective     time.Time // when it happened in the world; equals Now unless back-dated
	CommandID     string    // idempotency key
	CorrelationID string
}

// Command decides over a state S what events E follow.
type Command[S, E any] interface {
	// May looks at state and actor only: "is this offered now?". The error tells why not.
	May(S, Meta) error
	// Decide is pure. Events are what became true; nil, nil means it is so already.
	Decide(S, Meta) ([]E, error)
}

// Decider is an aggregate: where its streams live, how its events fold, and their contract.
type Decider[S, E any] struct {
	Category string        // stream category, without hyphen
	Evolve   func(S, E) S  // total: every event of the contract, in any order, gives a state
	Events   Contract[E]   // wire names
	Scope    func(S) Scope // where the state lies in the organisation, for authorisation
}

// Fold evolves the zero state over a history.
func (d Decider[S, E]) Fold(events ...E) S {
	var s S
	for _, e := range events {
		s = d.Evolve(s, e)
	}
	return s
}

// Scope places an aggregate in the organisation, so that the reaches of rights can be told apart.
type Scope struct {
	Unit    string   // responsible unit
	Group   string   // responsible group, if any
	Holder  string   // the responsible person, if any
	Parties []string // staff who have it as their own: the responsible handler, the receiver of a pending offer, who helps
	Helpers []string // those of them who work on it beside the responsible person
}

// Scoped is implemented by commands that create a stream: the payload tells where it will lie.
type Scoped interface{ Scope() Scope }

// Run asks May and then Decide, as the pipeline does.
func Run[S, E any](c Command[S, E], s S, m Meta) ([]E, error) {
	if err := c.May(s, m); err != nil {
		return nil, err
	}
	return c.Decide(s, m)
}
