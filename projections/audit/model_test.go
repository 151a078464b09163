package audit_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/calendar"
	"docket/domain/security"
	"docket/domain/series"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
	"docket/projections"
	"docket/projections/audit"
)

var at = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// TestEveryEventLeavesItsTrace: each event of each aggregate has its row, and a reason that was given is told.
func TestEveryEventLeavesItsTrace(t *testing.T) {
	t.Parallel()
	for _, schema := range []domain.Schema{
		ticket.Decider.Schema(), unit.Decider.Schema(), staff.Decider.Schema(), calendar.Decider.Schema(), series.Decider.Schema(), security.Decider.Schema(),
	} {
		for name, kind := range schema.Kinds {
			event := reflect.New(kind.Type).Elem()
			reason := event.FieldByName("Reason")
			if reason.IsValid() {
				reason.SetString("because")
			}
			rows := audit.Rows(projections.Replay(audit.Model, []domain.Envelope{{
				ID: "an id", Stream: domain.Stream(schema.Category, "1"), Revision: 3, Position: 7, Type: name, Event: event.Interface(),
				Meta: domain.Metadata{Principal: "staff-ann", Actor: "ann", Effective: at, Decided: at.Add(time.Hour), Command: "do", Rule: "right"},
			}}))
			require.Len(t, rows, 1, name)
			r := rows[0]
			require.Equal(t, reason.IsValid(), r.Why == "because", name)
			require.Equal(t, []any{uint64(7), uint64(3), schema.Category, name, "ann", "staff-ann", at, at.Add(time.Hour)},
				[]any{r.Position, r.Revision, r.Category, r.Type, r.Actor, r.Principal, r.Effective, r.Decided})
			if name != "AccessDenied" {
				require.Equal(t, "do", r.Command)
				require.Equal(t, "right", r.Rule)
			}
		}
	}
}
