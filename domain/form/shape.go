package form

import (
	"fmt"
	"slices"
	"strings"

	"docket/domain"
)

// Types are the types, in the order designers are offered them.
var Types = []Type{Text, Number, Money, Date, Enum, IDNumber, Phone, BankCard, Organisation, Attachment, Table}

// Blocks are the core blocks, in the order of the paper form.
var Blocks = []Block{BusinessType, Customer, Content, HandlingTime, Handler}

// Personal reports whether values of the type identify a person's identity or account, so that a field of it has to be marked
// (重要信息, mission row T5).
func (t Type) Personal() bool { return t == IDNumber || t == BankCard }

// Ordered reports whether values of the type have a least and a greatest.
func (t Type) Ordered() bool { return t == Number || t == Money || t == Date }

// The largest forms.
const (
	maxFields    = 200
	maxColumns   = 30
	maxChoices   = 500
	maxKey       = 40
	maxMaterials = 100
	maxCopies    = 100
	maxLength    = 10_000 // of a text
)

// Check notes what is wrong with a form's shape: core blocks that are missing, keys given twice, unknown types, and bounds and
// choices that do not fit the type (mission row T1). The path ends before "fields" and "materials".
func Check(c *domain.Checks, path string, fields []Field, materials []Material) {
	if len(fields) > maxFields {
		c.Fail(path+"fields", "too_many", fmt.Sprintf("must be at most %d", maxFields))
		return
	}
	checkFields(c, path+"fields", fields, false)
	for _, b := range Blocks {
		if !slices.ContainsFunc(fields, func(f Field) bool { return f.Block == b }) {
			c.Fail(path+"fields."+string(b), "missing_block", "the form must have a field of this core block")
		}
	}
	checkMaterials(c, path+"materials", materials)
}

func checkFields(c *domain.Checks, path string, fields []Field, columns bool) {
	seen := map[string]bool{}
	for i, f := range fields {
		at := fmt.Sprintf("%s[%d].", path, i)
		CheckKey(c, at+"key", f.Key)
		if seen[f.Key] {
			c.Fail(at+"key", "duplicate_key", "must be given once")
		}
		seen[f.Key] = true
		f.check(c, at, columns)
	}
}

// check looks at one field or, within a table, at one column.
func (f Field) check(c *domain.Checks, at string, column bool) {
	domain.OneOf(c, at+"type", f.Type, Types...)
	if f.Block != "" {
		domain.OneOf(c, at+"block", f.Block, Blocks...)
	}
	switch {
	case f.Type == Enum && len(f.Choices) == 0:
		c.Fail(at+"choices", "required", "must name what may be chosen")
	case f.Type != Enum && len(f.Choices) > 0:
		c.Fail(at+"choices", "not_applicable", "belongs to an enum alone")
	}
	f.checkChoices(c, at)
	switch {
	case f.Type == Table && column:
		c.Fail(at+"type", "not_allowed", "a table holds no tables")
	case f.Type == Table && len(f.Columns) == 0:
		c.Fail(at+"columns", "required", "must have columns")
	case f.Type == Table && len(f.Columns) > maxColumns:
		c.Fail(at+"columns", "too_many", fmt.Sprintf("must be at most %d", maxColumns))
	case f.Type == Table:
		checkFields(c, at+"columns", f.Columns, true)
	case len(f.Columns) > 0:
		c.Fail(at+"columns", "not_applicable", "belongs to a table alone")
	}
	if column && (f.Block != "" || f.Marked || f.Harmless) {
		c.Fail(at+"key", "not_applicable", "blocks and marks belong to the table, not to its columns")
	}
	f.checkBounds(c, at)
	if f.Default != "" {
		f.checkValue(c, at+"default", f.Default)
		if f.Marked {
			c.Fail(at+"default", "not_applicable", "what is sensitive has no default")
		}
	}
}

func (f Field) checkChoices(c *domain.Checks, at string) {
	if len(f.Choices) > maxChoices {
		c.Fail(at+"choices", "too_many", fmt.Sprintf("must be at most %d", maxChoices))
		return
	}
	seen := map[string]bool{}
	for i, choice := range f.Choices {
		field := fmt.Sprintf("%schoices[%d]", at, i)
		CheckKey(c, field, choice)
		if seen[choice] {
			c.Fail(field, "duplicate_key", "must be given once")
		}
		seen[choice] = true
	}
}

// checkBounds wants bounds of the field's own type, the least before the greatest.
func (f Field) checkBounds(c *domain.Checks, at string) {
	if f.MaxLength < 0 || f.MaxLength > maxLength || f.MaxLength > 0 && f.Type != Text {
		c.Fail(at+"max_length", "out_of_range", fmt.Sprintf("is of texts, and at most %d", maxLength))
	}
	if !f.Type.Ordered() {
		if f.Min != "" || f.Max != "" {
			c.Fail(at+"min", "not_applicable", "bounds belong to numbers, amounts and dates")
		}
		return
	}
	unbounded := Field{Type: f.Type}
	valid := true
	for _, bound := range []struct{ name, value string }{{"min", f.Min}, {"max", f.Max}} {
		if bound.value == "" {
			continue
		}
		var one domain.Checks
		unbounded.checkValue(&one, at+bound.name, bound.value)
		valid = valid && one.Err() == nil
		unbounded.checkValue(c, at+bound.name, bound.value)
	}
	if valid && f.Min != "" && f.Max != "" && f.Type.Compare(f.Min, f.Max) > 0 {
		c.Fail(at+"max", "too_low", "must not be less than the least")
	}
}

func checkMaterials(c *domain.Checks, path string, materials []Material) {
	if len(materials) > maxMaterials {
		c.Fail(path, "too_many", fmt.Sprintf("must be at most %d", maxMaterials))
		return
	}
	seen := map[string]bool{}
	for i, m := range materials {
		at := fmt.Sprintf("%s[%d].", path, i)
		CheckKey(c, at+"key", m.Key)
		if seen[m.Key] {
			c.Fail(at+"key", "duplicate_key", "must be given once")
		}
		seen[m.Key] = true
		if m.Copies < 0 || m.Copies > maxCopies {
			c.Fail(at+"copies", "out_of_range", fmt.Sprintf("must be between 0 and %d", maxCopies))
		}
	}
}

// CheckKey wants a key of a field, choice, material, stage or step: a small letter, then small letters, digits and
// underscores.
func CheckKey(c *domain.Checks, field, key string) {
	plain := func(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' }
	foreign := func(r rune) bool { return !plain(r) }
	if key == "" || len(key) > maxKey || key[0] < 'a' || key[0] > 'z' || strings.ContainsFunc(key, foreign) {
		c.Fail(field, "not_a_key", fmt.Sprintf("must be a small letter, then small letters, digits and underscores, at most %d", maxKey))
	}
}
