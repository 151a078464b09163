package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"path/filepath"

	"docket/internal/eventstore/embedded"
)

// eventstoreCmd is the embedded event store on its own.
type eventstoreCmd struct {
	Serve eventstoreServeCmd `cmd:"" help:"Run the embedded event store as a process of its own."`
}

type eventstoreServeCmd struct {
	Listen        string `help:"Address to listen on." default:"127.0.0.1:2113" env:"DOCKET_EVENTSTORE_LISTEN"`
	Advertise     string `help:"Address that gossip tells clients; left out, the one listened on." env:"DOCKET_EVENTSTORE_ADVERTISE"`
	Cert          string `help:"TLS certificate (PEM); with it callers have to sign in." type:"existingfile" env:"DOCKET_EVENTSTORE_CERT"`
	Key           string `help:"Key of the certificate (PEM)." type:"existingfile" env:"DOCKET_EVENTSTORE_KEY"`
	AdminPassword string `help:"Sets the password of the account admin; left out, one is made up at first start." env:"DOCKET_EVENTSTORE_ADMIN_PASSWORD"`
	OpsPassword   string `help:"Sets the password of the account ops; left out, one is made up at first start." env:"DOCKET_EVENTSTORE_OPS_PASSWORD"`
	Links         bool   `help:"Keep the link streams $$ce-<category> and $$et-<type>."`
}

// Run serves until it is interrupted.
func (c *eventstoreServeCmd) Run(ctx context.Context, settings *Settings) error {
	options := embedded.Options{
		Dir: filepath.Join(settings.Data, "events"), Listen: c.Listen, Advertise: c.Advertise, Logger: settings.logger(),
		AdminPassword: c.AdminPassword, OpsPassword: c.OpsPassword, LinkStreams: c.Links,
	}
	if (c.Cert == "") != (c.Key == "") {
		return errors.New("--cert and --key go together")
	}
	if c.Cert != "" {
		certificate, err := tls.LoadX509KeyPair(c.Cert, c.Key)
		if err != nil {
			return fmt.Errorf("certificate: %w", err)
		}
		options.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	}
	engine, err := embedded.Start(ctx, options)
	if err != nil {
		return err
	}
	for login, password := range engine.FirstPasswords() {
		fmt.Printf("first start: the password of %s is %s\n", login, password)
	}
	fmt.Println("docket's embedded event store (EventStoreDB-compatible protocol) is ready at " + engine.ConnectionString())
	<-ctx.Done()
	return engine.Close()
}
