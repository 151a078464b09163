package commands

import "docket/domain/template"

// Templates is what the directory tells about templates.
type Templates interface {
	// Template gives a template with all its versions; false when nothing has been drafted under the id.
	Template(id string) (template.Facts, bool)
}

// Template is a template with all its versions.
func (f Facts) Template(id string) (template.Facts, bool) { return f.lookups.Template(id) }

// InForce is the version of a template that tickets opened at the effective time follow; false when there is no such
// template or none of its versions is approved and in force then (mission row T2).
func (f Facts) InForce(id string) (template.Edition, bool) {
	t, _ := f.lookups.Template(id)
	return t.InForce(f.At)
}
