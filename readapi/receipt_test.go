package readapi_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
)

const (
	draft = "00000000-0000-4000-8000-000000000011"
	fifth = "00000000-0000-4000-8000-000000000012"
	sixth = "00000000-0000-4000-8000-000000000013"
	later = "00000000-0000-4000-8000-000000000014"
	alien = "00000000-0000-4000-8000-000000000015"
)

// tell appends events of a ticket by the leader, and gives the header that waits for them.
func (d *desk) tell(key string, at time.Time, events ...any) []string {
	d.t.Helper()
	m := domain.Metadata{Principal: "staff-" + eve, Actor: eve, Role: authz.Clerk, Command: "test", Effective: at, Decided: at}
	return []string{"Docket-After", strconv.FormatUint(d.append(step{domain.Stream("ticket", key), m, events}), 10)}
}

// TestReceipt: a registered ticket has a receipt with number, title and materials; a draft has none, and strangers have none.
func TestReceipt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.tell(first, began.Add(26*time.Hour), ticket.MaterialReceived{Item: 1, Material: "lease", Copies: 1, Pages: 12, Original: true, Verdict: ticket.Valid})
	after := d.tell(draft, began.Add(27*time.Hour), ticket.Opened{Unit: service, Type: "INC", Channel: ticket.Window, Title: "To come"})

	request := httptest.NewRequest(http.MethodGet, "/v1/tickets/"+first+"/receipt.pdf", nil)
	request.Header.Set("Authorization", "Bearer "+eve)
	request.Header.Set("Accept-Language", "zh-CN")
	request.Header.Set(after[0], after[1])
	recorder := httptest.NewRecorder()
	d.handler.ServeHTTP(recorder, request)
	require.Equal(t, http.StatusOK, recorder.Code, recorder.Body)
	require.Equal(t, "application/pdf", recorder.Header().Get("Content-Type"))
	require.Equal(t, "private, no-store", recorder.Header().Get("Cache-Control"))
	require.Equal(t, "zh-Hant, zh-Hans", recorder.Header().Get("Content-Language"))
	require.Contains(t, recorder.Header().Get("Content-Disposition"), numberOf(1)+".pdf")
	require.Equal(t, "%PDF-", recorder.Body.String()[:5])
	if program, err := exec.LookPath("pdftotext"); err == nil {
		file := filepath.Join(t.TempDir(), "receipt.pdf")
		require.NoError(t, os.WriteFile(file, recorder.Body.Bytes(), 0o600))
		text, err := exec.CommandContext(t.Context(), program, "-layout", file, "-").CombinedOutput()
		require.NoError(t, err, "%s", text)
		for _, want := range []string{numberOf(1), "Printer 列印機", "业务受理回执", "Customer service", "Bob", "lease", "12", "2026-03-05 01:00"} {
			require.Contains(t, string(text), want)
		}
		require.NotContains(t, string(text), "13912345678", "marked")
	}

	none := d.get(max, "/v1/tickets/"+draft+"/receipt.pdf", after...)
	require.Equal(t, http.StatusConflict, none.status, "%s", none.raw)
	require.Equal(t, "receipt.not_registered", none.body["code"])
	for _, target := range []string{first, ann} {
		for _, paper := range []string{"/receipt.pdf", "/duplicates"} {
			require.Equal(t, http.StatusNotFound, d.get(dora, "/v1/tickets/"+target+paper, after...).status, "%s", paper)
		}
	}
	require.Equal(t, http.StatusUnprocessableEntity, d.get(eve, "/v1/tickets/nothing/receipt.pdf").status)
	require.Equal(t, http.StatusUnauthorized, d.get("", "/v1/tickets/"+first+"/receipt.pdf").status)
}

// TestDuplicates: like titles of the same customer and type within the days come first by likeness, none other, and only as
// far as the reader sees.
func TestDuplicates(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := uint64(10)
	register := func(key, unit, kind, customer, title string, at time.Time) []string {
		n++
		return d.tell(key, at, ticket.Registered{
			Number: numberOf(n), Unit: unit, Type: kind, Channel: ticket.Window, Urgency: ticket.Normal, Title: title, Customer: customer,
		})
	}
	day := 24 * time.Hour
	register(fifth, service, "INC", "c-1", "Printer", began.Add(2*day))
	register(sixth, service, "INC", "c-1", "ＰＲＩＮＴＥＲ 列印机!", began.Add(3*day))
	d.tell(sixth, began.Add(3*day), ticket.AssignedToGroup{Group: printing, Unit: service})
	register(alien, other, "INC", "c-1", "Printer 列印機", began.Add(3*day))
	register(later, service, "INC", "c-1", "Printer 列印機", began.Add(31*day+time.Hour+20*time.Minute))
	for i, other := range []struct{ kind, customer, title string }{
		{"REQ", "c-1", "Printer 列印機"}, {"INC", "c-2", "Printer 列印機"}, {"INC", "", "Printer 列印機"}, {"INC", "c-1", "Network down"},
	} {
		register(fifth[:34]+strconv.Itoa(20+i), service, other.kind, other.customer, other.title, began.Add(4*day))
	}
	after := d.tell(draft, began.Add(5*day), ticket.Opened{Unit: service, Type: "INC", Channel: ticket.Window, Title: "printer", Customer: "c-1"})

	list := d.ok(max, "/v1/tickets/"+first+"/duplicates", after...)
	require.Equal(t, []string{sixth, alien, fifth}, list.column("id"), "%s", list.raw)
	require.InDelta(t, 1.0, list.items()[0]["similarity"], 1e-9, "width, script and case do not matter")
	require.InDelta(t, 0.8, list.items()[2]["similarity"], 1e-9)
	require.Equal(t, []string{sixth}, d.ok(eve, "/v1/tickets/"+first+"/duplicates", after...).column("id"), "what lies with her group")
	require.Equal(t, []string{fifth, later, sixth, alien, first}, d.ok(max, "/v1/tickets/"+draft+"/duplicates", after...).column("id"),
		"a draft's, before it is registered; equally like ones newest first")
	require.Empty(t, d.ok(max, "/v1/tickets/"+third+"/duplicates", after...).items(), "without a customer")
}
