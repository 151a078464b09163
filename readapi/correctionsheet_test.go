package readapi_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/domain/unit"
)

// TestCorrectionSheet: who sees a ticket's page prints its corrections, marked values masked; without corrections there is no
// sheet, and for strangers there is none at all.
func TestCorrectionSheet(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := time.Date(2026, 11, 21, 7, 4, 0, 0, time.UTC)
	after := d.tell(first, at,
		ticket.FieldCorrected{
			Field: "shop", Old: "茶館", New: "飯館", Fault: ticket.FaultStaff, Reason: "misread", Corrector: eve, Unit: printing, Stamp: "CS-07", Form: 2,
		},
		ticket.FieldCorrected{
			Field: "id_number", OldMarked: "11010519491231002X", NewMarked: "440524188001010014", Fault: ticket.FaultCustomer, Reason: "typed twice",
			Corrector: eve, Unit: service, Stamp: "CS-01", Form: 3, Addendum: true,
		})

	request := httptest.NewRequest(http.MethodGet, "/v1/tickets/"+first+"/corrections.pdf", nil)
	request.Header.Set("Authorization", "Bearer "+eve)
	request.Header.Set("Accept-Language", "en")
	request.Header.Set(after[0], after[1])
	recorder := httptest.NewRecorder()
	d.handler.ServeHTTP(recorder, request)
	require.Equal(t, http.StatusOK, recorder.Code, recorder.Body)
	require.Equal(t, "application/pdf", recorder.Header().Get("Content-Type"))
	require.Equal(t, "private, no-store", recorder.Header().Get("Cache-Control"))
	require.Contains(t, recorder.Header().Get("Content-Disposition"), numberOf(1)+"-corrections.pdf")
	require.Equal(t, "%PDF-", recorder.Body.String()[:5])
	if program, err := exec.LookPath("pdftotext"); err == nil {
		file := filepath.Join(t.TempDir(), "corrections.pdf")
		require.NoError(t, os.WriteFile(file, recorder.Body.Bytes(), 0o600))
		text, err := exec.CommandContext(t.Context(), program, "-layout", file, "-").CombinedOutput()
		require.NoError(t, err, "%s", text)
		for _, want := range []string{
			numberOf(1), "shop", "茶館", "飯館", "CS-07", "Printing", "Eve", "2026-11-21（六）07:04", "staff", "misread",
			"id_number", "masked", "CS-01", "customer", "typed twice", "after closing",
		} {
			require.Contains(t, string(text), want)
		}
		plain := strings.Join(strings.Fields(string(text)), "")
		require.NotContains(t, plain, "19491231", "marked")
		require.NotContains(t, plain, "18800101", "marked")
	}

	none := d.get(max, "/v1/tickets/"+third+"/corrections.pdf", after...)
	require.Equal(t, http.StatusConflict, none.status, "%s", none.raw)
	require.Equal(t, "corrections.none", none.body["code"])
	require.Equal(t, http.StatusNotFound, d.get(dora, "/v1/tickets/"+first+"/corrections.pdf", after...).status)
	require.Equal(t, http.StatusUnauthorized, d.get("", "/v1/tickets/"+first+"/corrections.pdf").status)
}

// TestStampRegister: the register tells who keeps a stamp and which are withdrawn, as of any time.
func TestStampRegister(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	register := func(at time.Time, e any) []string {
		m := domain.Metadata{Principal: "staff-" + max, Actor: max, Role: authz.Manager, Command: "test", Effective: at, Decided: at}
		return []string{"Docket-After", strconv.FormatUint(d.append(step{domain.Stream("unit", printing), m, []any{e}}), 10)}
	}
	register(began, unit.StampRegistered{Number: "CS-07", Keeper: eve})
	register(began, unit.StampRegistered{Number: "CS-08", Keeper: eve})
	after := register(began.Add(time.Hour), unit.StampWithdrawn{Number: "CS-07", Reason: "lost"})
	path := "/v1/units/" + printing + "/stamps?at="
	read := func(at time.Time) (lines []string) {
		for _, line := range d.ok(ann, path+at.Format(time.RFC3339), after...).body["stamps"].([]any) {
			st := line.(map[string]any)
			withdrawn, _ := st["withdrawn"].(bool)
			lines = append(lines, st["number"].(string)+" "+st["keeper"].(map[string]any)["name"].(string)+" "+strconv.FormatBool(withdrawn))
		}
		return lines
	}
	require.Empty(t, read(began.Add(-time.Hour)))
	require.Equal(t, []string{"CS-07 Eve false", "CS-08 Eve false"}, read(began))
	require.Equal(t, []string{"CS-07 Eve true", "CS-08 Eve false"}, read(began.Add(time.Hour)))
	require.Equal(t, http.StatusNotFound, d.get(ann, "/v1/units/"+first+"/stamps", after...).status)
}
