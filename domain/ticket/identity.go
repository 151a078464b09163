package ticket

import (
	"slices"
	"time"

	"docket/domain"
)

// Refusals about who the customer is (mission row I9).
var (
	ErrNoIdentity    = domain.Refusal(domain.Conflict, "ticket.identity_unchecked", "the customer's identity has not been checked, or the check failed")
	ErrAgentExpired  = domain.Refusal(domain.Forbidden, "ticket.agent_expired", "the authority of who acts for the customer has ended")
	ErrAgentExceeded = domain.Refusal(domain.Forbidden, "ticket.agent_exceeded", "the authority of who acts for the customer does not cover this")
)

// CheckIdentity records how the customer was identified, and with what authority somebody acts for them (核實客戶身份, mission
// row I9).
type CheckIdentity struct {
	Method    IdentityMethod `json:"method" enum:"in_person,video,call_back,real_name,copy"`
	Document  Document       `json:"document" enum:"identity_card,passport,travel_permit,business_licence,other"`
	Passed    bool           `json:"passed"`
	Note      string         `json:"note,omitempty" doc:"required where the check failed" maxLength:"1000"`
	Agent     string         `json:"agent,omitempty" doc:"name of who acts for the customer" maxLength:"200"`
	Authority string         `json:"authority,omitempty" doc:"power of attorney; required with an agent" maxLength:"1000"`
	Acts      []AgentAct     `json:"acts,omitempty" doc:"what the agent may do; required with an agent" maxItems:"5"`
	ExpiresAt *time.Time     `json:"expires_at,omitempty" doc:"end of the agent's authority; left out: none"`
}

// May wants a ticket that has not come to its end.
func (c CheckIdentity) May(s State, _ domain.Meta) error {
	if !s.Exists() || s.Status.Finished() {
		return ErrNotOpen
	}
	return nil
}

// Decide records the check.
func (c CheckIdentity) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "method", c.Method, IdentityMethods...)
	domain.OneOf(&v, "document", c.Document, Documents...)
	if !c.Passed {
		v.Required("note", c.Note)
	}
	v.Text("note", c.Note, maxRemark)
	v.Text("agent", c.Agent, maxName)
	v.Text("authority", c.Authority, maxRemark)
	switch {
	case c.Agent != "":
		v.Required("authority", c.Authority)
		if len(c.Acts) == 0 {
			v.Fail("acts", "required", "must not be empty")
		}
	case c.Authority != "" || len(c.Acts) > 0 || c.ExpiresAt != nil:
		v.Required("agent", c.Agent)
	}
	for _, act := range c.Acts {
		domain.OneOf(&v, "acts", act, AgentActs...)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{IdentityChecked{
		Method: c.Method, Document: c.Document, Passed: c.Passed, Note: c.Note, Agent: c.Agent, Authority: c.Authority,
		Acts: c.Acts, Expires: c.ExpiresAt, By: m.Actor.Staff,
	}}, nil
}

// identityRefusal tells why a planned ticket whose template asks for it cannot go to its first review: nobody looked who the
// customer is, or the check failed.
func identityRefusal(s State, _ domain.Meta) error {
	if s.Rules == nil || !s.Rules.Identity {
		return nil
	}
	if !s.Intake.Identity.Checked || !s.Intake.Identity.Passed {
		return ErrNoIdentity
	}
	return nil
}

// Party is who turns to us, or is turned to, in the customer's matter.
type Party string

// The parties.
const (
	TheCustomer Party = "customer" // in person, whoever else acts for them
	TheAgent    Party = "agent"    // who acts for them
)

// Parties are the codes, in the order forms show them.
var Parties = []Party{TheCustomer, TheAgent}

// UnmarshalText refuses an unknown party.
func (p *Party) UnmarshalText(b []byte) error { return domain.ParseCode(p, b, Parties) }

// party notes an agent whom nobody has identified.
func (s State) party(v *domain.Checks, by Party) {
	if by != "" {
		domain.OneOf(v, "party", by, Parties...)
	}
	if by == TheAgent && !s.Intake.Identity.Agent {
		v.Fail("party", "no_agent", "nobody has been identified as acting for the customer")
	}
}

// actsFor tells why this may not be done with a party: an agent needs the authority for it, the customer needs none. Where it
// is left out who it is and an agent acts for the customer, it is the agent.
func (s State) actsFor(m domain.Meta, by Party, act AgentAct) error {
	if by == TheCustomer {
		return nil
	}
	return agentRefusal(s, m, act)
}

// agentRefusal tells why the one who acts for the customer may not do this now: outside the scope of the authority, or after
// its end.
func agentRefusal(s State, m domain.Meta, act AgentAct) error {
	id := s.Intake.Identity
	switch {
	case !id.Agent:
		return nil
	case !id.Expires.IsZero() && !m.Effective.Before(id.Expires):
		return ErrAgentExpired
	case !slices.Contains(id.Acts, act):
		return ErrAgentExceeded
	}
	return nil
}
