// Package template is the aggregate of ticket templates (業務單模板): versions of a case type's definition, each drafted by a
// designer of the owning department, reviewed by the department head, approved by management and in force from a stated date
// (S3 四(一)1, mission rows T1–T3). What a definition says, and what makes one complete, is package casetype; how a ticket
// is bound by a version is package ticket.
package template

import (
	"time"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/edition"
)

// Event is what may become true of a template.
//
//sumtype:decl
type Event interface{ isTemplate() }

// Drafted: a version begins, with its full definition (起草). Definitions are configuration and name nobody; they are kept in
// plain, so that a ticket can be shown under its version for ever.
type Drafted struct {
	Version    int                 `json:"version" class:"skeleton"` // from 1
	Definition casetype.Definition `json:"definition" class:"skeleton"`
	Digest     string              `json:"digest" class:"skeleton"` // of the definition
	Author     string              `json:"author" class:"skeleton"`
	Department string              `json:"department" class:"skeleton"`
	Reason     string              `json:"reason" class:"content"`
}

// Revised: the draft reads otherwise now.
type Revised struct {
	Version    int                 `json:"version" class:"skeleton"`
	Definition casetype.Definition `json:"definition" class:"skeleton"`
	Digest     string              `json:"digest" class:"skeleton"`
	Author     string              `json:"author" class:"skeleton"`
	Reason     string              `json:"reason" class:"content"`
}

// Submitted: the draft lies with the department head and cannot be changed meanwhile.
type Submitted struct {
	Version int    `json:"version" class:"skeleton"`
	Digest  string `json:"digest" class:"skeleton"`
	By      string `json:"by" class:"skeleton"`
}

// Reviewed: the department head found the version good (部門負責人審核).
type Reviewed struct {
	Version  int    `json:"version" class:"skeleton"`
	Digest   string `json:"digest" class:"skeleton"` // of the very definition that was reviewed
	Reviewer string `json:"reviewer" class:"skeleton"`
	Opinion  string `json:"opinion" class:"content"`
}

// Returned: the department head sent the version back to its draft.
type Returned struct {
	Version  int    `json:"version" class:"skeleton"`
	Digest   string `json:"digest" class:"skeleton"`
	Reviewer string `json:"reviewer" class:"skeleton"`
	Reason   string `json:"reason" class:"content"`
}

// Approved: management approved the version; new tickets follow it from EffectiveAt on (公司管理層批准).
type Approved struct {
	Version     int       `json:"version" class:"skeleton"`
	Digest      string    `json:"digest" class:"skeleton"`
	Approver    string    `json:"approver" class:"skeleton"`
	Opinion     string    `json:"opinion" class:"content"`
	EffectiveAt time.Time `json:"effective_at" class:"skeleton"`
}

// Rejected: management sent the version back to its draft.
type Rejected struct {
	Version  int    `json:"version" class:"skeleton"`
	Digest   string `json:"digest" class:"skeleton"`
	Approver string `json:"approver" class:"skeleton"`
	Reason   string `json:"reason" class:"content"`
}

// Retired: no new ticket is opened on the version; those that are open stay on it.
type Retired struct {
	Version int    `json:"version" class:"skeleton"`
	By      string `json:"by" class:"skeleton"`
	Reason  string `json:"reason" class:"content"`
}

func (Drafted) isTemplate()   {}
func (Revised) isTemplate()   {}
func (Submitted) isTemplate() {}
func (Reviewed) isTemplate()  {}
func (Returned) isTemplate()  {}
func (Approved) isTemplate()  {}
func (Rejected) isTemplate()  {}
func (Retired) isTemplate()   {}

// Status is where a version stands.
type Status string

// The states of a version.
const (
	Draft       Status = "draft"
	UnderReview Status = "under_review" // with the department head
	ForApproval Status = "for_approval" // with management
	InUse       Status = "approved"     // in force from its date on
	OutOfUse    Status = "retired"
)

// Version is one version as decisions read it.
type Version struct {
	Number      int
	Status      Status
	Definition  casetype.Definition
	Digest      string
	Authors     []string // everybody who wrote in it
	Reviewer    string
	Approver    string
	EffectiveAt time.Time
}

// State holds what decisions read: every version, by number.
type State struct {
	Department string
	Type       string
	Versions   edition.Versions[Version]
}

// Exists reports whether anything has been drafted.
func (s State) Exists() bool { return len(s.Versions) > 0 }

// Latest is the newest version; zero when there is none.
func (s State) Latest() Version { return s.Versions.Latest() }

// Version is the version with a number; false when there is none.
func (s State) Version(number int) (Version, bool) { return s.Versions.Number(number) }

// Decider ties the template's streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "template",
	Evolve:   evolve,
	Scope:    func(s State) domain.Scope { return domain.Scope{Unit: s.Department} },
	Events: domain.Contract[Event]{
		"TemplateDrafted":   domain.Of[Drafted](),
		"TemplateRevised":   domain.Of[Revised](),
		"TemplateSubmitted": domain.Of[Submitted](),
		"TemplateReviewed":  domain.Of[Reviewed](),
		"TemplateReturned":  domain.Of[Returned](),
		"TemplateApproved":  domain.Of[Approved](),
		"TemplateRejected":  domain.Of[Rejected](),
		"TemplateRetired":   domain.Of[Retired](),
	},
}

func evolve(s State, event Event) State {
	switch e := event.(type) {
	case Drafted:
		if len(s.Versions) == 0 {
			s.Department, s.Type = e.Department, e.Definition.Rules.Type
		}
		s.Versions = s.Versions.And(Version{
			Number: len(s.Versions) + 1, Status: Draft, Definition: e.Definition, Digest: e.Digest, Authors: []string{e.Author},
		})
	case Revised:
		s.Versions = s.Versions.With(e.Version, func(v *Version) {
			v.Definition, v.Digest, v.Authors = e.Definition, e.Digest, edition.Author(v.Authors, e.Author)
		})
	case Submitted:
		s.Versions = s.Versions.With(e.Version, func(v *Version) { v.Status = UnderReview })
	case Reviewed:
		s.Versions = s.Versions.With(e.Version, func(v *Version) { v.Status, v.Reviewer = ForApproval, e.Reviewer })
	case Returned:
		s.Versions = s.Versions.With(e.Version, func(v *Version) { v.Status, v.Reviewer = Draft, "" })
	case Approved:
		s.Versions = s.Versions.With(e.Version, func(v *Version) { v.Status, v.Approver, v.EffectiveAt = InUse, e.Approver, e.EffectiveAt })
	case Rejected:
		s.Versions = s.Versions.With(e.Version, func(v *Version) { v.Status, v.Reviewer = Draft, "" })
	case Retired:
		s.Versions = s.Versions.With(e.Version, func(v *Version) { v.Status = OutOfUse })
	}
	return s
}
