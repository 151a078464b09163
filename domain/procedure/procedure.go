// Package procedure is the aggregate of operating procedures (業務規範、操作流程和標準): versions of the text by which handlers
// work, each written by a designer of the owning department and published by its head from a stated date on (S0 業務處理2,
// S1 業務操作2, mission row T6). Which procedure a ticket follows is its template's word (package casetype); how key steps are
// recorded, skipped and reordered is package ticket.
package procedure

import (
	"time"

	"docket/domain"
	"docket/domain/edition"
)

// Event is what may become true of a procedure.
//
//sumtype:decl
type Event interface{ isProcedure() }

// Drafted: a version begins, with its whole text (起草). Its digest is sealed with what it is the digest of.
type Drafted struct {
	Version    int      `json:"version" class:"skeleton"` // from 1
	Document   Document `json:"document" class:"content"`
	Digest     string   `json:"digest" class:"content"`
	Author     string   `json:"author" class:"skeleton"`
	Department string   `json:"department" class:"skeleton"`
	Reason     string   `json:"reason" class:"content"`
}

// Revised: the draft reads otherwise now.
type Revised struct {
	Version  int      `json:"version" class:"skeleton"`
	Document Document `json:"document" class:"content"`
	Digest   string   `json:"digest" class:"content"`
	Author   string   `json:"author" class:"skeleton"`
	Reason   string   `json:"reason" class:"content"`
}

// Published: the department head puts the version in force (部門負責人發布); tickets opened from EffectiveAt on follow it. It never
// changes again.
type Published struct {
	Version     int       `json:"version" class:"skeleton"`
	Digest      string    `json:"digest" class:"content"` // of the very text that was looked at
	Publisher   string    `json:"publisher" class:"skeleton"`
	Opinion     string    `json:"opinion" class:"content"`
	EffectiveAt time.Time `json:"effective_at" class:"skeleton"`
}

// Retired: no new ticket follows the version; those that follow it go on showing it.
type Retired struct {
	Version int    `json:"version" class:"skeleton"`
	By      string `json:"by" class:"skeleton"`
	Reason  string `json:"reason" class:"content"`
}

func (Drafted) isProcedure()   {}
func (Revised) isProcedure()   {}
func (Published) isProcedure() {}
func (Retired) isProcedure()   {}

// Status is where a version stands.
type Status string

// The states of a version.
const (
	Draft    Status = "draft"
	InUse    Status = "published" // in force from its date on
	OutOfUse Status = "retired"
)

// Version is one version as decisions read it.
type Version struct {
	Number      int
	Status      Status
	Digest      string
	Authors     []string
	EffectiveAt time.Time
}

// State is what decisions read. Versions stand in the order of their numbers.
type State struct {
	Department string
	Versions   edition.Versions[Version]
}

// Exists reports whether anything has been drafted.
func (s State) Exists() bool { return len(s.Versions) > 0 }

// Latest is the newest version; zero when there is none.
func (s State) Latest() Version { return s.Versions.Latest() }

// Version is the version with a number; false when there is none.
func (s State) Version(number int) (Version, bool) { return s.Versions.Number(number) }

// Decider ties the procedure's streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "procedure",
	Evolve:   evolve,
	Scope:    func(s State) domain.Scope { return domain.Scope{Unit: s.Department} },
	Events: domain.Contract[Event]{
		"ProcedureDrafted":   domain.Of[Drafted](),
		"ProcedureRevised":   domain.Of[Revised](),
		"ProcedurePublished": domain.Of[Published](),
		"ProcedureRetired":   domain.Of[Retired](),
	},
}

func evolve(s State, event Event) State {
	switch e := event.(type) {
	case Drafted:
		if len(s.Versions) == 0 {
			s.Department = e.Department
		}
		s.Versions = s.Versions.And(Version{
			Number: len(s.Versions) + 1, Status: Draft, Digest: e.Digest, Authors: []string{e.Author},
		})
	case Revised:
		s.Versions = s.Versions.With(e.Version, func(v *Version) {
			v.Digest, v.Authors = e.Digest, edition.Author(v.Authors, e.Author)
		})
	case Published:
		s.Versions = s.Versions.With(e.Version, func(v *Version) { v.Status, v.EffectiveAt = InUse, e.EffectiveAt })
	case Retired:
		s.Versions = s.Versions.With(e.Version, func(v *Version) { v.Status = OutOfUse })
	}
	return s
}
