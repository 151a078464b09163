package projections

import (
	"context"
	"fmt"

	"docket/projections/internal/row"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// rowTypes asks for the columns of all tables of a schema in their order, and for the types that rows of each are of.
const rowTypes = `
	SELECT c.relname, c.reltype, t.typarray, a.attname, a.atttypid
	FROM pg_class c JOIN pg_type t ON t.oid = c.reltype JOIN pg_attribute a ON a.attrelid = c.oid
	WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
	ORDER BY a.attnum`

// records finds out how rows travel to each table of a build, and lets the connection pass such parameters on as they are.
func records(ctx context.Context, conn *pgx.Conn, b build) ([]*row.Record, error) {
	type found struct {
		element, array uint32
		columns        []row.Attribute
	}
	tables := map[string]*found{}
	rows, err := conn.Query(ctx, rowTypes, b.schema())
	if err != nil {
		return nil, fmt.Errorf("find the columns of %s: %w", b.schema(), err)
	}
	var name string
	var f found
	var column row.Attribute
	_, err = pgx.ForEachRow(rows, []any{&name, &f.element, &f.array, &column.Name, &column.Type}, func() error {
		if tables[name] == nil {
			tables[name] = &found{element: f.element, array: f.array}
		}
		tables[name].columns = append(tables[name].columns, column)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find the columns of %s: %w", b.schema(), err)
	}
	all := make([]*row.Record, len(b.model.Tables))
	for i, t := range b.model.Tables {
		f := tables[t.core().name]
		if f == nil {
			return nil, fmt.Errorf("%s has no table %s", b.schema(), t.core().name)
		}
		if all[i], err = t.core().plan.RecordFor(f.element, f.columns); err != nil {
			return nil, fmt.Errorf("table %s of %s: %w", t.core().name, b.schema(), err)
		}
		// The array is encoded already; to the driver it is bytes.
		conn.TypeMap().RegisterType(&pgtype.Type{Name: b.schema() + "." + t.core().name + "[]", OID: f.array, Codec: pgtype.ByteaCodec{}})
	}
	return all, nil
}
