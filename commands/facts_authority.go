package commands

import "docket/domain/authority"

// Authorities is what the directory tells about the authority matrix.
type Authorities interface {
	// Authority is every row that was ever granted; whether one holds at an instant is its own to tell.
	Authority() authority.Matrix
}

// Authority is the authority matrix. Who may sign what at the effective time is [authority.Matrix.May] and Who at f.At.
func (f Facts) Authority() authority.Matrix { return f.lookups.Authority() }
