package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"docket/internal/accounts"
	"docket/internal/demo"
	"docket/migrations"
)

// accountCmd keeps who may sign in.
type accountCmd struct {
	Add     accountAddCmd     `cmd:"" help:"Give a member of staff a login; the password is made up and told once."`
	Disable accountDisableCmd `cmd:"" help:"Let nobody sign in with a login any more; its tokens end."`
}

type accountAddCmd struct {
	Login string `arg:"" help:"Name to sign in with."`
	Staff string `help:"Key of the member of staff, as GET /v1/staff tells it." required:""`
}

var errLoginTaken = errors.New("there is an account with this login already")

// Run adds the account.
func (c *accountAddCmd) Run(ctx context.Context, settings *Settings) error {
	return withAccounts(ctx, settings, func(s *accounts.Store) error {
		password := demo.NewPassword()
		created, err := s.Create(ctx, accounts.New{Login: c.Login, Password: password, Staff: c.Staff})
		if err != nil {
			return err
		}
		if !created {
			return errLoginTaken
		}
		fmt.Printf("%s can sign in with the password %s\n", c.Login, password)
		return nil
	})
}

type accountDisableCmd struct {
	Login string `arg:"" help:"Login to disable."`
}

// Run disables the account.
func (c *accountDisableCmd) Run(ctx context.Context, settings *Settings) error {
	return withAccounts(ctx, settings, func(s *accounts.Store) error { return s.Disable(ctx, c.Login) })
}

// withAccounts opens the accounts of a serving process beside us, or of the data folder.
func withAccounts(ctx context.Context, settings *Settings, do func(*accounts.Store) error) (err error) {
	b, err := openBackends(ctx, settings, settings.logger(), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if err := migrations.Up(ctx, b.Postgres); err != nil {
		return err
	}
	pool, err := openPool(ctx, b.Postgres)
	if err != nil {
		return err
	}
	defer pool.Close()
	return do(accounts.Open(pool, time.Now))
}
