package commands

import "context"

// Holdings tells how many open tickets somebody holds. It may be a moment behind, so that two takes at one instant can exceed
// a limit by one; nobody goes on beyond it (mission row A2).
type Holdings interface {
	Held(ctx context.Context, staff string) (int, error)
}

// Overloaded reports whether somebody holds as many open tickets as a member of the group may.
func (f Facts) Overloaded(staff, group string) bool {
	g, ok := f.Unit(group)
	return ok && g.Load > 0 && staff != "" && f.sources.held(staff) >= g.Load
}
