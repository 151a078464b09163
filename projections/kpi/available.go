package kpi

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// availableDays are the days on which people were there, as facts: of the window, as of @position and at @as_of. They are counted by
// the program, since they follow from calendars, and handed to the statement.
const availableDays = `
	SELECT * FROM unnest(@day_facts::text[], @day_at::bigint[], @day_units::text[], @day_groups::text[], @day_persons::text[], @day_n::bigint[])
		AS days (fact, at_ms, unit, grp, person, n)`

// Days tells what the dates of a window are, by person and then in order, with whom the filter leaves. A window open at its beginning begins when they first came; days
// that have not begun at the as-of instant do not count.
func (s Snapshot) Days(ctx context.Context, q Inquiry) ([]Day, error) {
	r, err := s.roll(ctx, q)
	if err != nil {
		return nil, err
	}
	from, to := q.Window.bounds()
	var all []Day
	for _, a := range r.people {
		for _, d := range r.days(a, from, to, q.AsOf.UnixMilli()) {
			if (q.Filter.Unit == "" || q.Filter.Unit == d.Unit) && (q.Filter.Group == "" || q.Filter.Group == d.Group) {
				all = append(all, d)
			}
		}
	}
	return all, nil
}

// roll reads who was there when, of everybody or of the one person asked about.
func (s Snapshot) roll(ctx context.Context, q Inquiry) (roll, error) {
	found, err := s.tx.Query(ctx, "SELECT stream, notes FROM chronicle WHERE @person = '' OR stream = 'staff-' || @person OR stream NOT LIKE 'staff-%'",
		pgx.NamedArgs{"person": q.Filter.Person})
	if err != nil {
		return roll{}, fmt.Errorf("chronicles: %w", err)
	}
	all, err := pgx.CollectRows(found, pgx.RowToStructByName[Chronicle])
	if err != nil {
		return roll{}, fmt.Errorf("chronicles: %w", err)
	}
	return rollOf(all, q.Position), nil
}

// available hands the available days to the statement of a formula that counts by them: one by one where they are listed, else summed
// for each person, place and month, since many people have many days.
func (s Snapshot) available(ctx context.Context, f Formula, q Inquiry, a asked, listed bool) error {
	if !f.days {
		return nil
	}
	all, err := s.Days(ctx, q)
	if err != nil {
		return err
	}
	bounds, _ := a.where.Args["bounds"].([]int64)
	type sum struct {
		person, unit, group string
		month               int
	}
	places := map[sum]int{}
	var facts, units, groups, persons []string
	var ats, ns []int64
	for _, d := range all {
		if d.Hundredths == 0 {
			continue
		}
		month, exact := slices.BinarySearch(bounds, d.AtMS)
		if exact {
			month++
		}
		key := sum{d.Person, d.Unit, d.Group, month}
		if at, known := places[key]; known && !listed {
			ns[at] += d.Hundredths
			continue
		}
		places[key] = len(ns)
		facts = append(facts, "day "+d.Date.String()+" "+d.Person+" "+d.Group)
		units, groups, persons = append(units, d.Unit), append(groups, d.Group), append(persons, d.Person)
		ats, ns = append(ats, d.AtMS), append(ns, d.Hundredths)
	}
	for name, value := range map[string]any{
		"day_facts": facts, "day_at": ats, "day_units": units, "day_groups": groups, "day_persons": persons, "day_n": ns,
	} {
		a.where.Args[name] = value
	}
	return nil
}
