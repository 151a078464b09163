package processes_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands/processes"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/customer"
	"docket/domain/staff"
)

// filed is a customer's file that was opened at an instant, and left alone since.
func (o *office) filed(number int, at time.Time) domain.StreamID {
	o.t.Helper()
	stream := domain.Stream("customer", fmt.Sprintf("00000000-0000-4000-8000-%012d", number))
	meta := domain.Metadata{Principal: "service-import", Effective: at, Decided: at, Command: "customer.register"}
	a, err := o.store.Append(o.t.Context(), stream, domain.NoStream, "file", []domain.Pending{
		{Event: customer.Registered{Kind: customer.Person, Unit: o.ids["unit"], Stage: customer.Client}, Meta: meta},
		{Event: customer.FieldRecorded{Field: customer.Name, Text: "王小明", Source: customer.FromCustomer, Purpose: customer.ForService}, Meta: meta},
	})
	require.NoError(o.t, err)
	o.after = max(o.after, a.Position)
	return stream
}

// reviewAt is when the review of a file is due; zero when none is.
func (o *office) reviewAt(stream domain.StreamID) (at time.Time) {
	o.t.Helper()
	_ = o.pool.QueryRow(o.t.Context(), "SELECT due_at FROM processes.due WHERE stream = $1 AND kind = 'review'", stream).Scan(&at)
	return at.UTC()
}

// TestStaleFilesAreToBeLookedThrough: twelve months after the last change or confirmation those who look after the unit's files
// are told, once by two instances; a confirmation begins the months anew. What was changed since is not told of.
func TestStaleFilesAreToBeLookedThrough(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.do("admin", "staff.grant_post", o.ids["bob"], &staff.GrantPost{Role: authz.Clerk, Unit: o.ids["unit"]})
	o.do("admin", "staff.sign_agreement", o.ids["bob"], &staff.SignAgreement{Version: "1", SignedAt: time.Now().AddDate(-1, 0, 0)})
	long, recent := time.Now().AddDate(0, -13, 0), time.Now().AddDate(0, -11, 0)
	stale, fresh, confirmed, again := o.filed(1, long), o.filed(2, recent), o.filed(3, long), o.filed(4, long)
	o.do("bob", "customer.confirm", confirmed.Key(), &customer.Confirm{Note: "called"})

	inbox := &processes.Inbox{Pool: o.pool, Streams: o.store, Organisation: o.view}
	o.run(inbox.Process(), processes.Reviews{Months: 12}.Process())
	o.run(inbox.Process(), processes.Reviews{Months: 12}.Process())
	told := func(who string, file domain.StreamID) int { return o.told(who, file, "CustomerReviewDue") }
	o.until("both are told of", func() bool { return told("bob", stale) == 1 && told("bob", again) == 1 })

	// Looked through, it rests for another twelve months.
	o.do("bob", "customer.confirm", again.Key(), &customer.Confirm{})
	for _, file := range []domain.StreamID{again, confirmed} {
		o.until("its next review", func() bool { return o.reviewAt(file).After(time.Now().AddDate(0, 11, 0)) })
	}
	require.WithinDuration(t, recent.AddDate(0, 12, 0), o.reviewAt(fresh), time.Second)
	require.Zero(t, o.reviewAt(stale), "asked for once")
	require.Equal(t, 1, told("bob", again))
	require.Zero(t, told("bob", fresh)+told("bob", confirmed))
	require.Zero(t, told("ann", stale), "who does not look after files")

	history, _, err := o.store.Load(t.Context(), stale)
	require.NoError(t, err)
	require.Equal(t, customer.ReviewDue{Unit: o.ids["unit"], Change: 1, At: customer.ReviewAt(history[1].Meta.Effective, 12)}, history[2].Event)
	require.Len(t, history, 3)
	refused := o.refused("ann", "customer.confirm", stale.Key(), &customer.Confirm{})
	require.Equal(t, domain.Forbidden, refused.Code)
}
