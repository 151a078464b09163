// Package authz says who may do what where: permissions, the roles that grant them within a scope, and the one question
// [Allowed]. Powers follow posts (mission row O1); which posts somebody holds at an instant is told by the directory and
// arrives in [domain.Actor]. It knows no accounts, tokens or passwords.
package authz

import (
	"slices"

	"docket/domain"
)

// Permission names one right; commands and queries each require one.
type Permission string

// Reach is how far a grant goes from the post that carries it.
type Reach string

// The reaches, from narrow to wide.
const (
	Held   Reach = "held"   // what the actor is responsible for
	Helped Reach = "helped" // what the actor was named to help with
	Own    Reach = "own"    // what the actor is responsible for or a party to, as the receiver of an offer is
	Group  Reach = "group"  // what lies with a group the actor belongs to, or with the group of the post
	Unit   Reach = "unit"   // what lies with the unit or group of the post; of a post at "", everything
	All    Reach = "all"    // everything, wherever the post is
)

// Grant is one right within a reach.
type Grant struct {
	Permission Permission
	Reach      Reach
}

// Decision tells which post and grant allowed an act; Rule goes into the event's metadata (mission row X13).
type Decision struct {
	Role string
	Unit string
	Rule string // "<role>:<permission>:<reach>"
}

// Allowed finds the first grant of the actor's posts that covers the scope.
func Allowed(a domain.Actor, p Permission, on domain.Scope) (Decision, bool) {
	for _, post := range a.Posts {
		for _, g := range roles[post.Role] {
			if g.Permission == p && covers(a, post, g.Reach, on) {
				return Decision{post.Role, post.Unit, post.Role + ":" + string(p) + ":" + string(g.Reach)}, true
			}
		}
	}
	return Decision{}, false
}

// Anywhere reports whether the actor holds the permission in any reach; lists use it before they narrow their rows.
func Anywhere(a domain.Actor, p Permission) bool {
	for _, post := range a.Posts {
		for _, g := range roles[post.Role] {
			if g.Permission == p {
				return true
			}
		}
	}
	return false
}

func covers(a domain.Actor, post domain.Post, reach Reach, on domain.Scope) bool {
	switch reach {
	case All:
		return true
	case Unit:
		return post.Unit == "" || post.Unit == on.Unit || post.Unit == on.Group
	case Group:
		return on.Group != "" && (slices.Contains(a.Groups, on.Group) || post.Unit == on.Group)
	case Own:
		return a.Staff != "" && slices.Contains(on.Parties, a.Staff)
	case Held:
		return a.Staff != "" && on.Holder == a.Staff
	case Helped:
		return a.Staff != "" && slices.Contains(on.Helpers, a.Staff)
	}
	return false
}

// Reaches lists where the actor's grants of a permission lead, for narrowing a list: a row is within reach when any of
// them covers it.
type Reaches struct {
	All    bool     // everything
	Units  []string // what lies with these units, or with these groups: places of posts may be either
	Groups []string // what lies with these groups
	Own    string   // what this member of staff is a party to
	Held   string   // what this member of staff is responsible for
	Helped string   // what this member of staff helps with
}

// Reached collects the reaches of a permission over all posts of the actor.
func Reached(a domain.Actor, p Permission) Reaches {
	var r Reaches
	for _, post := range a.Posts {
		for _, g := range roles[post.Role] {
			if g.Permission != p {
				continue
			}
			switch g.Reach {
			case All:
				r.All = true
			case Unit:
				if post.Unit == "" {
					r.All = true
				} else {
					r.Units = append(r.Units, post.Unit)
				}
			case Group:
				r.Groups = append(r.Groups, a.Groups...)
				if post.Unit != "" {
					r.Groups = append(r.Groups, post.Unit)
				}
			case Own:
				r.Own = a.Staff
			case Held:
				r.Held = a.Staff
			case Helped:
				r.Helped = a.Staff
			}
		}
	}
	return r
}
