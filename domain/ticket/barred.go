package ticket

import (
	"slices"

	"docket/domain/route"
)

// Barred lists who must not decide a stage whatever posts they hold: who filled in or corrected the form, who did the work, and
// who has decided on the round already (mission rows I8, R1, R6). Lists of what somebody may sign leave their tickets out.
func (s State) Barred(st route.Stage) []string {
	people := slices.Clone(s.Route.Editors)
	if st.When == route.Before {
		people = append(people, s.Intake.Clerks...)
	} else {
		people = append(people, s.Handler, s.Completer, s.Finisher)
	}
	for _, p := range s.Route.Passes {
		if p.When == st.When {
			people = append(people, p.By, p.For)
		}
	}
	slices.Sort(people)
	return slices.DeleteFunc(slices.Compact(people), func(who string) bool { return who == "" })
}
