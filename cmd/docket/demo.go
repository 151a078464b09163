package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"docket/commands"
	"docket/internal/accounts"
	"docket/internal/simulation"
	"docket/projections/directory"

	"github.com/jackc/pgx/v5"
)

// demoCmd carries a simulated office's work into a running service.
type demoCmd struct {
	Tickets     int    `help:"How many tickets." default:"1000"`
	Seed        uint64 `help:"The same seed gives the same tickets, texts, people and times." default:"1"`
	Days        int    `help:"How long the office has been at work." default:"180"`
	Until       string `help:"Its present day (2006-01-02), on which nothing has happened yet; left out, the first of this month." placeholder:"DATE"`
	Planned     int    `help:"Tickets of a hundred that follow a template." default:"60"`
	Concurrency int    `help:"Tickets carried in at the same time." default:"16"`
	Quiet       bool   `help:"Draw no progress bar."`
}

// simulationAccount carries a simulation out. It holds every role of the office and acts for everybody there, so it is made only
// by who owns the data folder, and its token ends with the command.
const simulationAccount = "simulation"

var errRefusedActs = errors.New("some acts were refused; the rules and the simulation do not agree")

// Run simulates and tells what came of it. It goes on with what an earlier run with the same flags left.
func (c *demoCmd) Run(ctx context.Context, settings *Settings) (err error) {
	zone, err := settings.zone()
	if err != nil {
		return err
	}
	today := time.Now().In(zone)
	until := time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, zone)
	if c.Until != "" {
		if until, err = time.ParseInLocation(time.DateOnly, c.Until, zone); err != nil {
			return fmt.Errorf("--until: %w", err)
		}
	}
	if until.After(today) {
		return errors.New("--until: must not lie in the future")
	}
	r, ok := findRunning(settings.Data)
	if !ok {
		return errors.New("no service runs on this data folder; start docket serve first")
	}
	return withAccounts(ctx, settings, func(s *accounts.Store) (err error) {
		token, end, err := simulationToken(ctx, s)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, end()) }()
		o := simulation.Options{Tickets: c.Tickets, Seed: c.Seed, Until: until, Days: c.Days, Planned: c.Planned}
		sum, err := simulation.Run(ctx, o, simulation.Service{URL: r.URL, Token: token, Concurrency: c.Concurrency, Progress: c.progress()})
		if sum.ID != "" {
			fmt.Println(sum)
		}
		if err == nil && len(sum.Refused) > 0 {
			err = errRefusedActs
		}
		return err
	})
}

func (c *demoCmd) progress() io.Writer {
	if c.Quiet {
		return nil
	}
	return os.Stderr
}

// simulationToken lets the simulation in; end lets it in no more.
func simulationToken(ctx context.Context, s *accounts.Store) (token string, end func() error, err error) {
	if _, err := s.Create(ctx, accounts.New{Login: simulationAccount, Roles: simulation.Roles}); err != nil {
		return "", nil, err
	}
	if token, err = s.IssueFor(ctx, simulationAccount); err != nil {
		return "", nil, err
	}
	return token, func() error { return s.Revoke(context.WithoutCancel(ctx), token) }, nil
}

// bulk prepares deciding a simulation in this process, on stores that hold its office.
func (st *stores) bulk(ctx context.Context, zone *time.Location, office uint64) (*simulation.Bulk, func(), error) {
	known := func(context.Context, pgx.Tx, uint64) error { return nil }
	if err := st.runner.Read(ctx, directory.Model.Name, office, known); err != nil { // the view begins with the tables
		return nil, nil, err
	}
	view := directory.NewView()
	following, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = view.Run(following, st.runner) // ends with its context
	}()
	halt := func() { stop(); <-ended }
	if err := view.WaitFor(ctx, office); err != nil {
		halt()
		return nil, nil, err
	}
	b := &simulation.Bulk{
		Journal: st.events, Keys: st.vault.Provide,
		Config: commands.Config{Lookups: view, Library: view, Calendars: view, Logger: st.log, Zone: zone},
	}
	b.Config.DigestWith(st.vault)
	return b, halt, nil
}
