package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"

	"docket/domain/authz"
	"docket/internal/accounts"
	"docket/internal/demo"
)

// serveCmd runs the service until it is interrupted.
type serveCmd struct {
	Listen string `help:"Address to listen on." default:"127.0.0.1:8080" env:"DOCKET_LISTEN"`
	Demo   bool   `help:"Seed the demo office at first start." default:"true" negatable:"" env:"DOCKET_DEMO"`

	Profile string `help:"File that gets a CPU profile of the whole run." type:"path" hidden:""`
}

// Run starts, seeds, says where, and waits.
func (c *serveCmd) Run(ctx context.Context, settings *Settings) (err error) {
	stop, err := profile(c.Profile)
	if err != nil {
		return err
	}
	defer stop()
	tuneMemory(serveTarget)
	s := &service{Settings: *settings, Listen: c.Listen, Log: settings.logger()}
	if err := s.Start(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.provideTokens(ctx); err != nil {
		return err
	}
	greeting := "docket is ready at " + s.URL()
	if c.Demo {
		logins, err := s.seedDemo(ctx)
		if err != nil {
			return err
		}
		greeting += " – " + logins
	}
	fmt.Println(greeting)
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.Failed():
		return err
	}
}

// profile writes a CPU profile to a file until it is stopped; without a file it does nothing.
func profile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		_ = file.Close() // a profile that cannot be kept fails nothing
	}, nil
}

// Service accounts of the tools beside the service.
const (
	importAccount = "import" // docket import
	reportAccount = "report" // reads figures
	onlineAccount = "online" // an online platform brings its applications in with it
)

// provideTokens makes the service accounts at first start and leaves their tokens in the data folder, readable by its owner
// alone.
func (s *service) provideTokens(ctx context.Context) error {
	for login, role := range map[string]string{importAccount: authz.Importer, reportAccount: authz.Analyst, onlineAccount: authz.Connector} {
		if _, err := s.accounts.Create(ctx, accounts.New{Login: login, Roles: []string{role}}); err != nil {
			return err
		}
		file := tokenFile(s.Settings.Data, login)
		if kept, err := os.ReadFile(file); err == nil {
			if _, err := s.accounts.Authenticate(ctx, strings.TrimSpace(string(kept))); err == nil {
				continue
			}
		}
		token, err := s.accounts.IssueFor(ctx, login)
		if err != nil {
			return err
		}
		if err := writePrivately(file, []byte(token+"\n")); err != nil {
			return err
		}
	}
	return nil
}

// demoFile keeps the demo's logins where only the owner of the data folder can read them.
func demoFile(data string) string { return filepath.Join(data, "demo-logins.json") }

// seedDemo opens the demo office and tells the logins: all of them the first time, where to find them afterwards. The
// passwords are written down before the accounts are made, so that a kill in between loses none.
func (s *service) seedDemo(ctx context.Context) (string, error) {
	file := demoFile(s.Settings.Data)
	passwords, err := readPasswords(file)
	switch {
	case err == nil:
		if err := completePasswords(file, passwords); err != nil {
			return "", err
		}
		if _, err := demo.Seed(ctx, s.pipeline, s.accounts, passwords); err != nil {
			return "", err
		}
		return "demo logins are in " + file, nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("demo logins: %w", err)
	}
	passwords = map[string]string{}
	for _, login := range demo.Logins() {
		passwords[login] = demo.NewPassword()
	}
	if err := writePasswords(file, passwords); err != nil {
		return "", err
	}
	logins, err := demo.Seed(ctx, s.pipeline, s.accounts, passwords)
	if err != nil {
		return "", err
	}
	words := make([]string, len(logins))
	for i, l := range logins {
		words[i] = l.Login + " / " + l.Password
	}
	return "demo logins: " + strings.Join(words, ", "), nil
}

// completePasswords gives a password to everybody who has joined the demo office since the file was written.
func completePasswords(file string, passwords map[string]string) error {
	missing := false
	for _, login := range demo.Logins() {
		if passwords[login] == "" {
			passwords[login], missing = demo.NewPassword(), true
		}
	}
	if !missing {
		return nil
	}
	return writePasswords(file, passwords)
}

func writePasswords(file string, passwords map[string]string) error {
	encoded, err := json.MarshalIndent(passwords, "", "  ")
	if err != nil {
		return fmt.Errorf("demo logins: %w", err)
	}
	return writePrivately(file, encoded)
}

func readPasswords(file string) (map[string]string, error) {
	encoded, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var passwords map[string]string
	return passwords, json.Unmarshal(encoded, &passwords)
}
