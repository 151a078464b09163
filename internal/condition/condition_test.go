package condition_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain/form"
	"docket/internal/condition"
)

var fields = []form.Field{
	{Key: "item", Type: form.Enum, Choices: []string{"startup", "training"}},
	{Key: "amount", Type: form.Money},
	{Key: "born", Type: form.Date},
	{Key: "content", Type: form.Text},
	{Key: "household", Type: form.Table, Columns: []form.Field{{Key: "name", Type: form.Text}}},
}

func compile(t testing.TB, expression string) *condition.Program {
	t.Helper()
	language, err := condition.For(fields)
	require.NoError(t, err)
	program, err := language.Compile(expression)
	require.NoError(t, err, expression)
	return program
}

func TestConditions(t *testing.T) {
	t.Parallel()
	in := condition.Input{
		Values: map[string]string{
			"item": "startup", "amount": "５０，０００.00", "born": "1990年3月1日", "content": " 加急辦理 ",
			"household": `[{"name":"王"},{"name":"李"}]`,
		},
		Urgency: "urgent", Risk: "high", Channel: "window", Type: "SUB", CustomerKind: "person",
	}
	for expression, holds := range map[string]bool{
		`form.amount >= 50000.0`:                                true,
		`form.amount > 50000`:                                   false,
		`form.item == "startup" && risk == "high"`:              true,
		`form.content.contains("加急")`:                           true,
		`form.content == "加急辦理"`:                                true,
		`form.born < timestamp("2000-01-01T00:00:00Z")`:         true,
		`form.born.getFullYear() == 1990`:                       true,
		`form.household.size() == 2`:                            true,
		`form.household.exists(row, row.name == "李")`:           true,
		`"amount" in filled`:                                    true,
		`urgency in ["urgent", "critical"]`:                     true,
		`customer.kind == "organisation"`:                       false,
		`channel == "mail" || type == "SUB" && form.amount > 1`: true,
	} {
		got, err := compile(t, expression).Holds(in)
		require.NoError(t, err, expression)
		require.Equal(t, holds, got, expression)
	}
}

// What is not filled in has a value of its own, so that no condition fails for want of one.
func TestNothingFilledIn(t *testing.T) {
	t.Parallel()
	for _, expression := range []string{
		`form.amount == 0.0`, `form.item == ""`, `form.household.size() == 0`, `filled.size() == 0`, `risk == ""`,
		`form.born < timestamp("1800-01-01T00:00:00Z")`, `!("amount" in filled)`,
	} {
		holds, err := compile(t, expression).Holds(condition.Input{})
		require.NoError(t, err, expression)
		require.True(t, holds, expression)
	}
}

func TestMistakesTellTheirPlace(t *testing.T) {
	t.Parallel()
	language, err := condition.For(fields)
	require.NoError(t, err)
	for expression, place := range map[string]string{
		`form.amout > 1`:                "line 1, column 5",
		"risk == \"high\" ||\nnobody":   "line 2, column 1",
		`form.amount + 1.0`:             "line 1, column 1: must say yes or no, not give a double",
		`form.item > 5`:                 "line 1, column 11",
		`(((`:                           "line 1, column 4",
		`risk == 1`:                     "line 1, column 6",
		strings.Repeat("true || ", 200): "line 1, column 1: expression",
	} {
		_, err := language.Compile(expression)
		var mistake *condition.Mistake
		require.ErrorAs(t, err, &mistake, expression)
		require.Contains(t, err.Error(), place, expression)
	}
}

// An evaluation ends, whatever somebody typed and however an expression loops over it.
func TestCostIsBounded(t *testing.T) {
	t.Parallel()
	rows := `[` + strings.TrimSuffix(strings.Repeat(`{"name":"x"},`, 200), ",") + `]`
	program := compile(t, `form.household.all(a, form.household.all(b, form.household.all(c, a.name == b.name && b.name == c.name)))`)
	_, err := program.Holds(condition.Input{Values: map[string]string{"household": rows}})
	require.ErrorContains(t, err, "cost")
}

// Evaluating is total over what can be typed, and the same twice.
func TestAnythingCanBeTyped(t *testing.T) {
	t.Parallel()
	program := compile(t, `form.amount > 10.0 || form.born.getFullYear() > 2000 || form.household.size() > 1 || form.item == form.content`)
	rapid.Check(t, func(t *rapid.T) {
		in := condition.Input{Values: rapid.MapOf(
			rapid.SampledFrom([]string{"item", "amount", "born", "content", "household", "other"}), rapid.String(),
		).Draw(t, "values")}
		first, err := program.Holds(in)
		require.NoError(t, err)
		second, err := program.Holds(in)
		require.NoError(t, err)
		require.Equal(t, first, second)
	})
}

func TestCacheTellsDefinitionsApart(t *testing.T) {
	t.Parallel()
	var cache condition.Cache
	number := []form.Field{{Key: "amount", Type: form.Number}}
	text := []form.Field{{Key: "amount", Type: form.Text}}
	in := condition.Input{Values: map[string]string{"amount": "5"}}
	for range 2 {
		holds, err := cache.Holds("a", number, `form.amount == 5.0`, in)
		require.NoError(t, err)
		require.True(t, holds)
		_, err = cache.Holds("b", text, `form.amount == 5.0`, in)
		require.Error(t, err)
		holds, err = cache.Holds("b", text, "", in)
		require.NoError(t, err)
		require.True(t, holds, "no condition always holds")
	}
}
