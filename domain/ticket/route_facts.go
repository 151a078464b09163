package ticket

import "docket/domain/worktime"

// StageFacts are what the pipeline looks up before a decision on a stage.
type StageFacts struct {
	Conditions map[string]bool    // which stages' conditions hold, over the form and rating as they will be; nil: not looked at
	Calendar   *worktime.Calendar // of the ticket's limits
	Authority  Authority          // of the signer, for stages that name a kind of authority
	Lapsed     bool               // the signer lacks the certificate that the stage asks for, or it has ended
	MayAssign  bool               // the actor may name another handler
	Handler    Person             // whom a return names
}

// RouteFacts are what the pipeline looks up before other acts that open stages or change what stages judge.
type RouteFacts struct {
	Conditions map[string]bool    // which stages' conditions hold, over the form as it will be; nil: not looked at
	Calendar   *worktime.Calendar // of the ticket's limits
	Lapsed     bool               // the actor lacks the certificate that the template asks of handlers, or it has ended
}
