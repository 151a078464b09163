package ticket

import (
	"maps"
	"slices"
	"time"

	"docket/domain"
	"docket/domain/casetype"
)

// IntakeEvent is an event of a ticket's life from the first contact to its registration (mission rows I1–I11).
//
//sumtype:decl
type IntakeEvent interface {
	Event
	isIntake()
}

// Intake is what decisions read of it. Maps and slices are replaced, never changed in place.
type Intake struct {
	Application Application // as opened and amended; registering copies it
	Clerks      []string    // who filled it in, and so may not decide on it (mission row I8)
	Verdicts    map[string]Judged
	Materials   []Material // as they came
	Scope       ScopeDecision
	Notices     int            // of defects, so far
	NotifiedOn  string         // day of the last notice
	Told        map[string]int // path -> the notice that told of it first
	Touched     map[string]int // path -> notices before it was last supplied
	Curing      bool           // the last notice waits to be cured
	Delivered   int            // the last notice that reached the customer
	Identity    Identity
	Paged       int      // how often somebody was called to take it
	Called      string   // who was called last
	Into        string   // the ticket it was joined into
	Before      Status   // of a joined ticket
	Halted      []string // clocks that ran before it was joined

	Procedure casetype.ProcedureRef // that its handlers work by (mission row T6)
}

// Judged is the latest verdict on a field or material.
type Judged struct {
	Verdict      Assessment
	Defect, Cure string
}

// Material is an item as it came.
type Material struct {
	Key        string
	Copies     int
	Original   bool
	ValidUntil string
	Unreadable bool
}

// Identity is the latest check of who the customer is.
type Identity struct {
	Checked, Passed bool
	Agent           bool // somebody acts for the customer
	Acts            []AgentAct
	Expires         time.Time // zero: never
}

var intakeEvents = domain.Contract[Event]{
	"TicketOpened":                domain.Of[Opened](),
	"TicketFormFilled":            domain.Of[FormFilled](),
	"TicketMaterialReceived":      domain.Of[MaterialReceived](),
	"TicketChecked":               domain.Of[Checked](),
	"TicketScopeDecided":          domain.Of[ScopeDecided](),
	"TicketDeclined":              domain.Of[Declined](),
	"TicketDefectsNotified":       domain.Of[DefectsNotified](),
	"TicketDefectNoticeDelivered": domain.Of[DefectNoticeDelivered](),
	"TicketDefectsCured":          domain.Of[DefectsCured](),
	"TicketLapsed":                domain.Of[Lapsed](),
	"TicketIntakeReopened":        domain.Of[IntakeReopened](),
	"TicketIdentityChecked":       domain.Of[IdentityChecked](),
	"TicketGroupFallback":         domain.Of[GroupFallback](),
	"TicketPaged":                 domain.Of[Paged](),
	"TicketJoined":                domain.Of[Joined](),
	"TicketUnjoined":              domain.Of[Unjoined](),
	"TicketMigrated":              domain.Of[Migrated](),
}

// afterIntake folds the family's own part, and the core where the event says so.
func (s State) afterIntake(event IntakeEvent) State {
	i := &s.Intake
	switch e := event.(type) {
	case Opened:
		s = State{
			Status: StatusDraft, Unit: e.Unit, Template: e.Template, Rules: s.Rules,
			Intake: Intake{Application: e.application(), Clerks: added(nil, e.By), Procedure: e.Procedure},
		}
	case FormFilled:
		i.Application = i.Application.amended(e)
		i.Clerks = added(i.Clerks, e.By)
		s.Route.Form = s.Route.Form.With(e.Values, e.Marked)
		for _, values := range []map[string]string{e.Values, e.Marked} {
			for key := range values {
				i.touch("form."+key, Judged{})
			}
		}
	case MaterialReceived:
		i.Materials = append(slices.Clone(i.Materials), Material{e.Material, e.Copies, e.Original, e.ValidUntil, e.Unreadable})
		i.touch("materials."+e.Material, Judged{e.Verdict, e.Defect, e.Cure})
	case Checked:
		i.Verdicts = cloned(i.Verdicts)
		for path, verdict := range e.Verdicts {
			i.Verdicts[path] = Judged{verdict, e.Defects[path], e.Cures[path]}
		}
	case ScopeDecided:
		i.Scope = e.Scope
		if e.Scope == OtherUnit {
			s.Unit, i.Scope = e.Unit, ""
		}
	case Declined:
		s.Status = StatusDeclined
	case DefectsNotified:
		i.Notices, i.NotifiedOn, i.Curing, i.Told = e.Notice, e.On, true, cloned(i.Told)
		for _, path := range e.Paths {
			if _, told := i.Told[path]; !told {
				i.Told[path] = e.Notice
			}
		}
	case DefectNoticeDelivered:
		i.Delivered = e.Notice
	case DefectsCured:
		i.Curing = false
	case Lapsed:
		s.Status = StatusLapsed
	case IntakeReopened:
		s.Status, i.Scope = StatusDraft, ""
	case IdentityChecked:
		i.Identity = Identity{Checked: true, Passed: e.Passed, Agent: e.Agent != "", Acts: e.Acts}
		if e.Expires != nil {
			i.Identity.Expires = *e.Expires
		}
	case Paged:
		i.Paged, i.Called = e.Level, e.Person
	case Joined:
		s.Status, s.Offer, i.Into, i.Before, i.Halted = StatusJoined, Offer{}, e.Into, e.Was, e.Clocks
	case Unjoined:
		s.Status, i.Into, i.Before, i.Halted = e.Status, "", "", nil
	case Migrated:
		s.Template, i.Procedure = e.Template, e.Procedure
		if len(e.Defaults) > 0 {
			s.Route.Form = s.Route.Form.With(e.Defaults)
		}
	case GroupFallback:
	}
	return s
}

// touch notes that a field or material has been supplied anew, with what is thought of it so far.
func (i *Intake) touch(path string, j Judged) {
	i.Verdicts, i.Touched = cloned(i.Verdicts), cloned(i.Touched)
	delete(i.Verdicts, path)
	if j.Verdict != "" {
		i.Verdicts[path] = j
	}
	i.Touched[path] = i.Notices
}

func cloned[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return maps.Clone(m)
}

// added is a list with somebody in it once; nobody is not in it.
func added(list []string, who string) []string {
	if who == "" || slices.Contains(list, who) {
		return list
	}
	return append(slices.Clone(list), who)
}
