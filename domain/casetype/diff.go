package casetype

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Change is one place where two definitions differ, as JSON texts; an empty one: nothing stood there.
type Change struct {
	Path   string `json:"path" doc:"such as rules.fields[amount].max; rules.fields[] is the order"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Diff lists where two definitions differ, by path (mission row T3).
func Diff(before, after Definition) []Change { return Differences(before, after) }

// Differences lists where two values of plain data differ, by path. Fields, stages and other things with a key are compared by
// it, wherever they stand; a change of their order is told by itself.
func Differences[T any](before, after T) []Change {
	a, b := map[string]string{}, map[string]string{}
	flatten("", plainly(before), a)
	flatten("", plainly(after), b)
	paths := slices.Collect(maps.Keys(a))
	for path := range b {
		if _, ok := a[path]; !ok {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	changes := []Change{}
	for _, path := range paths {
		if a[path] != b[path] {
			changes = append(changes, Change{path, a[path], b[path]})
		}
	}
	return changes
}

func plainly(data any) any {
	encoded, err := json.Marshal(data)
	if err != nil {
		panic(fmt.Sprintf("casetype: what is compared cannot be written as JSON: %v", err)) // it is plain data alone
	}
	decoder := json.NewDecoder(strings.NewReader(string(encoded)))
	decoder.UseNumber()
	var plain any
	if err := decoder.Decode(&plain); err != nil {
		panic(fmt.Sprintf("casetype: what was written is no JSON: %v", err))
	}
	return plain
}

// flatten notes every single value by its path.
func flatten(path string, value any, into map[string]string) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			flatten(strings.TrimPrefix(path+"."+key, "."), inner, into)
		}
	case []any:
		var order []string
		for i, inner := range v {
			name := nameOf(inner, i)
			order = append(order, name)
			flatten(path+"["+name+"]", inner, into)
		}
		into[path+"[]"] = strings.Join(order, " ")
	default:
		encoded, err := json.Marshal(v)
		if err == nil {
			into[path] = string(encoded)
		}
	}
}

// nameOf is what an element of a list is known by: its key, urgency or kind, else its place.
func nameOf(element any, i int) string {
	if object, ok := element.(map[string]any); ok {
		for _, known := range []string{"key", "urgency", "kind"} {
			if name, ok := object[known].(string); ok {
				return name
			}
		}
	}
	return strconv.Itoa(i)
}
