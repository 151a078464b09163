package plan

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Organisation is what must exist before the log begins: its groups, its people, and who belongs to which group. Somebody
// belongs to a group when the log has them responsible for a case that lies with it. All are the log's keys.
type Organisation struct {
	groups  map[string]bool
	members map[string]map[string]bool // groups by person
}

// Add collects what the steps of one case presuppose.
func (o *Organisation) Add(steps []Step) {
	if o.groups == nil {
		o.groups, o.members = map[string]bool{}, map[string]map[string]bool{}
	}
	group := ""
	for _, s := range steps {
		for _, c := range s.Commands {
			o.person(c.By)
			switch c.Verb {
			case AssignGroup:
				group = c.Body.Group
				o.groups[group] = true
			case Take:
				o.belongs(c.By, group)
			case OfferHandover:
				o.belongs(c.Body.To, group)
			case Register, AcceptHandover, RecordWork, Note, Pause, Resume, Complete, Reopen, Close:
			}
		}
	}
}

func (o *Organisation) person(key string) {
	if key != "" && o.members[key] == nil {
		o.members[key] = map[string]bool{}
	}
}

func (o *Organisation) belongs(person, group string) {
	o.person(person)
	if group != "" {
		o.members[person][group] = true
	}
}

// Groups lists the groups, numbers in numerical order.
func (o *Organisation) Groups() []string { return sorted(maps.Keys(o.groups)) }

// People lists the people, numbers in numerical order.
func (o *Organisation) People() []string { return sorted(maps.Keys(o.members)) }

// Memberships lists the groups that somebody belongs to.
func (o *Organisation) Memberships(person string) []string {
	return sorted(maps.Keys(o.members[person]))
}

// Before is when the organisation of a log is said to exist: the midnight, in UTC, a whole day before it begins.
func Before(begin time.Time) time.Time {
	const day = 24 * time.Hour
	return begin.UTC().Truncate(day).Add(-day)
}

func sorted(keys func(func(string) bool)) []string {
	return slices.SortedFunc(keys, func(a, b string) int {
		x, errA := strconv.Atoi(a)
		y, errB := strconv.Atoi(b)
		if errA == nil && errB == nil {
			return cmp.Compare(x, y)
		}
		return cmp.Compare(a, b)
	})
}
