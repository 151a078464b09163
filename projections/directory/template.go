package directory

import (
	"docket/domain/casetype"
	"docket/domain/template"
)

// foldTemplate folds a template's changes.
func foldTemplate(id string, changes []change) template.Facts {
	return inOrder(template.Facts{ID: id}, changes, template.Facts.After)
}

// Template gives a template with all its versions; false when nothing has been drafted under the id. Which of them is in
// force at an instant is [template.Facts.InForce].
func (v *View) Template(id string) (template.Facts, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	f := v.templates.facts(id)
	return f, len(f.Versions) > 0
}

// Templates gives all templates, in no order.
func (v *View) Templates() []template.Facts {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := make([]template.Facts, 0, len(v.templates.known))
	for _, k := range v.templates.known {
		if len(k.facts.Versions) > 0 {
			all = append(all, k.facts)
		}
	}
	return all
}

// Definition gives the definition of an approved version, which never changes; false when this process has not read of it.
func (v *View) Definition(ref casetype.Ref) (*casetype.Definition, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	e, ok := v.templates.facts(ref.Template).Edition(ref.Version)
	if !ok || !e.Approved() || e.Digest != ref.Digest {
		return nil, false
	}
	return e.Definition, true
}

// Rules gives the rules of an approved version, by which its tickets are bound for ever.
func (v *View) Rules(ref casetype.Ref) (*casetype.Rules, bool) {
	d, ok := v.Definition(ref)
	if !ok {
		return nil, false
	}
	return &d.Rules, true
}
