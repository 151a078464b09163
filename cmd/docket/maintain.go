package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"docket/migrations"
)

// migrateCmd brings the lasting schemas up to date.
type migrateCmd struct{}

// Run migrates.
func (*migrateCmd) Run(ctx context.Context, settings *Settings) (err error) {
	b, err := openBackends(ctx, settings, settings.logger(), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if err := migrations.Up(ctx, b.Postgres); err != nil {
		return err
	}
	applied, known, err := migrations.Version(ctx, b.Postgres)
	if err != nil {
		return err
	}
	fmt.Printf("schemas are at version %d of %d\n", applied, known)
	return nil
}

// rebuildCmd builds read models anew.
type rebuildCmd struct {
	Models []string `arg:"" optional:"" help:"Read models to rebuild."`
	All    bool     `help:"Rebuild every read model, in one pass."`

	Keep     time.Duration `help:"How often a rebuild of a long log notes how far it is, so that the next one goes on from there should it be killed; 0: never." default:"20s"`
	KeepFrom uint64        `help:"Length of the log from which on it does." default:"134217728" hidden:""`

	Profile string `help:"File that gets a CPU profile." type:"path" hidden:""`
}

// Run rebuilds beside a serving process or alone.
func (c *rebuildCmd) Run(ctx context.Context, settings *Settings) (err error) {
	if c.All == (len(c.Models) > 0) {
		return errors.New("name the read models to rebuild, or give --all")
	}
	stop, err := profile(c.Profile)
	if err != nil {
		return err
	}
	defer stop()
	tuneMemory(rebuildTarget)
	st, err := openStores(ctx, settings, settings.logger(), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	start := time.Now()
	line := newProgressLine(os.Stdout)
	defer line.end()
	st.runner.Keeping(c.KeepFrom, c.Keep).OnRebuild(line.tell)
	if err := st.runner.Rebuild(ctx, c.Models...); err != nil {
		return err
	}
	line.end()
	fmt.Printf("rebuilt in %.1f s\n", time.Since(start).Seconds())
	return nil
}
