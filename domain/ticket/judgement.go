package ticket

import (
	"slices"

	"docket/domain"
	"docket/domain/route"
)

// Judgement holds the parts of an opinion. A stage says which of them it demands ([route.Stage]); others may be given.
type Judgement struct {
	Accuracy     Finding      `json:"accuracy,omitempty" enum:"met,not_met" doc:"準確性"`
	Compliance   Finding      `json:"compliance,omitempty" enum:"met,not_met" doc:"合規性"`
	Completeness Finding      `json:"completeness,omitempty" enum:"met,not_met" doc:"完整性"`
	Identity     Finding      `json:"identity,omitempty" enum:"met,not_met" doc:"the customer is who they say"`
	Truth        Finding      `json:"truth,omitempty" enum:"met,not_met" doc:"真實性"`
	FirstOpinion FirstOpinion `json:"first_opinion,omitempty" enum:"approve,refuse,ask_once" doc:"初審意見"`
	View         View         `json:"view,omitempty" enum:"agrees,disagrees" doc:"of the first opinion"`
	Risk         Risk         `json:"risk,omitempty" enum:"low,medium,high" doc:"風險評級"`
}

// freshest is the rating that counts once this judgement has been given.
func (j Judgement) freshest(before Risk) Risk {
	if j.Risk != "" {
		return j.Risk
	}
	return before
}

// findings are the parts that are met or not, by the names that stages use.
func (j Judgement) findings() []part {
	return []part{
		{"accuracy", string(j.Accuracy)}, {"compliance", string(j.Compliance)}, {"completeness", string(j.Completeness)},
		{"identity", string(j.Identity)}, {"truth", string(j.Truth)},
	}
}

type part struct{ name, value string }

// demands are the parts of an opinion that a stage asks for: those its template names, and of a second review (復審, a stage
// with a condition behind one that gives the first opinion) a view of that opinion and a fresh rating (mission row R5).
func (s State) demands(st route.Stage) []string {
	for _, earlier := range s.Rules.Stages {
		if earlier.Key == st.Key {
			break
		}
		if st.When == route.Before && st.Condition != "" && slices.Contains(earlier.Opinion, "first_opinion") {
			return append(slices.Clone(st.Opinion), "view", "risk")
		}
	}
	return st.Opinion
}

// check wants every part that is demanded, each with a listed value.
func (j Judgement) check(v *domain.Checks, demanded []string) {
	parts := append(j.findings(), part{"first_opinion", string(j.FirstOpinion)}, part{"view", string(j.View)}, part{"risk", string(j.Risk)})
	for _, p := range parts {
		field := "judgement." + p.name
		switch {
		case p.value == "":
			if slices.Contains(demanded, p.name) {
				v.Fail(field, "required", "this stage demands it")
			}
		case p.name == "first_opinion":
			domain.OneOf(v, field, j.FirstOpinion, FirstOpinions...)
		case p.name == "view":
			domain.OneOf(v, field, j.View, Views...)
		case p.name == "risk":
			domain.OneOf(v, field, j.Risk, Risks...)
		default:
			domain.OneOf(v, field, Finding(p.value), Findings...)
		}
	}
}

// passing wants no part found wanting by somebody who means to let it pass. A first opinion may say no: the approval, not
// the first review, refuses.
func (j Judgement) passing(v *domain.Checks) {
	if j.FirstOpinion == OpinionRefuse {
		return
	}
	for _, p := range j.findings() {
		if Finding(p.value) == NotMet {
			v.Fail("judgement."+p.name, "not_met", "what is found wanting is returned or refused, not passed")
		}
	}
}
