package worktime_test

import (
	"testing"
	"time"

	"docket/domain/worktime"
)

// decade is a calendar of ten years with forty exceptions in each.
func decade() worktime.Edition {
	d := spring()
	d.FirstYear, d.LastYear, d.Exceptions = 2017, 2026, nil
	for year := d.FirstYear; year <= d.LastYear; year++ {
		for i := range 40 {
			d.Exceptions = append(d.Exceptions, worktime.Exception{Date: worktime.Day(year, time.January, 1+9*i), Kind: worktime.Holiday, Name: "h"})
		}
	}
	return worktime.Edition{Version: 1, Definition: d}
}

// BenchmarkW measures intervals all over ten years; the aim is less than 5 µs for each.
func BenchmarkW(b *testing.B) {
	c := compile(shanghai, decade())
	from, to := c.Known()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		shift := time.Duration(i%3000) * 25 * time.Hour
		if _, err := c.W(from.Add(shift), to.Add(-shift/20)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDeadline counts nine years of working hours and of days forward.
func BenchmarkDeadline(b *testing.B) {
	c := compile(shanghai, decade())
	from, _ := c.Known()
	for name, limit := range map[string]worktime.Limit{"hours": worktime.WorkingHours(15_000 * time.Hour), "days": worktime.WorkingDays(2_100)} {
		b.Run(name, func(b *testing.B) {
			clock := worktime.Clock{Calendar: c, Since: from.Add(9 * time.Hour), Limit: limit}
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := clock.Deadline(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkNew compiles ten years, which happens once for each published version.
func BenchmarkNew(b *testing.B) {
	e := decade()
	for b.Loop() {
		if _, err := worktime.New("office", shanghai, e); err != nil {
			b.Fatal(err)
		}
	}
}
