package ticket_test

import (
	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/ticket"
)

// Who decides on routes. Rita reviews first, sam is the specialist, axel approves, leo leads the group, dora and dan are
// deputy managers, hana is the department head, cleo fills in forms.
var (
	rita = seated("rita", "reviewer", "u1")
	sam  = seated("sam", "specialist", "u1")
	axel = seated("axel", "approver", "u1")
	leo  = seated("leo", "leader", "g1")
	dora = seated("dora", "deputy_manager", "u1")
	dan  = seated("dan", "deputy_manager", "u1")
	hana = seated("hana", "department_head", "u1")
	cleo = seated("cleo", "clerk", "u1")
	away = seated("away", "reviewer", "u9")
)

// seated is somebody with one post.
func seated(name, role, unit string) domain.Actor {
	return domain.Actor{Principal: "staff-" + name, Staff: name, Posts: []domain.Post{{Role: role, Unit: unit}}}
}

// deputy is somebody who acts with the powers of another.
func deputy(name string, of domain.Actor) domain.Actor {
	return domain.Actor{
		Principal: "staff-" + name, Staff: of.Staff, OnBehalfOf: of.Staff, Delegation: of.Staff + "/1", Posts: of.Posts,
	}
}

// The route of the cases: two reviews and an approval of the application, two reviews of the result, the last by two people.
var (
	first = route.Stage{
		Key: "first", When: route.Before, Kind: route.Review, Role: "reviewer",
		Opinion: []string{"identity", "truth", "compliance", "first_opinion"}, ReliesOn: []string{"shop", "id_number"},
	}
	second = route.Stage{
		Key: "second", When: route.Before, Kind: route.Review, Role: "specialist", Condition: "amount > 1000",
	}
	approval = route.Stage{
		Key: "approval", When: route.Before, Kind: route.Approval, Role: "approver", Authority: "permit", ReliesOn: []string{"amount"},
	}
	check = route.Stage{
		Key: "check", When: route.After, Kind: route.Review, Role: "leader",
		Opinion: []string{"accuracy", "compliance", "completeness"}, ReliesOn: []string{"amount", "shop"},
	}
	double = route.Stage{Key: "double", When: route.After, Kind: route.Review, Role: "deputy_manager", Quorum: 2, ReliesOn: []string{"shop"}}

	routed = casetype.Rules{
		Type: "PER", Owner: "u1", Calendar: "cn",
		Fields: []form.Field{
			{Key: "shop", Type: form.Text, Block: form.Content, Required: true},
			{Key: "amount", Type: form.Money},
			{Key: "id_number", Type: form.IDNumber, Block: form.Customer, Marked: true},
			{Key: "remark", Type: form.Text, Harmless: true},
		},
		Stages: []route.Stage{first, second, approval, check, double},
	}
)

// under gives planned tickets these rules.
func under(rules casetype.Rules) func(ticket.State) ticket.State {
	return func(s ticket.State) ticket.State {
		if s.Planned() {
			s.Rules = &rules
		}
		return s
	}
}

// on a route: what has happened to a ticket that follows the route of the cases.
func onRoute(history ...ticket.Event) domaintest.History[ticket.State, ticket.Event] {
	return given(history...).Knowing(under(routed))
}

// What a stage's deciders find and sign, as it is recorded.
var (
	sound   = ticket.Judgement{Accuracy: ticket.Met, Compliance: ticket.Met, Completeness: ticket.Met}
	firstly = ticket.Judgement{Identity: ticket.Met, Truth: ticket.Met, Compliance: ticket.Met, FirstOpinion: ticket.OpinionApprove}
	anew    = ticket.Judgement{View: ticket.Agrees, Risk: ticket.RiskHigh}

	usual   = map[string]bool{"second": false} // how the conditions come out
	weighty = map[string]bool{"second": true}

	within = ticket.Authority{Within: true, Entry: "permit/1"}

	typed       = map[string]string{"shop": "茶館", "amount": "500"}
	markedTyped = map[string]string{"id_number": "11010519491231002X"}
)

func signed(who domain.Actor, st route.Stage, form int) ticket.Signature {
	return ticket.Signature{By: who.Staff, Role: st.Role, Unit: who.Posts[0].Unit, At: noon, Form: form}
}

// passes is a stage's decision in a history; its digest is that of a case which does not look at it.
func passes(who domain.Actor, st route.Stage, conditions ...string) ticket.StagePassed {
	e := ticket.StagePassed{Stage: st.Key, When: st.When, Round: 1, Opinion: "good", Signature: signed(who, st, 1), Digest: "d", Last: true}
	for i, text := range conditions {
		e.Conditions = append(e.Conditions, ticket.Condition{Number: i + 1, Text: text})
	}
	return e
}

// A ticket on the route. Each history is the one before and one more step.
var (
	atFirst = []ticket.Event{
		ticket.Opened{Template: ref, Unit: "u1", Type: "PER", Channel: ticket.Window, Title: "permit", Customer: "c-17"},
		ticket.FormFilled{Values: typed, Marked: markedTyped, Customer: "c-17"},
		ticket.Registered{
			Number: "CS-PER-2026-000001-Q", Unit: "u1", Type: "PER", Channel: ticket.Window, Urgency: ticket.Normal,
			Title: "permit", Customer: "c-17", Template: ref,
		},
		ticket.StagesPlanned{Holds: usual, Form: 1, Urgency: ticket.Normal},
	}
	firstPassed = then(atFirst, passes(rita, first))
	looseFirst  = then(atFirst[:3], ticket.StagesPlanned{Holds: usual}, passes(rita, first)) // looked at before it was filled in
	cameThrough = then(firstPassed, passes(axel, approval), ticket.Accepted{Opinion: "good"})
	bound       = then(firstPassed, passes(axel, approval, "keep the door free", "no open fire"), ticket.Accepted{Opinion: "good"})
	inHand      = then(cameThrough, ticket.AssignedToGroup{Group: "g1", Unit: "u1"}, ticket.Taken{Handler: "ann"})
	boundInHand = then(bound, ticket.AssignedToGroup{Group: "g1", Unit: "u1"}, ticket.Taken{Handler: "ann"})
	done        = then(inHand, finish)
	checked     = then(done, passes(leo, check))
	halfway     = then(checked, passes(dora, double))
	cleared     = then(halfway, passes(dan, double), ticket.ReviewPassed{Reviewer: "dan", Opinion: "good"})
	toldSo      = then(cleared, ticket.ResultDelivered{Channel: ticket.Phone, Text: "granted"})
	filedAway   = then(toldSo, ticket.Closed{})

	sentBack = then(firstPassed, ticket.StageReturned{
		Stage: "approval", When: route.Before, Round: 2, Fault: ticket.FaultStaff, Reason: "unreadable",
		Items: []string{"shop", "amount"}, Signature: signed(axel, approval, 1),
	})
	toFix = then(done, ticket.StageReturned{
		Stage: "check", When: route.After, Round: 2, Fault: ticket.FaultStaff, Reason: "wrong", Items: []string{"date", "stamp"},
		Signature: signed(leo, check, 1),
	}, ticket.ReviewReturned{Reviewer: "leo", Fault: ticket.FaultStaff, Reason: "wrong", Items: []string{"date", "stamp"}, Round: 2})
	denied = then(firstPassed, ticket.ApplicationRefused{
		Stage: "approval", Round: 1, Reasons: []string{"too near"}, Remedies: []string{"another place"}, Objection: "within 60 days",
		Signature: signed(axel, approval, 1), Digest: "d",
	})
)
