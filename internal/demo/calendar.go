package demo

import (
	"fmt"

	"docket/domain/calendar"
	"docket/domain/worktime"
	"docket/internal/holidays"
)

// office is the calendar that the demo's limits run by. The office opened in the first year that it knows.
const (
	office      = "office"
	officeOpens = 2016
	officeKnows = 2026 // the last year of the first version; later ones in the binary are imported after it
)

// calendar publishes the office hours with China's holidays.
func (s *seeder) calendar() {
	d, err := holidays.Office(officeOpens, officeKnows,
		worktime.Span{Open: worktime.At(9, 0), Close: worktime.At(12, 0)}, worktime.Span{Open: worktime.At(13, 30), Close: worktime.At(17, 30)},
	)
	if err != nil {
		s.err = fmt.Errorf("the office's calendar: %w", err)
		return
	}
	s.ids[office] = s.do("calendar.publish", "", "calendar-"+office, &calendar.Publish{Name: "客戶服務中心工作日曆", Definition: d})
	for _, y := range holidays.China() {
		if y.Year > officeKnows {
			s.do("calendar.import_year", s.ids[office], fmt.Sprintf("calendar-%s-%d", office, y.Year), announced(y))
		}
	}
}

func announced(y worktime.Year) *calendar.ImportYear {
	c := &calendar.ImportYear{Year: y.Year}
	for _, d := range y.Days {
		c.Days = append(c.Days, calendar.AnnouncedDay{Name: d.Name, Date: d.Date, IsOff: d.Off})
	}
	return c
}
