package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"docket/domain/authz"
	"docket/internal/accounts"
	"docket/internal/bench"
	"docket/internal/simulation"
)

// benchCmd measures the service on this machine.
type benchCmd struct {
	Quick   bool     `help:"Measure so briefly that it only shows that everything can be measured."`
	Only    []string `help:"Parts to measure (engine, commands, projections, import, start, scale; growth, only when asked for)." placeholder:"PART"`
	File    string   `help:"Process log to import; left out, the cut that comes with the project." type:"existingfile"`
	Map     string   `help:"Mapping of the log." default:"servicenow"`
	Events  int      `help:"Events in the log of part growth." default:"1000000"`
	Tickets int      `help:"Tickets of the largest office of part scale." default:"100000"`
	Office  string   `help:"Folder that keeps the office of part scale for further runs; it is filled to --tickets at once." type:"path"`
	Profile string   `help:"Folder that gets CPU profiles of part scale." type:"existingdir"`
	JSON    string   `name:"json" help:"File that gets the report as JSON." type:"path"`
	Into    string   `help:"Document that gets the tables, between its two marks." type:"existingfile"`
	Silent  bool     `help:"Print the table alone."`
	Program string   `help:"The program that is measured; left out, this one." type:"existingfile" hidden:""`
}

// Run measures in a temporary folder inside the data folder, on the same disk, and prints the table.
func (c *benchCmd) Run(ctx context.Context, settings *Settings) error {
	tuneMemory(serveTarget) // read models catch up in this process
	o := bench.Options{
		Program: c.Program, Data: settings.Data, Beside: beside(settings), File: c.File, Mapping: c.Map, Events: c.Events,
		Tickets: c.Tickets, Office: c.Office, Profile: c.Profile,
		Only: c.Only, Quick: c.Quick,
	}
	if o.Program == "" {
		var err error
		if o.Program, err = os.Executable(); err != nil {
			return fmt.Errorf("this program: %w", err)
		}
	}
	if !c.Silent {
		o.Progress = os.Stderr
	}
	report, err := bench.Run(ctx, o)
	if report == nil || len(report.Figures) == 0 {
		return err
	}
	if c.JSON != "" {
		err = errors.Join(err, report.Save(c.JSON))
	}
	if c.Into != "" && err == nil {
		err = report.PrintInto(c.Into)
	}
	return errors.Join(err, report.Print(os.Stdout))
}

// beside opens the stores of a serving process as docket rebuild does, whatever stores the environment names.
func beside(settings *Settings) func(context.Context, string) (*bench.Stores, error) {
	return func(ctx context.Context, data string) (*bench.Stores, error) {
		own := Settings{Data: data, Zone: settings.Zone, LogLevel: "warn"}
		st, err := openStores(ctx, &own, own.logger(), true)
		if err != nil {
			return nil, err
		}
		zone, err := settings.zone()
		if err != nil {
			return nil, errors.Join(err, st.Close())
		}
		return &bench.Stores{
			Pool: st.pool, Events: st.events, Runner: st.runner, Close: st.Close,
			Bulk: func(ctx context.Context, office uint64) (*simulation.Bulk, func(), error) {
				return st.bulk(ctx, zone, office)
			},
			Token: func(ctx context.Context) (string, error) {
				return measurementToken(ctx, accounts.Open(st.pool, time.Now))
			},
		}, nil
	}
}

// measurementToken lets in who asks all questions and issues all commands of a measured office.
func measurementToken(ctx context.Context, s *accounts.Store) (string, error) {
	const login = "measurement"
	roles := append(slices.Clone(simulation.Roles), authz.Auditor, authz.Analyst)
	if _, err := s.Create(ctx, accounts.New{Login: login, Roles: roles}); err != nil {
		return "", err
	}
	return s.IssueFor(ctx, login)
}
