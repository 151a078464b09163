package row

import "reflect"

// Size estimates the memory that a row takes, for deciding when many are too many.
func (p *Plan) Size(v reflect.Value) int {
	n := int(p.Type.Size()) + 96 // and its place in a map
	for i := range p.Columns {
		c := &p.Columns[i]
		f := v.Field(c.field)
		switch {
		case c.Kind == JSON, c.Kind == Integers:
			n += deep(f, 4)
		case c.Pointer:
			if !f.IsNil() {
				n += int(c.elem.Size()) + text(f.Elem())
			}
		default:
			n += text(f)
		}
	}
	return n
}

func text(v reflect.Value) int {
	if v.Kind() == reflect.String {
		return v.Len()
	}
	return 0
}

// deep is what a value holds beyond its own size, to a depth.
func deep(v reflect.Value, depth int) int {
	if depth == 0 {
		return 0
	}
	n := 0
	switch v.Kind() {
	case reflect.String:
		return v.Len()
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return int(v.Elem().Type().Size()) + deep(v.Elem(), depth-1)
		}
	case reflect.Slice:
		n = v.Cap() * int(v.Type().Elem().Size())
		for i := range v.Len() {
			n += deep(v.Index(i), depth-1)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			n += 48 + deep(it.Key(), depth-1) + deep(it.Value(), depth-1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			n += deep(v.Field(i), depth-1)
		}
	}
	return n
}
