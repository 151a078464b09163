package main

import (
	"strings"
	"time"
)

// figures is the shape of what is printed; times are in seconds.
type figures struct {
	Cases           int                       `json:"cases"`
	Events          int                       `json:"events"`
	FirstEvent      string                    `json:"first_event"`
	LastEvent       string                    `json:"last_event"`
	Throughput      durations                 `json:"throughput_first_to_last_event"`
	PersonHandovers counts                    `json:"resource_handovers_per_case"`
	GroupHandovers  counts                    `json:"group_handovers_per_case"`
	DistinctPersons counts                    `json:"distinct_resources_per_case"`
	DistinctGroups  counts                    `json:"distinct_groups_per_case"`
	Persons         int                       `json:"resources"`
	Groups          int                       `json:"groups"`
	Ops             ops                       `json:"ops"`
	Open            map[string]map[string]int `json:"open_at_local_midnight_of"`
	Rules           map[string]string         `json:"rules"`
	Reopens         int                       `json:"reopen_rows"`
	CasesReopened   int                       `json:"cases_with_reopen"`
	Waiting         float64                   `json:"waiting_time_total_s"`
	CasesWaiting    int                       `json:"cases_with_waiting"`
}

type ops struct {
	Ops             map[string]int `json:"ops"`
	Reopen          int            `json:"reopen"`
	PersonHandovers int            `json:"ho_res"`
	GroupHandovers  int            `json:"ho_grp"`
	Events          int            `json:"events"`
}

var rules = map[string]string{
	"throughput": "time of the last row minus that of the first, in seq order, per case; p*_nr_s = nearest rank",
	"hand-overs": "a row whose known person (group) differs from the last known person (group) of its case; unknown ones are skipped, not chained",
	"reopened":   "the case had been resolved or closed and goes on with a row whose op is neither resolve, close nor none",
	"waiting":    "sum over rows whose activity starts with Awaiting of the time to the next row of the case",
	"open_at_local_midnight_of": "cases whose first row lies before that instant and whose state then is not closed: " +
		"closed by a close row, open again by a reopening; a repeated close row changes nothing",
}

// compute folds every case by the rules.
func compute(cases map[string][]row) (figures, error) {
	f := figures{Cases: len(cases), Ops: ops{Ops: map[string]int{}}, Rules: rules}
	var spans, persons, groups, distinctPersons, distinctGroups []int
	var first, last time.Time
	allPersons, allGroups := map[string]bool{}, map[string]bool{}
	for _, rows := range cases {
		f.Events += len(rows)
		spans = append(spans, int(rows[len(rows)-1].at.Sub(rows[0].at)/time.Second))
		reopens, wait, waits := 0, time.Duration(0), false
		finished := false
		for i, r := range rows {
			f.Ops.Ops[r.kind]++
			if first.IsZero() || r.at.Before(first) {
				first = r.at
			}
			if r.at.After(last) {
				last = r.at
			}
			if finished && goesOn(r.kind) {
				reopens++
				finished = false
			}
			if r.kind == "resolve" || r.kind == "close" {
				finished = true
			}
			if strings.HasPrefix(r.activity, "Awaiting") && i+1 < len(rows) {
				waits = true
				wait += rows[i+1].at.Sub(r.at)
			}
		}
		f.Reopens += reopens
		f.CasesReopened += one(reopens > 0)
		f.Waiting += wait.Seconds()
		f.CasesWaiting += one(waits)
		changes, known := chain(rows, func(r row) string { return r.person }, allPersons)
		persons, distinctPersons = append(persons, changes), append(distinctPersons, known)
		changes, known = chain(rows, func(r row) string { return r.group }, allGroups)
		groups, distinctGroups = append(groups, changes), append(distinctGroups, known)
	}
	f.FirstEvent, f.LastEvent = first.UTC().Format(time.RFC3339), last.UTC().Format(time.RFC3339)
	f.Throughput = spread(spans)
	f.PersonHandovers, f.GroupHandovers = distribution(persons), distribution(groups)
	f.DistinctPersons, f.DistinctGroups = distribution(distinctPersons), distribution(distinctGroups)
	f.Persons, f.Groups = len(allPersons), len(allGroups)
	f.Ops.Reopen, f.Ops.Events = f.Reopens, f.Events
	f.Ops.PersonHandovers, f.Ops.GroupHandovers = f.PersonHandovers.Sum, f.GroupHandovers.Sum
	var err error
	f.Open, err = openAt(cases, first, last)
	return f, err
}

// goesOn reports whether a row of this kind continues a case that had been resolved or closed.
func goesOn(kind string) bool { return kind != "resolve" && kind != "close" && kind != "none" }

// chain counts the changes between successive known values and how many different ones there were.
func chain(rows []row, of func(row) string, all map[string]bool) (changes, distinct int) {
	last, seen := "", map[string]bool{}
	for _, r := range rows {
		value := of(r)
		if value == "" {
			continue
		}
		if last != "" && value != last {
			changes++
		}
		last, seen[value], all[value] = value, true, true
	}
	return changes, len(seen)
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
