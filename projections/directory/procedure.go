package directory

import (
	"docket/domain/procedure"
)

// foldProcedure folds a procedure's changes.
func foldProcedure(id string, changes []change) procedure.Facts {
	return inOrder(procedure.Facts{ID: id}, changes, procedure.Facts.After)
}

// Procedure gives a procedure with all its versions; false when nothing has been drafted under the id. Which of them is in
// force at an instant is [procedure.Facts.InForce].
func (v *View) Procedure(id string) (procedure.Facts, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	f := v.procedures.facts(id)
	return f, len(f.Versions) > 0
}

// Procedures gives all procedures, in no order.
func (v *View) Procedures() []procedure.Facts {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := make([]procedure.Facts, 0, len(v.procedures.known))
	for _, k := range v.procedures.known {
		if len(k.facts.Versions) > 0 {
			all = append(all, k.facts)
		}
	}
	return all
}
