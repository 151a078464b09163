package domaintest

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"docket/domain"
)

// recorded passes events through the contract, as storing and loading them does.
func recorded[E any](t testing.TB, c domain.Contract[E], events []E) []E {
	t.Helper()
	loaded := make([]E, len(events))
	for i, e := range events {
		name, version, parts, err := c.Split(e)
		if err != nil {
			t.Fatalf("split %T: %v", e, err)
		}
		if loaded[i], err = c.Join(name, version, parts); err != nil {
			t.Fatalf("join %s: %v", name, err)
		}
		if !reflect.DeepEqual(loaded[i], e) {
			t.Fatalf("%s is recorded as\n%+v\nwas\n%+v", name, loaded[i], e)
		}
	}
	return loaded
}

// same compares events; none and nil are equal.
func same[E any](t testing.TB, what string, got, want []E) {
	t.Helper()
	if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Fatalf("%s%s\nwant%s", what, list(got), list(want))
	}
}

// refusal compares an error with the refusal a case expects. Messages are for people and may change.
func refusal(t testing.TB, err error, want *domain.Error) {
	t.Helper()
	var got *domain.Error
	if !errors.As(err, &got) {
		t.Fatalf("got %v, want refusal %s", err, want.Rule)
	}
	if got.Rule != want.Rule || got.Code != want.Code || told(got.Fields) != told(want.Fields) {
		t.Fatalf("refused by %s (%s)%s\nwant %s (%s)%s",
			got.Rule, got.Code, told(got.Fields), want.Rule, want.Code, told(want.Fields))
	}
}

// failing reads "field code" pairs.
func failing(fields []string) []domain.FieldError {
	errs := make([]domain.FieldError, len(fields))
	for i, f := range fields {
		errs[i].Field, errs[i].Code, _ = strings.Cut(f, " ")
	}
	return errs
}

func told(fields []domain.FieldError) string {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString("\n\t" + f.Field + " " + f.Code)
	}
	return b.String()
}

func list[E any](events []E) string {
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "\n\t%.1000s", fmt.Sprintf("%T%+v", e, e))
	}
	if len(events) == 0 {
		return "\n\tnothing"
	}
	return b.String()
}
