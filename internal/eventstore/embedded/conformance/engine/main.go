// Command engine runs one engine for one database of the client's test-suite.
// It prints the address it listens on as its first line and runs until it is
// told to stop. ESDBSUITE_DB says whether the database is to be empty or
// populated, ESDBSUITE_TLS whether it is served with certificates and accounts.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"docket/internal/eventstore/embedded"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s, err := embedded.Start(ctx, embedded.Options{})
	if err != nil {
		return err
	}
	fmt.Println(s.Addr())
	<-ctx.Done()
	return s.Close()
}
