package authz_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/require"

	"docket/domain/authz"
)

// matrix writes what every role grants, a line a permission, so that a change of rights is seen in a review.
func matrix(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "permission\t%s\n", strings.Join(authz.Roles(), "\t"))
	for _, p := range permissions() {
		cells := []string{string(p)}
		for _, role := range authz.Roles() {
			cells = append(cells, reaches(role, p))
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	require.NoError(t, w.Flush())
	return b.String()
}

func reaches(role string, p authz.Permission) string {
	var rs []string
	for _, g := range authz.Grants(role) {
		if g.Permission == p {
			rs = append(rs, string(g.Reach))
		}
	}
	if rs == nil {
		return "-"
	}
	return strings.Join(rs, "+")
}

// permissions lists what any role grants, sorted.
func permissions() []authz.Permission {
	var ps []authz.Permission
	for _, role := range authz.Roles() {
		for _, g := range authz.Grants(role) {
			ps = append(ps, g.Permission)
		}
	}
	slices.Sort(ps)
	return slices.Compact(ps)
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	const file = "testdata/matrix.golden"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(file, []byte(matrix(t)), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), matrix(t), "UPDATE_GOLDEN=1 writes the new matrix")
}

func TestGrantsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, role := range authz.Roles() {
		require.True(t, authz.Known(role))
		grants := authz.Grants(role)
		for i, g := range grants {
			require.NotContains(t, grants[:i], g, "%s grants it twice", role)
			require.Contains(t, []authz.Reach{authz.Held, authz.Helped, authz.Own, authz.Group, authz.Unit, authz.All}, g.Reach)
		}
		grants[0].Permission = "changed"
		require.NotEqual(t, grants[0], authz.Grants(role)[0], "what is handed out is a copy")
	}
	require.False(t, authz.Known("king"))
	require.Empty(t, authz.Grants("king"))
}

// TestDutiesAreSegregated: no post of the desk or the line may both do the work and keep the books about it.
func TestDutiesAreSegregated(t *testing.T) {
	t.Parallel()
	holds := func(role string, ps ...authz.Permission) bool {
		return slices.ContainsFunc(authz.Grants(role), func(g authz.Grant) bool { return slices.Contains(ps, g.Permission) })
	}
	changes := []authz.Permission{
		authz.TicketRegister, authz.TicketAccept, authz.TicketAssign, authz.TicketTake, authz.TicketHandle, authz.TicketWork, authz.TicketReceive,
		authz.TicketNote, authz.TicketReview, authz.TicketDeliver, authz.TicketReopen, authz.TicketClose, authz.TicketCancel,
	}
	for _, role := range authz.Roles() {
		require.False(t, holds(role, authz.AuditRead) && holds(role, append(changes, authz.OrganisationManage)...), "%s audits itself", role)
		require.False(t, holds(role, authz.ActFor) && role != authz.Importer, "%s may act for others", role)
	}
	require.False(t, holds(authz.Importer, authz.TicketReview), "reviews are people's")
	require.False(t, holds(authz.Handler, authz.TicketReview, authz.TicketAssign), "handlers neither review nor assign")
	require.False(t, holds(authz.Administrator, changes...), "who keeps the organisation's data does not touch tickets")
}
