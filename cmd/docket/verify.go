package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"docket/internal/bundle"
	"docket/internal/eventstore/rawlog"
	"docket/internal/merkle"
	"docket/internal/merkle/keeper"
)

// verifyCmd checks what can be recomputed.
type verifyCmd struct {
	Projections bool `help:"Rebuild every read model aside and compare it with the live one."`

	Log        bool     `help:"Hash the whole log again and hold it against its signed tree heads and the hashes that were noted."`
	Checkpoint []string `help:"Files with checkpoints of the log that were kept outside; they find what nothing inside can." type:"existingfile"`
	Bundle     string   `help:"Check an evidence bundle, which needs nothing but the file." type:"existingfile"`
	Key        string   `help:"Public key of the log as you know it, or a file with it; left out, the one in the database is believed."`
	Stored     bool     `help:"Use the hashes noted in the database, which name the very event." default:"true" negatable:""`

	out io.Writer `kong:"-"` // standard output when nil
}

var errNothingToVerify = errors.New("say what is to be verified: --log, --projections or --bundle")

// Run verifies; a difference is a failure.
func (c *verifyCmd) Run(ctx context.Context, settings *Settings) error {
	if !c.Projections && !c.Log && c.Bundle == "" {
		return errNothingToVerify
	}
	if c.out == nil {
		c.out = os.Stdout
	}
	var errs []error
	if c.Bundle != "" {
		errs = append(errs, c.bundle())
	}
	if c.Log {
		errs = append(errs, c.log(ctx, settings))
	}
	if c.Projections {
		errs = append(errs, c.projections(ctx, settings))
	}
	return errors.Join(errs...)
}

func (c *verifyCmd) projections(ctx context.Context, settings *Settings) (err error) {
	st, err := openStores(ctx, settings, settings.logger(), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	line := newProgressLine(os.Stderr)
	st.runner.OnRebuild(line.tell)
	verdicts, err := st.runner.Verify(ctx)
	line.end()
	if err != nil {
		return err
	}
	var errs []error
	for _, v := range verdicts {
		fmt.Fprintln(c.out, v)
		if !v.Equal() {
			errs = append(errs, fmt.Errorf("read model %s differs from its rebuild", v.Model))
		}
	}
	return errors.Join(errs...)
}

// bundle checks an evidence bundle as a stranger would.
func (c *verifyCmd) bundle() (err error) {
	archive, err := zip.OpenReader(c.Bundle)
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	found, err := bundle.Check(&archive.Reader, c.knownKey())
	if err != nil {
		return err
	}
	fmt.Fprintln(c.out, found)
	return nil
}

// knownKey is the key that was given, or the content of the file that was.
func (c *verifyCmd) knownKey() string {
	if content, err := os.ReadFile(c.Key); err == nil {
		return strings.TrimSpace(string(content))
	}
	return c.Key
}

// errUnsound: what is wrong has been printed.
var errUnsound = errors.New("the log is not what it was")

// log reads the event store with a client of its own, and nothing of the service but, where it may, the noted hashes. With
// --eventstore, --key and --no-stored it needs no database.
func (c *verifyCmd) log(ctx context.Context, settings *Settings) (err error) {
	check, uri, key := merkle.Check{Outside: map[string][]byte{}}, settings.EventStore, c.knownKey()
	for _, file := range c.Checkpoint {
		if check.Outside[file], err = os.ReadFile(file); err != nil {
			return err
		}
	}
	if uri == "" || key == "" || c.Stored {
		b, err := openBackends(ctx, settings, settings.logger(), true)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, b.Close()) }()
		pool, err := openPool(ctx, b.Postgres)
		if err != nil {
			return err
		}
		defer pool.Close()
		uri = b.EventStore
		if key == "" {
			if key, err = keeper.PublicKey(ctx, pool); err != nil {
				return err
			}
			fmt.Fprintln(c.out, "believing the key in the database; keep it elsewhere and give it with --key:", key)
		}
		if c.Stored {
			check.Stored = (&keeper.Book{Pool: pool}).Kept(ctx)
		}
	}
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return fmt.Errorf("--key: %w", err)
	}
	check.Verifiers = []note.Verifier{verifier}
	report, err := checkLog(ctx, check, uri)
	if err != nil {
		return err
	}
	fmt.Fprint(c.out, report)
	if !report.Sound() {
		return errUnsound
	}
	return nil
}

// checkLog reads the stream of tree heads, and then the whole log.
func checkLog(ctx context.Context, check merkle.Check, uri string) (merkle.Report, error) {
	err := rawlog.EachOf(ctx, uri, merkle.Stream, func(e rawlog.Event) error {
		check.Heads = append(check.Heads, leafOf(e))
		return nil
	})
	if err != nil {
		return merkle.Report{}, err
	}
	return check.Run(func(yield func(*merkle.Event, error) bool) {
		enough := errors.New("enough")
		err := rawlog.Each(ctx, uri, func(e rawlog.Event) error {
			if !yield(leafOf(e), nil) {
				return enough
			}
			return nil
		})
		if err != nil && !errors.Is(err, enough) {
			yield(nil, err)
		}
	})
}

func leafOf(e rawlog.Event) *merkle.Event {
	return &merkle.Event{
		Stream: e.Stream, Revision: e.Revision, ID: e.ID, Type: e.Type, Content: e.Content, Position: e.Position,
		Created: e.Created, Data: e.Data, Metadata: e.Metadata,
	}
}
