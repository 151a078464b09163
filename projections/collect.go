package projections

import (
	"fmt"
	"reflect"
	"strings"

	"docket/projections/internal/row"

	"github.com/jackc/pgx/v5"
)

// Columns are the table's columns in the order that [Table.Collect] wants them selected in.
func (t *Table[R]) Columns() string {
	names := make([]string, len(t.t.plan.Columns))
	for i, c := range t.t.plan.Columns {
		names[i] = quote(c.Name)
	}
	return strings.Join(names, ", ")
}

// Collect reads the rows of a query of [Table.Columns] to their end, by the plan that the fold's rows are read by.
func (t *Table[R]) Collect(rows pgx.Rows) ([]R, error) {
	defer rows.Close()
	var all []R
	for rows.Next() {
		if len(all) == 0 {
			if err := t.t.readable(rows); err != nil {
				return nil, err
			}
		}
		all = append(all, *new(R))
		if err := t.t.plan.Scan(rows.RawValues(), reflect.ValueOf(&all[len(all)-1]).Elem()); err != nil {
			return nil, fmt.Errorf("table %s: %w", t.t.name, err)
		}
	}
	return all, rows.Err()
}

// readable tells of a column that does not come in the format that rows are decoded from.
func (t *table) readable(rows pgx.Rows) error {
	for n, f := range rows.FieldDescriptions() {
		if n >= len(t.plan.Columns) {
			return fmt.Errorf("table %s has no %d columns", t.name, n+1)
		}
		switch c := t.plan.Columns[n]; {
		case c.Kind == row.Text, c.Kind == row.JSON: // alike in both formats, but for a version byte
		case f.Format != pgx.BinaryFormatCode:
			return fmt.Errorf("table %s: column %s did not come in binary format", t.name, c.Name)
		}
	}
	return nil
}
