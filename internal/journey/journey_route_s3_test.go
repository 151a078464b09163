package journey_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/ticket"
)

// TestRouteOfTheTicketRules carries a window ticket by the ticket rules themselves (窗口工作業務單管理辦法): nobody reviews it; it is
// handed over with a record, goes to an outside body with a checked and sealed copy, and is not closed before the receipt for
// exactly that is there (mission rows C1, C2, C4, C5, F1).
func TestRouteOfTheTicketRules(t *testing.T) {
	t.Parallel()
	o := Office(t)
	registered := o.registered("WIN", map[string]string{"id_number": "11010519491231002X"})
	require.Contains(t, registered.types(), "TicketAccepted", "no stage comes before handling")
	id := registered.ID
	o.Do("handler", "ticket.take", id, ticket.Take{})
	o.Refused("leader", "ticket.pass_stage", id, ticket.PassStage{Stage: "any", Opinion: "x"}, http.StatusConflict, "ticket.no_stage_open")
	o.worked(id, "handle")

	// Handed over: not to oneself, not outside the group; refused with a coded reason; the sender answers for it until then.
	offer := ticket.OfferHandover{To: o.Person("黃美玲"), Note: "請接手", Pages: 3, Paper: true, Items: []string{"檔案原件"}}
	o.Invalid("handler", "ticket.offer_handover", id, ticket.OfferHandover{To: o.Person("林志強")}, []string{"to self"})
	o.Invalid("handler", "ticket.offer_handover", id, ticket.OfferHandover{To: o.Person("張偉")}, []string{"to not_member"})
	o.Do("handler", "ticket.offer_handover", id, offer)
	require.Equal(t, "林志強", o.holder(id))
	o.Refused("handler", "ticket.complete", id, done, http.StatusConflict, "ticket.handover_pending")
	o.Refused("leader", "ticket.accept_handover", id, ticket.AcceptHandover{}, http.StatusForbidden, "ticket.not_receiver")
	o.Invalid("handler2", "ticket.refuse_handover", id, ticket.RefuseHandover{Code: ticket.RefusedIncomplete}, []string{"reason required"})
	o.Do("handler2", "ticket.refuse_handover", id, ticket.RefuseHandover{Code: ticket.RefusedIncomplete, Reason: "缺一頁"})
	o.Do("handler", "ticket.offer_handover", id, offer)
	accepted := o.atOnce(
		func() (int, []byte) {
			return o.issue("handler2", "ticket.accept_handover", id, ticket.AcceptHandover{}, []option{keyed("a")})
		},
		func() (int, []byte) {
			return o.issue("handler2", "ticket.accept_handover", id, ticket.AcceptHandover{}, []option{keyed("b")})
		},
	)
	require.ElementsMatch(t, []int{http.StatusOK, http.StatusConflict}, accepted)
	require.Equal(t, "黃美玲", o.holder(id))
	require.Equal(t, []struct{ Outcome, Code string }{{"refused", "incomplete"}, {"accepted", ""}}, o.page("handler2", id).Handovers)

	o.circulated(id, registered.Number)

	// Nothing is owed any more: told and closed.
	o.Do("handler2", "ticket.complete", id, done)
	o.Do("handler2", "ticket.notify_result", id, success)
	o.Do("handler2", "ticket.close", id, ticket.Close{})
}

// circulated sends a ticket to an outside body and back, and attacks every step of it (mission rows C4, C5).
func (o *office) circulated(id, number string) {
	o.Helper()
	release := ticket.ReleaseCirculation{
		Circulation: 1, Body: "市檔案館", Contact: "三號窗口", Channel: ticket.SentByCourier, Basis: ticket.ByContract, Source: "代辦委託書第 3 條",
	}
	prepare := ticket.PrepareCirculation{
		Checked: true, Fields: []string{"customer_name", "id_number"}, Paper: true,
		Documents: []ticket.Enclosure{{Name: "檔案目錄", Pages: 2, Digest: strings.Repeat("ab", 32)}},
	}
	o.refresh("manager", id)
	o.Refused("dispatcher", "ticket.release_circulation", id, release, http.StatusConflict, "ticket.not_prepared")
	o.Refused("handler2", "ticket.prepare_circulation", id, prepare, http.StatusForbidden, "not_allowed")
	o.denied("ticket.prepare_circulation", id, "not_allowed")
	unchecked := prepare
	unchecked.Checked = false
	o.Invalid("dispatcher", "ticket.prepare_circulation", id, unchecked, []string{"checked required"})
	o.Do("dispatcher", "ticket.prepare_circulation", id, prepare)

	// What was sealed is what is sent: after a correction it is sealed anew. Marked fields need consent or a law.
	o.Do("leader", "ticket.correct", id, ticket.Correct{
		Field: "customer_name", Value: "趙一一", Fault: ticket.FaultStaff, Reason: "漏字", Stamp: "CS-11",
	})
	o.Refused("dispatcher", "ticket.release_circulation", id, release, http.StatusConflict, "ticket.stale_copy")
	sealed := o.Do("dispatcher", "ticket.prepare_circulation", id, prepare)
	require.Equal(o, []string{"TicketCirculationPrepared"}, sealed.types())
	release.Circulation = 2
	o.Refused("dispatcher", "ticket.release_circulation", id, release, http.StatusPreconditionRequired, "match.required", unmatched())
	o.Invalid("dispatcher", "ticket.release_circulation", id, release, []string{"basis sensitive"})
	release.Basis = ticket.ByLaw
	o.Do("dispatcher", "ticket.release_circulation", id, release)
	o.Refused("dispatcher", "ticket.release_circulation", id, release, http.StatusConflict, "ticket.not_prepared")

	// The receipt names what was sent, and is not dated tomorrow; until it is there, and the original is back, nothing ends.
	var copied struct{ Digest string }
	o.event("dispatcher", id, "TicketCirculationPrepared", &copied)
	receipt := ticket.AttachReceipt{
		Circulation: 2, Kind: ticket.ReceiptSignature, Reference: number + "/2", Digest: copied.Digest, Signer: "檔案館 周", SignedAt: o.changed(id),
	}
	wrong := receipt
	wrong.Reference, wrong.Digest, wrong.SignedAt, wrong.Signer = number+"/1", strings.Repeat("0", 64), time.Now().Add(24*time.Hour), ""
	o.Invalid("dispatcher", "ticket.attach_receipt", id, wrong,
		[]string{"signer required", "signed_at too_late", "reference mismatch", "digest mismatch"})
	o.Refused("clerk", "ticket.join", id, ticket.Join{Into: o.arrived(), Reason: "重複"}, http.StatusConflict, "ticket.outside")
	o.Do("dispatcher", "ticket.attach_receipt", id, receipt)
	o.Refused("dispatcher", "ticket.attach_receipt", id, receipt, http.StatusConflict, "ticket.not_outside")
	o.Do("dispatcher", "ticket.return_circulation", id, ticket.ReturnCirculation{Circulation: 2, Condition: "完好"})
}
