package form

import (
	"encoding/json"
	"math/big"
	"regexp"
	"strings"
	"time"

	"docket/domain/form/fold"
)

// Normal is the form of a value in which two of them compare: what was typed full-width or half-width, simplified or
// traditional, with or without blanks and separators comes out the same (mission row T4). A value is stored as typed;
// its normal form is made when it is needed.
func (f Field) Normal(value string) string {
	if f.Type != Table {
		return f.Type.normal(value)
	}
	rows, ok := Rows(value)
	if !ok {
		return strings.TrimSpace(value)
	}
	for _, row := range rows {
		for _, column := range f.Columns {
			if row[column.Key] = column.Normal(row[column.Key]); row[column.Key] == "" {
				delete(row, column.Key)
			}
		}
	}
	encoded, err := json.Marshal(rows)
	if err != nil {
		return strings.TrimSpace(value) // texts can always be written
	}
	return string(encoded)
}

// Same reports whether two values of the field mean the same.
func (f Field) Same(a, b string) bool {
	if f.Type.Ordered() {
		return f.Type.Compare(a, b) == 0
	}
	return f.Normal(a) == f.Normal(b)
}

var (
	separators = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", "\u2010", "", "\u2011", "", "\u2013", "", "\t", "")
	grouped    = regexp.MustCompile(`^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$`)
	dateParts  = regexp.MustCompile(`^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?$`)
)

// normal is [Field.Normal] for what does not depend on the field.
func (t Type) normal(value string) string {
	v := strings.TrimSpace(fold.Width(value))
	switch t {
	case Text:
		return fold.Text(value)
	case Number, Money:
		if grouped.MatchString(v) {
			v = strings.ReplaceAll(v, ",", "")
		}
		return v
	case Date:
		if p := dateParts.FindStringSubmatch(v); p != nil {
			return p[1] + "-" + twoDigits(p[2]) + "-" + twoDigits(p[3])
		}
		return v
	case Enum:
		return v
	case IDNumber, Organisation:
		return strings.ToUpper(separators.Replace(v))
	case Phone:
		return normalPhone(separators.Replace(v))
	case BankCard:
		return separators.Replace(v)
	case Attachment:
		return strings.TrimPrefix(strings.ToLower(v), "sha256:")
	case Table:
	}
	return v
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// Compare orders two valid values of an ordered type; others it only tells apart.
func (t Type) Compare(a, b string) int {
	a, b = t.normal(a), t.normal(b)
	if t == Number || t == Money {
		x, okX := new(big.Rat).SetString(a)
		y, okY := new(big.Rat).SetString(b)
		if okX && okY {
			return x.Cmp(y)
		}
	}
	return strings.Compare(a, b)
}

// maxPlaces is how many places a number may have; with the length that any value may have it bounds arithmetic.
const maxPlaces = 10

var decimal = regexp.MustCompile(`^-?[0-9]{1,20}(?:\.([0-9]+))?$`)

func isDecimal(n string, places int) bool {
	m := decimal.FindStringSubmatch(n)
	return m != nil && len(m[1]) <= places
}

// The dates that a form may hold.
var (
	firstDate = time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC)
	lastDate  = time.Date(2999, 12, 31, 0, 0, 0, 0, time.UTC)
)

func isDate(n string) bool {
	t, err := time.Parse(time.DateOnly, n)
	return err == nil && !t.Before(firstDate) && !t.After(lastDate)
}
