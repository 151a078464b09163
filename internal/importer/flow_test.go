package importer_test

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// walk is the acts that one case's rows tell of, read from the file alone.
type walk struct {
	acts          []string
	times         []int64
	group, person string
	paused        string // activity that the case waits in
	state         string // "", resolved or closed
}

func (w *walk) do(act string, at int64) { w.acts, w.times = append(w.acts, act), append(w.times, at) }

// row reads one row: what changes about group and person, then what it says.
func (w *walk) row(at int64, said, person, group, op string) {
	first := len(w.acts) == 0
	if first {
		w.do("registered", at)
		w.do("accepted", at)
	}
	working := op == "register" || op == "work" || op == "pause"
	if w.state != "" && working {
		w.do("reopened", at)
		w.state, w.paused = "", ""
	}
	if w.state != "closed" {
		if group != "" && group != w.group {
			w.do("assigned_to_group", at)
			w.group = group
		}
		if person != "" && person != w.person {
			if w.person == "" {
				w.do("taken", at)
			} else {
				w.do("handover_offered", at)
				w.do("handover_accepted", at)
			}
			w.person = person
		}
	}
	waits := map[string]string{
		"Awaiting User Info": "customer", "Awaiting Evidence": "customer", "Awaiting Vendor": "external", "Awaiting Problem": "external",
	}[said]
	if w.paused != "" && (op != "pause" || waits != w.paused) {
		w.do("resumed", at)
		w.paused = ""
	}
	switch {
	case op == "pause" && w.paused == "":
		w.do("paused", at)
		w.paused = waits
	case op == "resolve" && w.state == "", op == "close" && w.state == "":
		w.do("completed", at)
		w.state = "resolved"
	case op == "register" && first, !working:
	default:
		w.do("work_recorded", at)
	}
	if op == "close" && w.state == "resolved" {
		w.do("closed", at)
		w.state = "closed"
	}
}

// checkFlow compares the process map of the service with the transitions that the rows of the file tell of.
func checkFlow(t *testing.T, s *service, path string) {
	t.Helper()
	text, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, text.Close()) }()
	rows, err := csv.NewReader(text).ReadAll()
	require.NoError(t, err)
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	slices.SortStableFunc(rows[1:], func(a, b []string) int {
		number := func(row []string) int {
			n, err := strconv.Atoi(row[column["seq"]])
			require.NoError(t, err)
			return n
		}
		if a[0] != b[0] {
			return strings.Compare(a[0], b[0])
		}
		return number(a) - number(b)
	})
	walks := map[string]*walk{}
	for _, row := range rows[1:] {
		at, err := time.Parse(time.RFC3339, row[column["time"]])
		require.NoError(t, err)
		w := walks[row[0]]
		if w == nil {
			w = &walk{}
			walks[row[0]] = w
		}
		w.row(at.UnixMilli(), row[column["activity"]], row[column["resource"]], row[column["group"]], row[column["op"]])
	}
	type edge struct {
		From  string `json:"from"`
		To    string `json:"to"`
		Count int64  `json:"count"`
		SumMS int64  `json:"sum_ms"`
	}
	want, begins, steps := map[[2]string]edge{}, int64(0), int64(0)
	for _, w := range walks {
		begins++
		steps += int64(len(w.acts))
		for i := 1; i < len(w.acts); i++ {
			key := [2]string{w.acts[i-1], w.acts[i]}
			e := want[key]
			want[key] = edge{key[0], key[1], e.Count + 1, e.SumMS + max(w.times[i]-w.times[i-1], 0)}
		}
	}

	head, err := s.events.Head(t.Context())
	require.NoError(t, err)
	ask, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/v1/flow", http.NoBody)
	require.NoError(t, err)
	ask.Header.Set("Authorization", "Bearer "+s.analyst)
	ask.Header.Set("Docket-After", strconv.FormatUint(head, 10))
	response, err := http.DefaultClient.Do(ask)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, "%s", body)
	var got struct {
		Nodes []struct {
			Begins int64 `json:"begins"`
			Ends   int64 `json:"ends"`
			Stands int64 `json:"stands"`
		} `json:"nodes"`
		Edges []edge `json:"edges"`
		Steps int64  `json:"steps"`
	}
	require.NoError(t, json.Unmarshal(body, &got))
	drawn := map[[2]string]edge{}
	for _, e := range got.Edges {
		drawn[[2]string{e.From, e.To}] = e
	}
	require.Equal(t, want, drawn)
	require.Equal(t, steps, got.Steps)
	var began, newest int64
	for _, n := range got.Nodes {
		began, newest = began+n.Begins, newest+n.Ends+n.Stands
	}
	require.Equal(t, []int64{begins, begins}, []int64{began, newest})
	require.Greater(t, len(want), 20, "the log has traps enough to tell something")
}
