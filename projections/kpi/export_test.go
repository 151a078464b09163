package kpi

import "context"

// Counted is a formula whose facts are counted whenever it is measured, whatever sums are kept.
func Counted(f Formula) Formula {
	f.sums = nil
	return f
}

// Sums reports whether sums are kept of a formula.
func Sums(f Formula) bool { return f.sums != nil }

// Summed is the position as of which the sums are.
func (s Snapshot) Summed(ctx context.Context) (int64, error) { return s.summed(ctx) }

// SumUp is the SQL that brings sums to a position.
var SumUp = sumUp
