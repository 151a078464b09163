package ticket

import "docket/domain/route"

// StageStatus says where a stage of the route stands (mission rows R1–R8).
type StageStatus string

// The statuses.
const (
	StageIsPassed  StageStatus = "passed"  // by as many as its quorum asks for
	StageIsOpen    StageStatus = "open"    // waits for a decision now
	StageIsPending StageStatus = "pending" // will have to be decided
	StageIsSkipped StageStatus = "skipped" // its condition does not hold
	StageIsRefused StageStatus = "refused" // the application was refused here
)

// StageStatuses are the statuses in an order that tells the route's progress.
var StageStatuses = []StageStatus{StageIsPassed, StageIsOpen, StageIsPending, StageIsSkipped, StageIsRefused}

// StageStanding is one stage of a ticket's route and where it stands.
type StageStanding struct {
	Stage  route.Stage
	Status StageStatus
	Round  int  // of its side: of the application before handling, of the result after it
	Passes int  // decisions that stand
	Forced bool // has to be passed by a superior's decision, whatever its condition
}

// StageMap gives every stage of the route in its order; none for a ticket without a template, or before its rules are known.
func (s State) StageMap() []StageStanding {
	if s.Rules == nil {
		return nil
	}
	open, err := s.OpenStage()
	stages := make([]StageStanding, len(s.Rules.Stages))
	for i, st := range s.Rules.Stages {
		standing := StageStanding{Stage: st, Status: StageIsPending, Round: s.round(st.When)}
		for _, p := range s.Route.Passes {
			if p.Stage == st.Key {
				standing.Passes++
			}
		}
		for _, key := range s.Route.Forced {
			standing.Forced = standing.Forced || key == st.Key
		}
		switch {
		case s.Route.Refused == st.Key:
			standing.Status = StageIsRefused
		case !s.applies(st):
			standing.Status = StageIsSkipped
		case s.passed(st):
			standing.Status = StageIsPassed
		case err == nil && open.Key == st.Key:
			standing.Status = StageIsOpen
		}
		stages[i] = standing
	}
	return stages
}
