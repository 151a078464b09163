package readapi

import (
	"reflect"
	"strings"
	"time"
)

// column is one column of a file: the path to a value in a row of a list.
type column struct {
	name string
	path []string
}

func headings(cols []column) []string {
	all := make([]string, len(cols))
	for i, c := range cols {
		all[i] = c.name
	}
	return all
}

// columnsOf are the fields of a row in the order of their declaration; those of an object within it have its name before their
// own. Lists and maps are one column, as JSON.
func columnsOf(row reflect.Type, prefix string, path []string) []column {
	var cols []column
	for i := range row.NumField() {
		f := row.Field(i)
		t := f.Type
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		name := jsonName(f)
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
		case f.Anonymous && f.Tag.Get("json") == "" && t.Kind() == reflect.Struct:
			cols = append(cols, columnsOf(t, prefix, path)...)
		case t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]() && len(path) < deepestColumn && fieldwise(t):
			cols = append(cols, columnsOf(t, prefix+name+".", append(append([]string{}, path...), name))...)
		default:
			cols = append(cols, column{prefix + name, append(append([]string{}, path...), name)})
		}
	}
	return cols
}

// deepestColumn is how far objects within objects become columns.
const deepestColumn = 3

// fieldwise reports whether a struct is written field by field.
func fieldwise(t reflect.Type) bool {
	for _, m := range []string{"MarshalJSON", "MarshalText"} {
		if _, own := reflect.PointerTo(t).MethodByName(m); own {
			return false
		}
	}
	return t.NumField() > 0
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		return f.Name
	}
	return name
}

// valuesOf are a row's values in the order of the columns; nil where it has none.
func valuesOf(row map[string]any, cols []column) []any {
	values := make([]any, len(cols))
	for i, c := range cols {
		var v any = row
		for _, name := range c.path {
			object, ok := v.(map[string]any)
			if !ok {
				v = nil
				break
			}
			v = object[name]
		}
		values[i] = v
	}
	return values
}
