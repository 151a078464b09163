package form

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"docket/domain"
	"docket/domain/form/fold"
)

// The largest values: characters of a text without a length of its own, of any other value, and rows of a table.
const (
	maxPlain = 200
	maxRows  = 200
	maxTable = 100_000
)

// Validate notes every value that is not valid for its field and every key that no field has, all at once (mission row T4).
// With complete it also wants every required field filled. Field paths are path + key; messages never repeat a value.
func Validate(c *domain.Checks, path string, fields []Field, values map[string]string, complete bool) {
	known := make(map[string]bool, len(fields))
	for _, f := range fields {
		known[f.Key] = true
		value := values[f.Key]
		switch {
		case Blank(value):
			if complete && f.Required {
				c.Fail(path+f.Key, "required", "must be filled in")
			}
		default:
			f.checkValue(c, path+f.Key, value)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if !known[key] {
			c.Fail(path+plain(key), "unknown_field", "the form has no such field")
		}
	}
}

// Missing lists the required fields that are not filled in, in the order of the form.
func Missing(fields []Field, values map[string]string) []string {
	var keys []string
	for _, f := range fields {
		if f.Required && Blank(values[f.Key]) {
			keys = append(keys, f.Key)
		}
	}
	return keys
}

// Filled is a copy of the values with defaults where nothing was filled in.
func Filled(fields []Field, values map[string]string) map[string]string {
	all := make(map[string]string, len(fields))
	maps.Copy(all, values)
	for _, f := range fields {
		if f.Default != "" && Blank(all[f.Key]) {
			all[f.Key] = f.Default
		}
	}
	return all
}

// Split parts values into those of unmarked fields and those of marked ones, which are kept apart (mission row T5). Either
// is nil when empty. Keys that no field has are left out.
func Split(fields []Field, values map[string]string) (unmarked, marked map[string]string) {
	for _, f := range fields {
		value, ok := values[f.Key]
		if !ok {
			continue
		}
		into := &unmarked
		if f.Marked {
			into = &marked
		}
		if *into == nil {
			*into = map[string]string{}
		}
		(*into)[f.Key] = value
	}
	return unmarked, marked
}

// Blank reports whether a value counts as not filled in.
func Blank(value string) bool { return strings.TrimSpace(fold.Width(value)) == "" }

// Find gives the field with a key; false when the form has none.
func Find(fields []Field, key string) (Field, bool) {
	if i := slices.IndexFunc(fields, func(f Field) bool { return f.Key == key }); i >= 0 {
		return fields[i], true
	}
	return Field{}, false
}

// checkValue notes what makes a value invalid for the field; it is not blank.
func (f Field) checkValue(c *domain.Checks, at, value string) {
	longest := maxPlain
	switch f.Type {
	case Text:
		longest = maxLength
		if f.MaxLength > 0 {
			longest = f.MaxLength
		}
	case Table:
		longest = maxTable
	case Number, Money, Date, Enum, IDNumber, Phone, BankCard, Organisation, Attachment:
	}
	if utf8.RuneCountInString(value) > longest {
		c.Fail(at, "too_long", fmt.Sprintf("must have at most %d characters", longest))
		return
	}
	if f.Type == Table {
		f.checkTable(c, at, value)
		return
	}
	n := f.Type.normal(value)
	if code, msg := f.wrong(n); code != "" {
		c.Fail(at, code, msg)
		return
	}
	if f.Min != "" && f.Type.Compare(n, f.Min) < 0 {
		c.Fail(at, "too_low", "is less than the field allows")
	}
	if f.Max != "" && f.Type.Compare(n, f.Max) > 0 {
		c.Fail(at, "too_high", "is more than the field allows")
	}
}

// Valid reports whether a text is a value of the type, whatever a form asks of it besides.
func (t Type) Valid(value string) bool {
	code, _ := Field{Type: t}.wrong(t.normal(value))
	return code == ""
}

// wrong tells by code and message why a normal form is not valid; no code when it is.
func (f Field) wrong(n string) (code, msg string) {
	switch f.Type {
	case Number:
		return wrongUnless(isDecimal(n, maxPlaces), "not_a_number", "must be a decimal number without exponent")
	case Money:
		return wrongUnless(isDecimal(n, 2), "not_an_amount", "must be an amount with at most two places")
	case Date:
		return wrongUnless(isDate(n), "not_a_date", "must be a date such as 2026-03-31")
	case Enum:
		return wrongUnless(slices.Contains(f.Choices, n), "not_allowed", "must be one of the field's choices")
	case IDNumber:
		return wrongID(n)
	case Phone:
		return wrongUnless(isPhone(n), "not_a_phone", "must be a telephone number of the mainland, Hong Kong, Macau or Taiwan, or one with + and country code")
	case BankCard:
		return wrongCard(n)
	case Organisation:
		return wrongOrganisation(n)
	case Attachment:
		return wrongUnless(isDigest(n), "not_a_digest", "must be the SHA-256 digest of a file, in hexadecimal")
	case Text, Table:
	}
	return "", ""
}

func wrongUnless(right bool, code, msg string) (string, string) {
	if right {
		return "", ""
	}
	return code, msg
}

// checkTable wants a JSON array of objects that hold a text for each column that is filled in.
func (f Field) checkTable(c *domain.Checks, at, value string) {
	rows, ok := Rows(value)
	if !ok {
		c.Fail(at, "not_a_table", "must be a JSON array of rows, each an object of texts")
		return
	}
	if len(rows) > maxRows {
		c.Fail(at, "too_many", fmt.Sprintf("must have at most %d rows", maxRows))
		return
	}
	for i, row := range rows {
		Validate(c, fmt.Sprintf("%s[%d].", at, i), f.Columns, row, true)
	}
}

// Rows reads the rows of a table's value; false when it is none.
func Rows(value string) ([]map[string]string, bool) {
	decoder := json.NewDecoder(strings.NewReader(value))
	var rows []map[string]string
	if decoder.Decode(&rows) != nil || decoder.More() || rows == nil {
		return nil, false
	}
	return rows, !slices.ContainsFunc(rows, func(row map[string]string) bool { return row == nil })
}

// plain is a key if it may be repeated in an answer, since clients choose it.
func plain(key string) string {
	var c domain.Checks
	if CheckKey(&c, "", key); c.Err() != nil {
		return "(unnamed)"
	}
	return key
}
