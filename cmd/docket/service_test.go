package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"docket/internal/importer"
	"docket/internal/realdata"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"
)

// office is the whole service in this process, on embedded stores in a folder of its own.
type office struct {
	*testing.T
	*service
	passwords map[string]string
}

// openOffice begins with the demo office where the folder has no data yet.
func openOffice(t *testing.T, data string) *office {
	t.Helper()
	return openOfficeOn(t, data, nil)
}

// openOfficeOn is openOffice with the event store on another file system; nil is the machine's.
func openOfficeOn(t *testing.T, data string, disk vfs.FS) *office {
	t.Helper()
	require.NoError(t, beginWithSample(t, data))
	s := &service{
		Settings: Settings{Data: data, Zone: "Asia/Shanghai", LogLevel: "warn", disk: disk}, Listen: "127.0.0.1:0",
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	require.NoError(t, s.Start(t.Context()))
	t.Cleanup(func() {
		if err := s.Close(); disk == nil { // one that has failed is told of again
			require.NoError(t, err)
		}
	})
	require.NoError(t, s.provideTokens(t.Context()))
	return &office{T: t, service: s, passwords: samplePasswords()}
}

// as signs somebody in.
func (o *office) as(login string) *desk {
	o.Helper()
	var session struct{ Token string }
	answer := (&desk{office: o}).post("/v1/login", map[string]string{"login": login, "password": o.passwords[login]})
	require.NoError(o, json.Unmarshal(answer.body, &session))
	require.NotEmpty(o, session.Token, string(answer.body))
	return &desk{o, session.Token}
}

// desk is somebody who works over HTTP.
type desk struct {
	*office
	token string
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// decoded reads the answer as JSON.
func (a answer) decoded(t *testing.T) map[string]any {
	t.Helper()
	var object map[string]any
	require.NoError(t, json.Unmarshal(a.body, &object), string(a.body))
	return object
}

func (d *desk) post(path string, body any, headers ...string) answer {
	d.Helper()
	encoded, err := json.Marshal(body)
	require.NoError(d, err)
	return d.do(http.MethodPost, path, encoded, headers...)
}

func (d *desk) get(path string, headers ...string) answer {
	d.Helper()
	return d.do(http.MethodGet, path, nil, headers...)
}

func (d *desk) do(method, path string, body []byte, headers ...string) answer {
	d.Helper()
	r, err := http.NewRequestWithContext(d.Context(), method, d.URL()+path, bytes.NewReader(body))
	require.NoError(d, err)
	r.Header.Set("Content-Type", "application/json")
	if d.token != "" {
		r.Header.Set("Authorization", "Bearer "+d.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	require.NoError(d, err)
	defer func() { require.NoError(d, response.Body.Close()) }()
	content, err := io.ReadAll(response.Body)
	require.NoError(d, err)
	return answer{response.StatusCode, response.Header, content}
}

// must issues a command that has to be accepted.
func (d *desk) must(path string, body any, headers ...string) map[string]any {
	d.Helper()
	a := d.post(path, body, headers...)
	require.Contains(d, []int{http.StatusOK, http.StatusCreated}, a.status, "%s: %s", path, a.body)
	return a.decoded(d.T)
}

const cut = "../../internal/importer/testdata/servicenow-cut"

// TestLogIsCarriedThroughTheService: a process log goes in over HTTP; what the service then tells is what somebody else
// computed from the log alone; carried in again it changes nothing; and a rebuild gives the same tables.
func TestLogIsCarriedThroughTheService(t *testing.T) {
	t.Parallel()
	o := openOffice(t, t.TempDir())
	url, token, err := o.Settings.reach("", "", importAccount)
	require.NoError(t, err)
	require.Equal(t, o.URL(), url)
	options := importer.Options{
		File: cut + ".csv.gz", Mapping: "servicenow", URL: url, Token: token, Report: filepath.Join(t.TempDir(), "report.json"),
	}
	first, err := importer.Run(t.Context(), options)
	require.NoError(t, err)
	require.True(t, first.Complete(), first.String())
	figuresAsExpected(t, o, options.Report)

	head, err := o.events.Head(t.Context())
	require.NoError(t, err)
	again, err := importer.Run(t.Context(), options)
	require.NoError(t, err)
	require.True(t, again.Complete(), again.String())
	unmoved, err := o.events.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, head, unmoved, "an import that is repeated stores nothing")

	verdicts, err := o.runner.Verify(t.Context())
	require.NoError(t, err)
	require.Len(t, verdicts, len(models()))
	for _, v := range verdicts {
		require.True(t, v.Equal(), "%v", v)
	}
	require.NoError(t, o.runner.Rebuild(t.Context()))
	figuresAsExpected(t, o, options.Report)
}

func figuresAsExpected(t *testing.T, o *office, report string) {
	t.Helper()
	url, token, err := o.Settings.reach("", "", reportAccount)
	require.NoError(t, err)
	var out bytes.Buffer
	result, err := realdata.Compare(t.Context(), realdata.Options{
		URL: url, Token: token, Expected: cut + ".expected.json", Report: report, Out: &out,
	})
	require.NoError(t, err, out.String())
	require.Greater(t, result.Same, 50, "most of the file's figures are told")
}

// TestTicketLifeOverHTTP: the right people carry a ticket from the window to its end; nothing of what the customer and the
// staff said can be read in the event store's files; and the service goes on where it stopped, under another master key.
func TestTicketLifeOverHTTP(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	secrets := []string{"王小明的身份資料", "13912345678", "110105194912310021", "請儘快補發證件", "已電話核實", "同意補發", "陳靜"}
	var id string
	t.Run("life", func(t *testing.T) {
		o := openOffice(t, data)
		id = liveOnce(o, secrets)
	})
	err := filepath.WalkDir(filepath.Join(data, "events"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		for _, secret := range secrets {
			require.False(t, bytes.Contains(content, []byte(secret)), "%s is readable in %s", secret, path)
		}
		return err
	})
	require.NoError(t, err)

	require.NoError(t, run(t.Context(), []string{"vault", "rotate", "--data", data, "--log-level", "error"}))
	require.NoError(t, run(t.Context(), []string{"vault", "retire", "--data", data, "--log-level", "error"}))
	o := openOffice(t, data)
	page := o.as("handler").get("/v1/tickets/" + id)
	require.Equal(t, http.StatusOK, page.status, string(page.body))
	require.Contains(t, string(page.body), `"closed"`)
}

// liveOnce carries one ticket to its end and returns its key.
func liveOnce(o *office, secrets []string) string {
	t := o.T
	clerk, handler, leader := o.as("clerk"), o.as("handler"), o.as("leader")
	centre, group := place(clerk, "unit"), place(clerk, "group")
	me := person(clerk, "林志強")
	created := clerk.must("/v1/tickets", map[string]any{
		"unit": centre, "type": "CERT", "channel": "window", "urgency": "normal", "title": secrets[0], "description": secrets[3],
		"customer": "c-1001", "customer_name": secrets[0], "customer_phone": secrets[1], "customer_id_number": secrets[2],
	}, "Idempotency-Key", "life")
	id := created["id"].(string)
	path := "/v1/tickets/" + id
	require.NotEmpty(t, created["number"])

	require.Equal(t, http.StatusForbidden, o.as("analyst").post(path+"/accept", map[string]any{}).status)
	require.Equal(t, http.StatusConflict, clerk.post(path+"/assign-group", map[string]any{"group": group}).status, "not accepted yet")
	clerk.must(path+"/accept", map[string]any{})
	clerk.must(path+"/assign-group", map[string]any{"group": group})
	handler.must(path+"/take", map[string]any{})
	require.Equal(t, http.StatusConflict, o.as("handler2").post(path+"/take", map[string]any{}).status, "somebody holds it")
	handler.must(path+"/record-work", map[string]any{"content": secrets[4]})
	done := handler.must(path+"/complete", map[string]any{"outcome": "fulfilled", "summary": secrets[5]})
	require.Equal(t, http.StatusPreconditionRequired, leader.post(path+"/pass-review", map[string]any{"opinion": secrets[5]}).status)
	revision, err := json.Marshal(done["revision"])
	require.NoError(t, err)
	leader.must(path+"/pass-review", map[string]any{"opinion": secrets[5]}, "If-Match", `"`+string(revision)+`"`)
	handler.must(path+"/deliver", map[string]any{"channel": "phone", "text": secrets[5]})
	closed := handler.post(path+"/close", map[string]any{})
	require.Equal(t, http.StatusOK, closed.status, string(closed.body))

	page := handler.get(path, "Docket-After", closed.header.Get("Docket-Position"))
	require.Equal(t, http.StatusOK, page.status, string(page.body))
	require.Contains(t, string(page.body), secrets[0])
	require.Contains(t, string(page.body), me)
	for _, marked := range []string{secrets[1], secrets[2]} {
		require.NotContains(t, string(page.body), marked, "marked fields are masked")
		require.Contains(t, string(page.body), strings.Repeat("*", len(marked)-4)+marked[len(marked)-4:])
	}
	return id
}

// place finds the demo's centre or its first group.
func place(d *desk, kind string) string {
	d.Helper()
	for _, item := range items(d, "/v1/units?kind="+kind) {
		if kind == "unit" || strings.Contains(item["name"].(string), "一組") {
			return item["id"].(string)
		}
	}
	d.Fatalf("no %s", kind)
	return ""
}

// person finds a member of staff by name.
func person(d *desk, name string) string {
	d.Helper()
	for _, item := range items(d, "/v1/staff") {
		if item["name"] == name {
			return item["id"].(string)
		}
	}
	d.Fatalf("nobody is called %s", name)
	return ""
}

func items(d *desk, path string) []map[string]any {
	d.Helper()
	a := d.get(path)
	require.Equal(d, http.StatusOK, a.status, string(a.body))
	var page struct{ Items []map[string]any }
	require.NoError(d, json.Unmarshal(a.body, &page))
	return page.Items
}

// TestLostLogIsNotServed: with the log gone, or older than what has been read of it, numbers would be given again; nothing is
// served until somebody has accepted the loss.
func TestLostLogIsNotServed(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	t.Run("first", func(t *testing.T) { openOffice(t, data) })
	require.NoError(t, os.RemoveAll(filepath.Join(data, "events")))
	s := &service{
		Settings: Settings{Data: data, Zone: "Asia/Shanghai", LogLevel: "warn"}, Listen: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler),
	}
	require.ErrorIs(t, s.Start(t.Context()), errLogLost)
	require.NoError(t, run(t.Context(), []string{"rebuild", "--all", "--data", data, "--log-level", "error"}))
	t.Run("afterwards", func(t *testing.T) {
		o := openOffice(t, data)
		require.Positive(t, o.server.ReadTimeout, "a body that never ends holds no connection for ever")
	})
}

// TestServiceEndsWithItsPostgres: should the private server be killed, the service says so instead of refusing everybody.
func TestServiceEndsWithItsPostgres(t *testing.T) {
	t.Parallel()
	s := &service{
		Settings: Settings{Data: t.TempDir(), Zone: "Asia/Shanghai", LogLevel: "warn"}, Listen: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler),
	}
	require.NoError(t, s.Start(t.Context()))
	defer func() { _ = s.Close() }() // the server's end is an error of its own
	var cluster string
	require.NoError(t, s.pool.QueryRow(t.Context(), "SHOW data_directory").Scan(&cluster))
	content, err := os.ReadFile(filepath.Join(cluster, "postmaster.pid"))
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	select {
	case err := <-s.Failed():
		require.ErrorIs(t, err, errEnded)
	case <-time.After(time.Minute):
		t.Fatal("nobody noticed")
	}
}

// TestCommandLine: what is wrong on the command line is told, and the tools find a service that runs.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.ErrorContains(t, run(ctx, []string{"serve", "--zone", "Mars/Olympus", "--data", t.TempDir()}), "--zone")
	require.ErrorContains(t, run(ctx, []string{"rebuild", "--data", t.TempDir()}), "--all")
	require.ErrorContains(t, run(ctx, []string{"import", "--map", "servicenow", "--data", t.TempDir(), cut + ".csv.gz"}), "--token")
	require.ErrorContains(t, run(ctx, []string{"import", "--map", "nothing", "--dry-run", cut + ".csv.gz"}), "nothing")
	require.NoError(t, run(ctx, []string{"import", "--map", "servicenow", "--dry-run", cut + ".csv.gz"}))
}
