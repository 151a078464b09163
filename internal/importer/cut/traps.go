package main

import "strings"

// Columns of the log.
const (
	caseName = 0
	at       = 2
	activity = 3
	person   = 4
	team     = 5
	kind     = 6
)

// aCase is one case with its rows as they stand in the log.
type aCase struct {
	name   string
	digest [32]byte
	rows   [][]string
}

// trap is one thing that is hard to carry in, and how many cases of it the cut has at least (all, if there are fewer).
type trap struct {
	name string
	take int
	is   func(rows [][]string) bool
}

var traps = []trap{
	{"times that go backwards", 10, following(func(a, b []string) bool { return b[at] < a[at] })},
	{"equal times", 10, following(func(a, b []string) bool { return b[at] == a[at] })},
	{"a state without a name", 10, anyRow(func(r []string) bool { return r[kind] == "none" })},
	{"rows after closing", 15, following(func(a, b []string) bool { return a[kind] == "close" && b[kind] != "close" })},
	{"closed twice", 15, following(func(a, b []string) bool { return a[kind] == "close" && b[kind] == "close" })},
	{"closed without being resolved", 8, closedUnresolved},
	{"goes on after being resolved", 40, following(func(a, b []string) bool {
		return a[kind] == "resolve" && b[kind] != "resolve" && b[kind] != "close"
	})},
	{"waits again after being resolved", 10, following(func(a, b []string) bool {
		return a[kind] == "resolve" && b[kind] == "pause"
	})},
	{"resolved twice", 15, following(func(a, b []string) bool { return a[kind] == "resolve" && b[kind] == "resolve" })},
	{"another person once resolved", 8, following(func(a, b []string) bool {
		return a[kind] == "resolve" && b[kind] == "resolve" && a[person] != b[person] && b[person] != ""
	})},
	{"another group once resolved", 8, following(func(a, b []string) bool {
		return a[kind] == "resolve" && b[kind] != "work" && a[team] != b[team] && b[team] != ""
	})},
	{"resolved by nobody known", 40, resolvedByNobody},
	{"begins with neither person nor group", 20, func(rows [][]string) bool { return rows[0][person] == "" && rows[0][team] == "" }},
	{"does not begin with registering", 20, func(rows [][]string) bool { return rows[0][kind] != "register" }},
	{"begins with waiting", 5, func(rows [][]string) bool { return rows[0][kind] == "pause" }},
	{"a person but no group", 15, anyRow(func(r []string) bool { return r[person] != "" && r[team] == "" })},
	{"waits for one and then another", 15, following(func(a, b []string) bool {
		return a[kind] == "pause" && b[kind] == "pause" && a[activity] != b[activity]
	})},
	{"waits for evidence", 10, anyRow(func(r []string) bool { return r[activity] == "Awaiting Evidence" })},
	{"another person while waiting", 15, following(func(a, b []string) bool {
		return a[kind] == "pause" && b[person] != "" && a[person] != "" && a[person] != b[person]
	})},
	{"long", 8, func(rows [][]string) bool { return len(rows) >= 30 }},
}

func anyRow(is func(r []string) bool) func([][]string) bool {
	return func(rows [][]string) bool {
		for _, r := range rows {
			if is(r) {
				return true
			}
		}
		return false
	}
}

func following(is func(a, b []string) bool) func([][]string) bool {
	return func(rows [][]string) bool {
		for i := 1; i < len(rows); i++ {
			if is(rows[i-1], rows[i]) {
				return true
			}
		}
		return false
	}
}

func closedUnresolved(rows [][]string) bool {
	for _, r := range rows {
		switch r[kind] {
		case "resolve":
			return false
		case "close":
			return true
		}
	}
	return false
}

func resolvedByNobody(rows [][]string) bool {
	for _, r := range rows {
		switch {
		case strings.TrimSpace(r[person]) != "":
			return false
		case r[kind] == "resolve":
			return true
		}
	}
	return false
}
