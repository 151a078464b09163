package plan_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/internal/importer/caselog"
	"docket/internal/importer/mapping"
	"docket/internal/importer/plan"
)

var update = flag.Bool("update", false, "rewrite the golden file")

const cut = "../testdata/servicenow-cut.csv.gz"

func serviceNow(t testing.TB) *mapping.Mapping {
	t.Helper()
	m, err := mapping.Load("servicenow")
	require.NoError(t, err)
	return m
}

// tricky are cases of the cut, each for what it shows.
var tricky = map[string]string{
	"0000137": "its second and third rows are earlier than its first",
}

// TestTrickyCases writes out what becomes of cases that are hard to carry in.
func TestTrickyCases(t *testing.T) {
	t.Parallel()
	m := serviceNow(t)
	log, err := caselog.Open(cut, m)
	require.NoError(t, err)
	shown := map[string]bool{}
	var b strings.Builder
	for c, err := range log.All() {
		require.NoError(t, err)
		steps := plan.Steps(m, c)
		reason := tricky[c.Name]
		if reason == "" && len(steps) <= 9 {
			reason = shows(steps)
		}
		if reason == "" || shown[reason] {
			continue
		}
		shown[reason] = true
		fmt.Fprintf(&b, "# case %s: %s\n", c.Name, reason)
		write(&b, steps)
	}
	const golden = "testdata/tricky.golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

// shows finds out whether a case has something special.
func shows(steps []plan.Step) string {
	did := map[plan.Verb]int{}
	for i, s := range steps {
		op := s.Row.Operation
		for _, c := range s.Commands {
			did[c.Verb]++
		}
		switch {
		case i == 0 && op == mapping.Pause:
			return "begins with waiting"
		case op == mapping.None:
			return "a state without a name"
		case op == mapping.Close && s.NoteOnly():
			return "closed twice"
		case op == mapping.Close && len(s.Commands) > 1:
			return "closed without being resolved"
		case op == mapping.Pause && did[plan.Reopen] > 0:
			return "waits again after being resolved"
		case op == mapping.Pause && s.NoteOnly():
			return "waits on"
		case op == mapping.Pause && s.Commands[0].Verb == plan.Resume:
			return "waits for one and then another"
		case op == mapping.Resolve && s.NoteOnly() && did[plan.Take] == 0:
			return "resolved twice by nobody known"
		case i > 0 && steps[i-1].Row.Operation == mapping.Close && did[plan.Reopen] > 0:
			return "goes on after being closed"
		case did[plan.OfferHandover] > 1:
			return "handed over twice"
		}
	}
	return ""
}

func write(b *strings.Builder, steps []plan.Step) {
	for _, s := range steps {
		r := s.Row
		fmt.Fprintf(b, "%3d %s %-18s person %-4q group %-4q", r.Order, r.At.Format(time.DateTime), r.Activity, r.Person, r.Group)
		for _, c := range s.Commands {
			fmt.Fprintf(b, "  %s", c.Verb)
			if c.By != "" {
				fmt.Fprintf(b, "(by %s)", c.By)
			}
			switch {
			case c.Body.Group != "":
				fmt.Fprintf(b, "[%s]", c.Body.Group)
			case c.Body.To != "":
				fmt.Fprintf(b, "[to %s]", c.Body.To)
			case c.Body.Kind != "":
				fmt.Fprintf(b, "[%s]", c.Body.Kind)
			}
		}
		b.WriteString("\n")
	}
}

// randomCase makes a case of any sequence of rows at times that mostly go forward.
func randomCase(t *rapid.T) caselog.Case {
	ops := []struct {
		op       mapping.Operation
		activity string
	}{
		{mapping.Register, "New"}, {mapping.Work, "Active"}, {mapping.Pause, "Awaiting User Info"},
		{mapping.Pause, "Awaiting Vendor"}, {mapping.Resolve, "Resolved"}, {mapping.Close, "Closed"}, {mapping.None, "-100"},
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := caselog.Case{Name: "random"}
	for i := range rapid.IntRange(1, 25).Draw(t, "rows") {
		at = at.Add(time.Duration(rapid.IntRange(-2, 30).Draw(t, "minutes")) * time.Minute)
		op := rapid.SampledFrom(ops).Draw(t, "operation")
		c.Rows = append(c.Rows, caselog.Row{
			Case: c.Name, Order: i + 1, At: at, Operation: op.op, Activity: op.activity,
			Person: rapid.SampledFrom([]string{"", "1", "2", "3"}).Draw(t, "person"),
			Group:  rapid.SampledFrom([]string{"", "7", "8"}).Draw(t, "group"),
		})
	}
	return c
}

// Every row of any case gives at least one command, and the ticket accepts every command that is planned.
func TestAnyCaseIsAccepted(t *testing.T) {
	t.Parallel()
	m := serviceNow(t)
	rapid.Check(t, func(t *rapid.T) {
		steps := plan.Steps(m, randomCase(t))
		var o plan.Organisation
		o.Add(steps)
		s := newService(&o)
		for _, step := range steps {
			require.NotEmpty(t, step.Commands)
		}
		require.NoError(t, s.carry(steps))
	})
}

// Every row of the cut gives commands that the ticket accepts, at the row's own time.
func TestTheCutIsAccepted(t *testing.T) {
	t.Parallel()
	m := serviceNow(t)
	log, err := caselog.Open(cut, m)
	require.NoError(t, err)
	rows, commands := 0, 0
	for c, err := range log.All() {
		require.NoError(t, err)
		steps := plan.Steps(m, c)
		var o plan.Organisation
		o.Add(steps)
		require.NoError(t, newService(&o).carry(steps), "case %s", c.Name)
		for i, s := range steps {
			require.NotEmpty(t, s.Commands, "case %s row %d", c.Name, s.Row.Order)
			require.Equal(t, c.Rows[i].At, s.At())
			rows++
			commands += len(s.Commands)
		}
	}
	require.Equal(t, log.Rows, rows)
	require.Equal(t, 1000, log.Cases)
	require.Greater(t, commands, rows)
}
