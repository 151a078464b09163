package ticket_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/ticket"
)

// TestNoStageIsSkipped walks random people with random commands over random routes, and lets an overseer who keeps its own
// account say what must not happen: a stage skipped whose condition held, one person deciding twice on the same round or on
// their own work, handling without approval, or a decision standing that relied on a corrected field.
func TestNoStageIsSkipped(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		rules := routes.Draw(t, "rules")
		know := under(rules)
		o := overseer{rules: rules, form: map[string]string{"shop": "a", "amount": "small"}, round: map[route.When]int{}}
		state := know(ticket.Decider.Fold(atFirst[0], ticket.FormFilled{Values: o.form, Customer: "c-17"}, atFirst[2]))
		state = know(ticket.Decider.Evolve(state, ticket.StagesPlanned{Holds: o.holds(nil), Form: 1, Urgency: ticket.Normal}))
		if _, err := state.OpenStage(); err != nil {
			o.accepted = true
			state = know(ticket.Decider.Evolve(state, ticket.Accepted{}))
		}
		for range 120 {
			who := colleagues[rapid.IntRange(0, len(colleagues)-1).Draw(t, "who")]
			c := o.command(t, state)
			decided, err := domain.Run(c, state, domain.Meta{Actor: who, Now: noon, Effective: noon})
			if err != nil && decided != nil {
				t.Fatalf("%T is refused (%v) and gives %v", c, err, decided)
			}
			for _, e := range decided {
				if err := o.see(e); err != nil {
					t.Fatalf("%T%+v of %s gives %T%+v: %v\nrules %+v\nseen %+v", c, c, who.Staff, e, e, err, rules.Stages, o)
				}
				state = know(ticket.Decider.Evolve(state, e))
				seen[ticket.Decider.Events.Name(e)]++
			}
			if err := o.agrees(state); err != nil {
				t.Fatalf("after %T%+v of %s: %v\nrules %+v\nseen %+v\nstate %+v", c, c, who.Staff, err, rules.Stages, o, state)
			}
		}
	})
	t.Log(seen)
	for _, name := range []string{
		"TicketStagePassed", "TicketStageReturned", "TicketApplicationRefused", "TicketApplicationResubmitted", "TicketFieldCorrected",
		"TicketStagesVoided", "TicketReviewVoided", "TicketSecondReviewRequired", "TicketReviewPassed", "TicketAccepted",
		"TicketItemsAnswered", "TicketConditionsAnswered", "TicketStagesPlanned", "TicketReopened",
	} {
		if seen[name] == 0 {
			t.Errorf("%s never occurred", name)
		}
	}
}

// colleagues all hold every post, so that nothing but the separation of duties keeps them apart.
var colleagues = func() []domain.Actor {
	var all []domain.Actor
	for _, name := range []string{"ann", "bob", "cai", "dee", "eva"} {
		a := domain.Actor{Principal: "staff-" + name, Staff: name}
		for _, role := range []string{"reviewer", "approver", "leader", "department_head"} {
			a.Posts = append(a.Posts, domain.Post{Role: role})
		}
		all = append(all, a)
	}
	return append(all, domain.Actor{
		Principal: "staff-ann", Staff: "bob", OnBehalfOf: "bob", Delegation: "bob/1", Posts: all[1].Posts, // ann with bob's powers
	})
}()

var routes = rapid.Custom(func(t *rapid.T) casetype.Rules {
	rules := casetype.Rules{Fields: []form.Field{
		{Key: "shop", Type: form.Text}, {Key: "amount", Type: form.Text}, {Key: "remark", Type: form.Text, Harmless: true},
	}}
	for _, side := range []route.When{route.Before, route.After} {
		for i := range rapid.IntRange(0, 3).Draw(t, "stages "+string(side)) {
			st := route.Stage{
				Key: fmt.Sprintf("%s%d", side, i), When: side, Kind: rapid.SampledFrom([]route.Kind{route.Review, route.Approval}).Draw(t, "kind"),
				Role:      rapid.SampledFrom([]string{"reviewer", "approver", "leader"}).Draw(t, "role"),
				Quorum:    rapid.SampledFrom([]int{0, 1, 1, 2}).Draw(t, "quorum"),
				Condition: rapid.SampledFrom([]string{"", "", "amount == 'big'"}).Draw(t, "condition"),
				ReliesOn:  rapid.SampledFrom([][]string{nil, {"shop"}, {"amount"}}).Draw(t, "relies on"),
			}
			rules.Stages = append(rules.Stages, st)
		}
	}
	return rules
})

// overseer knows the rules of routes but not the program.
type overseer struct {
	rules                      casetype.Rules
	form                       map[string]string
	accepted, finished, passed bool
	returned                   bool // the application is with the clerk
	refused, held              string
	forced                     []string
	ledger                     []decision // what stands, in the order of the route or not
	editors                    []string
	round                      map[route.When]int
}

type decision struct{ stage, by, lender string }

// holds tells how the conditions come out over a form.
func (o *overseer) holds(changed map[string]string) map[string]bool {
	amount := o.form["amount"]
	if v, ok := changed["amount"]; ok {
		amount = v
	}
	out := map[string]bool{}
	for _, st := range o.rules.Stages {
		if st.Condition != "" {
			out[st.Key] = amount == "big"
		}
	}
	return out
}

// command draws something to try, mostly something that fits.
func (o *overseer) command(t *rapid.T, s ticket.State) command {
	stages := []string{"before0", "after0", "after1", "before1"}
	if open, err := s.OpenStage(); err == nil {
		stages = append(stages, open.Key, open.Key, open.Key, open.Key)
	}
	stage := rapid.SampledFrom(stages).Draw(t, "stage")
	decides := ticket.StageFacts{Conditions: o.holds(nil), Authority: within, MayAssign: true, Handler: fit}
	changed := map[string]string{
		rapid.SampledFrom([]string{"shop", "amount", "remark"}).Draw(t, "field"): rapid.SampledFrom([]string{"a", "b", "big", "small"}).Draw(t, "value"),
	}
	var key string
	for key = range changed {
	}
	return rapid.SampledFrom([]command{
		ticket.PassStage{Stage: stage, Opinion: "good", Facts: decides},
		ticket.PassStage{Stage: stage, Opinion: "good", Facts: decides},
		ticket.PassStage{Stage: stage, Opinion: "good", Facts: decides},
		ticket.PassStage{Stage: stage, Opinion: "good", Facts: decides, Conditions: []string{"so"}},
		ticket.ReturnStage{Stage: stage, Fault: ticket.FaultStaff, Reason: "wrong", Items: []string{"this"}, Facts: decides},
		ticket.RefuseApplication{Stage: stage, Reasons: []string{"no"}, Remedies: []string{"wait"}, Objection: "here", Facts: decides},
		ticket.RequireSecondReview{Stage: stage, Reason: "why not"},
		ticket.AnswerItems{Answers: []ticket.ItemAnswer{{Item: 1, Answer: "done"}}},
		ticket.AnswerItems{Answers: []ticket.ItemAnswer{{Item: 1, Answer: "done"}}},
		ticket.Resubmit{Values: changed, Facts: ticket.RouteFacts{Conditions: o.holds(changed)}},
		ticket.Resubmit{Facts: ticket.RouteFacts{Conditions: o.holds(nil)}},
		ticket.AnswerConditions{Answers: []ticket.ConditionAnswer{{Condition: rapid.IntRange(1, 2).Draw(t, "condition"), Answer: "kept"}}},
		ticket.Correct{
			Field: key, Value: changed[key], Fault: ticket.FaultStaff, Reason: "misread", Stamp: "1",
			Facts: ticket.RouteFacts{Conditions: o.holds(changed)},
		},
		ticket.Accept{}, ticket.PassReview{Opinion: "good"},
		ticket.AssignToHandler{Handler: "ann", Reason: "x", Facts: fit}, ticket.AssignToHandler{Handler: "cai", Reason: "x", Facts: fit},
		complete, complete, onThePhone,
		ticket.Reopen{Fault: ticket.FaultStaff, Reason: "again"},
	}).Draw(t, "command")
}

// due is the first stage of a side that applies and for which too few decisions stand.
func (o *overseer) due(side route.When) string {
	holds := o.holds(nil)
	for _, st := range o.rules.Stages {
		if st.When == side && (st.Condition == "" || holds[st.Key] || slices.Contains(o.forced, st.Key)) && o.standing(st.Key) < max(st.Quorum, 1) {
			return st.Key
		}
	}
	return ""
}

func (o *overseer) standing(stage string) int {
	n := 0
	for _, d := range o.ledger {
		if d.stage == stage {
			n++
		}
	}
	return n
}

func (o *overseer) drop(gone func(route.Stage) bool) {
	o.ledger = slices.DeleteFunc(slices.Clone(o.ledger), func(d decision) bool {
		i := slices.IndexFunc(o.rules.Stages, func(st route.Stage) bool { return st.Key == d.stage })
		return gone(o.rules.Stages[i])
	})
}

// see takes one event in, or tells why it must not be.
func (o *overseer) see(event ticket.Event) error {
	switch e := event.(type) {
	case ticket.StagePassed:
		if o.refused != "" || e.Stage != o.due(e.When) {
			return fmt.Errorf("%s is due", o.due(e.When))
		}
		people := []string{e.Signature.By, e.Signature.OnBehalfOf}
		for _, d := range o.ledger {
			i := slices.IndexFunc(o.rules.Stages, func(st route.Stage) bool { return st.Key == d.stage })
			if o.rules.Stages[i].When == e.When && (slices.Contains(people, d.by) || d.lender != "" && slices.Contains(people, d.lender)) {
				return fmt.Errorf("decided twice")
			}
		}
		for _, own := range append([]string{o.held}, o.editors...) {
			if own != "" && slices.Contains(people, own) && (e.When == route.After || own != o.held) {
				return fmt.Errorf("own work")
			}
		}
		o.ledger = append(o.ledger, decision{e.Stage, e.Signature.By, e.Signature.OnBehalfOf})
	case ticket.StageReturned:
		o.drop(func(st route.Stage) bool { return st.When == e.When })
		o.returned = e.When == route.Before
	case ticket.ApplicationRefused:
		if e.Stage != o.due(route.Before) {
			return fmt.Errorf("refused out of turn")
		}
		o.refused = e.Stage
	case ticket.SecondReviewRequired:
		o.forced = append(o.forced, e.Stage)
	case ticket.ApplicationResubmitted:
		o.returned = false
		for key, value := range e.Values {
			o.form[key] = value
		}
		if len(e.Fields) > 0 {
			o.editors = append(o.editors, e.By)
		}
	case ticket.FieldCorrected:
		o.form[e.Field] = e.New
		o.editors = append(o.editors, e.Corrector)
		relies := false
		for _, st := range o.rules.Stages {
			judged := len(st.ReliesOn) == 0 || slices.Contains(st.ReliesOn, e.Field)
			relies = relies || e.Field != "remark" && judged && (o.standing(st.Key) > 0 || o.refused == st.Key)
			if relies {
				o.drop(func(other route.Stage) bool { return other.Key == st.Key })
				if o.refused == st.Key {
					o.refused = ""
				}
			}
		}
	case ticket.Accepted:
		if o.due(route.Before) != "" || o.refused != "" {
			return fmt.Errorf("accepted before %s", o.due(route.Before))
		}
		o.accepted = true
	case ticket.AssignedToHandler:
		o.held = e.Handler
		if !o.accepted && o.refused == "" { // a refused application is somebody's to close once its applicant has been told
			return fmt.Errorf("handled before it was cameThrough")
		}
	case ticket.Completed:
		if !o.accepted || o.due(route.Before) != "" {
			return fmt.Errorf("completed without approval")
		}
		o.finished = true
	case ticket.ReviewPassed:
		if !o.finished || o.due(route.After) != "" {
			return fmt.Errorf("reviewed before %s", o.due(route.After))
		}
		o.passed = true
	case ticket.ResultDelivered:
		if o.refused == "" && (o.due(route.After) != "" || o.due(route.Before) != "") {
			return fmt.Errorf("delivered before %s", o.due(route.After))
		}
	case ticket.ReviewReturned, ticket.Reopened:
		o.finished, o.passed = false, false
		o.drop(func(st route.Stage) bool { return st.When == route.After })
		if _, again := event.(ticket.Reopened); again { // who refused looks at it afresh
			o.drop(func(st route.Stage) bool { return st.Key == o.refused })
			o.refused = ""
		}
	case ticket.ReviewVoided:
		if e.Status == ticket.StatusRegistered {
			o.accepted, o.finished = false, false
		}
		o.passed = false
	}
	return nil
}

// agrees compares where the ticket stands with what is due.
func (o *overseer) agrees(s ticket.State) error {
	open, err := s.OpenStage()
	switch {
	case s.Handling() && o.due(route.Before) != "":
		return fmt.Errorf("is handled while %s is due", o.due(route.Before))
	case s.Status == ticket.StatusRegistered && o.due(route.Before) == "" && !o.returned:
		return fmt.Errorf("waits for nothing")
	case s.Status == ticket.StatusRegistered && !o.returned && err != nil:
		return fmt.Errorf("nobody can decide %s, which is due: %w", o.due(route.Before), err)
	case s.Status == ticket.StatusReviewed && o.due(route.After) != "":
		return fmt.Errorf("is reviewed while %s is due", o.due(route.After))
	case err == nil && open.Key != o.due(open.When):
		return fmt.Errorf("%s is open while %s is due", open.Key, o.due(open.When))
	}
	return nil
}
