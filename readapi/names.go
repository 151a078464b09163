package readapi

import (
	"strings"
	"time"
)

// Ref is a unit, a group or a person by id and by the name of the time in question. The name is left out when the directory
// knows none.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// names resolves ids as of an instant, or, where the directory knows nothing of then, as of now.
type names struct {
	lookups Lookups
	clock   func() time.Time
}

func (n names) staff(id string, at time.Time) *Ref {
	if id == "" {
		return nil
	}
	facts, known := n.lookups.Staff(id, at)
	if !known {
		facts, _ = n.lookups.Staff(id, n.clock())
	}
	return &Ref{ID: id, Name: facts.Name}
}

func (n names) unit(id string, at time.Time) *Ref {
	if id == "" {
		return nil
	}
	facts, known := n.lookups.Unit(id, at)
	if !known {
		facts, _ = n.lookups.Unit(id, n.clock())
	}
	return &Ref{ID: id, Name: facts.Name}
}

// account is the holder of a person's account, or a service account by its own name.
func (n names) account(principal string, at time.Time) *Ref {
	if id, ok := strings.CutPrefix(principal, "staff-"); ok {
		return &Ref{ID: principal, Name: n.staff(id, at).name()}
	}
	if principal == "" {
		return nil
	}
	return &Ref{ID: principal}
}

func (r *Ref) name() string {
	if r == nil {
		return ""
	}
	return r.Name
}
