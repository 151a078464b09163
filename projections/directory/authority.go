package directory

import (
	"cmp"
	"slices"

	"docket/domain/authority"
)

// foldAuthority folds what happened to one row of the authority matrix.
func foldAuthority(id string, changes []change) authority.Line {
	return inOrder(authority.Line{ID: id}, changes, authority.Line.After)
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
