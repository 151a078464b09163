// Package holidays holds the public holidays and make-up working days (調休) of China as announced year by year, in the
// binary, and reads further years in the same format. It knows no office hours and publishes nothing; a calendar takes a
// year in by [worktime.Definition.WithYear].
//
// The data in cn/ is NateScarlet/holiday-cn (https://github.com/NateScarlet/holiday-cn), MIT, see cn/LICENSE; every file
// names the State Council papers it stands on.
package holidays

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"docket/domain"
	"docket/domain/worktime"
)

//go:embed cn/*.json
var files embed.FS

// Document is one year as holiday-cn publishes it.
type Document struct {
	Year   int      `json:"year" minimum:"1970" maximum:"2200"`
	Papers []string `json:"papers,omitempty" doc:"where the announcement can be read" maxItems:"20"`
	Days   []struct {
		Name  string        `json:"name" maxLength:"100"`
		Date  worktime.Date `json:"date"`
		IsOff bool          `json:"isOffDay"`
	} `json:"days" maxItems:"366"`
}

// Announcement is the year in the calendar's own terms.
func (d Document) Announcement() worktime.Year {
	y := worktime.Year{Year: d.Year, Days: make([]worktime.YearDay, len(d.Days))}
	for i, day := range d.Days {
		y.Days[i] = worktime.YearDay{Date: day.Date, Name: day.Name, Off: day.IsOff}
	}
	return y
}

// Parse reads a year in holiday-cn's format. What is no such document, names dates of other years or names none, as the file
// of a year that has not been announced, is [domain.ErrInvalid].
func Parse(text []byte) (worktime.Year, error) {
	var d Document
	if err := json.Unmarshal(text, &d); err != nil {
		return worktime.Year{}, domain.ErrInvalid.Because("not a year in holiday-cn's format: " + err.Error())
	}
	y := d.Announcement()
	var v domain.Checks
	y.Check(&v, "")
	return y, v.Err()
}

// China is every year of China in the binary, in order and without gaps.
func China() []worktime.Year {
	names, err := fs.Glob(files, "cn/*.json")
	if err != nil {
		panic(err)
	}
	years := make([]worktime.Year, 0, len(names))
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		y, err := Parse(text)
		if err != nil {
			panic(fmt.Sprintf("holidays: %s: %v", name, err)) // the tests read them all
		}
		years = append(years, y)
	}
	slices.SortFunc(years, func(a, b worktime.Year) int { return a.Year - b.Year })
	return years
}

// Office is a calendar definition of China: the given hours from Monday to Friday and on make-up days, with the holidays of
// the years from the first to the last, which the binary must hold.
func Office(first, last int, hours ...worktime.Span) (worktime.Definition, error) {
	d := worktime.Definition{
		Zone: "Asia/Shanghai", Week: worktime.MondayToFriday(hours...), MakeUp: hours, FirstYear: first, LastYear: first,
	}
	for _, y := range China() {
		if y.Year < first || y.Year > last {
			continue
		}
		var err error
		if d, err = d.WithYear(y); err != nil {
			return d, fmt.Errorf("year %d: %w", y.Year, err)
		}
	}
	if d.LastYear != last {
		return d, worktime.ErrUnknownYear
	}
	return d, nil
}
