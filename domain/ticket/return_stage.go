package ticket

import (
	"fmt"

	"docket/domain"
	"docket/domain/route"
)

// ReturnStage sends the application back to the clerk, or the result back to the handler, with the reason and the items to
// put right (返回重新處理並註明原因, mission rows I8, R1, R3).
type ReturnStage struct {
	Stage     string    `json:"stage" doc:"key of the stage" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Fault     Fault     `json:"fault" enum:"staff,customer,external,system,rule_change,undetermined"`
	Reason    string    `json:"reason" minLength:"1" maxLength:"10000"`
	Items     []string  `json:"items" doc:"what has to be put right" minItems:"1" maxItems:"100"`
	Fields    []string  `json:"fields,omitempty" doc:"keys of the fields at fault" maxItems:"100"`
	Judgement Judgement `json:"judgement,omitempty"`
	Handler   string    `json:"handler,omitempty" doc:"another handler for the new round, where the actor may assign" maxLength:"64"`

	Facts StageFacts `json:"-"`
}

// ErrNotYoursToAssign: the new handler is the leader's to pick.
var ErrNotYoursToAssign = domain.Refusal(domain.Forbidden, "ticket.not_yours_to_assign", "only who may assign the ticket picks another handler")

// May wants an open stage and somebody who may decide it.
func (c ReturnStage) May(s State, m domain.Meta) error { return deciding(s, m) }

// Decide returns it for a new round. The overall limits keep running.
func (c ReturnStage) Decide(s State, m domain.Meta) ([]Event, error) {
	before := s
	s, events := s.looked(c.Facts.Conditions, c.Judgement.freshest(s.Route.Risk))
	st, err := s.named(c.Stage)
	if err != nil {
		return nil, err
	}
	if err := s.signs(st, m, c.Facts); err != nil {
		return nil, err
	}
	if err := c.check(s, st); err != nil {
		return nil, err
	}
	if c.Handler != "" && c.Handler != s.Handler && !c.Facts.MayAssign {
		return nil, ErrNotYoursToAssign
	}
	r := StageReturned{Fault: c.Fault, Reason: c.Reason, Items: c.Items, Fields: c.Fields, Judgement: c.Judgement}
	if c.Handler != s.Handler {
		r.To = c.Handler
	}
	return before.timed(append(events, s.returned(st, m, r)...), m.Effective, c.Facts.Calendar), nil
}

func (c ReturnStage) check(s State, st route.Stage) error {
	var v domain.Checks
	domain.OneOf(&v, "fault", c.Fault, Faults...)
	v.RequiredText("reason", c.Reason, maxText)
	if len(c.Items) == 0 {
		v.Fail("items", "required", "must name what has to be put right")
	}
	for i, item := range c.Items {
		v.RequiredText(fmt.Sprintf("items[%d]", i), item, maxText)
	}
	for i, key := range c.Fields {
		if _, ok := s.field(key); !ok {
			v.Fail(fmt.Sprintf("fields[%d]", i), "unknown", "no such field in this ticket's form")
		}
	}
	c.Judgement.check(&v, nil) // nothing is demanded of who returns
	switch {
	case c.Handler == "":
	case st.When == route.Before:
		v.Fail("handler", "not_allowed", "an application goes back to the clerk")
	case c.Handler != s.Handler:
		c.Facts.Handler.check(&v, "handler", s.Group)
	}
	return v.Err()
}

// returned completes a return with what the state tells, and begins the result's next round.
func (s State) returned(st route.Stage, m domain.Meta, r StageReturned) []Event {
	r.Stage, r.When, r.Round, r.Signature = st.Key, st.When, s.round(st.When)+1, s.sign(st, m, "")
	events := []Event{r}
	if st.When == route.Before {
		return events
	}
	events = append(events, ReviewReturned{
		Reviewer: r.Signature.By, Fault: r.Fault, Reason: r.Reason, Items: r.Items, Round: r.Round,
	})
	if r.To != "" {
		events = append(events, AssignedToHandler{Handler: r.To, Previous: s.Handler, Reason: r.Reason})
	}
	return events
}
