package ticketpage

import (
	"slices"
	"time"

	"docket/domain"
	"docket/domain/route"
	"docket/domain/ticket"
)

// Verdict says what a decision of a stage was.
type Verdict string

// The verdicts.
const (
	Passed   Verdict = "passed"
	Returned Verdict = "returned"
	Refusal  Verdict = "refused"
)

// Standing says whether a decision still counts.
type Standing string

// The standings. Every decision stays visible as it was given (mission row K3).
const (
	Stands  Standing = "stands"
	Earlier Standing = "earlier_round" // a return or a reopening began another round
	Void    Standing = "void"          // what it relied on was corrected
)

// Decision is what somebody decided at one stage of the route, and signed for.
type Decision struct {
	Stage      string
	When       route.When
	Round      int
	Verdict    Verdict
	Standing   Standing
	Signature  ticket.Signature
	Opinion    string // of a pass; the reason of a return
	Judgement  ticket.Judgement
	Conditions []ticket.Condition
	Items      []string // to put right, of a return; the reasons, of a refusal
	Fault      ticket.Fault
	Digest     string // of what was judged and said
	Last       bool   // nobody else had to pass the stage
	At         time.Time
	Revision   uint64
	Overtaken  uint64 // event that ended its standing; 0 while it stands
}

// decisions follow the route of a ticket.
type decisions []Decision

func (d decisions) add(e *domain.Envelope, event ticket.Event) decisions {
	at, revision := e.Meta.Effective, e.Revision
	switch v := event.(type) {
	case ticket.StagePassed:
		return append(d, Decision{
			Stage: v.Stage, When: v.When, Round: v.Round, Verdict: Passed, Standing: Stands, Signature: v.Signature, Opinion: v.Opinion,
			Judgement: v.Judgement, Conditions: v.Conditions, Digest: v.Digest, Last: v.Last, At: at, Revision: revision,
		})
	case ticket.StageReturned:
		d = d.overtake(revision, Earlier, func(o Decision) bool { return o.When == v.When })
		return append(d, Decision{
			Stage: v.Stage, When: v.When, Round: max(v.Round-1, 1), Verdict: Returned, Standing: Earlier, Signature: v.Signature,
			Opinion: v.Reason, Judgement: v.Judgement, Items: v.Items, Fault: v.Fault, At: at, Revision: revision, Overtaken: revision,
		})
	case ticket.ApplicationRefused:
		return append(d, Decision{
			Stage: v.Stage, When: route.Before, Round: v.Round, Verdict: Refusal, Standing: Stands, Signature: v.Signature,
			Items: v.Reasons, Digest: v.Digest, At: at, Revision: revision,
		})
	case ticket.ReviewReturned, ticket.Reopened:
		return d.overtake(revision, Earlier, func(o Decision) bool { return o.When == route.After })
	case ticket.StagesVoided:
		return d.overtake(revision, Void, func(o Decision) bool { return slices.Contains(v.Stages, o.Stage) })
	}
	return d
}

// overtake is a copy in which the standing decisions that are meant do not stand any more.
func (d decisions) overtake(revision uint64, as Standing, meant func(Decision) bool) decisions {
	next := slices.Clone(d)
	for i := range next {
		if next[i].Standing == Stands && meant(next[i]) {
			next[i].Standing, next[i].Overtaken = as, revision
		}
	}
	return next
}
