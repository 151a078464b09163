package casetype

import (
	"fmt"
	"maps"
	"slices"

	"docket/domain"
)

// Keys lists what has to have a label, in the order of the form: its title, every field with its choices and columns, then
// materials, stages and steps. Screens and prints show them in this order (mission row T4).
func (r Rules) Keys() []string {
	keys := []string{"title"}
	for _, f := range r.Fields {
		keys = append(keys, f.Key)
		for _, choice := range f.Choices {
			keys = append(keys, f.Key+"."+choice)
		}
		for _, column := range f.Columns {
			keys = append(keys, f.Key+"."+column.Key)
			for _, choice := range column.Choices {
				keys = append(keys, f.Key+"."+column.Key+"."+choice)
			}
		}
	}
	for _, m := range r.Materials {
		keys = append(keys, m.Key)
	}
	for _, s := range r.Stages {
		keys = append(keys, s.Key)
	}
	for _, s := range r.Steps {
		keys = append(keys, s.Key)
	}
	return keys
}

// Label is what people read for a key of [Rules.Keys], in a language or in the first that it is written in; the key itself
// when there is none.
func (d Definition) Label(key, language string) string {
	if text := d.Labels[key].In(language); text != "" {
		return text
	}
	return key
}

// checkLabels wants a label for every key and for nothing else.
func (d Definition) checkLabels(c *domain.Checks, path string) {
	if len(d.Labels) > maxLabels {
		c.Fail(path, "too_many", fmt.Sprintf("must be at most %d", maxLabels))
		return
	}
	wanted := map[string]bool{}
	for _, key := range d.Rules.Keys() {
		if !wanted[key] && d.Labels[key].In("") == "" {
			c.Fail(path+"."+key, "required", "must have a label")
		}
		wanted[key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(d.Labels)) {
		if !wanted[key] {
			c.Fail(path+"."+key, "unknown", "nothing has this key")
		}
		for _, language := range slices.Sorted(maps.Keys(d.Labels[key])) {
			if !slices.Contains(Languages, language) {
				c.Fail(path+"."+key+"."+language, "not_allowed", "must be a language that labels are written in")
			}
			c.Text(path+"."+key+"."+language, d.Labels[key][language], maxLabel)
		}
	}
}
