// Package scorecard is the aggregate of published scales (考核標準, kpis #27, mission row M9): the figures that a month's score is
// made of, with their weights and scales, in versions that never change once they are approved. A card is the whole organisation's or
// a unit's; its head reviews it and management approves it, never who wrote it. What is scored by it is frozen by package closing.
package scorecard

import (
	"fmt"
	"maps"
	"slices"

	"docket/domain"
	"docket/domain/edition"
	"docket/domain/scale"
)

// Event is what may become true of a scorecard.
//
//sumtype:decl
type Event interface{ isScorecard() }

// Drafted: a version reads so now; it takes the place of the draft before it, or begins the next version.
type Drafted struct {
	Version int        `json:"version" class:"skeleton"` // from 1
	Unit    string     `json:"unit,omitempty" class:"skeleton"`
	Card    scale.Card `json:"card" class:"skeleton"`
	Digest  string     `json:"digest" class:"skeleton"` // SHA-256 of the card's canonical JSON
	Author  string     `json:"author" class:"skeleton"`
	Reason  string     `json:"reason" class:"content"`
}

// Reviewed: the head has passed the version on to management (部門負責人審核).
type Reviewed struct {
	Version  int    `json:"version" class:"skeleton"`
	Digest   string `json:"digest" class:"skeleton"`
	Reviewer string `json:"reviewer" class:"skeleton"`
	Opinion  string `json:"opinion" class:"content"`
}

// Returned: head or management want it otherwise; the version is a draft again.
type Returned struct {
	Version int    `json:"version" class:"skeleton"`
	Digest  string `json:"digest" class:"skeleton"`
	By      string `json:"by" class:"skeleton"`
	Reason  string `json:"reason" class:"content"`
}

// Approved: months from From on are scored by the version (公司管理層批准).
type Approved struct {
	Version  int    `json:"version" class:"skeleton"`
	Digest   string `json:"digest" class:"skeleton"`
	Approver string `json:"approver" class:"skeleton"`
	Opinion  string `json:"opinion" class:"content"`
	From     string `json:"from" class:"skeleton"` // month, such as 2026-03
}

// YearReviewed: somebody's year was judged as a whole by one person alone, as it was before there were several; a later one takes its
// place.
type YearReviewed struct {
	Year    int    `json:"year" class:"skeleton"`
	Person  string `json:"person" class:"skeleton"`
	Score   int    `json:"score" class:"skeleton"` // hundredths of a point
	By      string `json:"by" class:"skeleton"`
	Comment string `json:"comment" class:"content"`
}

// YearJudged: one of several judges gave somebody's year a mark (年度考核), beside what the months say. A later mark of the same judge
// takes its place; a review by one alone does not count beside marks.
type YearJudged struct {
	Year   int    `json:"year" class:"skeleton"`
	Person string `json:"person" class:"skeleton"`
	Judge  string `json:"judge" class:"skeleton"`
	Role   string `json:"role" class:"skeleton"`  // of the judge's post
	Score  int    `json:"score" class:"skeleton"` // hundredths of a point
	Reason string `json:"reason" class:"content"`
}

func (Drafted) isScorecard()      {}
func (Reviewed) isScorecard()     {}
func (Returned) isScorecard()     {}
func (Approved) isScorecard()     {}
func (YearReviewed) isScorecard() {}
func (YearJudged) isScorecard()   {}

// Status is where a version stands.
type Status string

// The states of a version.
const (
	Draft       Status = "draft"
	ForApproval Status = "for_approval"
	InUse       Status = "approved"
)

// Version is one version.
type Version struct {
	Number   int
	Status   Status
	Card     scale.Card
	Digest   string
	Authors  []string
	Reviewer string
	From     string
}

// Judged names a person's year.
type Judged struct {
	Year   int
	Person string
}

// State is a scorecard as it stands. Slices and maps are replaced, never changed in place.
type State struct {
	Unit     string
	Versions edition.Versions[Version]
	Years    map[Judged][]scale.Mark // one of each judge
}

// Exists reports whether anything has been drafted.
func (s State) Exists() bool { return len(s.Versions) > 0 }

// Latest is the newest version; zero when there is none.
func (s State) Latest() Version { return s.Versions.Latest() }

// InForce is the version that a month is scored by: of those approved, the newest whose first month has come.
func (s State) InForce(month string) (Version, bool) {
	for _, v := range slices.Backward(s.Versions) {
		if v.Status == InUse && v.From <= month {
			return v, true
		}
	}
	return Version{}, false
}

// Judging is the card by which a year is judged: the one in force in its last month. The zero Card, of no version, names no roles.
func (s State) Judging(year int) scale.Card {
	v, _ := s.InForce(fmt.Sprintf("%04d-12", year))
	return v.Card
}

// Review is what somebody's judges make of a year.
func (s State) Review(year int, person string) scale.Review {
	marks := s.Years[Judged{year, person}]
	if len(marks) == 1 && marks[0].Role == "" { // the word of one alone, who judged by no role
		return scale.Card{}.Review(marks)
	}
	return s.Judging(year).Review(marks)
}

// marked replaces the marks of a year.
func (s State) marked(year Judged, marks []scale.Mark) State {
	years := maps.Clone(s.Years)
	if years == nil {
		years = map[Judged][]scale.Mark{}
	}
	years[year] = marks
	s.Years = years
	return s
}

// Decider ties the streams, fold and contract together. The key of a stream is [Key].
var Decider = domain.Decider[State, Event]{
	Category: "scorecard",
	Evolve:   evolve,
	Scope:    func(s State) domain.Scope { return domain.Scope{Unit: s.Unit} },
	Events: domain.Contract[Event]{
		"ScorecardDrafted":      domain.Of[Drafted](),
		"ScorecardReviewed":     domain.Of[Reviewed](),
		"ScorecardReturned":     domain.Of[Returned](),
		"ScorecardApproved":     domain.Of[Approved](),
		"ScorecardYearReviewed": domain.Of[YearReviewed](),
		"ScorecardYearJudged":   domain.Of[YearJudged](),
	},
}

func evolve(s State, event Event) State {
	switch e := event.(type) {
	case Drafted:
		s.Unit = e.Unit
		v := Version{Number: e.Version, Status: Draft, Card: e.Card, Digest: e.Digest, Authors: []string{e.Author}}
		if latest := s.Latest(); latest.Number == e.Version {
			v.Authors = edition.Author(latest.Authors, e.Author)
			s.Versions = s.Versions.With(e.Version, func(old *Version) { *old = v })
			return s
		}
		s.Versions = s.Versions.And(v)
	case Reviewed:
		s.Versions = s.Versions.With(e.Version, func(v *Version) { v.Status, v.Reviewer = ForApproval, e.Reviewer })
	case Returned:
		s.Versions = s.Versions.With(e.Version, func(v *Version) { v.Status, v.Reviewer = Draft, "" })
	case Approved:
		s.Versions = s.Versions.With(e.Version, func(v *Version) { v.Status, v.From = InUse, e.From })
	case YearReviewed:
		s = s.marked(Judged{e.Year, e.Person}, []scale.Mark{{Judge: e.By, Score: e.Score}})
	case YearJudged:
		year := Judged{e.Year, e.Person}
		others := slices.DeleteFunc(slices.Clone(s.Years[year]), func(m scale.Mark) bool { return m.Judge == e.Judge || m.Role == "" })
		s = s.marked(year, append(others, scale.Mark{Judge: e.Judge, Role: e.Role, Score: e.Score}))
	}
	return s
}
