package directory

import (
	"cmp"
	"slices"

	"docket/domain/authority"
)

// foldAuthority folds what happened to one row of the authority matrix, in the order in which it was decided.
func foldAuthority(id string, changes []change) authority.Line {
	line := authority.Line{ID: id}
	for _, c := range slices.SortedFunc(slices.Values(changes), func(a, b change) int { return cmp.Compare(a.Revision, b.Revision) }) {
		if e, ok := c.Event.(authority.Event); ok {
			line = line.After(e, c.At)
		}
	}
	return line
}

// Authority is every row that was ever granted in the authority matrix, in the order of their kinds and ids.
func (v *View) Authority() authority.Matrix {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := make(authority.Matrix, 0, len(v.authorities.known))
	for _, k := range v.authorities.known {
		all = append(all, k.facts)
	}
	slices.SortFunc(all, func(a, b authority.Line) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	return all
}
