// Command docket runs the ticket service and its tools. It only puts the parts together; what is worth a test on its own
// lives in the packages it wires.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli is the command line: settings shared by all commands, then the commands.
type cli struct {
	Settings

	Serve      serveCmd      `cmd:"" help:"Run the service (with nothing configured: embedded event store and private Postgres)."`
	Migrate    migrateCmd    `cmd:"" help:"Bring the lasting Postgres schemas to the newest version."`
	Rebuild    rebuildCmd    `cmd:"" help:"Build read models anew from the event store, beside the live ones, and swap them in."`
	Status     statusCmd     `cmd:"" help:"How the running service stands: its stores, its read models, rebuilds under way."`
	Verify     verifyCmd     `cmd:"" help:"Check what can be recomputed against what is stored."`
	Import     importCmd     `cmd:"" help:"Carry another system's process log in through the HTTP commands."`
	Demo       demoCmd       `cmd:"" help:"Fill a running service with the work of a simulated office."`
	Account    accountCmd    `cmd:"" help:"Who may sign in."`
	Vault      vaultCmd      `cmd:"" help:"The master key."`
	Eventstore eventstoreCmd `cmd:"" name:"eventstore" help:"The embedded event store on its own."`
	Bench      benchCmd      `cmd:"" help:"Measure the service and what it stands on."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "docket:", err)
		os.Exit(1)
	}
}

// run parses the command line and runs the command it names; an interrupt is an ordinary end.
func run(ctx context.Context, args []string) error {
	var c cli
	parser, err := kong.New(&c, kong.Name("docket"),
		kong.Description("Event-sourced service for business tickets."),
		kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		return fmt.Errorf("command line: %w", err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return err
	}
	if err := parsed.Run(&c.Settings); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
