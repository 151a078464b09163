package bench

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"docket/internal/bench/process"
)

// thisRun is part of every key of this process's commands: a kept office has seen those of the runs before.
var thisRun = rand.Text()

// desk is the service as a process, with the demo office, and the people who work at it over HTTP.
type desk struct {
	*process.Process
	data string
	drop func() error
	http *http.Client // looks at the lag
	wire *wire        // asks what is measured

	clerk, handler string // bearer tokens
	centre, group  string // keys of the office's units
	holder         string // who is given tickets; empty: the handler takes them
	accepts        bool   // registering accepts
	keys           atomic.Uint64
}

// openDesk gives the service of this run, started with the first part that needs it.
func (b *bench) openDesk(ctx context.Context) (*desk, error) {
	if b.desk != nil {
		return b.desk, nil
	}
	data, drop, err := b.folder("desk")
	if err != nil {
		return nil, err
	}
	service, err := process.Serve(ctx, process.Options{Program: b.o.Program, Data: data, Demo: true, Stderr: b.o.Progress})
	if err != nil {
		return nil, errors.Join(err, drop())
	}
	b.desk = &desk{Process: service, data: data, drop: drop, http: &http.Client{Timeout: exchangeLimit}, wire: newWire(service.URL)}
	return b.desk, b.desk.settle(ctx)
}

func (b *bench) closeDesk() error {
	if b.desk == nil {
		return nil
	}
	b.desk.hangUp()
	return errors.Join(b.desk.Stop(), b.desk.drop())
}

// hangUp closes the connections that are not in use.
func (d *desk) hangUp() {
	d.http.CloseIdleConnections()
	d.wire.close()
}

// settle signs people in and finds the places they work at.
func (d *desk) settle(ctx context.Context) error {
	passwords, err := d.Passwords()
	if err != nil {
		return err
	}
	for login, token := range map[string]*string{"clerk": &d.clerk, "handler": &d.handler} {
		var session struct{ Token string }
		body := map[string]string{"login": login, "password": passwords[login]}
		if err := d.send(ctx, http.MethodPost, "/v1/login", "", 0, body, &session); err != nil {
			return err
		}
		*token = session.Token
	}
	if d.centre, err = d.place(ctx, "unit", ""); err != nil {
		return err
	}
	d.group, err = d.place(ctx, "group", "一組") // the handler's
	return err
}

// place finds a unit whose name contains some words.
func (d *desk) place(ctx context.Context, kind, words string) (string, error) {
	var page struct{ Items []struct{ ID, Name string } }
	if err := d.send(ctx, http.MethodGet, "/v1/units?kind="+kind, d.clerk, 0, nil, &page); err != nil {
		return "", err
	}
	for _, unit := range page.Items {
		if strings.Contains(unit.Name, words) {
			return unit.ID, nil
		}
	}
	return "", fmt.Errorf("the demo office has no %s %q", kind, words)
}

// accepted is what the service answers to a command.
type accepted struct {
	ID       string
	Position uint64
}

// command issues one command with a key of its own.
func (d *desk) command(ctx context.Context, token, path string, body any) (accepted, error) {
	var a accepted
	return a, d.send(ctx, http.MethodPost, path, token, 0, body, &a)
}

// send asks once; whatever is not a success is an error.
func (d *desk) send(ctx context.Context, method, path, token string, after uint64, body, into any) error {
	headers := make([]header, 0, 4)
	var content []byte
	if token != "" {
		headers = append(headers, header{"Authorization", "Bearer " + token})
	}
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return err
		}
		headers = append(headers, header{"Content-Type", "application/json"},
			header{"Idempotency-Key", "measured-" + thisRun + "-" + strconv.FormatUint(d.keys.Add(1), 10)})
	}
	if after > 0 {
		headers = append(headers, header{"Docket-After", strconv.FormatUint(after, 10)})
	}
	return d.wire.do(ctx, method, path, headers, content, func(status int, answer []byte) error {
		if status/100 != 2 {
			return fmt.Errorf("%s %s: %d %s", method, path, status, answer)
		}
		return json.Unmarshal(answer, into)
	})
}

// register opens a ticket as a clerk at the window does.
func (d *desk) register(ctx context.Context) (accepted, error) {
	return d.command(ctx, d.clerk, "/v1/tickets", map[string]string{
		"unit": d.centre, "type": "CERT", "channel": "window", "urgency": "normal",
		"title": "補發證件", "description": strings.Repeat("申請人說明證件遺失，請儘快補發。", 8),
		"customer": "c-1001", "customer_name": "王小明", "customer_phone": "13912345678",
	})
}

// inHand registers tickets and brings each into the handler's hands; several at once.
func (d *desk) inHand(ctx context.Context, tickets []string) error {
	const workers = 16
	_, err := load(ctx, workers, 0, func(ctx context.Context, worker, _ int) error {
		for i := worker; i < len(tickets); i += workers {
			ticket, err := d.register(ctx)
			if err != nil {
				return err
			}
			tickets[i] = ticket.ID
			for _, c := range d.handing() {
				if c.body == nil {
					c.body = map[string]string{}
				}
				if _, err := d.command(ctx, c.token, "/v1/tickets/"+ticket.ID+"/"+c.verb, c.body); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return err
}

// step is one command on the way into somebody's hands.
type step struct {
	token, verb string
	body        map[string]string
}

// handing are the commands by which a registered ticket comes into the handler's hands.
func (d *desk) handing() []step {
	steps := []step{{d.clerk, "accept", nil}, {d.clerk, "assign-group", map[string]string{"group": d.group}}, {d.handler, "take", nil}}
	if d.holder != "" {
		steps[2] = step{d.clerk, "assign-handler", map[string]string{"handler": d.holder}}
	}
	if d.accepts {
		steps = steps[1:]
	}
	return steps
}

// recording adds work records; no two workers touch the same ticket.
func (d *desk) recording(tickets []string, workers int) operation {
	each := len(tickets) / workers
	return func(ctx context.Context, worker, n int) error {
		// A text of its own, as people write them: words that a ticket has heard before are not indexed again.
		body := map[string]string{"content": fmt.Sprintf("第%d次已電話核實申請人身份，資料齊全，%d號窗口轉交製證。", n+1, worker+1)}
		_, err := d.command(ctx, d.handler, "/v1/tickets/"+tickets[worker*each+n%each]+"/record-work", body)
		return err
	}
}
