package route_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/route"
)

func TestProofs(t *testing.T) {
	t.Parallel()
	before := func(role, condition string) route.Stage {
		return route.Stage{When: route.Before, Role: role, Condition: condition}
	}
	after := func(role string) route.Stage { return route.Stage{When: route.After, Role: role} }
	holders := map[string][]string{
		authz.Clerk: {"cleo"}, authz.Handler: {"hal"}, authz.Leader: {"leo"}, authz.DeputyManager: {"dan"}, authz.Supervisor: {"sue"},
		authz.Reviewer: {"ray", "amy"}, authz.Specialist: {"amy"}, authz.Approver: {"abe", "ray"},
	}
	for name, c := range map[string]struct {
		stages []route.Stage
		wrong  []string
	}{
		"none":         {nil, nil},
		"result twice": {[]route.Stage{after(authz.Leader), after(authz.DeputyManager)}, nil},
		"intake and result by one role, handling between": {[]route.Stage{before(authz.Supervisor, ""), after(authz.Supervisor)}, nil},
		"the handler's own role":                          {[]route.Stage{after(authz.Handler)}, []string{"stages[0].role consecutive"}},
		"the clerk's own role":                            {[]route.Stage{before(authz.Clerk, "")}, []string{"stages[0].role consecutive"}},
		"a role twice":                                    {[]route.Stage{after(authz.Leader), after(authz.Leader)}, []string{"stages[1].role consecutive"}},
		"a person with both roles":                        {[]route.Stage{before(authz.Reviewer, ""), before(authz.Specialist, "")}, []string{"stages[1].role consecutive"}},
		"apart by a stage always made":                    {[]route.Stage{before(authz.Reviewer, ""), before(authz.Supervisor, ""), before(authz.Approver, "")}, nil},
		"apart by a stage sometimes made": {[]route.Stage{before(authz.Reviewer, ""), before(authz.Supervisor, "risk == 'high'"), before(authz.Approver, "")},
			[]string{"stages[2].role consecutive"}},
		"nobody holds it": {[]route.Stage{after(authz.Manager)}, []string{"stages[0].role no_holder"}},
		"too few hold it": {[]route.Stage{{When: route.After, Role: authz.Reviewer, Quorum: 3}}, []string{"stages[0].role no_holder"}},
		"enough hold it":  {[]route.Stage{{When: route.After, Role: authz.Reviewer, Quorum: 2}}, nil},
	} {
		var v domain.Checks
		route.Prove(&v, "stages", c.stages, route.Organisation{Intake: authz.Clerk, Handler: authz.Handler, Holders: holders})
		require.Equal(t, c.wrong, failures(v.Err()), name)
	}
}

func TestShape(t *testing.T) {
	t.Parallel()
	var v domain.Checks
	route.Check(&v, "stages", []route.Stage{
		{Key: "A", When: "during", Kind: "guess", Role: "king", Quorum: 10},
		{Key: "result", When: route.After, Kind: route.Approval, Role: authz.Analyst, Opinion: []string{"taste"}},
		{Key: "result", When: route.Before, Kind: route.Review, Role: authz.Leader, Authority: "grant"},
	})
	require.Equal(t, []string{
		"stages[0].key not_a_key", "stages[0].when not_allowed", "stages[0].kind not_allowed", "stages[0].role unknown", "stages[0].quorum out_of_range",
		"stages[0].limit.unit not_allowed", "stages[0].limit.amount out_of_range",
		"stages[1].role no_right", "stages[1].limit.unit not_allowed", "stages[1].limit.amount out_of_range", "stages[1].authority required", "stages[1].opinion[0] not_allowed",
		"stages[2].key duplicate_key", "stages[2].when out_of_order", "stages[2].limit.unit not_allowed", "stages[2].limit.amount out_of_range", "stages[2].authority not_applicable",
	}, failures(v.Err()))
}

func failures(err error) []string {
	var refused *domain.Error
	if !errors.As(err, &refused) {
		return nil
	}
	var told []string
	for _, f := range refused.Fields {
		told = append(told, f.Field+" "+f.Code)
	}
	return told
}
