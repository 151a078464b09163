package journey_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/authz"
	"docket/domain/calendar"
	"docket/domain/closing"
	"docket/domain/scale"
	"docket/domain/scorecard"
	"docket/domain/staff"
	"docket/domain/unit"
	"docket/domain/worktime"
)

// TestMonthsAreScored: a unit's scorecard is written, reviewed and approved by three people; a month is frozen with everybody's sheet,
// leaves for the payroll with its mark, and makes a year with its review and grade (kpis #27, mission row M9).
func TestMonthsAreScored(t *testing.T) {
	t.Parallel()
	o := Office(t)
	u := o.founded("計分單位")
	o.Do("admin", "staff.grant_post", o.Person("蔡明德"), staff.GrantPost{Role: authz.DepartmentHead, Unit: u.unit})
	midnight := time.Date(time.Now().Year(), time.Now().Month(), 1, 0, 0, 0, 0, time.UTC)
	within, month := midnight.AddDate(0, -2, 14), midnight.AddDate(0, -2, 0).Format("2006-01")
	card := scale.Card{
		Items: []scale.Item{
			{KPI: "evidence-gap", Unit: scale.Percent, Weight: 1, Points: []scale.Point{{At: 0, Score: scale.Full}, {At: 100_000, Score: 7_000}}},
			{KPI: "accuracy", Part: "error", Unit: scale.Percent, Weight: 3, Points: []scale.Point{{At: 0, Score: scale.Full}, {At: 10_000}}},
		},
		Months: 60, Grades: []scale.Grade{{Name: "優秀", From: 9_000}, {Name: "合格"}},
		Judges: []scale.Judge{{Role: authz.DepartmentHead, Weight: 60}, {Role: authz.Manager, Weight: 40}},
	}
	draft := scorecard.DraftVersion{Unit: u.unit, Card: card, Reason: "新年度"}
	o.Refused("handler", "scorecard.draft", "", draft, http.StatusForbidden, "not_allowed")
	wrong := draft
	wrong.Card.Items = []scale.Item{{KPI: "weather", Unit: scale.Count, Weight: 1, Points: card.Items[0].Points}}
	o.Invalid("analyst", "scorecard.draft", "", wrong, []string{"card.items[0].kpi unknown"})
	id := o.Do("analyst", "scorecard.draft", "", draft).ID
	pass := scorecard.Review{Digest: card.Digest(), Verdict: scorecard.Pass, Opinion: "公平"}
	then := header("Docket-Effective-At", within.Format(time.RFC3339))
	approve := scorecard.Approve{Digest: card.Digest(), Verdict: scorecard.Pass, Opinion: "同意"}
	o.Refused("manager", "scorecard.approve", id, approve, http.StatusConflict, "scorecard.not_reviewed")
	o.Do("head", "scorecard.review", id, pass)
	o.Do("manager", "scorecard.approve", id, approve, then)
	var published struct {
		Versions []struct{ Status, From string }
	}
	o.Get("handler", "/v1/scorecards?unit="+u.unit, &published)
	require.Equal(t, []struct{ Status, From string }{{"approved", month}}, published.Versions, "everybody sees what they are measured by")

	for day := range 3 {
		o.imported(u, within.AddDate(0, 0, day))
	}
	midYear := within.Year() // of the calendar
	office := o.Do("admin", "calendar.publish", "", calendar.Publish{Name: "計分日曆", Definition: worktime.Definition{
		Zone: "Asia/Shanghai", Week: worktime.MondayToFriday(worktime.Span{Open: worktime.At(9, 0), Close: worktime.At(17, 0)}),
		FirstYear: midYear - 1, LastYear: midYear + 1,
	}}).ID
	o.DoAsSoonAs("the calendar is known", "import", "unit.choose_calendar", u.unit, unit.ChooseCalendar{Calendar: office},
		header("Docket-Effective-At", within.AddDate(0, -2, 0).Format(time.RFC3339)))
	from, to := midnight.AddDate(0, -2, 0).Format(time.DateOnly), midnight.AddDate(0, -1, 0).Format(time.DateOnly)
	var days struct {
		Items []struct {
			Date, Reason string
			Hundredths   int64
		}
	}
	o.Get("analyst", "/v1/kpis/productivity/days?person="+u.person+"&unit="+u.unit+"&from="+from+"&to="+to, &days)
	available := int64(0)
	for _, d := range days.Items {
		available += d.Hundredths
		require.Equal(t, d.Hundredths == 0, d.Reason == "closed", d.Date)
	}
	require.GreaterOrEqual(t, available, int64(2_000), "a month has twenty working days or more")
	o.NotGet("handler", "/v1/kpis/productivity/days?person="+u.person+"&from="+from+"&to="+to, http.StatusForbidden, "not_allowed")
	frozen := o.Do("analyst", "closing.freeze", "", closing.Freeze{Unit: u.unit, Month: month}).ID
	type sheet struct {
		Score, Status string
		Rescaled      bool
		Of            struct{ ID string }
		Lines         []scale.Line
	}
	var sheets struct{ Items []sheet }
	o.Get("analyst", "/v1/closings/"+frozen+"/sheets?by=group&key="+u.group, &sheets)
	require.Len(t, sheets.Items, 1)
	group := sheets.Items[0]
	require.Equal(t, []any{true, scale.NoData, scale.Full}, []any{group.Rescaled, group.Lines[1].Left, group.Lines[0].Share}, "nothing was delivered")
	o.NotGet("handler", "/v1/closings/"+frozen+"/sheets", http.StatusNotFound, "closing.unknown")

	o.NotGet("handler", "/v1/exports/now?what=closings/"+frozen+"/sheets&format=csv&purpose=payroll", http.StatusForbidden, "not_allowed")
	status, file := o.read("manager", "/v1/exports/now?what=closings/"+frozen+"/sheets&format=csv&purpose=payroll&filter=by%3Dgroup")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, string(file), group.Score)
	require.Contains(t, string(file), u.group, "who is paid by it stands in the file")

	o.Refused("analyst", "scorecard.review_year", id, scorecard.ReviewYear{Year: within.Year(), Person: u.person, Score: 9_500, Comment: "細心"}, http.StatusForbidden, "not_allowed")
	o.Refused("head", "scorecard.review_year", id, scorecard.ReviewYear{Year: within.Year(), Person: o.Person("蔡明德"), Score: 9_500, Comment: "細心"}, http.StatusForbidden, "scorecard.own_year")
	for _, mark := range []struct {
		judge, reason string
		score         int
	}{{"manager", "尚可", 7_000}, {"head", "穩妥", 8_000}, {"manager", "細心", 9_500}} {
		o.Do(mark.judge, "scorecard.review_year", id, scorecard.ReviewYear{Year: within.Year(), Person: u.person, Score: mark.score, Comment: mark.reason})
	}
	o.Do("manager", "closing.publish", frozen, closing.Publish{AppealUntil: time.Now().Add(time.Second)})
	var own struct{ Items []sheet }
	o.Get("handler", "/v1/closings/"+frozen+"/sheets", &own)
	require.Empty(t, own.Items, "nobody sees another's sheet")
	o.DoAsSoonAs("nobody can appeal any more", "manager", "closing.close", frozen, closing.Close{})
	var year struct {
		Items []struct {
			Score, Grade, Weighing string

			Person struct{ ID string }
			Parts  scale.Year
			Months []scale.Month
			Judges []struct {
				Role, Score, Reason string

				Counts bool
			}
		}
	}
	var walked []string
	for after := ""; ; {
		var page struct {
			Next  string
			Items []struct{ Of struct{ ID string } }
		}
		o.Get("analyst", "/v1/closings/"+frozen+"/sheets?limit=1&after="+after, &page)
		require.LessOrEqual(t, len(page.Items), 1)
		for _, s := range page.Items {
			walked = append(walked, s.Of.ID)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	require.Contains(t, walked, u.person)
	require.IsIncreasing(t, walked, "each sheet once")
	o.Get("analyst", "/v1/sheets/year?year="+within.Format("2006")+"&unit="+u.unit, &year)
	require.NotEmpty(t, year.Items)
	for _, y := range year.Items {
		if y.Person.ID == u.person {
			require.Equal(t, 8_600, y.Parts.Review, "60 of 8000 and 40 of 9500")
			told := ""
			for _, j := range y.Judges {
				told += fmt.Sprintf("%s %s %s %v; ", j.Role, j.Score, j.Reason, j.Counts)
			}
			require.Equal(t, "manager 70.00 尚可 false; department_head 80.00 穩妥 true; manager 95.00 細心 true; ", told, "all marks are kept and shown")
			require.NotEmpty(t, y.Grade)
			require.Equal(t, "days", y.Weighing)
			require.Equal(t, available, y.Months[0].Days, "frozen with the month")
			return
		}
	}
	require.Fail(t, "the person's year is missing")
}
