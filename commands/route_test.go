package commands_test

import (
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/casetype"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
)

// shelf is a library with one template.
type shelf struct{ rules casetype.Rules }

func (s shelf) Rules(casetype.Ref) (*casetype.Rules, bool) { return &s.rules, true }

// onShelf is a registered ticket that has a first review by the reviewer and one of its result by the leader.
func onShelf(d *desk, change ...func(*casetype.Rules)) (*commands.Pipeline, string) {
	p := d.pipeline(func(c *commands.Config) {
		rules := casetype.Rules{
			Type: "PER", Fields: []form.Field{{Key: "shop", Type: form.Text}, {Key: "note", Type: form.Text, Harmless: true}},
			Stages: []route.Stage{
				{Key: "first", When: route.Before, Kind: route.Review, Role: authz.Reviewer},
				{Key: "check", When: route.After, Kind: route.Review, Role: authz.Leader},
			},
		}
		for _, f := range change {
			f(&rules)
		}
		c.Library = shelf{rules}
	})
	id, ref := uuid.NewString(), casetype.Ref{Template: "t1", Version: 1, Digest: "d"}
	var pending []domain.Pending
	for _, e := range []ticket.Event{
		ticket.Opened{Template: ref, Unit: d.unit, Type: "PER", Channel: ticket.Window, Title: "permit", By: d.clerk},
		ticket.FormFilled{Values: map[string]string{"shop": "茶館"}, By: d.clerk},
		ticket.Registered{Number: "CS-PER-2026-000001-Q", Unit: d.unit, Type: "PER", Channel: ticket.Window, Urgency: ticket.Normal, Title: "permit", Template: ref},
	} {
		pending = append(pending, domain.Pending{Event: e, Meta: domain.Metadata{
			Principal: "service-import", Effective: d.clock.now(), Decided: d.clock.now(), Command: "test", Key: "k", Version: 1,
		}})
	}
	_, err := d.store.Append(d.t.Context(), domain.Stream("ticket", id), domain.NoStream, "seed", pending)
	require.NoError(d.t, err)
	return p, id
}

// hired is a new member of staff with a post.
func (d *desk) hired(name, role, where string) string {
	at := func(r *commands.Request) { r.Effective = d.opened }
	id := d.must("staff.join", "", &staff.Join{Name: name}, at).ID
	d.settle(d.must("staff.grant_post", id, &staff.GrantPost{Role: role, Unit: where}, at).Position)
	return id
}

// Stages are decided by their people, on the revision they saw, and by their deputies while the period lasts.
func TestStagesThroughThePipeline(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p, id := onShelf(d)
	rita, other, deputy := d.hired("Rita", authz.Reviewer, d.unit), d.hired("Rolf", authz.Reviewer, d.other), d.hired("Dee", authz.Handler, d.group)
	pass := &ticket.PassStage{Stage: "first", Opinion: "in order"}

	_, err := d.do(p, "ticket.pass_stage", id, pass, by(d.as(rita)))
	require.ErrorIs(t, err, commands.ErrMatchRequired)
	_, err = d.do(p, "ticket.pass_stage", id, pass, by(d.as(rita)), matching(1))
	require.ErrorIs(t, err, commands.ErrMoved, "what was looked at has changed since")
	_, err = d.do(p, "ticket.pass_stage", id, pass, by(d.as(other)), matching(2))
	require.ErrorIs(t, err, commands.ErrUnknown, "another unit's ticket is not even seen")
	_, err = d.do(p, "ticket.pass_stage", id, pass, by(d.as(d.clerk)), matching(2))
	require.ErrorIs(t, err, commands.ErrNotAllowed)
	both := d.as(d.clerk)
	both.Posts = append(both.Posts, domain.Post{Role: authz.Reviewer, Unit: d.unit})
	_, err = d.do(p, "ticket.pass_stage", id, pass, by(both), matching(2))
	require.ErrorIs(t, err, ticket.ErrFilledIn)
	require.Contains(t, d.denied()[len(d.denied())-1].Rule, "ticket.filled_in", "the attempt is recorded")
	_, err = d.do(p, "ticket.take", id, &ticket.Take{}, by(d.as(d.chief)))
	require.ErrorIs(t, err, commands.ErrNotAllowed)
	_, err = d.do(p, "ticket.accept", id, &ticket.Accept{}, by(d.as(d.clerk)))
	require.ErrorIs(t, err, ticket.ErrFollowsRoute)

	forRita := func(r *commands.Request) { r.OnBehalfOf = rita }
	_, err = d.do(p, "ticket.pass_stage", id, pass, by(d.as(deputy)), forRita, matching(2))
	require.Error(t, err, "nothing is lent yet")
	from := d.clock.now().Add(time.Hour)
	d.settle(d.must("staff.delegate", rita, &staff.Delegate{To: deputy, From: from, Until: from.Add(time.Hour)}, by(d.as(rita))).Position)
	d.clock.move(time.Hour)
	a, err := d.do(p, "ticket.pass_stage", id, pass, by(d.as(deputy)), forRita, matching(2))
	require.NoError(t, err)
	history := d.events(domain.Stream("ticket", id))
	require.Equal(t, []string{"TicketStagePassed", "TicketAccepted"}, types(history[3:]))
	passed := history[3].Event.(ticket.StagePassed)
	require.Equal(t, []string{deputy, rita, rita + "/1"}, []string{passed.Signature.By, passed.Signature.OnBehalfOf, passed.Signature.Delegation})
	require.Equal(t, d.clock.now().UTC(), passed.Signature.At)
	require.Contains(t, history[3].Meta.Rule, "reviewer:ticket.decide_stage:unit;delegation:"+rita)

	// A correction of what the review relied on sends the ticket back; it needs the stamp and the revision.
	correct := &ticket.Correct{Field: "shop", Value: "飯館", Fault: ticket.FaultStaff, Reason: "misread", Stamp: "CS-07"}
	_, err = d.do(p, "ticket.correct", id, correct, by(d.as(d.handler)), matching(a.Revision))
	require.ErrorIs(t, err, commands.ErrNotAllowed, "no stamp")
	super := d.as(d.hired("Su", authz.Supervisor, d.unit))
	_, err = d.do(p, "ticket.correct", id, correct, by(super))
	require.ErrorIs(t, err, commands.ErrMatchRequired)
	_, err = d.do(p, "ticket.correct", id, correct, by(super), matching(a.Revision))
	require.NoError(t, err)
	require.Equal(t, []string{"TicketFieldCorrected", "TicketStagesVoided", "TicketReviewVoided"}, types(d.events(domain.Stream("ticket", id))[5:]))
	_, err = d.do(p, "ticket.take", id, &ticket.Take{}, by(d.as(d.handler)))
	require.Error(t, err, "not handled before it has been approved again")
}

// TestStampsHaveKeepers: where a unit keeps a register, a ticket is corrected under a registered stamp alone, and by who keeps
// it; other attempts are recorded (mission row K1).
func TestStampsHaveKeepers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p, id := onShelf(d)
	eve, sue := d.hired("Eve", authz.Supervisor, d.unit), d.hired("Sue", authz.Supervisor, d.unit)
	stranger := d.hired("Zoe", authz.Supervisor, d.other)
	stamp := func(unitID, number, keeper string) {
		d.settle(d.must("unit.register_stamp", unitID, &unit.RegisterStamp{Number: number, Keeper: keeper}).Position)
	}
	correct := func(value, number, person string, revision uint64) (commands.Answer, error) {
		c := &ticket.Correct{Field: "note", Value: value, Fault: ticket.FaultStaff, Reason: "misread", Stamp: number}
		return d.do(p, "ticket.correct", id, c, by(d.as(person)), matching(revision))
	}
	refused := func(number, person string, revision uint64) {
		t.Helper()
		before := len(d.denied())
		_, err := correct("x", number, person, revision)
		require.ErrorIs(t, err, ticket.ErrNotYourStamp)
		require.Len(t, d.denied(), before+1)
		require.Contains(t, d.denied()[before].Rule, "ticket.not_your_stamp", "the attempt is recorded")
	}

	_, err := d.do(d.p, "unit.register_stamp", d.unit, &unit.RegisterStamp{Number: "CS-07", Keeper: stranger})
	require.ErrorContains(t, err, "keeper: does not belong to the unit")
	stamp(d.other, "XX-01", stranger)
	a, err := correct("one", "A-1", eve, 2)
	require.NoError(t, err, "the unit keeps no register; another's does not bind it")

	stamp(d.unit, "CS-07", eve)
	refused("A-1", eve, a.Revision)
	refused("CS-07", sue, a.Revision)
	refused("XX-01", eve, a.Revision)
	a, err = correct("two", "CS-07", eve, a.Revision)
	require.NoError(t, err)
	history := d.events(domain.Stream("ticket", id))
	e := history[len(history)-1].Event.(ticket.FieldCorrected)
	require.Equal(t, []string{"one", "two", eve, d.unit, "CS-07"}, []string{e.Old, e.New, e.Corrector, e.Unit, e.Stamp})

	d.settle(d.must("unit.withdraw_stamp", d.unit, &unit.WithdrawStamp{Number: "CS-07", Reason: "lost"}).Position)
	refused("CS-07", eve, a.Revision)
	refused("A-1", eve, a.Revision)
	stamp(d.unit, "CS-07", sue)
	refused("CS-07", eve, a.Revision)
	_, err = correct("three", "CS-07", sue, a.Revision)
	require.NoError(t, err)
}

// TestSigningNeedsALiveCertificate: a stage that asks for a certificate is signed by nobody who lacks it, and by nobody whose
// has ended (mission row O2); the attempt is recorded.
func TestSigningNeedsALiveCertificate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p, id := onShelf(d, func(r *casetype.Rules) { r.Stages[0].Qualified = "counter" })
	rita := d.hired("Rita", authz.Reviewer, d.unit)
	sign := func(name string, command any) error {
		_, err := d.do(p, name, id, command, by(d.as(rita)), matching(2))
		return err
	}
	pass := &ticket.PassStage{Stage: "first", Opinion: "in order"}
	require.ErrorIs(t, sign("ticket.pass_stage", pass), ticket.ErrNotQualified)

	keeper := d.as(d.hired("Ada", authz.Administrator, ""))
	until := d.clock.now().AddDate(0, 0, 30)
	d.settle(d.must("staff.certify", rita, &staff.Certify{Kind: "counter", Issuer: "city", Reference: "C-1", ValidUntil: until}, by(keeper)).Position)
	d.clock.move(30 * 24 * time.Hour)
	require.ErrorIs(t, sign("ticket.pass_stage", pass), ticket.ErrNotQualified)
	require.Equal(t, "ticket.not_qualified", d.denied()[len(d.denied())-1].Rule)
	require.ErrorIs(t, sign("ticket.return_stage", &ticket.ReturnStage{
		Stage: "first", Fault: ticket.FaultStaff, Reason: "wrong", Items: []string{"name"},
	}), ticket.ErrNotQualified)
	require.ErrorIs(t, sign("ticket.refuse_application", &ticket.RefuseApplication{
		Stage: "first", Reasons: []string{"no"}, Remedies: []string{"again"}, Objection: "in writing",
	}), ticket.ErrNotQualified)

	d.settle(d.must("staff.certify", rita, &staff.Certify{
		Kind: "counter", Issuer: "city", Reference: "C-2", ValidUntil: d.clock.now().AddDate(1, 0, 0),
	}, by(keeper)).Position)
	require.NoError(t, sign("ticket.pass_stage", pass))
}

// TestNothingEditsHistory: what commands reach of the store is to read and to append, and none is named after changing what
// is stored (不得塗改、刮擦、篡改, mission row K2).
func TestNothingEditsHistory(t *testing.T) {
	t.Parallel()
	journal := reflect.TypeFor[commands.Journal]()
	var methods []string
	for i := range journal.NumMethod() {
		methods = append(methods, journal.Method(i).Name)
	}
	require.ElementsMatch(t, []string{"Append", "Head", "Load"}, methods)
	forbidden := regexp.MustCompile(`\.(delete|edit|overwrite|rewrite|truncate|purge|erase|scavenge|tombstone|alter)`)
	require.False(t, slices.ContainsFunc(commands.Catalogue(), func(e commands.Entry) bool { return forbidden.MatchString(e.Name) }))
}
