package main

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// TestListsLeaveAsFiles: a list is answered at once as a file, or made by the service as whoever asked; nobody gets more than the
// list shows them, nothing computes, and every file leads back to what was recorded of it.
func TestListsLeaveAsFiles(t *testing.T) {
	t.Parallel()
	o := openOffice(t, t.TempDir())
	clerk, leader, leader2, auditor := o.as("clerk"), o.as("leader"), o.as("leader2"), o.as("auditor")
	centre, first := o.unitNamed(clerk, "unit", "客戶"), o.unitNamed(clerk, "group", "一組")
	var position string
	for i := range 205 { // more than a page
		a := clerk.must("/v1/tickets", map[string]string{
			"unit": centre, "type": "CERT", "channel": "window", "urgency": "normal", "title": "=HYPERLINK(\"http://x\") " + strconv.Itoa(i),
			"customer_phone": "13912345678",
		})
		id := a["id"].(string)
		clerk.must("/v1/tickets/"+id+"/accept", map[string]string{})
		a = clerk.must("/v1/tickets/"+id+"/assign-group", map[string]string{"group": first})
		position = strconv.FormatFloat(a["position"].(float64), 'f', 0, 64)
	}
	require.Equal(t, http.StatusOK, leader.get("/v1/queue", "Docket-After", position).status)

	now := func(d *desk, what, format, filter string) answer {
		return d.get("/v1/exports/now?what=" + what + "&format=" + format + "&purpose=monthly&filter=" + url.QueryEscape(filter))
	}
	file := now(leader, "queue", "csv", "sort=number&group="+first)
	require.Equal(t, http.StatusOK, file.status, string(file.body))
	require.Equal(t, "205", file.header.Get("Docket-Rows"))
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file.body, []byte("\xef\xbb\xbf")))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 206)
	at := func(name string) int {
		for i, heading := range rows[0] {
			if heading == name {
				return i
			}
		}
		require.Fail(t, "no column "+name, "%v", rows[0])
		return 0
	}
	numbers := map[string]bool{}
	for _, row := range rows[1:] {
		require.True(t, strings.HasPrefix(row[at("title")], "'=HYPERLINK"), row[at("title")])
		require.Equal(t, "業務處理一組", row[at("group.name")])
		numbers[row[at("number")]] = true
	}
	require.Len(t, numbers, 205, "each ticket once")
	require.NotContains(t, string(file.body), "13912345678")
	mark, position := rows[1][at("export_mark")], file.header.Get("Docket-Position")
	require.Equal(t, position, rows[1][at("export_position")], "a row tells the snapshot")
	require.Equal(t, file.header.Get("Docket-As-Of"), rows[1][at("export_as_of")])
	require.Contains(t, file.header.Get("Content-Disposition"), mark+"-position-"+position+".csv")

	require.Equal(t, http.StatusForbidden, now(clerk, "queue", "csv", "").status)
	require.Equal(t, "0", now(leader2, "queue", "csv", "group="+first).header.Get("Docket-Rows"), "another group's tickets are not in it")
	require.Equal(t, http.StatusForbidden, now(leader, "audit", "csv", "").status, "the list's own refusal")
	require.Equal(t, http.StatusUnprocessableEntity, now(leader, "queue", "csv", "colour=red").status)
	require.Equal(t, http.StatusUnprocessableEntity, now(leader, "tickets", "csv", "").status)

	figures := now(leader, "kpis/volume", "jsonl", "group="+first)
	require.Equal(t, http.StatusOK, figures.status, string(figures.body))
	require.Contains(t, string(figures.body), `"definition_version":1`)

	asked := leader.must("/v1/exports", map[string]string{"what": "queue", "format": "xlsx", "filter": "group=" + first, "purpose": "monthly"})
	id := asked["id"].(string)
	done := leader.settled(id)
	require.Equal(t, "finished", done["state"], "%v", done)
	require.EqualValues(t, 205, done["rows"])
	book := leader.get("/v1/exports/" + id + "/file")
	require.Equal(t, http.StatusOK, book.status, string(book.body))
	f, err := excelize.OpenReader(bytes.NewReader(book.body))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	sheet, err := f.GetRows("rows")
	require.NoError(t, err)
	require.Len(t, sheet, 206)
	about, err := f.GetRows("export")
	require.NoError(t, err)
	require.Equal(t, []string{"mark", id}, about[0])
	told := map[string]string{}
	for _, line := range about {
		told[line[0]] = line[len(line)-1]
	}
	require.Equal(t, told["position"], book.header.Get("Docket-Position"), "its headers tell its snapshot")
	require.Equal(t, told["at"], book.header.Get("Docket-As-Of"))
	require.NotEmpty(t, told["at"])
	require.Equal(t, "205", book.header.Get("Docket-Rows"))

	require.Equal(t, http.StatusNotFound, leader2.get("/v1/exports/"+id).status)
	require.Equal(t, http.StatusNotFound, leader2.get("/v1/exports/"+id+"/file").status)
	require.Equal(t, http.StatusOK, auditor.get("/v1/exports/"+id).status)
	require.Equal(t, http.StatusNotFound, auditor.get("/v1/exports/"+id+"/file").status, "who audits sees what was asked, and no file")
	refused := leader.must("/v1/exports", map[string]string{"what": "audit", "format": "csv", "filter": "", "purpose": "monthly"})
	failed := leader.settled(refused["id"].(string))
	require.Equal(t, "failed", failed["state"])
	require.Equal(t, "not_allowed", failed["code"])
	require.Eventually(t, func() bool { return len(leader.get("/v1/exports").decoded(t)["items"].([]any)) == 2 }, 30*time.Second, 20*time.Millisecond,
		"the process notes its list when it has done what it is of")

	head, err := o.events.Head(t.Context())
	require.NoError(t, err)
	trail := auditor.get("/v1/audit?type=SecuritySensitiveRead&purpose=check&limit=200", "Docket-After", strconv.FormatUint(head, 10))
	require.Equal(t, http.StatusOK, trail.status, string(trail.body))
	require.Contains(t, string(trail.body), "export-"+mark, "the mark of a file leads to who took it")
	require.Contains(t, string(trail.body), "export-"+id)
}

// settled waits until an export has come to an end.
func (d *desk) settled(id string) (export map[string]any) {
	d.Helper()
	require.Eventually(d, func() bool {
		export = d.get("/v1/exports/" + id).decoded(d.T)
		return export["state"] != "running"
	}, 30*time.Second, 20*time.Millisecond)
	return export
}

func (o *office) unitNamed(d *desk, kind, words string) string {
	o.Helper()
	for _, item := range d.get("/v1/units?kind=" + kind).decoded(o.T)["items"].([]any) {
		if u := item.(map[string]any); strings.Contains(u["name"].(string), words) {
			return u["id"].(string)
		}
	}
	require.Fail(o, "no unit "+words)
	return ""
}
