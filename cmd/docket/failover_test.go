package main

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"docket/internal/bench/process"
	"docket/internal/merkle"
	"docket/internal/pgtest"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
)

// failOver is how long nobody may keep a read model once the instance that did has died.
const failOver = 5 * time.Second

// TestAnotherInstanceTakesOver: two instances on one event store and one database, one of them keeping the read models. It is
// killed; the other serves what is written from then on within seconds, its read models and its processes alike.
func TestAnotherInstanceTakesOver(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	program, err := builtProgram()
	require.NoError(t, err)
	store, err := process.ServeEventStore(t.Context(), process.Options{Program: program, Data: filepath.Join(dir, "store"), Stderr: t.Output()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Stop()) })
	first, postgres := filepath.Join(dir, "first"), pgtest.URL(t)
	settings := []string{
		"DOCKET_EVENTSTORE=" + store.EventStore, "DOCKET_POSTGRES=" + postgres, "DOCKET_MASTER_KEY=" + filepath.Join(dir, "master.key"),
		"DOCKET_ATTACHMENTS=" + filepath.Join(dir, "files"), "DOCKET_TREE_HEAD_EVERY=2",
	}
	one, err := process.Serve(t.Context(), process.Options{Program: program, Data: first, Demo: true, Settings: settings, Stderr: t.Output()})
	require.NoError(t, err)
	killed := false
	t.Cleanup(func() {
		if !killed {
			require.NoError(t, one.Kill())
		}
	})
	two, err := process.Serve(t.Context(), process.Options{Program: program, Data: filepath.Join(dir, "second"), Settings: settings, Stderr: t.Output()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, two.Stop()) })
	passwords, err := one.Passwords()
	require.NoError(t, err)
	o := &office{T: t, service: &service{url: two.URL}, passwords: passwords}
	clerk := o.as("clerk")
	centre := o.unitNamed(clerk, "unit", "客戶")
	register := func() (id, position string) {
		a := clerk.must("/v1/tickets", map[string]string{"unit": centre, "type": "CERT", "channel": "window", "urgency": "normal", "title": "補發證件"})
		return a["id"].(string), strconv.FormatFloat(a["position"].(float64), 'f', 0, 64)
	}
	id, position := register()
	require.Equal(t, http.StatusOK, clerk.get("/v1/tickets/"+id, "Docket-After", position).status, "the other instance keeps the read models")
	for model, state := range o.states() {
		require.Equal(t, "standby", state, model)
	}

	for range 5 { // heads are signed while it dies
		register()
	}
	// Who listens at one instance hears what is done through the other.
	heard := clerk.listen(two.URL)
	other := &desk{&office{T: t, service: &service{url: one.URL}, passwords: passwords}, clerk.token}
	made := other.must("/v1/tickets", map[string]string{"unit": centre, "type": "CERT", "channel": "window", "urgency": "normal", "title": "經另一處登記"})
	heard(made["id"].(string))
	heard = other.listen(one.URL)
	here, _ := register()
	heard(here)

	require.NoError(t, one.Kill())
	killed = true
	began := time.Now()
	id, position = register()
	var page answer
	require.Eventually(t, func() bool {
		page = clerk.get("/v1/tickets/"+id, "Docket-After", position)
		return page.status == http.StatusOK
	}, failOver, 20*time.Millisecond, "%s", page.body)
	took := time.Since(began)
	t.Logf("the read model of tickets was behind for %s", took)
	require.Eventually(t, func() bool {
		for _, state := range o.states() {
			if state != "live" {
				return false
			}
		}
		return true
	}, failOver, 20*time.Millisecond, "every read model has a keeper")
	t.Logf("every read model was kept again after %s", time.Since(began))
	require.Less(t, time.Since(began), failOver)
	oneChain(t, o, store.EventStore, postgres)
}

// listen opens the live list at an instance; what it gives waits until a change of a ticket is told there.
func (d *desk) listen(url string) (heard func(ticket string)) {
	d.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/v1/tickets/live", http.NoBody)
	require.NoError(d, err)
	request.Header.Set("Authorization", "Bearer "+d.token)
	response, err := http.DefaultClient.Do(request)
	require.NoError(d, err)
	require.Equal(d, http.StatusOK, response.StatusCode)
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		defer func() { _ = response.Body.Close() }()
		for text := bufio.NewScanner(response.Body); text.Scan(); {
			lines <- text.Text()
		}
	}()
	d.Cleanup(cancel)
	within := func(what string) {
		d.Helper()
		for limit := time.After(time.Minute); ; {
			select {
			case line, open := <-lines:
				require.True(d, open, "the stream ended before it told of %q", what)
				if strings.Contains(line, what) {
					return
				}
			case <-limit:
				require.Fail(d, "the stream never told of "+what)
			}
		}
	}
	within("event: ") // it listens
	return within
}

// states are what the read models are doing, by name.
func (o *office) states() map[string]string {
	o.Helper()
	a := (&desk{office: o}).get("/readyz")
	states := map[string]string{}
	for _, m := range a.decoded(o.T)["projections"].([]any) {
		model := m.(map[string]any)
		states[model["model"].(string)] = model["state"].(string)
	}
	require.NotEmpty(o, states)
	return states
}

// oneChain: the instance that is left goes on signing, and what both signed is one history (mission row K2).
func oneChain(t *testing.T, o *office, events, postgres string) {
	var key string
	head := func() merkle.Head {
		a := (&desk{office: o}).get("/v1/log/checkpoint")
		key = a.header.Get("Docket-Log-Key")
		verifier, err := note.NewVerifier(key)
		require.NoError(t, err)
		h, err := merkle.Open(a.body, verifier)
		require.NoError(t, err)
		return h
	}
	before := head()
	clerk := o.as("clerk")
	centre := o.unitNamed(clerk, "unit", "客戶")
	for range 2 {
		clerk.must("/v1/tickets", map[string]string{"unit": centre, "type": "CERT", "channel": "window", "urgency": "normal", "title": "補發證件"})
	}
	require.Eventually(t, func() bool { return head().Size > before.Size }, 3*failOver, 20*time.Millisecond)
	var said bytes.Buffer
	err := (&verifyCmd{Log: true, Stored: true, Key: key, out: &said}).Run(t.Context(), &Settings{Data: t.TempDir(), EventStore: events, Postgres: postgres, LogLevel: "error"})
	require.NoError(t, err, said.String())
	t.Log(said.String())
}
