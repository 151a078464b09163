package holidays_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"
	_ "time/tzdata" // the zone must be there on every machine

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/worktime"
	"docket/internal/holidays"
)

// vectors are figures computed from the same announcements by another program.
type vectors struct {
	Years map[int]struct {
		Workdays int             `json:"workdays"`
		ByMonth  []int           `json:"by_month"`
		Off      []worktime.Date `json:"off"`
		MakeUp   []worktime.Date `json:"makeup_workdays"`
	} `json:"years"`
	Add []struct {
		From worktime.Date `json:"from"`
		N    int64         `json:"n"`
		To   worktime.Date `json:"to"`
	} `json:"add_workdays"`
}

func read(t *testing.T) vectors {
	t.Helper()
	text, err := os.ReadFile("testdata/cn_workdays.expected.json")
	require.NoError(t, err)
	var v vectors
	require.NoError(t, json.Unmarshal(text, &v))
	require.Len(t, v.Years, 17)
	require.Len(t, v.Add, 56)
	return v
}

func at(hour, minute int) worktime.TimeOfDay { return worktime.At(hour, minute) }

var shanghai = func() *time.Location {
	l, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return l
}()

func office(t *testing.T, first int) *worktime.Calendar {
	t.Helper()
	d, err := holidays.Office(first, 2026, worktime.Span{Open: at(9, 0), Close: at(12, 0)}, worktime.Span{Open: at(13, 30), Close: at(17, 30)})
	require.NoError(t, err)
	c, err := worktime.New("office", shanghai, worktime.Edition{Version: 1, Definition: d})
	require.NoError(t, err)
	return c
}

func midnight(d worktime.Date) time.Time {
	t, err := time.ParseInLocation("2006-01-02", d.String(), shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

func TestWorkingDaysOfEveryYearAndMonth(t *testing.T) {
	t.Parallel()
	c := office(t, 2007)
	for year, want := range read(t).Years {
		days, byMonth := 0, make([]int, 12)
		for d := worktime.Day(year, time.January, 1); d.Year() == year; d++ {
			worked, err := c.IsWorkingDay(d)
			require.NoError(t, err)
			if worked {
				days++
				byMonth[midnight(d).Month()-1]++
			}
		}
		require.Equal(t, want.Workdays, days, "%d", year)
		require.Equal(t, want.ByMonth, byMonth, "%d", year)
		for _, d := range want.Off {
			worked, err := c.IsWorkingDay(d)
			require.NoError(t, err)
			require.False(t, worked, "%s", d)
		}
		for _, d := range want.MakeUp {
			worked, err := c.IsWorkingDay(d)
			require.NoError(t, err)
			require.True(t, worked, "%s", d)
		}
		ms, err := c.W(midnight(worktime.Day(year, time.January, 1)), midnight(worktime.Day(year+1, time.January, 1)))
		require.NoError(t, err)
		require.Equal(t, int64(want.Workdays)*7*time.Hour.Milliseconds(), ms, "%d", year)
	}
}

func TestWorkingDaysAfterADate(t *testing.T) {
	t.Parallel()
	c := office(t, 2010)
	for _, v := range read(t).Add {
		got, err := c.WorkingDay(v.From, v.N)
		require.NoError(t, err)
		require.Equal(t, v.To, got, "%s + %d", v.From, v.N)
		start := midnight(v.From).Add(10 * time.Hour)
		whole, err := c.AddDays(start, v.N, true)
		require.NoError(t, err)
		require.Equal(t, midnight(v.To).Add(17*time.Hour+30*time.Minute).UTC(), whole, "%s + %d", v.From, v.N)
		same, err := c.AddDays(start, v.N, false)
		require.NoError(t, err)
		require.Equal(t, midnight(v.To).Add(10*time.Hour).UTC(), same, "%s + %d", v.From, v.N)
	}
}

func TestTheNextYearIsNotGuessed(t *testing.T) {
	t.Parallel()
	c := office(t, 2026)
	_, err := c.WorkingDay(worktime.Day(2026, time.December, 30), 2)
	require.ErrorIs(t, err, worktime.ErrUnknownYear)
	_, err = holidays.Office(2026, 2027, worktime.Span{Open: at(9, 0), Close: at(12, 0)})
	require.ErrorIs(t, err, worktime.ErrUnknownYear)
	_, err = holidays.Parse([]byte(`{"year": 2027, "papers": [], "days": []}`))
	require.ErrorIs(t, err, domain.ErrInvalid)
}

func TestDocumentsAreRead(t *testing.T) {
	t.Parallel()
	y, err := holidays.Parse([]byte(`{"$id": "x", "year": 2027, "papers": [], "days": [
		{"name": "元旦", "date": "2026-12-27", "isOffDay": false}, {"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}`))
	require.NoError(t, err)
	require.Equal(t, worktime.Year{Year: 2027, Days: []worktime.YearDay{
		{Date: worktime.Day(2026, time.December, 27), Name: "元旦"}, {Date: worktime.Day(2027, time.January, 1), Name: "元旦", Off: true},
	}}, y)
	for name, text := range map[string]string{
		"no document":       `2027`,
		"no date":           `{"year": 2027, "days": [{"name": "元旦", "date": "tomorrow", "isOffDay": true}]}`,
		"another year's":    `{"year": 2027, "days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": true}]}`,
		"one date twice":    `{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}, {"name": "元旦", "date": "2027-01-01", "isOffDay": false}]}`,
		"no name":           `{"year": 2027, "days": [{"name": "", "date": "2027-01-01", "isOffDay": true}]}`,
		"no day off":        `{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-02", "isOffDay": false}]}`,
		"year out of range": `{"year": 27, "days": [{"name": "元旦", "date": "0027-01-01", "isOffDay": true}]}`,
	} {
		_, err := holidays.Parse([]byte(text))
		require.ErrorIs(t, err, domain.ErrInvalid, name)
	}
}

func TestEveryYearInTheBinary(t *testing.T) {
	t.Parallel()
	years := holidays.China()
	require.Equal(t, 2007, years[0].Year)
	for i, y := range years {
		require.Equal(t, years[0].Year+i, y.Year, "no gaps")
	}
}
