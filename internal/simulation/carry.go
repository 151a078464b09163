package simulation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"

	"docket/commands"
	"docket/domain/authz"
	"docket/domain/unit"
	"docket/internal/demo"
	"docket/internal/sender"
)

// Roles are those of the account that carries a simulation out: it acts for everybody at the office, at times of its own, so it
// holds every role that somebody there has.
var Roles = []string{
	authz.Importer, authz.Administrator, authz.Designer, authz.DepartmentHead, authz.Manager, authz.DeputyManager, authz.Supervisor,
	authz.Reviewer, authz.Specialist, authz.Approver, authz.Leader, authz.Handler, authz.Clerk,
}

// Service is where a simulation is carried out.
type Service struct {
	URL, Token  string    // of an account with [Roles]
	Concurrency int       // tickets at the same time; 0: 16
	Progress    io.Writer // where a progress bar is drawn; nil: nowhere
}

// Summary tells what came of it.
type Summary struct {
	ID                string // of the simulation
	Tickets, Commands int
	Repeated          int               // commands that an earlier run had carried out already
	Late              int               // acts that the real day was too late for, or somebody's timer was faster than
	Refused           map[string]int    // by code; a ticket ends with its first refusal
	Examples          map[string]string // of refusals, by code
	Took              time.Duration
}

// String tells it in a few lines.
func (s Summary) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "simulation %s: %d tickets by %d commands in %.1f s (%.0f/s)", s.ID, s.Tickets, s.Commands, s.Took.Seconds(), float64(s.Commands)/s.Took.Seconds())
	if s.Repeated > 0 {
		fmt.Fprintf(&b, "\n%d commands had been carried out before", s.Repeated)
	}
	if s.Late > 0 {
		fmt.Fprintf(&b, "\n%d acts came too late and were left out", s.Late)
	}
	for code, n := range s.Refused {
		fmt.Fprintf(&b, "\nrefused with %s: %d, for example %s", code, n, s.Examples[code])
	}
	return b.String()
}

// OpenOffice opens the office of a simulation by commands, a day before its first ticket. Opened again it is left as it is.
func OpenOffice(ctx context.Context, c demo.Commands, o Options) (Office, uint64, error) {
	o = o.filled()
	opening := demo.Opening{Roster: rosterOf(o.Seed), Key: "sim-" + o.id() + "-", At: o.Until.AddDate(0, 0, -o.Days-1)}
	opened, err := demo.Open(ctx, c, opening)
	if err != nil {
		return Office{}, 0, err
	}
	office := peopled(opened)
	change, ok := commands.Lookup("unit.settings")
	if !ok {
		return Office{}, 0, errors.New("no command unit.settings")
	}
	a, err := c.Do(ctx, change, commands.Request{
		ID: office.Hotline.Unit, Key: opening.Key + "settings", After: opened.After, Effective: opening.At,
		Command: &unit.ChangeSettings{Settings: unit.Settings{AcceptOnRegister: true, WaiveReview: true, WaiveDelivery: true}},
	})
	if err != nil {
		return Office{}, 0, fmt.Errorf("open the office: %w", err)
	}
	return office, max(opened.After, a.Position), nil
}

// Remote carries commands out over HTTP, for the people who issue them.
type Remote struct{ *sender.Client }

// Connect reaches the service.
func Connect(s Service) Remote {
	return Remote{sender.New(sender.Options{URL: s.URL, Token: s.Token, Connections: s.Concurrency})}
}

// Do issues a command. The actor's staff is whom the account acts for; its posts do not count, the account's do.
func (r Remote) Do(ctx context.Context, e *commands.Entry, q commands.Request) (commands.Answer, error) {
	r.Passed(q.After)
	c := sender.Command{
		Path: strings.ReplaceAll(e.Route, "{id}", q.ID), Key: q.Key, By: q.Actor.Staff, At: q.Effective, Body: q.Command,
	}
	if q.Matches {
		revision := uint64(q.Match)
		c.Match = &revision
	}
	a, err := r.Send(ctx, c)
	return commands.Answer{ID: a.ID, Number: a.Number, Revision: a.Revision, Position: a.Position, Repeated: a.Repeated}, err
}

// Run opens the office and carries out everything that happens in it, over HTTP. One that broke off is gone on with by running
// it again; the summary counts what had been done.
func Run(ctx context.Context, o Options, s Service) (Summary, error) {
	o = o.filled()
	if s.Concurrency <= 0 {
		s.Concurrency = 16
	}
	client := Connect(s)
	defer client.Close()
	began := time.Now()
	office, after, err := OpenOffice(ctx, client, o)
	if err != nil {
		return Summary{}, err
	}
	client.Passed(after)
	plan, err := NewPlan(o, office)
	if err != nil {
		return Summary{}, err
	}
	r := &running{client: client, sum: Summary{ID: plan.id, Refused: map[string]int{}, Examples: map[string]string{}}}
	if s.Progress != nil {
		r.bar = progressbar.NewOptions(o.Tickets, progressbar.OptionSetWriter(s.Progress), progressbar.OptionSetDescription("tickets"),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionThrottle(200*time.Millisecond),
			progressbar.OptionOnCompletion(func() { _, _ = fmt.Fprintln(s.Progress) }))
	}
	err = spread(ctx, s.Concurrency, 0, o.Tickets, func(ctx context.Context, i int) error { return r.carry(ctx, plan.Case(i)) })
	r.sum.Took = time.Since(began)
	return r.sum, err
}

// spread does something for every number of a range, some at a time, until one fails.
func spread(ctx context.Context, workers, from, to int, do func(context.Context, int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	next.Store(int64(from) - 1)
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1))
				if i >= to {
					return
				}
				if err := do(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// running is a simulation that is being carried out.
type running struct {
	client Remote
	bar    *progressbar.ProgressBar

	mu  sync.Mutex
	sum Summary
}

// lived is what became of one ticket's acts.
type lived struct {
	done, repeated, late int
	refused              *sender.Refusal // ended it
	example              string
}

// live carries the acts out one after the other. An error is one of reaching the service.
func (r *running) live(ctx context.Context, c Case) (l lived, err error) {
	id, revision := "", uint64(0)
	for _, act := range c.Acts {
		a, err := r.act(ctx, act, id, revision)
		var no *sender.Refusal
		switch {
		case err == nil:
			l.done++
			if a.Repeated {
				l.repeated++
			}
			id, revision = a.ID, max(revision, a.Revision)
		case !errors.As(err, &no):
			return l, fmt.Errorf("ticket %d: %w", c.Index, err)
		case act.Lax:
			l.late++
		default:
			l.refused, l.example = no, fmt.Sprintf("%s of ticket %d (%s): %s", act.Command, c.Index, id, no.Error())
			return l, nil
		}
	}
	return l, nil
}

// carry carries one ticket's life out and counts it.
func (r *running) carry(ctx context.Context, c Case) error {
	l, err := r.live(ctx, c)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sum.Tickets++
	r.sum.Commands += l.done
	r.sum.Repeated += l.repeated
	r.sum.Late += l.late
	if l.refused != nil {
		r.sum.Refused[l.refused.Code]++
		r.sum.Examples[l.refused.Code] = l.example
	}
	if r.bar != nil {
		_ = r.bar.Add(1) // a bar that cannot be drawn stops nothing
	}
	return nil
}

// stale is how often an act is decided anew because timers of the service, which find everything overdue, were on the ticket
// meanwhile.
const stale = 50

func (r *running) act(ctx context.Context, act Act, id string, revision uint64) (commands.Answer, error) {
	e, ok := commands.Lookup(act.Command)
	if !ok {
		return commands.Answer{}, fmt.Errorf("no command %s", act.Command)
	}
	for tries := 0; ; tries++ {
		q := sender.Command{Path: strings.ReplaceAll(e.Route, "{id}", id), Key: act.Key, By: act.By, At: act.At, Body: act.Body}
		if e.Match == commands.MatchRequired {
			q.Match = &revision
		}
		a, err := r.client.Send(ctx, q)
		var refused *sender.Refusal
		moved := errors.As(err, &refused) && refused.Revision != nil &&
			slices.Contains([]int{http.StatusPreconditionFailed, http.StatusConflict}, refused.Status) && refused.Code == commands.ErrMoved.Rule
		if !moved || tries == stale {
			return commands.Answer{ID: a.ID, Revision: a.Revision, Position: a.Position, Repeated: a.Repeated}, err
		}
		revision = uint64(*refused.Revision)
	}
}
