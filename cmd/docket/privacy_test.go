package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"docket/internal/demo"

	"github.com/stretchr/testify/require"
)

// What nobody may find anywhere but in the answers to those who asked for it.
const (
	markedPhone = "13912345678"
	markedID    = "11010519491231002X"
	markedCard  = "6222021234567890128"
	markedHome  = "朝陽區東三環中路八號院"
	fileText    = "the customer's own statement, not for other eyes\n"
)

// TestCustomersDataStayTheirs: a customer's file is opened, found, revealed and merged by the right people and refused to the
// others; a file is attached to a ticket; and afterwards no marked value, and no content outside the read models, can be read
// in any file, table, log or answer that was not asked for one.
func TestCustomersDataStayTheirs(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	log := &heard{}
	answers := &heard{}
	var dumped string
	t.Run("life", func(t *testing.T) {
		s := &service{
			Settings: Settings{Data: data, Zone: "Asia/Shanghai", LogLevel: "debug"}, Listen: "127.0.0.1:0",
			Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		}
		require.NoError(t, s.Start(t.Context()))
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		o := &office{T: t, service: s, passwords: map[string]string{}}
		for _, login := range demo.Logins() {
			o.passwords[login] = "password of " + login
		}
		_, err := demo.Seed(t.Context(), s.pipeline, s.accounts, o.passwords)
		require.NoError(t, err)
		customersLife(o, answers)
		ticketsFiles(o, answers)
		dumped = everyTable(o)
	})
	for _, marked := range []string{markedPhone, markedID, markedCard, markedHome} {
		require.NotContains(t, answers.String(), marked, "in an answer")
		require.NotContains(t, log.String(), marked, "in the log")
		require.NotContains(t, dumped, marked, "in a table")
	}
	require.NotContains(t, dumped, strings.TrimSpace(fileText))
	require.NotContains(t, log.String(), "王小明")
	nowhereInFiles(t, filepath.Join(data, "events"), markedPhone, markedID, markedCard, markedHome, "王小明", "同一身份證號", fileText)
	nowhereInFiles(t, filepath.Join(data, "attachments"), markedPhone, markedID, markedCard, markedHome, "王小明", strings.TrimSpace(fileText), "陳述書")
}

// customersLife goes through a customer's file; answers hears all that is answered to those who did not ask for a value.
func customersLife(o *office, answers *heard) {
	t := o.T
	clerk, handler, leader, manager := o.as("clerk"), o.as("handler"), o.as("leader"), o.as("manager")
	centre := place(clerk, "unit")
	entry := func(field, value string) map[string]any {
		return map[string]any{"field": field, "value": value, "source": "customer", "purpose": "service"}
	}
	file := map[string]any{"unit": centre, "kind": "person", "stage": "prospect", "need": "居住證", "fields": []any{
		entry("name", "王小明"), entry("phone", markedPhone), entry("id_number", markedID),
	}}
	for login, status := range map[string]int{"analyst": 403, "auditor": 403, "handler": 403} {
		require.Equal(t, status, o.as(login).post("/v1/customers", file).status, login)
	}
	first := clerk.must("/v1/customers", file)["id"].(string)
	path := "/v1/customers/" + first
	page := handler.get(path)
	require.Equal(t, http.StatusOK, page.status, string(page.body))
	answers.hear(page.body)
	require.Contains(t, string(page.body), "王小明")
	require.Contains(t, string(page.body), "*******5678")
	shown := page.decoded(t)
	require.Equal(t, false, shown["complete"])
	require.Equal(t, []any{"address"}, shown["missing"])
	require.Equal(t, http.StatusForbidden, o.as("analyst").get(path).status)
	require.Equal(t, http.StatusNotModified, handler.get(path, "If-None-Match", page.header.Get("ETag")).status)
	require.Equal(t, http.StatusNotFound, handler.get("/v1/customers/7c9e6679-7425-40de-944b-e07fc1f90ae7").status)

	clerk.must(path+"/update", map[string]any{"reason": "簽約", "fields": []any{entry("address", markedHome), entry("bank_card", markedCard)}})
	clerk.must(path+"/classify", map[string]any{"stage": "client", "tier": "key"})
	wrong := clerk.post(path+"/update", map[string]any{"fields": []any{entry("id_number", "110105194912310021"), entry("organisation", "x")}})
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, string(wrong.body), "fields[0].value")
	require.Contains(t, string(wrong.body), "fields[1].field")
	page = handler.get(path)
	answers.hear(page.body)
	require.Equal(t, true, page.decoded(t)["complete"])

	find := func(d *desk, kind, value string) []string {
		a := d.post("/v1/customers/find", map[string]string{"kind": kind, "value": value})
		require.Equal(t, http.StatusOK, a.status, string(a.body))
		answers.hear(a.body)
		var found struct{ Items []struct{ ID string } }
		require.NoError(t, json.Unmarshal(a.body, &found))
		ids := []string{}
		for _, item := range found.Items {
			ids = append(ids, item.ID)
		}
		return ids
	}
	require.Equal(t, []string{first}, find(clerk, "id_number", "１１０１０５１９４９１２３１００２ｘ"), "however it is written")
	require.Equal(t, []string{first}, find(clerk, "bank_card", "6222 0212 3456 7890 128"))
	require.Empty(t, find(clerk, "phone", "13900000000"))
	require.Equal(t, http.StatusForbidden, o.as("analyst").post("/v1/customers/find", map[string]string{"kind": "phone", "value": markedPhone}).status)
	clerk.must(path+"/update", map[string]any{"fields": []any{entry("phone", "13800138000")}})
	require.Empty(t, find(clerk, "phone", markedPhone), "no longer theirs")
	require.Equal(t, []string{first}, find(clerk, "phone", "+86 138 0013 8000"))
	clerk.must(path+"/update", map[string]any{"fields": []any{entry("phone", markedPhone)}})

	reveals(o, answers, path)

	second := clerk.must("/v1/customers", map[string]any{"unit": centre, "kind": "person", "stage": "client", "fields": []any{
		entry("name", "王小明"), entry("id_number", markedID),
	}})["id"].(string)
	require.ElementsMatch(t, []string{first, second}, find(handler, "id_number", markedID))
	require.Equal(t, http.StatusForbidden, leader.post("/v1/customers/"+second+"/merge", map[string]any{"into": first, "reason": "同一身份證號"}).status)
	oppositeMerges(o, first, second)
	into := manager.get("/v1/customers/" + first).decoded(t)["merged_into"]
	from, to := first, second
	if into == nil {
		from, to = second, first
	}
	require.Equal(t, to, manager.get("/v1/customers/" + from).decoded(t)["merged_into"])
	require.Equal(t, []any{from}, manager.get("/v1/customers/" + to).decoded(t)["duplicates"])
	require.Equal(t, http.StatusConflict, clerk.post("/v1/customers/"+from+"/note-need", map[string]any{"text": "n"}).status, "go on with the other")
	manager.must("/v1/customers/"+from+"/unmerge", map[string]any{"reason": "父子"})
	require.Nil(t, manager.get("/v1/customers/" + from).decoded(t)["merged_into"])
	require.Nil(t, manager.get("/v1/customers/" + to).decoded(t)["duplicates"])
	manager.must("/v1/customers/"+to+"/merge", map[string]any{"into": from, "reason": "同一身份證號"})
	manager.must("/v1/customers/"+to+"/unmerge", map[string]any{"reason": "父子"})
}

// oppositeMerges: two managers merge in opposite directions at once, and exactly one is heard.
func oppositeMerges(o *office, first, second string) {
	for range 5 {
		statuses := make([]int, 2)
		var both sync.WaitGroup
		manager := o.as("manager")
		for i, pair := range [][2]string{{first, second}, {second, first}} {
			both.Go(func() {
				statuses[i] = manager.post("/v1/customers/"+pair[0]+"/merge", map[string]any{"into": pair[1], "reason": "同一身份證號"}).status
			})
		}
		both.Wait()
		require.ElementsMatch(o, []int{http.StatusOK, http.StatusConflict}, statuses)
		for _, id := range []string{first, second} {
			manager.must("/v1/customers/"+id+"/unmerge", map[string]any{"reason": "again"})
		}
	}
	manager := o.as("manager")
	manager.must("/v1/customers/"+second+"/merge", map[string]any{"into": first, "reason": "同一身份證號"})
}

// reveals: only with the right and for a purpose; the value is in the answer alone, and a repeated key is not shown it again
// once the right is gone.
func reveals(o *office, answers *heard, path string) {
	t := o.T
	ask := map[string]any{"field": "phone", "purpose": "回電確認"}
	for _, login := range []string{"clerk", "analyst", "auditor", "leader2"} {
		refused := o.as(login).post(path+"/reveal", ask)
		require.Equal(t, http.StatusForbidden, refused.status, login)
		answers.hear(refused.body)
	}
	head, err := o.events.Head(t.Context())
	require.NoError(t, err)
	denials := o.as("auditor").get("/v1/audit?type=AccessDenied&limit=200", "Docket-After", strconv.FormatUint(head, 10))
	require.Equal(t, http.StatusOK, denials.status, string(denials.body))
	require.GreaterOrEqual(t, strings.Count(string(denials.body), "AccessDenied"), 4, "attempts are recorded")
	answers.hear(denials.body)
	manager := o.as("manager")
	require.Equal(t, http.StatusUnprocessableEntity, manager.post(path+"/reveal", map[string]any{"field": "phone", "purpose": " "}).status)
	require.Equal(t, http.StatusUnprocessableEntity, manager.post(path+"/reveal", map[string]any{"field": "name", "purpose": "p"}).status)
	shown := manager.post(path+"/reveal", ask, "Idempotency-Key", "look")
	require.Equal(t, http.StatusOK, shown.status, string(shown.body))
	require.Equal(t, map[string]any{"field": "phone", "value": markedPhone}, shown.decoded(t)["revealed"])
	require.Equal(t, "no-store", shown.header.Get("Cache-Control"))
}

// ticketsFiles attaches a file to a ticket and reveals what the ticket holds.
func ticketsFiles(o *office, answers *heard) {
	t := o.T
	clerk, handler := o.as("clerk"), o.as("handler")
	centre, group := place(clerk, "unit"), place(clerk, "group")
	id := clerk.must("/v1/tickets", map[string]any{
		"unit": centre, "type": "CERT", "channel": "window", "urgency": "normal", "title": "補發證件",
		"customer_name": "王小明", "customer_phone": markedPhone, "customer_id_number": markedID,
	})["id"].(string)
	path := "/v1/tickets/" + id
	clerk.must(path+"/accept", map[string]any{})
	clerk.must(path+"/assign-group", map[string]any{"group": group})
	handler.must(path+"/take", map[string]any{})
	shown := handler.post(path+"/reveal", map[string]any{"field": "customer_id_number", "purpose": "核對身份"})
	require.Equal(t, http.StatusOK, shown.status, string(shown.body))
	require.Equal(t, map[string]any{"field": "customer_id_number", "value": markedID}, shown.decoded(t)["revealed"])
	require.Equal(t, http.StatusForbidden, clerk.post(path+"/reveal", map[string]any{"field": "customer_phone", "purpose": "p"}).status)
	require.Equal(t, http.StatusNotFound, o.as("handler3").post(path+"/reveal", map[string]any{"field": "customer_phone", "purpose": "p"}).status, "of another group")

	files := path + "/attachments"
	require.Equal(t, http.StatusForbidden, o.as("analyst").do(http.MethodPost, files, []byte(fileText)).status)
	up := handler.do(http.MethodPost, files, []byte(fileText), "Content-Type", "text/plain")
	require.Equal(t, http.StatusCreated, up.status, string(up.body))
	digest := up.decoded(t)["digest"].(string)
	require.Equal(t, "not_scanned", up.decoded(t)["scan"])
	require.Equal(t, http.StatusNotFound, handler.get(files+"/"+digest).status, "not attached yet")
	attach := map[string]any{"digest": digest, "kind": "evidence", "name": "陳述書.txt"}
	other := clerk.must("/v1/tickets", map[string]any{"unit": centre, "type": "CERT", "channel": "window", "urgency": "normal", "title": "另一單"})["id"].(string)
	require.Equal(t, http.StatusUnprocessableEntity, clerk.post("/v1/tickets/"+other+"/attach-file", attach).status, "of another ticket")
	handler.must(path+"/attach-file", attach)
	got := handler.get(files + "/" + digest)
	require.Equal(t, http.StatusOK, got.status, string(got.body))
	require.Equal(t, fileText, string(got.body))
	require.Contains(t, got.header.Get("Content-Disposition"), "attachment")
	require.Equal(t, http.StatusNotFound, o.as("handler3").get(files+"/"+digest).status)
	require.Equal(t, http.StatusForbidden, o.as("analyst").get(files+"/"+digest).status)

	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	part, err := parts.CreateFormFile("file", "附件.pdf")
	require.NoError(t, err)
	_, err = part.Write([]byte("%PDF-1.7\n" + markedHome))
	require.NoError(t, err)
	require.NoError(t, parts.Close())
	second := handler.do(http.MethodPost, files, form.Bytes(), "Content-Type", parts.FormDataContentType())
	require.Equal(t, http.StatusCreated, second.status, string(second.body))
	require.Equal(t, "application/pdf", second.decoded(t)["media_type"])

	eicar := []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`)
	bad := handler.do(http.MethodPost, files, eicar)
	require.Equal(t, http.StatusUnprocessableEntity, bad.status, string(bad.body))
	require.Contains(t, string(bad.body), "attachment.malware")
	require.Equal(t, http.StatusUnprocessableEntity, handler.do(http.MethodPost, files, []byte{0x7f, 'E', 'L', 'F', 0, 0}).status)
	require.Equal(t, http.StatusRequestEntityTooLarge, handler.do(http.MethodPost, files, bytes.Repeat([]byte("a"), 21<<20)).status)

	page := handler.get(path, "Docket-After", handler.post(path+"/note", map[string]any{"text": "完"}).header.Get("Docket-Position"))
	require.Equal(t, http.StatusOK, page.status)
	require.Contains(t, string(page.body), "TicketFieldRevealed")
	answers.hear(page.body)
	history := handler.get(path + "/history")
	require.Equal(t, http.StatusOK, history.status, string(history.body))
	require.Contains(t, string(history.body), "核對身份")
	answers.hear(history.body)
}

// everyTable reads every table of the database as text.
func everyTable(o *office) string {
	rows, err := o.pool.Query(o.Context(), `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
		WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
	require.NoError(o, err)
	var tables []string
	for rows.Next() {
		var name string
		require.NoError(o, rows.Scan(&name))
		tables = append(tables, name)
	}
	require.NoError(o, rows.Err())
	require.Greater(o, len(tables), 10)
	var all strings.Builder
	for _, table := range tables {
		var text *string
		require.NoError(o, o.pool.QueryRow(o.Context(), "SELECT string_agg(r::text, E'\\n') FROM "+table+" r").Scan(&text), table)
		if text != nil {
			all.WriteString(*text + "\n")
		}
	}
	require.Contains(o, all.String(), "王小明", "this reads what is there: contents lie open in read models")
	return all.String()
}

// nowhereInFiles reads a folder through.
func nowhereInFiles(t *testing.T, dir string, secrets ...string) {
	t.Helper()
	files := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		content, err := os.ReadFile(path)
		for _, secret := range secrets {
			require.False(t, bytes.Contains(content, []byte(secret)), "%s is readable in %s", secret, path)
		}
		return err
	}))
	require.Positive(t, files, "nothing to look through in %s", dir)
}

// heard collects what is said, by many at once.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(p)
}

func (h *heard) hear(p []byte) { _, _ = h.Write(append(p, '\n')) }

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}
