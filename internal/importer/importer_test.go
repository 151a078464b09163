package importer_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/internal/importer"
	"docket/internal/realdata"
)

func (s *service) options(file string) importer.Options {
	return importer.Options{
		File: file, Mapping: "servicenow", URL: s.url, Token: s.importer, Concurrency: 8, Patience: 20 * time.Second,
	}
}

func lines(t *testing.T, path string) (all []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	scanner := bufio.NewScanner(bytes.NewReader(text))
	for scanner.Scan() {
		all = append(all, scanner.Text())
	}
	return all
}

// tenth writes every tenth case of the cut to a file, and what its figures are to another.
func tenth(t *testing.T) (path, expected string) {
	t.Helper()
	zipped, err := os.Open(cut)
	require.NoError(t, err)
	defer func() { require.NoError(t, zipped.Close()) }()
	unzipped, err := gzip.NewReader(zipped)
	require.NoError(t, err)
	rows, err := csv.NewReader(unzipped).ReadAll()
	require.NoError(t, err)
	kept, n := rows[:1:1], 0
	for i, row := range rows[1:] {
		if row[0] != rows[i][0] {
			n++
		}
		if n%10 == 1 {
			kept = append(kept, row)
		}
	}
	folder := t.TempDir()
	path, expected = filepath.Join(folder, "log.csv"), filepath.Join(folder, "expected.json")
	var text bytes.Buffer
	require.NoError(t, csv.NewWriter(&text).WriteAll(kept))
	require.NoError(t, os.WriteFile(path, text.Bytes(), 0o600))
	figures, err := exec.CommandContext(t.Context(), "go", "run", "./figures", path).Output()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(expected, figures, 0o600))
	return path, expected
}

// A log is carried in over a line that loses requests and answers, broken off half way and begun again. It ends with what
// an undisturbed import ends with: every row accounted for, every acknowledged event in the store once, the figures right.
func TestImportThroughTrouble(t *testing.T) {
	t.Parallel()
	s := serve(t)
	folder := t.TempDir()
	file, expected := tenth(t)
	o := s.options(file)
	o.Journal, o.State = filepath.Join(folder, "journal"), filepath.Join(folder, "state")
	o.Ledger, o.Report = filepath.Join(folder, "ledger"), filepath.Join(folder, "report")

	var requests atomic.Int64
	ctx, breakOff := context.WithCancel(t.Context())
	s.causing(func(w http.ResponseWriter, r *http.Request) bool {
		if requests.Add(1) == 700 {
			breakOff()
		}
		switch rand.IntN(40) {
		case 0: // lost on the way in
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		case 1: // carried out, but the answer is lost on the way back
			s.passOn(r)
			panic(http.ErrAbortHandler)
		}
		return false
	})
	_, err := importer.Run(ctx, o)
	require.ErrorIs(t, err, context.Canceled)

	report, err := importer.Run(t.Context(), o)
	require.NoError(t, err)
	require.True(t, report.Complete(), "%s", report)
	require.Equal(t, 100, report.Cases)
	require.Positive(t, report.Repeated, "what the first run had done of unfinished cases")
	require.Positive(t, report.Earlier, "finished cases of the first run")
	require.Len(t, lines(t, o.Ledger), report.Rows)
	s.causing(nil)

	// A third time everything is there already, also without the file that remembers it.
	stored := s.stored(t)
	again := o
	again.State, again.Ledger = "", ""
	repeated, err := importer.Run(t.Context(), again)
	require.NoError(t, err)
	require.Equal(t, repeated.Total(), repeated.Repeated)
	require.Len(t, s.stored(t), len(stored), "nothing new")
	checkJournal(t, o.Journal, stored)

	var out bytes.Buffer
	compared := realdata.Options{
		URL: s.url, Token: s.analyst, Expected: expected, Report: o.Report, Out: &out,
	}
	result, err := realdata.Compare(t.Context(), compared)
	require.NoError(t, err, "%s", out.String())
	require.Equal(t, 4, result.NotTold, "%s", out.String())
	checkFlow(t, s, file)

	// One ticket more, and the comparison notices.
	extra := s.options(log(t, "x,1,2016-03-03T00:00:00Z,New,1,1,register"))
	_, err = importer.Run(t.Context(), extra)
	require.NoError(t, err)
	compared.Report = ""
	require.Eventually(t, func() bool {
		_, err = realdata.Compare(t.Context(), compared)
		return errors.Is(err, realdata.ErrDiffers)
	}, 10*time.Second, 50*time.Millisecond)
}

// passOn lets the service handle a request whose answer will be lost.
func (s *service) passOn(r *http.Request) {
	s.handler.ServeHTTP(httptest.NewRecorder(), r.WithContext(context.WithoutCancel(r.Context())))
}

// checkJournal finds every acknowledged event in the store, once.
func checkJournal(t *testing.T, path string, stored []domain.Envelope) {
	t.Helper()
	type place struct {
		stream   string
		revision uint64
	}
	found := map[place]string{}
	for _, e := range stored {
		at := place{string(e.Stream), e.Revision}
		require.Empty(t, found[at], "%v twice", at)
		found[at] = e.Type
	}
	acknowledged := 0
	for _, line := range lines(t, path) {
		var entry importer.Entry
		require.NoError(t, json.Unmarshal([]byte(line), &entry))
		for _, e := range entry.Events {
			require.Equal(t, e.Type, found[place{entry.Stream, e.Revision}], line)
			acknowledged++
		}
	}
	require.Greater(t, acknowledged, 1000)
}

// log writes a small log of the shape of the shipped one.
func log(t *testing.T, rows ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.csv")
	text := "case,seq,time,activity,resource,group,op,priority\n"
	for _, r := range rows {
		text += r + ",3\n"
	}
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// What cannot be read and what the service refuses is told row by row; the rest is carried in.
func TestRefusedRows(t *testing.T) {
	t.Parallel()
	s := serve(t)
	file := log(t,
		"good,1,2026-01-01T08:00:00Z,New,1,7,register",
		"good,2,yesterday,Active,1,7,work",
		"good,3,2026-01-01T09:00:00Z,Closed,1,7,close",
		"future,1,2126-01-01T08:00:00Z,New,2,7,register",
		"future,2,2126-01-01T08:10:00Z,Active,2,7,work",
		",1,2026-01-01T08:00:00Z,New,1,7,register",
	)
	o := s.options(file)
	o.State = filepath.Join(t.TempDir(), "state")
	report, err := importer.Run(t.Context(), o)
	require.NoError(t, err)
	require.False(t, report.Complete())
	require.Equal(t, 6, report.Accounted)
	require.Equal(t, 2, report.WithCommands)
	require.Equal(t, 4, report.Refused)
	require.Equal(t, map[string]int{
		"import.time_unreadable": 1, "import.case_missing": 1, "invalid": 1, "import.case_not_registered": 1,
	}, report.Codes)
	require.Contains(t, report.String(), "line 5, case future row 1, register: invalid")

	again, err := importer.Run(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, report.Codes, again.Codes, "a case with refused rows is tried again")
}

// A dry run counts and sends nothing: there is no service.
func TestDryRun(t *testing.T) {
	t.Parallel()
	report, err := importer.Run(t.Context(), importer.Options{File: cut, Mapping: "servicenow", DryRun: true})
	require.NoError(t, err)
	require.True(t, report.Complete())
	require.Equal(t, 1000, report.Commands["register"])
	require.Equal(t, 249, report.Commands["accept-handover"])
	require.Equal(t, 60, report.Organisation.Groups)
	require.Contains(t, report.String(), "planned")
}

func TestGivesUp(t *testing.T) {
	t.Parallel()
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(down.Close)
	o := importer.Options{File: cut, Mapping: "servicenow", URL: down.URL, Token: "t", Patience: 50 * time.Millisecond}
	_, err := importer.Run(t.Context(), o)
	require.ErrorContains(t, err, "has not answered for 50ms")

	s := serve(t)
	o = s.options(cut)
	o.Token = strings.Repeat("x", 20)
	_, err = importer.Run(t.Context(), o)
	require.ErrorContains(t, err, "does not accept the token")
}

// The file that remembers finished cases belongs to one import into one service.
func TestStateOfAnotherImport(t *testing.T) {
	t.Parallel()
	s := serve(t)
	o := s.options(log(t, "a,1,2026-01-01T08:00:00Z,New,1,7,register"))
	o.State = filepath.Join(t.TempDir(), "state")
	_, err := importer.Run(t.Context(), o)
	require.NoError(t, err)
	o.File = log(t, "b,1,2026-01-01T08:00:00Z,New,1,7,register")
	_, err = importer.Run(t.Context(), o)
	require.ErrorContains(t, err, "belongs to another import")
}
