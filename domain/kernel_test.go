package domain_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"docket/domain"
)

var errHeld = domain.Refusal(domain.Conflict, "test.held", "somebody holds it")

func TestRefusalsAreToldApartByRule(t *testing.T) {
	t.Parallel()
	named := errHeld.With(domain.FieldError{Field: "to", Code: "self", Msg: "must be somebody else"})
	explained := errHeld.Because("ann holds it")
	for _, same := range []error{errHeld, named, explained, fmt.Errorf("wrapped: %w", named)} {
		require.ErrorIs(t, same, errHeld)
		var e *domain.Error
		require.ErrorAs(t, same, &e)
		require.Equal(t, domain.Conflict, e.Code)
	}
	require.NotErrorIs(t, errHeld, domain.ErrInvalid)
	require.NotErrorIs(t, errHeld, errors.New("test.held"))
	require.EqualError(t, named, "test.held: somebody holds it; to: must be somebody else")
	require.EqualError(t, explained, "test.held: ann holds it")
	require.EqualError(t, errHeld, "test.held: somebody holds it", "copies leave the refusal as it is")
}

func TestWithDoesNotShareFields(t *testing.T) {
	t.Parallel()
	a := errHeld.With(domain.FieldError{Field: "a"}, domain.FieldError{Field: "b"}, domain.FieldError{Field: "c"}).With(domain.FieldError{Field: "-"})
	b, c := a.With(domain.FieldError{Field: "d"}), a.With(domain.FieldError{Field: "e"})
	require.Equal(t, "d", b.Fields[4].Field)
	require.Equal(t, "e", c.Fields[4].Field)
	require.Len(t, a.Fields, 4)
}

func TestStream(t *testing.T) {
	t.Parallel()
	for id, want := range map[domain.StreamID][2]string{
		domain.Stream("ticket", "7c9e6679-7425"): {"ticket", "7c9e6679-7425"},
		domain.Stream("unit", ""):                {"unit", ""},
		"$settings":                              {"$settings", ""},
		"":                                       {"", ""},
	} {
		require.Equal(t, want, [2]string{id.Category(), id.Key()}, "%q", id)
	}
}

func TestChecksTellEveryField(t *testing.T) {
	t.Parallel()
	var c domain.Checks
	require.NoError(t, c.Err())
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	c.Required("ok", "x")
	c.Text("ok", "", 0)
	c.Text("ok", "長長", 2)
	c.Code("ok", "A1", 1, 2)
	c.NotAfter("ok", now, now, "now")
	domain.OneOf(&c, "ok", domain.Content, domain.Skeleton, domain.Content)
	require.NoError(t, c.Err())

	c.Required("a", " \u3000\t")
	c.Text("b", "長長長", 2)
	c.RequiredText("c", "", 2)
	for field, code := range map[string]string{"d": "", "e": "ABC", "f": "A-", "g": "É", "h": "a"} {
		var one domain.Checks
		one.Code(field, code, 1, 2)
		require.ErrorIs(t, one.Err(), domain.ErrInvalid, code)
	}
	c.NotAfter("i", now.Add(1), now, "now")
	domain.OneOf(&c, "j", "secret value", domain.Skeleton, domain.Content)
	var err *domain.Error
	require.ErrorAs(t, c.Err(), &err)
	require.Equal(t, []domain.FieldError{
		{Field: "a", Code: "required", Msg: "must not be empty"},
		{Field: "b", Code: "too_long", Msg: "must have at most 2 characters"},
		{Field: "c", Code: "required", Msg: "must not be empty"},
		{Field: "i", Code: "too_late", Msg: "must not be after now"},
		{Field: "j", Code: "not_allowed", Msg: "must be one of skeleton, content"},
	}, err.Fields)
	require.NotContains(t, err.Error(), "secret", "values are never echoed")
	require.Empty(t, domain.ErrInvalid.Fields, "the shared refusal stays as it is")
}

func TestMask(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"":                   "",
		"1234567":            "*******",
		"12345678":           "****5678",
		"11010519491231002X": "**************002X",
		"電話一三八零零":            "*******",
		"電話一三八零零一":           "****八零零一",
	} {
		require.Equal(t, want, domain.Mask(value))
	}
}

func FuzzMask(f *testing.F) {
	for _, seed := range []string{"", "1234567", "11010519491231002X", "電話一三八零零一", "\xff\xff\xff\xff\xff\xff\xff\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		masked := domain.Mask(value)
		n := utf8.RuneCountInString(value)
		hidden := n
		if n >= 8 {
			hidden = n - 4
		}
		if utf8.RuneCountInString(masked) != n || !strings.HasPrefix(masked, strings.Repeat("*", hidden)) {
			t.Errorf("%q is shown as %q", value, masked)
		}
	})
}

// what lies beside every event for ever: its metadata, and sealed bytes in place of a class.
func TestStoredShapes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for file, shape := range map[string]any{
		"testdata/metadata.json": domain.Metadata{
			Principal: "staff-ann", Actor: "eve", OnBehalfOf: "eve", Role: "leader", Unit: "u1", Channel: "api", Source: "192.0.2.7",
			Effective: at, Decided: at.Add(time.Second), Command: "ticket.close", Key: "key-1", Digest: "d1", Rule: "leader:ticket.close:group",
			Directory: 42, Correlation: "c1", Causation: "c2", Version: 1, Index: 1, Trace: "00-1-2-01",
		},
		"testdata/metadata_bare.json": domain.Metadata{Principal: "service-import", Effective: at, Decided: at, Command: "ticket.note", Version: 1},
		"testdata/box.json":           domain.Box{Key: "k1", Cipher: []byte{0, 1, 254, 255}},
	} {
		text, err := json.MarshalIndent(shape, "", "  ")
		require.NoError(t, err)
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), string(text)+"\n", file)
	}
	var m domain.Metadata
	text, err := os.ReadFile("testdata/metadata.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &m))
	require.Equal(t, at, m.Effective)
	require.Equal(t, uint64(42), m.Directory)
}

// halting refuses in May; deciding it would be a mistake.
type halting struct{ allow bool }

func (h halting) May(n int, _ domain.Meta) error {
	if !h.allow || n > 1 {
		return errHeld
	}
	return nil
}

func (h halting) Decide(int, domain.Meta) ([]event, error) {
	if !h.allow {
		panic("decided although May refused")
	}
	return []event{bare{}}, nil
}

func TestRunAsksMayFirst(t *testing.T) {
	t.Parallel()
	events, err := domain.Run(domain.Command[int, event](halting{}), 0, domain.Meta{})
	require.ErrorIs(t, err, errHeld)
	require.Nil(t, events)
	events, err = domain.Run(domain.Command[int, event](halting{allow: true}), decider.Fold(bare{}), domain.Meta{})
	require.NoError(t, err)
	require.Equal(t, []event{bare{}}, events)
	_, err = domain.Run(domain.Command[int, event](halting{allow: true}), decider.Fold(bare{}, bare{}), domain.Meta{})
	require.ErrorIs(t, err, errHeld)
}
