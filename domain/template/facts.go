package template

import (
	"time"

	"docket/domain/casetype"
	"docket/domain/edition"
)

// Facts is what the directory tells about a template: every version with its place in time. What it shares is not to be
// changed.
type Facts struct {
	ID, Department, Type string
	Versions             edition.Versions[Edition]
}

// Edition is one version as the directory knows it. Rules and labels of an approved one never change.
type Edition struct {
	Number      int
	Status      Status
	Definition  *casetype.Definition
	Digest      string
	Authors     []string
	Reviewer    string
	Approver    string
	DraftedAt   time.Time
	EffectiveAt time.Time // zero unless approved
	RetiredAt   time.Time // zero unless retired
}

// Ref names the version for a ticket.
func (e Edition) Ref(template string) casetype.Ref {
	return casetype.Ref{Template: template, Version: e.Number, Digest: e.Digest}
}

// Approved reports whether the version has been approved, be it retired since.
func (e Edition) Approved() bool { return !e.EffectiveAt.IsZero() }

// InForce is the version that new tickets follow at an instant: of those approved, the newest whose date has come. There is
// none before the first, and none once that one has been retired; a version retired before its date never counts.
func (f Facts) InForce(at time.Time) (Edition, bool) {
	return f.Versions.InForce(at, func(e Edition) (effective, retired time.Time) { return e.EffectiveAt, e.RetiredAt })
}

// Edition is the version with a number; false when there is none.
func (f Facts) Edition(number int) (Edition, bool) { return f.Versions.Number(number) }

// After is what is known once an event took effect. It is total and leaves the facts before it as they are.
func (f Facts) After(event Event, at time.Time) Facts {
	switch e := event.(type) {
	case Drafted:
		if len(f.Versions) == 0 {
			f.Department, f.Type = e.Department, e.Definition.Rules.Type
		}
		f.Versions = f.Versions.And(Edition{
			Number: len(f.Versions) + 1, Status: Draft, Definition: &e.Definition, Digest: e.Digest, Authors: []string{e.Author},
			DraftedAt: at,
		})
	case Revised:
		f.Versions = f.Versions.With(e.Version, func(v *Edition) {
			v.Definition, v.Digest, v.Authors = &e.Definition, e.Digest, edition.Author(v.Authors, e.Author)
		})
	case Submitted:
		f.Versions = f.Versions.With(e.Version, func(v *Edition) { v.Status = UnderReview })
	case Reviewed:
		f.Versions = f.Versions.With(e.Version, func(v *Edition) { v.Status, v.Reviewer = ForApproval, e.Reviewer })
	case Returned:
		f.Versions = f.Versions.With(e.Version, func(v *Edition) { v.Status, v.Reviewer = Draft, "" })
	case Approved:
		f.Versions = f.Versions.With(e.Version, func(v *Edition) { v.Status, v.Approver, v.EffectiveAt = InUse, e.Approver, e.EffectiveAt })
	case Rejected:
		f.Versions = f.Versions.With(e.Version, func(v *Edition) { v.Status, v.Reviewer = Draft, "" })
	case Retired:
		f.Versions = f.Versions.With(e.Version, func(v *Edition) { v.Status, v.RetiredAt = OutOfUse, at })
	}
	return f
}
