package worktime

import (
	"time"

	"docket/domain"
)

// ErrExpired: an extension can only be granted before the deadline (mission row L3).
var ErrExpired = domain.Refusal(domain.Conflict, "clock.expired", "the limit has run out; it can only be extended before that")

// Extension lengthens a clock's limit. It counts only if it was granted before the deadline it moves (kpis §1.7).
type Extension struct {
	Granted time.Time `json:"granted_at"`
	By      Limit     `json:"by"`
}

// Clock is one limited stretch of work: what started it, how long it may take, and what moved that. All answers are computed
// from these values alone.
type Clock struct {
	Calendar   *Calendar
	Rule       StartRule // under which Since starts the clock; without one it starts at once
	Since      time.Time // the fact that the rule names: registration, complete materials, …
	Limit      Limit
	Pauses     []Pause
	Extensions []Extension // in the order they were granted
}

// Start is the first instant that may count.
func (c Clock) Start() (time.Time, error) {
	if c.Rule == NextWorkingDay {
		return c.Calendar.Opening(DateOf(c.Since, c.Calendar.zone))
	}
	return c.Since, c.Calendar.check(c.Since)
}

// Used is the working time used up to t: U(t) = W(start, t) − W(P ∩ [start, t)), pauses joined first (kpis §1.4).
func (c Clock) Used(t time.Time) (int64, error) {
	start, err := c.Start()
	if err != nil {
		return 0, err
	}
	return c.used(start, t)
}

func (c Clock) used(start, t time.Time) (int64, error) {
	total, err := c.Calendar.W(start, t)
	if err != nil {
		return 0, err
	}
	for _, p := range union(c.Pauses, start.UnixMilli(), t.UnixMilli()) {
		paused, err := c.Calendar.W(instantOf(p.from), instantOf(p.to))
		if err != nil {
			return 0, err
		}
		total -= paused
	}
	return total, nil
}

// Allowed is the working time the clock allows, extensions included; it is what a limit in days comes to from its start
// day. A pause therefore moves a limit of either unit by exactly the working time that it takes away.
func (c Clock) Allowed() (int64, error) {
	r, err := c.run()
	return r.allowed, err
}

// Left is the working time left at t; negative once more has been used than is allowed.
func (c Clock) Left(t time.Time) (int64, error) {
	r, err := c.run()
	if err != nil {
		return 0, err
	}
	used, err := c.used(r.start, t)
	return r.allowed - used, err
}

// Deadline is the least instant at which the time allowed is used up; false while a pause lasts that began before it, since
// nobody knows how long (kpis §1.7). A clock without a limit has none either.
func (c Clock) Deadline() (time.Time, bool, error) {
	if c.Limit.Zero() {
		return time.Time{}, false, nil
	}
	r, err := c.run()
	if err == nil {
		err = r.unknown
	}
	if err != nil {
		return time.Time{}, false, err
	}
	return r.due, !r.due.IsZero(), nil
}

// Reached is the least instant at which so much working time is used up, looking at the pauses that have ended.
func (c Clock) Reached(used int64) (time.Time, error) {
	start, err := c.Start()
	if err != nil {
		return time.Time{}, err
	}
	return c.after(start, used)
}

// Met reports whether a stop at t is on time: not after the deadline, or before there is one (kpis §1.7).
func (c Clock) Met(t time.Time) (bool, error) {
	due, ok, err := c.Deadline()
	return !ok || !t.After(due), err
}

// Extend grants an extension at an instant, or refuses it with [ErrExpired] when the deadline has come by then.
func (c Clock) Extend(granted time.Time, by Limit) (Clock, error) {
	due, ok, err := c.Deadline()
	if err != nil {
		return c, err
	}
	if ok && !granted.Before(due) {
		return c, ErrExpired
	}
	c.Extensions = append(c.Extensions[:len(c.Extensions):len(c.Extensions)], Extension{granted, by})
	return c, nil
}

// run is how a clock comes to its deadline.
type run struct {
	start   time.Time
	allowed int64
	due     time.Time // zero while a pause that began before it lasts
	unknown error     // why due cannot be told, though all else can
	moves   []Move
}

// Move is one extension and what it did to the deadline.
type Move struct {
	Extension
	From time.Time `json:"from"`           // the deadline before, as if a pause that lasts had not begun
	To   time.Time `json:"to"`             // and after
	Late bool      `json:"late,omitempty"` // granted when the time allowed was used up: it moved nothing
}

// run carries the limit and each extension from the start on.
func (c Clock) run() (r run, err error) {
	if r.start, err = c.Start(); err != nil || c.Limit.Zero() {
		return r, err
	}
	var end time.Time
	if r.allowed, end, err = c.length(c.Limit, c.Since, r.start); err != nil {
		return r, err
	}
	for _, e := range c.Extensions {
		used, err := c.used(r.start, e.Granted)
		if err != nil {
			return r, err
		}
		m := Move{Extension: e}
		if m.From, err = c.ends(r.start, r.allowed, end); err != nil {
			return r, err
		}
		m.Late = used >= r.allowed && !e.Granted.Before(m.From)
		if m.To = m.From; !m.Late {
			var more int64
			if more, end, err = c.length(e.By, m.From, m.From); err != nil {
				return r, err
			}
			r.allowed += more
			if m.To, err = c.ends(r.start, r.allowed, end); err != nil {
				return r, err
			}
		}
		r.moves = append(r.moves, m)
	}
	due, unknown := c.ends(r.start, r.allowed, end)
	if r.unknown = unknown; unknown != nil {
		return r, nil //nolint:nilerr // the rest can be told, and the run carries the error
	}
	for _, p := range c.Pauses {
		if p.Open() && p.From.Before(due) {
			return r, nil
		}
	}
	r.due = due
	return r, nil
}

// length is what a limit comes to in working time, counted from start; days are counted from the day of since. A limit in
// days also says at which instant the last of them ends.
func (c Clock) length(l Limit, since, start time.Time) (ms int64, end time.Time, err error) {
	if l.Unit == Hours {
		return l.Amount, end, nil
	}
	if end, err = c.Calendar.AddDays(since, l.Amount, c.Rule.WholeDays()); err != nil {
		return 0, end, err
	}
	ms, err = c.Calendar.W(start, end)
	return ms, end, err
}

// ends is when the time allowed is used up. Counted days that no pause has moved end where the last of them does, be that in
// lunch or before an opening, when the least instant with the same working time behind it would be earlier.
func (c Clock) ends(start time.Time, ms int64, counted time.Time) (time.Time, error) {
	least, err := c.after(start, ms)
	if err != nil || !counted.After(least) {
		return least, err
	}
	between, err := c.Calendar.W(least, counted)
	if err != nil || between > 0 {
		return least, err
	}
	return counted, nil
}

// after is the least t with U(t) = ms, looking at the pauses that have ended.
func (c Clock) after(start time.Time, ms int64) (time.Time, error) {
	ended := make([]Pause, 0, len(c.Pauses))
	for _, p := range c.Pauses {
		if !p.Open() {
			ended = append(ended, p)
		}
	}
	t := start
	for _, p := range union(ended, start.UnixMilli(), c.Calendar.hi) {
		before, err := c.Calendar.W(t, instantOf(p.from))
		if err != nil {
			return t, err
		}
		if ms <= before {
			break
		}
		ms -= before
		t = instantOf(p.to)
	}
	return c.Calendar.Add(t, ms)
}
