package row

import (
	"fmt"
	"reflect"
	"strings"
)

// Scan is Decode for rows that are read once and shown: the texts of a row are cut from one string, so that a row of many
// columns costs few allocations.
func (p *Plan) Scan(fields [][]byte, v reflect.Value) error {
	if len(fields) != len(p.Columns) {
		return fmt.Errorf("%d values for the %d columns of %s", len(fields), len(p.Columns), p.Type)
	}
	var texts strings.Builder
	size := 0
	for i := range p.Columns {
		if p.Columns[i].Kind == Text {
			size += len(fields[i])
		}
	}
	texts.Grow(size)
	for i := range p.Columns {
		if p.Columns[i].Kind == Text {
			texts.Write(fields[i])
		}
	}
	all := texts.String()
	for i := range p.Columns {
		c := &p.Columns[i]
		if fields[i] == nil {
			if !c.Pointer && c.Kind != JSON {
				return fmt.Errorf("column %s is NULL", c.Name)
			}
			continue
		}
		f := v.Field(c.field)
		if c.Pointer {
			f.Set(reflect.New(c.elem))
			f = f.Elem()
		}
		if c.Kind == Text {
			f.SetString(all[:len(fields[i])])
			all = all[len(fields[i]):]
			continue
		}
		if err := c.decode(fields[i], f); err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return nil
}
