package projections

import (
	"fmt"
	"strings"

	"docket/projections/internal/row"
)

// statements are the SQL texts of one build; its tables are named with their schema.
type statements struct {
	checkpoint string // $1 new position, $2 old
	tables     []tableStatements
}

type tableStatements struct {
	read   string // one array per key column
	write  string // one array of rows (row.Record)
	remove string // one array per key column
	load   string // COPY in
	dump   string // SELECT of all, in key order
	name   string // with schema
}

// statementsOf writes the SQL of a build. Moving the checkpoint divides by the number of rows moved, so that a runner that
// does not stand where it thinks it does fails its whole transaction, in whatever order the statements travel.
func statementsOf(b build) statements {
	s := statements{checkpoint: fmt.Sprintf(`
		WITH moved AS (UPDATE projections.checkpoint SET pos = $1 WHERE model = '%s' AND version = %d AND pos = $2 RETURNING 1)
		SELECT 1 / count(*) FROM moved`, b.model.Name, b.version)}
	for _, t := range b.model.Tables {
		s.tables = append(s.tables, statementsFor(t.core(), b.schema()))
	}
	return s
}

func statementsFor(t *table, schema string) tableStatements {
	name := schema + "." + quote(t.name)
	var columns, sets []string
	var keys, keyArrays, keyMatch, order []string
	for _, c := range t.plan.Columns {
		column := quote(c.Name)
		columns = append(columns, column)
		if !c.Key {
			sets = append(sets, column+" = excluded."+column)
			continue
		}
		keys = append(keys, column)
		keyArrays = append(keyArrays, fmt.Sprintf("$%d::%s", len(keys), c.Kind.Array()))
		keyMatch = append(keyMatch, "t."+column+" = n."+column)
		sorted := column
		if c.Kind == row.Text {
			sorted += ` COLLATE "C"`
		}
		order = append(order, sorted)
	}
	list := func(names []string) string { return strings.Join(names, ", ") }
	then := "NOTHING"
	if !t.appendOnly && len(sets) > 0 {
		then = "UPDATE SET " + list(sets)
	}
	wanted := fmt.Sprintf("unnest(%s) AS n(%s)", list(keyArrays), list(keys))
	s := tableStatements{
		name: name,
		read: fmt.Sprintf("SELECT t.%s FROM %s JOIN %s t ON %s", strings.Join(columns, ", t."), wanted, name, strings.Join(keyMatch, " AND ")),
		write: fmt.Sprintf("INSERT INTO %s (%s) SELECT n.%s FROM unnest($1::%s[]) AS n ON CONFLICT (%s) DO %s", name, list(columns),
			strings.Join(columns, ", n."), name, list(keys), then),
		remove: fmt.Sprintf("DELETE FROM %s t USING %s WHERE %s", name, wanted, strings.Join(keyMatch, " AND ")),
		load:   fmt.Sprintf("COPY %s (%s) FROM STDIN (FORMAT binary, FREEZE)", name, list(columns)),
		dump:   fmt.Sprintf("SELECT %s FROM %s ORDER BY %s", list(columns), name, list(order)),
	}
	if len(keys) == 1 {
		s.read = fmt.Sprintf("SELECT %s FROM %s WHERE %s = ANY (%s)", list(columns), name, keys[0], keyArrays[0])
		s.remove = fmt.Sprintf("DELETE FROM %s WHERE %s = ANY (%s)", name, keys[0], keyArrays[0])
	}
	return s
}

// quote makes a column or table name safe; names come from struct tags, some of which are reserved words.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// literal makes a text a constant of a statement that takes no arguments.
func literal(text string) string { return `'` + strings.ReplaceAll(text, `'`, `''`) + `'` }
