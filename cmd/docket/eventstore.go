package main

import (
	"context"
	"fmt"
	"path/filepath"

	"docket/internal/eventstore/embedded"
)

// eventstoreCmd is the embedded event store on its own.
type eventstoreCmd struct {
	Serve eventstoreServeCmd `cmd:"" help:"Run the embedded event store as a process of its own."`
}

type eventstoreServeCmd struct {
	Listen string `help:"Address to listen on." default:"127.0.0.1:2113"`
}

// Run serves until it is interrupted.
func (c *eventstoreServeCmd) Run(ctx context.Context, settings *Settings) error {
	engine, err := embedded.Start(ctx, embedded.Options{
		Dir: filepath.Join(settings.Data, "events"), Listen: c.Listen, Logger: settings.logger(),
	})
	if err != nil {
		return err
	}
	fmt.Println("embedded event store is ready at " + engine.ConnectionString())
	<-ctx.Done()
	return engine.Close()
}
