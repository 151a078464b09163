// Package condition compiles and evaluates the conditions of templates: CEL expressions over the fields of a form and a few
// facts about the ticket, such as `form.amount >= 50000.0 || risk == "high"` (mission rows R5, I10, A1). It decides nothing:
// which expressions a template has, and what follows when one holds, is the business of the domain.
//
// What an expression may name:
//
//	form.<key>     text, enum, identity and other numbers: string as typed · number, money: double · date: timestamp at
//	               midnight UTC · table: list of maps of text. What is not filled in is "", 0.0, the year 1, or empty
//	filled         list of the keys that are filled in: "amount" in filled
//	urgency, risk  string; a risk that nobody has rated is ""
//	channel, type  string
//	customer.kind  "person", "organisation", or "" where no customer is known
//
// Money is compared as a double, exactly so up to nine thousand million with two places.
package condition

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/cel"

	"docket/domain/form"
)

// The dearest evaluation, in CEL's units of cost (about one a step), and the longest expression.
const (
	costLimit = 20_000
	sizeLimit = 1_000
)

// Input is what a condition is asked about.
type Input struct {
	Values       map[string]string // of the form, as typed
	Urgency      string
	Risk         string
	Channel      string
	Type         string
	CustomerKind string
}

// Language is what the conditions of one form may say. It is safe for concurrent use.
type Language struct {
	fields []form.Field
	env    *cel.Env
}

// For makes the language of a form whose shape is sound.
func For(fields []form.Field) (*Language, error) {
	options := []cel.EnvOption{
		cel.CrossTypeNumericComparisons(true), cel.DefaultUTCTimeZone(true), cel.ParserExpressionSizeLimit(sizeLimit),
		cel.Variable("filled", cel.ListType(cel.StringType)),
		cel.Variable("customer.kind", cel.StringType),
	}
	for _, name := range []string{"urgency", "risk", "channel", "type"} {
		options = append(options, cel.Variable(name, cel.StringType))
	}
	for _, f := range fields {
		options = append(options, cel.Variable("form."+f.Key, typeOf(f.Type)))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		return nil, fmt.Errorf("language of a form: %w", err)
	}
	return &Language{fields, env}, nil
}

func typeOf(t form.Type) *cel.Type {
	switch t {
	case form.Number, form.Money:
		return cel.DoubleType
	case form.Date:
		return cel.TimestampType
	case form.Table:
		return cel.ListType(cel.MapType(cel.StringType, cel.StringType))
	case form.Text, form.Enum, form.IDNumber, form.Phone, form.BankCard, form.Organisation, form.Attachment:
	}
	return cel.StringType
}

// Mistake is what is wrong with an expression, and where.
type Mistake struct { //nolint:errname // the word says what it is
	Line, Column int // from 1
	Message      string
}

// Error tells the place and the mistake.
func (m *Mistake) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", m.Line, m.Column, m.Message)
}

// Compile makes a program of an expression that says yes or no. What is wrong with it is a [Mistake].
func (l *Language) Compile(expression string) (*Program, error) {
	checked, issues := l.env.Compile(expression)
	if err := issues.Err(); err != nil {
		first := issues.Errors()[0]
		return nil, &Mistake{max(first.Location.Line(), 1), max(first.Location.Column()+1, 1), first.Message}
	}
	if checked.OutputType() != cel.BoolType {
		return nil, &Mistake{1, 1, "must say yes or no, not give a " + checked.OutputType().String()}
	}
	program, err := l.env.Program(checked, cel.CostLimit(costLimit))
	if err != nil {
		return nil, &Mistake{1, 1, err.Error()}
	}
	return &Program{l, program}, nil
}

// Program is a compiled condition. It is safe for concurrent use.
type Program struct {
	language *Language
	program  cel.Program
}

// errNotBool: a program was checked to give nothing else.
var errNotBool = errors.New("a condition gave something that is neither yes nor no")

// Holds evaluates the condition. It depends on the input alone; the error tells an evaluation that cannot be carried out,
// such as a division by nothing or one that costs too much.
func (p *Program) Holds(in Input) (bool, error) {
	variables := map[string]any{
		"urgency": in.Urgency, "risk": in.Risk, "channel": in.Channel, "type": in.Type, "customer.kind": in.CustomerKind,
	}
	filled := []string{}
	for _, f := range p.language.fields {
		value := in.Values[f.Key]
		if !form.Blank(value) {
			filled = append(filled, f.Key)
		}
		variables["form."+f.Key] = valueOf(f, value)
	}
	variables["filled"] = filled
	out, _, err := p.program.Eval(variables)
	if err != nil {
		return false, fmt.Errorf("evaluate a condition: %w", err)
	}
	holds, ok := out.Value().(bool)
	if !ok {
		return false, errNotBool
	}
	return holds, nil
}

// valueOf is a field's value as conditions see it; what cannot be read counts as not filled in.
func valueOf(f form.Field, value string) any {
	switch f.Type {
	case form.Number, form.Money:
		number, err := strconv.ParseFloat(f.Normal(value), 64)
		if err != nil {
			return 0.0
		}
		return number
	case form.Date:
		date, err := time.Parse(time.DateOnly, f.Normal(value))
		if err != nil {
			return time.Time{}
		}
		return date
	case form.Table:
		rows, _ := form.Rows(value)
		return rows
	case form.Enum:
		return f.Normal(value)
	case form.Text, form.IDNumber, form.Phone, form.BankCard, form.Organisation, form.Attachment:
	}
	return strings.TrimSpace(value)
}
