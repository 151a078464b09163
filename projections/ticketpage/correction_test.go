package ticketpage_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections/ticketpage"
)

// TestCorrectionsStandBesideWhatTheyCorrect: the page shows old and new value with the stamp, marked ones as the feed masks
// them, and reads them off a stored timeline as off a replayed one.
func TestCorrectionsStandBesideWhatTheyCorrect(t *testing.T) {
	t.Parallel()
	at := domain.Metadata{Effective: began, Decided: began}
	p, ok := ticketpage.Replay([]domain.Envelope{
		{Stream: "ticket-1", Type: "TicketRegistered", Event: ticket.Registered{Number: "N-1", Unit: "u"}, Meta: at},
		{Stream: "ticket-1", Revision: 1, Type: "TicketFieldCorrected", Meta: at, Event: ticket.FieldCorrected{
			Field: "shop", Old: "茶館", New: "飯館", Fault: ticket.FaultStaff, Reason: "misread", Corrector: "eve", Unit: "u", Stamp: "CS-07", Form: 2,
		}},
		{Stream: "ticket-1", Revision: 2, Type: "TicketFieldCorrected", Meta: at, Event: ticket.FieldCorrected{
			Field: "id_number", OldMarked: "**************002X", NewMarked: "**************0014", Fault: ticket.FaultCustomer, Reason: "typed twice",
			Corrector: "hana", Unit: "u", Stamp: "CS-01", Form: 3, Addendum: true,
		}},
	})
	require.True(t, ok)
	want := []ticketpage.Correction{
		{
			Field: "shop", Old: "茶館", New: "飯館", Fault: ticket.FaultStaff, Reason: "misread", Corrector: "eve", Unit: "u", Stamp: "CS-07",
			At: began, Revision: 1,
		},
		{
			Field: "id_number", Old: "**************002X", New: "**************0014", Marked: true, Fault: ticket.FaultCustomer,
			Reason: "typed twice", Corrector: "hana", Unit: "u", Stamp: "CS-01", Addendum: true, At: began, Revision: 2,
		},
	}
	require.Equal(t, want, p.Corrections)

	stored, err := json.Marshal(p.Timeline[2].Detail)
	require.NoError(t, err)
	var detail ticketpage.Detail
	require.NoError(t, json.Unmarshal(stored, &detail))
	entry := p.Timeline[2]
	entry.Detail = detail
	again, ok := ticketpage.CorrectionOf(entry)
	require.True(t, ok)
	require.Equal(t, want[1], again)
}
