package main

import "time"

// zones are those whose midnights are told.
var zones = []string{"UTC", "Asia/Shanghai"}

// openAt counts the open cases at the midnight that begins every month from the one after the first event to the one after
// the last.
func openAt(cases map[string][]row, first, last time.Time) (map[string]map[string]int, error) {
	open := map[string]map[string]int{}
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			return nil, err
		}
		open[name] = map[string]int{}
		begin, end := first.In(zone), last.In(zone)
		for month := 1; ; month++ {
			midnight := time.Date(begin.Year(), begin.Month()+time.Month(month), 1, 0, 0, 0, 0, zone)
			open[name][midnight.Format(time.DateOnly)] = countOpen(cases, midnight)
			if midnight.After(end) {
				break
			}
		}
	}
	return open, nil
}

func countOpen(cases map[string][]row, instant time.Time) int {
	n := 0
	for _, rows := range cases {
		if !rows[0].at.Before(instant) {
			continue
		}
		n += one(!closedBefore(rows, instant))
	}
	return n
}

// closedBefore tells whether a case is closed by its rows before the instant. A row that was written before an earlier one
// of its case counts from that one's time on.
func closedBefore(rows []row, instant time.Time) bool {
	finished, closed := false, false
	reached := rows[0].at
	for _, r := range rows {
		if r.at.After(reached) {
			reached = r.at
		}
		if !reached.Before(instant) {
			break
		}
		switch {
		case r.kind == "close":
			finished, closed = true, true
		case r.kind == "resolve":
			finished = true
		case finished && goesOn(r.kind):
			finished, closed = false, false
		}
	}
	return closed
}
