package form_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/form"
)

// failing tells what a value of a field fails for, as "path code".
func failing(f form.Field, value string) []string {
	var c domain.Checks
	f.Key = "f"
	form.Validate(&c, "", []form.Field{f}, map[string]string{"f": value}, true)
	var told []string
	if e, ok := c.Err().(*domain.Error); ok { //nolint:errorlint // Err gives it unwrapped
		for _, field := range e.Fields {
			told = append(told, field.Field+" "+field.Code)
		}
	}
	return told
}

func TestValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		field form.Field
		value string
		code  string // empty: valid
	}{
		{form.Field{Type: form.IDNumber}, "11010519491231002X", ""}, // the example of GB 11643
		{form.Field{Type: form.IDNumber}, "１１０１０５１９４９１２３１００２ｘ", ""},
		{form.Field{Type: form.IDNumber}, "440524188001010014", ""},
		{form.Field{Type: form.IDNumber}, "110105194912310020", "mistyped"},
		{form.Field{Type: form.IDNumber}, "110105194902310021", "not_an_id_number"}, // 31 February
		{form.Field{Type: form.IDNumber}, "990105194912310021", "not_an_id_number"}, // no such province
		{form.Field{Type: form.IDNumber}, "11010519491231002", "not_an_id_number"},
		{form.Field{Type: form.BankCard}, "4111 1111 1111 1111", ""},
		{form.Field{Type: form.BankCard}, "6222021234567890127", "mistyped"},
		{form.Field{Type: form.BankCard}, "41111111111", "not_a_card"},
		{form.Field{Type: form.BankCard}, "41111111111111111111", "not_a_card"},
		{form.Field{Type: form.Organisation}, "91350100M000100Y43", ""}, // the example of GB 32100
		{form.Field{Type: form.Organisation}, "91350100m000100y43", ""},
		{form.Field{Type: form.Organisation}, "91350100M000100Y44", "mistyped"},
		{form.Field{Type: form.Organisation}, "91350100I000100Y43", "not_an_organisation_code"},
		{form.Field{Type: form.Phone}, "13800138000", ""},
		{form.Field{Type: form.Phone}, "+86 138-0013-8000", ""},
		{form.Field{Type: form.Phone}, "010-62345678", ""},
		{form.Field{Type: form.Phone}, "400-800-1234", ""},
		{form.Field{Type: form.Phone}, "95588", ""},
		{form.Field{Type: form.Phone}, "2345 6789", ""}, // Hong Kong
		{form.Field{Type: form.Phone}, "+852 2345 6789", ""},
		{form.Field{Type: form.Phone}, "0912-345-678", ""}, // Taiwan
		{form.Field{Type: form.Phone}, "+886 2 2345 6789", ""},
		{form.Field{Type: form.Phone}, "+44 20 7946 0958", ""},
		{form.Field{Type: form.Phone}, "+86 12800138000", "not_a_phone"},
		{form.Field{Type: form.Phone}, "1380013800", "not_a_phone"},
		{form.Field{Type: form.Phone}, "call me", "not_a_phone"},
		{form.Field{Type: form.Number}, "-1,234.5", ""},
		{form.Field{Type: form.Number}, "１２", ""},
		{form.Field{Type: form.Number}, "1e3", "not_a_number"},
		{form.Field{Type: form.Number}, "12,34", "not_a_number"},
		{form.Field{Type: form.Number, Min: "0", Max: "10"}, "10.0", ""},
		{form.Field{Type: form.Number, Min: "0", Max: "10"}, "10.01", "too_high"},
		{form.Field{Type: form.Number, Min: "0", Max: "10"}, "-1", "too_low"},
		{form.Field{Type: form.Money}, "50000.10", ""},
		{form.Field{Type: form.Money}, "0.001", "not_an_amount"},
		{form.Field{Type: form.Money, Max: "99999999999999999999"}, "99999999999999999999.01", "too_high"}, // beyond a double
		{form.Field{Type: form.Date}, "2024-02-29", ""},
		{form.Field{Type: form.Date}, "2024年2月29日", ""},
		{form.Field{Type: form.Date}, "2023-02-29", "not_a_date"},
		{form.Field{Type: form.Date, Min: "2024-01-01"}, "2023/12/31", "too_low"},
		{form.Field{Type: form.Enum, Choices: []string{"a", "b"}}, "b", ""},
		{form.Field{Type: form.Enum, Choices: []string{"a", "b"}}, "c", "not_allowed"},
		{form.Field{Type: form.Attachment}, strings.Repeat("0f", 32), ""},
		{form.Field{Type: form.Attachment}, "sha256:" + strings.Repeat("0F", 32), ""},
		{form.Field{Type: form.Attachment}, "report.pdf", "not_a_digest"},
		{form.Field{Type: form.Text, MaxLength: 3}, "三個字", ""},
		{form.Field{Type: form.Text, MaxLength: 3}, "四個字了", "too_long"},
		{form.Field{Type: form.Text, Required: true}, " \u3000", "required"},
	} {
		want := []string(nil)
		if c.code != "" {
			want = []string{"f " + c.code}
		}
		require.Equal(t, want, failing(c.field, c.value), "%s %s", c.field.Type, c.value)
	}
}

// Every error of a form is told at once, a table's by row and column, and no message repeats what was typed.
func TestAllErrorsAtOnce(t *testing.T) {
	t.Parallel()
	fields := []form.Field{
		{Key: "amount", Type: form.Money, Required: true},
		{Key: "phone", Type: form.Phone},
		{Key: "people", Type: form.Table, Columns: []form.Field{{Key: "name", Type: form.Text, Required: true}, {Key: "born", Type: form.Date}}},
	}
	values := map[string]string{"phone": "SECRET", "people": `[{"name":"王"},{"born":"SECRET"},{"name":"李","age":"7"}]`, "SECRET key": "x", "zz": "y"}
	var c domain.Checks
	form.Validate(&c, "values.", fields, values, true)
	require.NotContains(t, c.Err().Error(), "SECRET")
	var refused *domain.Error
	require.ErrorAs(t, c.Err(), &refused)
	var told []string
	for _, f := range refused.Fields {
		told = append(told, f.Field+" "+f.Code)
	}
	require.Equal(t, []string{
		"values.amount required", "values.phone not_a_phone", "values.people[1].name required", "values.people[1].born not_a_date",
		"values.people[2].age unknown_field", "values.(unnamed) unknown_field", "values.zz unknown_field",
	}, told)
	require.Equal(t, []string{"amount"}, form.Missing(fields, values))
	for _, broken := range []string{`{}`, `[1]`, `[null]`, `null`, `[{"name":1}]`, `[] []`, `[`} {
		require.Equal(t, []string{"f not_a_table"}, failing(fields[2], broken), broken)
	}
}

func TestSame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		t    form.Type
		a, b string
		same bool
	}{
		{form.Text, "臺灣　ＡＢＣ公司", "台湾 abc公司", true},
		{form.Text, "後備", "后备", true},
		{form.Text, "王小明", "王大明", false},
		{form.Number, "1,000.50", "１０００.5", true},
		{form.Date, "2026年3月1日", "2026-03-01", true},
		{form.Phone, "138 0013 8000", "+8613800138000", true},
		{form.IDNumber, "11010519491231002x", "11010519491231002X", true},
		{form.BankCard, "4111-1111-1111-1111", "4111111111111111", true},
	} {
		require.Equal(t, c.same, form.Field{Type: c.t}.Same(c.a, c.b), "%s and %s", c.a, c.b)
	}
}

// A check character that was computed is accepted; with any one digit changed, or two neighbours swapped, it is not.
func TestCheckCharactersFindSlips(t *testing.T) {
	t.Parallel()
	digits := func(t *rapid.T, n int) string {
		return string(rapid.SliceOfN(rapid.ByteRange('0', '9'), n, n).Draw(t, "digits"))
	}
	rapid.Check(t, func(t *rapid.T) {
		card := "4" + digits(t, rapid.IntRange(10, 17).Draw(t, "length"))
		card += string(form.CheckCard(card))
		require.Empty(t, failing(form.Field{Type: form.BankCard}, card))
		at := rapid.IntRange(0, len(card)-1).Draw(t, "at")
		slip := []byte(card)
		slip[at] = '0' + (slip[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		require.Equal(t, []string{"f mistyped"}, failing(form.Field{Type: form.BankCard}, string(slip)))

		id := "11010519900307" + digits(t, 3)
		id += string(form.CheckID(id))
		require.Empty(t, failing(form.Field{Type: form.IDNumber}, id))
		for i := 14; i < 16; i++ {
			swapped := []byte(id)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			if string(swapped) != id {
				require.Equal(t, []string{"f mistyped"}, failing(form.Field{Type: form.IDNumber}, string(swapped)))
			}
		}
	})
}

// Normalising is done once and for all, and what was valid stays valid.
func TestNormalIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := form.Field{Type: rapid.SampledFrom(form.Types).Draw(t, "type"), Choices: []string{"a"}, Columns: []form.Field{{Key: "a", Type: form.Text}}}
		value := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9０-９ ,.+-]{0,20}`)).Draw(t, "value")
		normal := f.Normal(value)
		require.Equal(t, normal, f.Normal(normal))
		require.True(t, f.Same(value, normal))
	})
}

func TestSplitAndFill(t *testing.T) {
	t.Parallel()
	fields := []form.Field{{Key: "a", Type: form.Text, Default: "x"}, {Key: "b", Type: form.IDNumber, Marked: true}}
	unmarked, marked := form.Split(fields, map[string]string{"a": "1", "b": "2", "c": "3"})
	require.Equal(t, map[string]string{"a": "1"}, unmarked)
	require.Equal(t, map[string]string{"b": "2"}, marked)
	require.Equal(t, map[string]string{"a": "x", "b": "2"}, form.Filled(fields, map[string]string{"a": " ", "b": "2"}))
}

func FuzzValidate(f *testing.F) {
	f.Add("id_number", "11010519491231002X")
	f.Add("table", `[{"a":"b"}]`)
	f.Fuzz(func(t *testing.T, kind, value string) {
		field := form.Field{Key: "f", Type: form.Type(kind), Columns: []form.Field{{Key: "a", Type: form.Text}}}
		if !slices.Contains(form.Types, field.Type) {
			return
		}
		first := failing(field, value)
		if second := failing(field, value); !slices.Equal(first, second) {
			t.Errorf("%v, then %v", first, second)
		}
		if _, err := json.Marshal(field.Normal(value)); err != nil {
			t.Error(err)
		}
	})
}
