package kpi

import (
	"context"
	"time"
)

// Counted is a formula whose facts are counted whenever it is measured, whatever sums are kept.
func Counted(f Formula) Formula {
	f.sums = nil
	return f
}

// Sums reports whether sums are kept of a formula.
func Sums(f Formula) bool { return f.sums != nil }

// Summed is the position as of which the sums are.
func (s Snapshot) Summed(ctx context.Context) (int64, error) { return s.summed(ctx) }

// VolumesOneByOne are volumes of which every act is looked at.
func (s Snapshot) VolumesOneByOne(ctx context.Context, q Question, by Dimension) (map[string]*Volumes, error) {
	v := volumes{}
	if err := s.oneByOne(ctx, q, by, v); err != nil {
		return nil, err
	}
	s.Position = 1 << 62 // that of no question
	return v, s.registered(ctx, q, dimensionColumns[by], v)
}

// OpenOneByOne is a backlog of which every stretch is looked at.
func (s Snapshot) OpenOneByOne(ctx context.Context, q Question, t time.Time) (open int64, err error) {
	err = s.tx.QueryRow(ctx, "SELECT count(*) FROM "+openThen+" s", int64(q.Position), q.Filter.Unit, q.Filter.Group, t.UnixMilli()).Scan(&open) //nolint:gosec // small
	return open, err
}

// SumUp is the SQL that brings sums to a position.
var SumUp = sumUp
