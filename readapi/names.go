package readapi

import (
	"strings"
	"time"

	"docket/domain/staff"
	"docket/domain/unit"
)

// Ref is a unit, a group or a person by id and by the name of the time in question. The name is left out when the directory
// knows none.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// names resolves ids as of an instant, or, where the directory knows nothing of then, as of now. With known, only what had
// been recorded by that time counts.
type names struct {
	lookups Lookups
	past    Past
	clock   func() time.Time
	known   *time.Time
}

func (n names) person(id string, at time.Time) (staff.Facts, bool) {
	if n.known != nil {
		return n.past.StaffKnown(id, at, *n.known)
	}
	return n.lookups.Staff(id, at)
}

// place is a unit or group as of an instant.
func (n names) place(id string, at time.Time) (unit.Facts, bool) {
	if n.known != nil {
		return n.past.UnitKnown(id, at, *n.known)
	}
	return n.lookups.Unit(id, at)
}

func (n names) staff(id string, at time.Time) *Ref {
	if id == "" {
		return nil
	}
	facts, known := n.person(id, at)
	if !known {
		facts, _ = n.lookups.Staff(id, n.clock())
	}
	return &Ref{ID: id, Name: facts.Name}
}

func (n names) unit(id string, at time.Time) *Ref {
	if id == "" {
		return nil
	}
	facts, known := n.place(id, at)
	if !known {
		facts, _ = n.lookups.Unit(id, n.clock())
	}
	return &Ref{ID: id, Name: facts.Name}
}

// roll names the units and people of one instant, each looked up once: the rows of a list name the same few again and again.
type roll struct {
	names
	at            time.Time
	units, people map[string]*Ref
}

func (n names) roll(at time.Time) *roll {
	return &roll{names: n, at: at, units: map[string]*Ref{}, people: map[string]*Ref{}}
}

func (r *roll) unit(id string) *Ref {
	ref, known := r.units[id]
	if !known {
		ref = r.names.unit(id, r.at)
		r.units[id] = ref
	}
	return ref
}

func (r *roll) staff(id string) *Ref {
	ref, known := r.people[id]
	if !known {
		ref = r.names.staff(id, r.at)
		r.people[id] = ref
	}
	return ref
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
