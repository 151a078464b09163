package main

import (
	"context"
	"errors"
	"fmt"

	"docket/internal/vault"
	"docket/migrations"
)

// vaultCmd keeps the master key that wraps all other keys.
type vaultCmd struct {
	Rotate vaultRotateCmd `cmd:"" help:"Change the master key: wrap every key again under a new one, or go on with a change that was interrupted."`
	Retire vaultRetireCmd `cmd:"" help:"Forget master keys that nothing is wrapped under any more."`
}

// vaultRotateCmd may run beside a serving process.
type vaultRotateCmd struct{}

// Run rotates and says what has to be backed up.
func (c *vaultRotateCmd) Run(ctx context.Context, settings *Settings) error {
	return withVault(ctx, settings, func(v *vault.Vault) error {
		r, err := v.Rotate(ctx, func(n int) { fmt.Printf("\r%d keys", n) })
		fmt.Println()
		if err != nil {
			return fmt.Errorf("%w (docket vault rotate goes on from here; keep every master key until it has ended)", err)
		}
		what := "changed"
		if r.Resumed {
			what = "change brought to its end"
		}
		fmt.Printf("master key %s: %d keys are wrapped under %s\n", what, r.Rewrapped, r.Master)
		fmt.Println("back the master key up now; docket vault retire forgets the old one, which older backups of the database still need")
		return nil
	})
}

// vaultRetireCmd is apart from the change, so that somebody can look in between.
type vaultRetireCmd struct{}

// Run retires and names what is gone.
func (c *vaultRetireCmd) Run(ctx context.Context, settings *Settings) error {
	return withVault(ctx, settings, func(v *vault.Vault) error {
		retired, err := v.Retire(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("retired: %v\n", retired)
		return nil
	})
}

// withVault opens the vault of a serving process, or that of the data folder.
func withVault(ctx context.Context, settings *Settings, do func(*vault.Vault) error) (err error) {
	log := settings.logger()
	b, err := openBackends(ctx, settings, log, true)
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
	options, err := settings.vault()
	if err != nil {
		return err
	}
	options.Logger = log
	v, err := vault.New(ctx, pool, options)
	if err != nil {
		return err
	}
	return do(v)
}

// vault says where the master keys are.
func (s *Settings) vault() (vault.Options, error) {
	o := vault.Options{MasterKeyFile: s.masterKey()}
	if s.KeyService == "" {
		return o, nil
	}
	service, err := vault.OpenTransit(vault.TransitOptions{Address: s.KeyService, Key: s.KeyServiceKey, TokenFile: s.KeyServiceToken})
	if err != nil {
		return o, fmt.Errorf("--key-service: %w", err)
	}
	o.KeyServices = []vault.KeyService{service}
	return o, nil
}
