package route

import (
	"fmt"
	"slices"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/form"
)

// Opinions are the parts that an opinion may be asked to have: of results accuracy, compliance and completeness (S0 業務審核1),
// of applications identity, truth, compliance and the signed first opinion (S2 二(二)1), and of second reviews a view of the
// first opinion and the risk (S2 二(二)2).
var Opinions = []string{"accuracy", "compliance", "completeness", "identity", "truth", "first_opinion", "view", "risk"}

// The largest routes.
const (
	maxStages    = 20
	maxQuorum    = 9
	maxCondition = 1_000
)

// Check notes what is wrong with a route in itself: keys given twice, unknown places, kinds, roles and parts of opinions,
// limits left empty, and stages before handling that stand behind one after it.
func Check(c *domain.Checks, path string, stages []Stage) {
	if len(stages) > maxStages {
		c.Fail(path, "too_many", fmt.Sprintf("must be at most %d", maxStages))
		return
	}
	seen, afterwards := map[string]bool{}, false
	for i, s := range stages {
		at := fmt.Sprintf("%s[%d].", path, i)
		form.CheckKey(c, at+"key", s.Key)
		if seen[s.Key] {
			c.Fail(at+"key", "duplicate_key", "must be given once")
		}
		seen[s.Key] = true
		domain.OneOf(c, at+"when", s.When, Before, After)
		if s.When == Before && afterwards {
			c.Fail(at+"when", "out_of_order", "stages before handling come before those after it")
		}
		afterwards = afterwards || s.When == After
		s.check(c, at)
	}
}

func (s Stage) check(c *domain.Checks, at string) {
	domain.OneOf(c, at+"kind", s.Kind, Review, Approval)
	switch {
	case s.Role == "":
		c.Required(at+"role", s.Role)
	case !authz.Known(s.Role):
		c.Fail(at+"role", "unknown", "no such role")
	case !mayDecide(s.Role, s.Kind):
		c.Fail(at+"role", "no_right", "the role gives no right to decide a stage of this kind")
	}
	c.Text(at+"condition", s.Condition, maxCondition)
	if s.Quorum < 0 || s.Quorum > maxQuorum {
		c.Fail(at+"quorum", "out_of_range", fmt.Sprintf("must be between 0 and %d", maxQuorum))
	}
	s.Limit.Check(c, at+"limit")
	switch {
	case s.Kind == Approval && s.Authority == "":
		c.Fail(at+"authority", "required", "an approval is signed within an authority")
	case s.Kind != Approval && s.Authority != "":
		c.Fail(at+"authority", "not_applicable", "belongs to an approval alone")
	case s.Authority != "":
		form.CheckKey(c, at+"authority", s.Authority)
	}
	if s.Qualified != "" {
		form.CheckKey(c, at+"qualified", s.Qualified)
	}
	for i, part := range s.Opinion {
		if !slices.Contains(Opinions, part) {
			c.Fail(fmt.Sprintf("%sopinion[%d]", at, i), "not_allowed", "no opinion has such a part")
		}
	}
}

// mayDecide reports whether posts with the role carry the right that deciding a stage needs.
func mayDecide(role string, kind Kind) bool {
	right := authz.TicketReview
	if kind == Approval {
		right = authz.TicketApprove
	}
	return slices.ContainsFunc(authz.Grants(role), func(g authz.Grant) bool { return g.Permission == right })
}

// People is how many different people have to pass a stage.
func (s Stage) People() int { return max(s.Quorum, 1) }
