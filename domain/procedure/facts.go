package procedure

import (
	"slices"
	"time"

	"docket/domain/casetype"
	"docket/domain/edition"
)

// Facts is what the directory tells about a procedure: every version with its place in time. What it shares is not to be
// changed.
type Facts struct {
	ID, Department string
	Versions       edition.Versions[Edition]
}

// Edition is one version as the directory knows it. What a published one says never changes.
type Edition struct {
	Number      int
	Status      Status
	Document    *Document
	Digest      string
	Authors     []string
	Publisher   string
	DraftedAt   time.Time
	EffectiveAt time.Time // zero unless published
	RetiredAt   time.Time // zero unless retired
}

// Ref names the version for a ticket.
func (e Edition) Ref(procedure string) casetype.ProcedureRef {
	return casetype.ProcedureRef{Procedure: procedure, Version: e.Number}
}

// Published reports whether the version has been published, be it retired since.
func (e Edition) Published() bool { return !e.EffectiveAt.IsZero() }

// InForce is the version that tickets opened at an instant follow: of those published, the newest whose date has come. There
// is none before the first, and none once that one has been retired; a version retired before its date never counts.
func (f Facts) InForce(at time.Time) (Edition, bool) {
	return f.Versions.InForce(at, func(e Edition) (effective, retired time.Time) { return e.EffectiveAt, e.RetiredAt })
}

// Standing is the newest version that has been published and not retired, be its date still to come.
func (f Facts) Standing() (Edition, bool) {
	for _, e := range slices.Backward(f.Versions) {
		if e.Status == InUse {
			return e, true
		}
	}
	return Edition{}, false
}

// Edition is the version with a number; false when there is none.
func (f Facts) Edition(number int) (Edition, bool) { return f.Versions.Number(number) }

// After is what is known once an event took effect. It is total and leaves the facts before it as they are.
func (f Facts) After(event Event, at time.Time) Facts {
	switch e := event.(type) {
	case Drafted:
		if len(f.Versions) == 0 {
			f.Department = e.Department
		}
		f.Versions = f.Versions.And(Edition{
			Number: len(f.Versions) + 1, Status: Draft, Document: &e.Document, Digest: e.Digest, Authors: []string{e.Author}, DraftedAt: at,
		})
	case Revised:
		f.Versions = f.Versions.With(e.Version, func(v *Edition) {
			v.Document, v.Digest, v.Authors = &e.Document, e.Digest, edition.Author(v.Authors, e.Author)
		})
	case Published:
		f.Versions = f.Versions.With(e.Version, func(v *Edition) { v.Status, v.Publisher, v.EffectiveAt = InUse, e.Publisher, e.EffectiveAt })
	case Retired:
		f.Versions = f.Versions.With(e.Version, func(v *Edition) { v.Status, v.RetiredAt = OutOfUse, at })
	}
	return f
}
