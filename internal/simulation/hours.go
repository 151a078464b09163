package simulation

import (
	"fmt"
	"sort"
	"time"

	"docket/domain/worktime"
	"docket/internal/holidays"
)

// hours are the working hours of a period, as a line without gaps on which work is laid.
type hours struct {
	spans   []stretch
	busy    []float64 // how much has come in by the end of each slot, growing to the whole
	slots   []time.Time
	zone    *time.Location
	working time.Duration // all of the spans
}

// stretch is a time during which the office is open.
type stretch struct {
	from   time.Time
	length time.Duration
	before time.Duration // working time of all stretches before it
}

// When people come, by the hour of the day and the day of the week: most on Monday mornings, few before the week ends.
var (
	byHour    = map[int]float64{9: 1.0, 10: 1.4, 11: 1.1, 13: 0.8, 14: 1.2, 15: 1.2, 16: 1.0, 17: 0.5}
	byWeekday = [...]float64{time.Sunday: 0.6, time.Monday: 1.3, time.Tuesday: 1.1, time.Wednesday: 1, time.Thursday: 0.95, time.Friday: 0.8, time.Saturday: 0.6}
)

const slot = 30 * time.Minute

// openHours are the hours of a Chinese office with its holidays and make-up days.
func openHours(from, to time.Time) (*hours, error) {
	d, err := holidays.Office(2016, 2026,
		worktime.Span{Open: worktime.At(9, 0), Close: worktime.At(12, 0)}, worktime.Span{Open: worktime.At(13, 30), Close: worktime.At(17, 30)})
	if err != nil {
		return nil, fmt.Errorf("the office's hours: %w", err)
	}
	zone, err := time.LoadLocation(d.Zone)
	if err != nil {
		return nil, fmt.Errorf("the office's zone: %w", err)
	}
	calendar, err := worktime.New("office", zone, worktime.Edition{Definition: d})
	if err != nil {
		return nil, fmt.Errorf("the office's calendar: %w", err)
	}
	h := &hours{zone: zone}
	total := 0.0
	for day := from.In(zone); day.Before(to); day = day.AddDate(0, 0, 1) {
		open, err := calendar.IsWorkingDay(worktime.DateOf(day, zone))
		if err != nil {
			return nil, fmt.Errorf("the office's days: %w", err)
		}
		if !open {
			continue
		}
		at := func(hour, minute int) time.Time {
			return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, zone)
		}
		for _, s := range []stretch{{from: at(9, 0), length: 3 * time.Hour}, {from: at(13, 30), length: 4 * time.Hour}} {
			s.before = h.working
			h.working += s.length
			h.spans = append(h.spans, s)
			for t := s.from; t.Before(s.from.Add(s.length)); t = t.Add(slot) {
				total += byHour[t.Hour()] * byWeekday[t.Weekday()]
				h.slots, h.busy = append(h.slots, t), append(h.busy, total)
			}
		}
	}
	if len(h.spans) == 0 {
		return nil, fmt.Errorf("the office is not open between %s and %s", from, to)
	}
	return h, nil
}

// arrival is when that share of all that comes in has come.
func (h *hours) arrival(share float64) time.Time {
	want := share * h.busy[len(h.busy)-1]
	i := min(sort.SearchFloat64s(h.busy, want), len(h.slots)-1)
	before := 0.0
	if i > 0 {
		before = h.busy[i-1]
	}
	into := (want - before) / (h.busy[i] - before)
	return h.slots[i].Add(time.Duration(into * float64(slot)))
}

// shut is when the office closed last.
func (h *hours) shut() time.Time {
	last := h.spans[len(h.spans)-1]
	return last.from.Add(last.length)
}

// after is when so much working time has passed. Beyond the period it goes on without nights, which nobody will see.
func (h *hours) after(t time.Time, work time.Duration) time.Time {
	shut := h.shut()
	if t.After(shut) {
		return t.Add(work)
	}
	i := sort.Search(len(h.spans), func(i int) bool { return h.spans[i].from.After(t) }) - 1
	done := time.Duration(0)
	if i >= 0 {
		done = h.spans[i].before + min(t.Sub(h.spans[i].from), h.spans[i].length)
	}
	done += work
	if done >= h.working {
		return shut.Add(done - h.working + time.Second)
	}
	j := sort.Search(len(h.spans), func(i int) bool { return h.spans[i].before > done }) - 1
	return h.spans[j].from.Add(done - h.spans[j].before)
}
