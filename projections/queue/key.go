package queue

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"docket/domain"
	"docket/domain/view"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// Key is the place of a row in an order: where the next page begins. Values are those of the sort's columns, as texts; an empty
// one of a time stands for none, which comes last.
type Key struct {
	Sort   view.Sort `json:"s"`
	Values []string  `json:"v"`
	Ticket string    `json:"t"`
}

// errForeignKey tells of a key that no row of the asked order could have.
var errForeignKey = domain.Refusal(domain.Invalid, "cursor.foreign", "the page asked for is of another list or order")

// kinds tell which columns are times and which are numbers; the others are texts.
var (
	times   = map[string]bool{"due": true, "deadline": true, "paused": true, "offered": true, "registered": true, "changed": true}
	numbers = map[string]bool{"urgency": true}
)

// key is the row's place in an order.
func (r *Row) key(s view.Sort, orders []view.Order) *Key {
	k := &Key{Sort: s, Ticket: r.Ticket}
	for _, o := range orders {
		k.Values = append(k.Values, r.value(o.Column))
	}
	return k
}

func (r *Row) value(column string) string {
	instant := func(at *time.Time) string {
		if at == nil {
			return ""
		}
		return at.UTC().Format(time.RFC3339Nano)
	}
	switch column {
	case "due":
		return instant(r.DueAt)
	case "deadline":
		return instant(r.DeadlineAt)
	case "paused":
		return instant(r.PausedAt)
	case "offered":
		return instant(r.OfferedAt)
	case "registered":
		return instant(&r.RegisteredAt)
	case "changed":
		return instant(&r.ChangedAt)
	case "number":
		return r.Number
	case "urgency":
		return strconv.Itoa(r.Rank)
	case "status":
		return string(r.Status)
	case "stage":
		return r.Stage
	case "group":
		return r.Group
	case "handler":
		return r.Handler
	}
	return r.Title
}

// Fits reports whether the key says nothing that a row in an order could not.
func (k Key) Fits(s view.Sort) bool {
	orders, err := s.Orders()
	if err != nil || k.Sort != s || len(k.Values) != len(orders) || k.Ticket == "" {
		return false
	}
	for i, o := range orders {
		if _, err := parse(o.Column, k.Values[i]); err != nil {
			return false
		}
	}
	return true
}

// parse reads a value for comparing it with its column.
func parse(column, value string) (any, error) {
	switch {
	case times[column] && value == "":
		if column == "registered" || column == "changed" {
			return nil, errForeignKey
		}
		return pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}, nil
	case times[column]:
		at, err := time.Parse(time.RFC3339Nano, value)
		if err != nil || at.Year() < 1900 || at.Year() >= 3000 {
			return nil, errForeignKey
		}
		return pgtype.Timestamptz{Time: at, Valid: true}, nil
	case numbers[column]:
		n, err := strconv.ParseInt(value, 10, 32)
		if err != nil {
			return nil, errForeignKey
		}
		return n, nil
	}
	return value, nil
}

// beyond is the condition under which a row comes after the key. Columns that all go one way are compared as one row, which an
// index can begin at; where they do not, the cases are spelled out, with the first column's bound on its own for the same sake.
func (k *Key) beyond(s view.Sort, orders []view.Order, args pgx.NamedArgs) (string, error) {
	if !k.Fits(s) {
		return "", errForeignKey
	}
	columns, names := make([]string, 0, len(orders)+1), make([]string, 0, len(orders)+1)
	alike := true
	for i, o := range orders {
		value, err := parse(o.Column, k.Values[i])
		if err != nil {
			return "", err
		}
		name := fmt.Sprintf("key_%d", i)
		args[name] = value
		columns, names = append(columns, expressions[o.Column]), append(names, "@"+name)
		alike = alike && o.Down == orders[0].Down
	}
	args["key_ticket"] = k.Ticket
	columns, names = append(columns, "ticket"), append(names, "@key_ticket")
	compare := func(i int) string {
		if i < len(orders) && orders[i].Down || i == len(orders) && orders[0].Down {
			return "<"
		}
		return ">"
	}
	if alike {
		return fmt.Sprintf("(%s) %s (%s)", strings.Join(columns, ", "), compare(0), strings.Join(names, ", ")), nil
	}
	cases := make([]string, len(columns))
	for i := range columns {
		var parts []string
		for j := range i {
			parts = append(parts, columns[j]+" = "+names[j])
		}
		cases[i] = strings.Join(append(parts, columns[i]+" "+compare(i)+" "+names[i]), " AND ")
	}
	return fmt.Sprintf("%s %s= %s AND (%s)", columns[0], compare(0), names[0], strings.Join(cases, " OR ")), nil
}
