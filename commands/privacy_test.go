package commands_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/customer"
	"docket/domain/merges"
	"docket/domain/security"
	"docket/domain/staff"
	"docket/domain/ticket"
)

// registrar keeps the organisation's data.
var registrar = domain.Actor{Principal: "service-setup", Channel: "setup", Posts: []domain.Post{{Role: authz.Administrator}}}

// sign binds people to confidentiality for so long.
func (d *desk) sign(until time.Duration, people ...string) {
	d.t.Helper()
	end := d.clock.now().Add(until)
	for _, person := range people {
		c := &staff.SignAgreement{Version: "1", SignedAt: d.clock.now().Add(-time.Hour), ValidUntil: &end}
		d.settle(d.must("staff.sign_agreement", person, c, by(registrar)).Position)
	}
}

// refusedBy are the rules by which attempts of the day were refused.
func (d *desk) refusedBy() []string {
	var rules []string
	for _, e := range d.events(security.Stream(d.clock.now())) {
		rules = append(rules, e.Event.(security.Denied).Rule)
	}
	return rules
}

// TestRevealIsForThoseWhoMayForAPurpose: a marked value is told to the one who holds the ticket, is bound to confidentiality
// and says what for; it is recorded, without the value; and a repeated key tells it to nobody who has lost the right.
func TestRevealIsForThoseWhoMayForAPurpose(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	registration := d.registration()
	registration.CustomerPhone = "13912345678"
	id := d.must("ticket.register", "", registration).ID
	d.must("ticket.accept", id, &ticket.Accept{})
	d.must("ticket.assign_group", id, &ticket.AssignToGroup{Group: d.group})
	d.must("ticket.take", id, &ticket.Take{}, by(d.as(d.handler)))
	reveal := func(with ...func(*commands.Request)) (commands.Answer, error) {
		return d.do(d.p, "ticket.reveal", id, &ticket.Reveal{Field: "customer_phone", Purpose: "call back"}, with...)
	}

	_, err := reveal(by(d.as(d.handler)))
	require.ErrorIs(t, err, commands.ErrNoAgreement)
	require.Equal(t, []string{commands.ErrNoAgreement.Rule}, d.refusedBy())
	d.sign(time.Hour, d.handler, d.mate, d.clerk)
	_, err = reveal(by(d.as(d.mate)))
	require.ErrorIs(t, err, commands.ErrNotAllowed, "of the group, but not the holder")
	_, err = reveal(by(d.as(d.clerk)))
	require.ErrorIs(t, err, commands.ErrNotAllowed)
	_, err = reveal()
	require.ErrorIs(t, err, commands.ErrNotAllowed, "the importer")
	require.Len(t, d.denied(), 4)
	before := d.head()
	_, err = d.do(d.p, "ticket.reveal", id, &ticket.Reveal{Field: "customer_phone"}, by(d.as(d.handler)))
	require.ErrorIs(t, err, domain.ErrInvalid)
	require.Equal(t, before, d.head())

	a, err := reveal(by(d.as(d.handler)), keyed("look"))
	require.NoError(t, err)
	require.Equal(t, &commands.Revealed{Field: "customer_phone", Value: "13912345678"}, a.Revealed)
	history := d.events(domain.Stream("ticket", id))
	require.Equal(t, ticket.FieldRevealed{Field: "customer_phone", Purpose: "call back"}, history[len(history)-1].Event)
	require.Equal(t, d.handler, history[len(history)-1].Meta.Actor)
	again, err := reveal(by(d.as(d.handler)), keyed("look"))
	require.NoError(t, err)
	require.True(t, again.Repeated)
	require.Equal(t, a.Revealed, again.Revealed)

	d.must("ticket.assign_handler", id, &ticket.AssignToHandler{Handler: d.mate, Reason: "leave"}, by(d.as(d.chief)))
	lost, err := reveal(by(d.as(d.handler)), keyed("look"))
	require.ErrorIs(t, err, commands.ErrNotAllowed, "no longer the holder")
	require.Nil(t, lost.Revealed)
	_, err = reveal(by(d.as(d.mate)))
	require.NoError(t, err)
	d.clock.move(2 * time.Hour)
	_, err = reveal(by(d.as(d.mate)))
	require.ErrorIs(t, err, commands.ErrNoAgreement, "it has run out")
}

// notes is an index in memory that keeps to the order of revisions.
type notes struct {
	mu   sync.Mutex
	rows map[domain.Identifier]map[string]uint64
}

func (n *notes) Remember(_ context.Context, stream string, revision uint64, ids []domain.Identifier) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, id := range ids {
		if n.rows[id.Normal()] == nil {
			n.rows[id.Normal()] = map[string]uint64{}
		}
		n.rows[id.Normal()][stream] = max(n.rows[id.Normal()][stream], revision)
	}
	return nil
}

func (n *notes) Forget(_ context.Context, stream string, revision uint64, keep []domain.Identifier) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for id, streams := range n.rows {
		kept := slices.ContainsFunc(keep, func(k domain.Identifier) bool { return k.Normal() == id })
		if noted, ok := streams[stream]; ok && noted <= revision && !kept {
			delete(streams, stream)
		}
	}
	return nil
}

func (n *notes) Find(_ context.Context, id domain.Identifier) ([]string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var found []string
	for stream := range n.rows[id.Normal()] {
		found = append(found, stream)
	}
	return found, nil
}

// cutOff is a journal whose appends of one category fail, as when the process is killed right before them.
type cutOff struct {
	commands.Journal
	category string
}

var errKilled = errors.New("killed")

func (j cutOff) Append(ctx context.Context, id domain.StreamID, expected domain.Revision, seed string, events []domain.Pending) (domain.Appended, error) {
	if id.Category() == j.category {
		return domain.Appended{}, errKilled
	}
	return j.Journal.Append(ctx, id, expected, seed, events)
}

func (d *desk) newcomer(name, phone string) *customer.Register {
	fields := []customer.Entry{{Field: customer.Name, Value: name, Source: customer.FromCustomer, Purpose: customer.ForService}}
	if phone != "" {
		fields = append(fields, customer.Entry{Field: customer.Phone, Value: phone, Source: customer.FromCustomer, Purpose: customer.ForContact})
	}
	return &customer.Register{Unit: d.unit, Kind: customer.Person, Stage: customer.Client, Fields: fields}
}

// TestCustomerIsFoundFromTheFirstEventOn: the index knows before the log does, so that a crash between the two leaves a note
// that leads nowhere, and never a customer whom nobody finds.
func TestCustomerIsFoundFromTheFirstEventOn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.sign(time.Hour, d.clerk)
	index := &notes{rows: map[domain.Identifier]map[string]uint64{}}
	p := d.pipeline(func(c *commands.Config) { c.Index = index })
	phone := domain.Identifier{Kind: "phone", Value: "13912345678"}
	found := func(id domain.Identifier) []string {
		keys, err := p.FindCustomers(t.Context(), id)
		require.NoError(t, err)
		return keys
	}
	killed := d.pipeline(func(c *commands.Config) { c.Index, c.Journal = index, cutOff{d.store, "customer"} })
	_, err := d.do(killed, "customer.register", "", d.newcomer("Ann", phone.Value), by(d.as(d.clerk)), keyed("k"))
	require.ErrorIs(t, err, errKilled)
	noted, err := index.Find(t.Context(), phone)
	require.NoError(t, err)
	require.Len(t, noted, 1, "the note came first")
	require.Empty(t, found(phone), "and leads nowhere")
	a, err := d.do(p, "customer.register", "", d.newcomer("Ann", phone.Value), by(d.as(d.clerk)), keyed("k"))
	require.NoError(t, err)
	require.Equal(t, []string{a.ID}, found(domain.Identifier{Kind: "phone", Value: "+86 139 1234 5678"}))

	change := &customer.Update{Fields: []customer.Entry{{Field: customer.Phone, Value: "13800138000", Source: customer.FromCustomer, Purpose: customer.ForContact}}}
	_, err = d.do(p, "customer.update", a.ID, change, by(d.as(d.clerk)))
	require.NoError(t, err)
	require.Empty(t, found(phone))
	noted, err = index.Find(t.Context(), phone)
	require.NoError(t, err)
	require.Empty(t, noted, "what is not theirs any more is dropped")
	require.Equal(t, []string{a.ID}, found(domain.Identifier{Kind: "phone", Value: "13800138000"}))
}

// TestMergeThatWasCutOff: a claim without its event bars the opposite merge, and is gone on with or taken back by anybody.
func TestMergeThatWasCutOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.sign(time.Hour, d.clerk, d.chief)
	chief := d.as(d.chief)
	first := d.must("customer.register", "", d.newcomer("Ann", ""), by(d.as(d.clerk))).ID
	second := d.must("customer.register", "", d.newcomer("Ann", ""), by(d.as(d.clerk))).ID
	_, err := d.do(d.p, "customer.merge", first, &customer.Merge{Into: second, Reason: "same"}, by(d.as(d.clerk)))
	require.ErrorIs(t, err, commands.ErrNotAllowed)

	killed := d.pipeline(func(c *commands.Config) { c.Journal = cutOff{d.store, "customer"} })
	_, err = d.do(killed, "customer.merge", first, &customer.Merge{Into: second, Reason: "same"}, by(chief), keyed("m"))
	require.ErrorIs(t, err, errKilled)
	require.Equal(t, []string{"CustomersMergeClaimed"}, types(d.events(merges.Stream)))
	_, err = d.do(d.p, "customer.merge", second, &customer.Merge{Into: first, Reason: "same"}, by(chief))
	require.ErrorIs(t, err, merges.ErrContrary)
	d.must("customer.merge", first, &customer.Merge{Into: second, Reason: "same"}, by(chief), keyed("m"))
	require.Len(t, d.events(merges.Stream), 1, "gone on with")

	released := d.pipeline(func(c *commands.Config) { c.Journal = cutOff{d.store, "merges"} })
	_, err = d.do(released, "customer.unmerge", first, &customer.Unmerge{Reason: "two"}, by(chief), keyed("u"))
	require.ErrorIs(t, err, errKilled, "unmerged, and not yet released")
	_, err = d.do(d.p, "customer.merge", second, &customer.Merge{Into: first, Reason: "same"}, by(chief))
	require.ErrorIs(t, err, merges.ErrContrary)
	d.must("customer.unmerge", first, &customer.Unmerge{Reason: "two"}, by(chief), keyed("u"))
	d.must("customer.merge", second, &customer.Merge{Into: first, Reason: "same"}, by(chief))
	require.Equal(t, []string{"CustomersMergeClaimed", "CustomersMergeReleased", "CustomersMergeClaimed"}, types(d.events(merges.Stream)))
}
