package worktime

import (
	"cmp"
	"slices"
	"time"
)

// StepKind says what a stretch of a derivation is.
type StepKind string

// The kinds of step.
const (
	StepBefore  StepKind = "before_start" // between the fact and the start that the rule derives from it
	StepOpen    StepKind = "open"         // working days by the week
	StepClosed  StepKind = "closed"       // days off by the week
	StepHoliday StepKind = "holiday"
	StepClosure StepKind = "closure"
	StepMakeUp  StepKind = "make_up"
	StepPause   StepKind = "pause"
	StepStopped StepKind = "stopped" // between closing and re-opening
	StepMore    StepKind = "more"    // what a table of this length has no room for
)

// Step is one row of the table that tells why a date is the date: a stretch [From, To) of days of one kind, or of a pause.
// Lunch hours and nights lie inside the steps and count for nothing.
type Step struct {
	Kind       StepKind  `json:"kind"`
	Name       string    `json:"name,omitempty" doc:"of the holiday or make-up day; the kind of the pause"`
	From       time.Time `json:"from"`
	To         time.Time `json:"to"`
	Days       int       `json:"days" doc:"working days of the calendar that the stretch touches"`
	CountedMs  int64     `json:"counted_ms" doc:"working time counted against the limit"`
	WithheldMs int64     `json:"withheld_ms,omitempty" doc:"working time that a pause kept from counting"`
	UsedMs     int64     `json:"used_ms" doc:"working time used by the end of the stretch"`
	Extension  int       `json:"extension,omitempty" doc:"the extension that this stretch is owed to, from 1"`
}

// Derivation is a clock explained as of an instant (mission row X7): what was asked, what moved it, and the table.
type Derivation struct {
	Calendar  string     `json:"calendar"`
	Version   int        `json:"version"`
	Zone      string     `json:"zone"`
	Rule      StartRule  `json:"rule,omitempty"`
	Since     time.Time  `json:"since"`
	Start     time.Time  `json:"start"`
	Limit     Limit      `json:"limit"`
	AllowedMs int64      `json:"allowed_ms" doc:"working time allowed, extensions included"`
	Moves     []Move     `json:"extensions,omitempty"`
	AsOf      time.Time  `json:"as_of"`
	UsedMs    int64      `json:"used_ms"`
	LeftMs    int64      `json:"left_ms" doc:"negative once more has been used than is allowed"`
	PausedMs  int64      `json:"paused_ms" doc:"working time that pauses kept from counting"`
	StoppedMs int64      `json:"stopped_ms" doc:"working time between closing and re-opening"`
	Deadline  *time.Time `json:"deadline,omitempty" doc:"missing while a pause lasts"`
	Unknown   bool       `json:"unknown,omitempty" doc:"the deadline lies in a year that the calendar does not know"`
	Steps     []Step     `json:"steps"`
}

// MaxSteps bounds the table. A longer story is told more coarsely: first days off go into the weeks around them, then
// holidays too; pauses beyond the bound are summed up in one step.
const MaxSteps = 60

// Explain derives the clock as of an instant. The table reaches from the fact that started it to the deadline, or to that
// instant while there is none.
func (c Clock) Explain(asOf time.Time) (Derivation, error) {
	r, err := c.run()
	if err != nil {
		return Derivation{}, err
	}
	d := Derivation{
		Calendar: c.Calendar.id, Version: c.Calendar.version, Zone: c.Calendar.zone.String(),
		Rule: c.Rule, Since: c.Since, Start: r.start, Limit: c.Limit, AllowedMs: r.allowed, Moves: r.moves, AsOf: asOf,
	}
	if d.UsedMs, err = c.used(r.start, asOf); err != nil {
		return d, err
	}
	d.LeftMs, d.Unknown = r.allowed-d.UsedMs, r.unknown != nil
	end := asOf
	if !r.due.IsZero() {
		d.Deadline, end = &r.due, r.due
	}
	for level := range 3 {
		if d.Steps, err = c.steps(r, end, level); err != nil {
			return d, err
		}
		if len(d.Steps) <= MaxSteps {
			break
		}
	}
	d.Steps = shorten(d.Steps)
	for _, p := range union(c.Pauses, r.start.UnixMilli(), asOf.UnixMilli()) {
		ms, err := c.Calendar.W(instantOf(p.from), instantOf(p.to))
		if err != nil {
			return d, err
		}
		if p.kind == Stopped {
			d.StoppedMs += ms
		} else {
			d.PausedMs += ms
		}
	}
	return d, nil
}

// steps lists the stretches from the fact to end. Level 1 takes days off for part of their weeks, level 2 every day.
func (c Clock) steps(r run, end time.Time, level int) ([]Step, error) {
	var steps []Step
	if c.Since.Before(r.start) {
		steps = append(steps, Step{Kind: StepBefore, From: c.Since, To: r.start})
	}
	from, to := r.start.UnixMilli(), end.UnixMilli()
	if to <= from {
		return steps, nil
	}
	pauses := union(c.Pauses, from, to)
	used := int64(0)
	for _, cut := range c.cuts(r, pauses, from, to, level) {
		worked, err := c.Calendar.W(instantOf(cut.from), instantOf(cut.to))
		if err != nil {
			return nil, err
		}
		s := Step{Kind: cut.kind, Name: cut.name, From: instantOf(cut.from), To: instantOf(cut.to), CountedMs: worked, Extension: cut.extension}
		if s.Kind == StepPause || s.Kind == StepStopped {
			s.CountedMs, s.WithheldMs = 0, worked
		}
		used += s.CountedMs
		s.UsedMs, s.Days = used, c.Calendar.touched(cut.from, cut.to)
		steps = append(steps, s)
	}
	return steps, nil
}

// stretch is a step before it is measured.
type stretch struct {
	from, to  int64
	kind      StepKind
	name      string
	extension int
}

// cuts divides [from, to) where the kind of day changes, where pauses begin and end, and where deadlines were moved.
func (c Clock) cuts(r run, pauses []piece, from, to int64, level int) []stretch {
	at := []int64{from, to}
	zone := c.Calendar.zone
	for d := DateOf(instantOf(from), zone) + 1; d <= DateOf(instantOf(to), zone); d++ {
		if kind, name := c.Calendar.shown(d, level); d < c.Calendar.end() {
			if before, called := c.Calendar.shown(d-1, level); kind != before || name != called {
				at = append(at, c.Calendar.instant(d, 0))
			}
		}
	}
	for _, p := range pauses {
		at = append(at, p.from, p.to)
	}
	for _, m := range r.moves {
		at = append(at, m.From.UnixMilli())
	}
	slices.SortFunc(at, cmp.Compare)
	at = slices.DeleteFunc(slices.Compact(at), func(t int64) bool { return t < from || t > to })
	list := make([]stretch, 0, len(at))
	for i := range len(at) - 1 {
		s := stretch{from: at[i], to: at[i+1]}
		s.kind, s.name = c.Calendar.shown(DateOf(instantOf(s.from), zone), level)
		for _, p := range pauses {
			if p.from <= s.from && s.from < p.to {
				s.kind, s.name = StepPause, p.kind
				if p.kind == Stopped {
					s.kind, s.name = StepStopped, ""
				}
			}
		}
		for n, m := range r.moves {
			if s.from >= m.From.UnixMilli() && !m.Late {
				s.extension = n + 1
			}
		}
		if last := len(list) - 1; last >= 0 && list[last].kind == s.kind && list[last].name == s.name && list[last].extension == s.extension {
			list[last].to = s.to
			continue
		}
		list = append(list, s)
	}
	return list
}

// shown is what a date is told as at a level of detail; days beyond the known ones are told as the last.
func (c *Calendar) shown(d Date, level int) (StepKind, string) {
	is := c.days[min(max(d, c.first), c.end()-1)-c.first]
	if level >= 2 || (level == 1 && is.kind == StepClosed) {
		return StepOpen, ""
	}
	return is.kind, is.name
}

// touched counts the working days of which [from, to) holds a part.
func (c *Calendar) touched(from, to int64) int {
	first, last := DateOf(instantOf(from), c.zone), DateOf(instantOf(to-1), c.zone)
	return int(c.worked[min(max(last+1-c.first, 0), Date(len(c.days)))] - c.worked[min(max(first-c.first, 0), Date(len(c.days)))])
}

// shorten sums up what is over the bound.
func shorten(steps []Step) []Step {
	if len(steps) <= MaxSteps {
		return steps
	}
	more := steps[MaxSteps-1]
	more.Kind, more.Name, more.Extension = StepMore, "", 0
	for _, s := range steps[MaxSteps:] {
		more.To, more.UsedMs = s.To, s.UsedMs
		more.Days += s.Days
		more.CountedMs += s.CountedMs
		more.WithheldMs += s.WithheldMs
	}
	return append(steps[:MaxSteps-1:MaxSteps-1], more)
}
