package ticket

import (
	"slices"
	"strings"
	"time"

	"docket/domain"
	"docket/domain/form"
)

// ErrGaps: only what has passed the check whole is registered; the failing fields are the raw text of the notice (mission
// rows I3 and I5).
var ErrGaps = domain.Refusal(domain.Invalid, "ticket.gaps", "the check has not been passed whole")

// paper is the zone of the days that are written on papers (kpis §1.1).
var paper = time.FixedZone("UTC+8", 8*60*60)

const day = "2006-01-02"

// Gaps lists everything that keeps a draft from being registered at an instant, in the order of the form and of the list of
// materials (一次性告知, mission row I5).
func (s State) Gaps(at time.Time) []Defect {
	if s.Rules == nil {
		return nil
	}
	var gaps []Defect
	if s.Intake.Scope != InScope {
		gaps = append(gaps, Defect{Path: "scope", Code: GapUndecided})
	}
	for _, f := range s.Rules.Fields {
		if code := s.fieldGap(f); code != "" {
			gaps = append(gaps, s.defect("form."+f.Key, code))
		}
	}
	for _, m := range s.Rules.Materials {
		if code := s.materialGap(m, at.In(paper).Format(day)); code != "" {
			gaps = append(gaps, s.defect("materials."+m.Key, code))
		}
	}
	return gaps
}

// fieldGap tells what is wrong with a field; of a field that may be left empty only what it holds is looked at, and whether
// it was found defective. A value may have become invalid since it was written, on another version of the template. A core
// block that handling fills in is not the applicant's.
func (s State) fieldGap(f form.Field) Shortcoming {
	verdict := s.Intake.Verdicts["form."+f.Key].Verdict
	switch {
	case verdict == Defective:
		return GapDefective
	case !s.holds(f):
		return GapInvalid
	case !f.Required || f.Block == form.HandlingTime || f.Block == form.Handler:
		return ""
	case strings.TrimSpace(s.Route.Form.Values[f.Key]) == "" && f.Default == "":
		return GapMissing
	case verdict != Valid:
		return GapUnchecked
	}
	return ""
}

// holds reports whether what stands in a field, if anything does, is a value of it.
func (s State) holds(f form.Field) bool {
	var v domain.Checks
	form.Validate(&v, "", []form.Field{f}, map[string]string{f.Key: s.Route.Form.Values[f.Key]}, false)
	return v.Err() == nil
}

// materialGap tells what is wrong with a material on a day; what came last stands for it.
func (s State) materialGap(m form.Material, on string) Shortcoming {
	verdict := s.Intake.Verdicts["materials."+m.Key].Verdict
	last, came := s.material(m.Key)
	switch {
	case !came && !m.Required:
		return ""
	case !came:
		return GapMissing
	case last.Unreadable:
		return GapUnreadable
	case last.ValidUntil != "" && last.ValidUntil < on:
		return GapExpired
	case verdict == Defective:
		return GapDefective
	case m.Original && !last.Original:
		return GapNotOriginal
	case last.Copies < m.Copies:
		return GapTooFew
	case verdict != Valid:
		return GapUnchecked
	}
	return ""
}

// material is what came last of a kind.
func (s State) material(key string) (Material, bool) {
	for _, m := range slices.Backward(s.Intake.Materials) {
		if m.Key == key {
			return m, true
		}
	}
	return Material{}, false
}

func (s State) defect(path string, code Shortcoming) Defect {
	j := s.Intake.Verdicts[path]
	return Defect{Path: path, Code: code, Text: j.Defect, Cure: j.Cure}
}

// refuse turns gaps into the refusal that names every one.
func refuse(gaps []Defect) error {
	if len(gaps) == 0 {
		return nil
	}
	fields := make([]domain.FieldError, len(gaps))
	for i, g := range gaps {
		fields[i] = domain.FieldError{Field: g.Path, Code: string(g.Code), Msg: gapTexts[g.Code]}
	}
	return ErrGaps.With(fields...)
}

var gapTexts = map[Shortcoming]string{
	GapMissing: "is missing", GapInvalid: "is no value of the field's type", GapUnchecked: "has not been judged valid", GapDefective: "was found defective", GapExpired: "has expired",
	GapUnreadable: "cannot be read", GapTooFew: "has too few copies", GapNotOriginal: "needs the original to be seen",
	GapUndecided: "has not been decided",
}

// settled is what was decided, and that everything the customer was told is cured where it is so by that.
func (s State) settled(m domain.Meta, decided ...Event) []Event {
	for _, e := range decided {
		s = evolve(s, e)
	}
	if !s.Intake.Curing || s.Status != StatusDraft {
		return decided
	}
	for _, g := range s.Gaps(m.Effective) {
		if _, told := s.Intake.Told[g.Path]; told {
			return decided
		}
	}
	decided = append(decided, DefectsCured{Notice: s.Intake.Notices})
	return append(decided, s.stopClock(SupplementClock, m.Effective)...)
}
