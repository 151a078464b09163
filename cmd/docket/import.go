package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"docket/internal/importer"
)

// importCmd carries a process log into a running service.
type importCmd struct {
	File        string `arg:"" help:"CSV of the log, zipped or not." type:"existingfile"`
	Map         string `help:"Mapping of columns and states: a built-in name or a YAML file." required:""`
	URL         string `help:"The service; left out, the one that runs on this data folder." env:"DOCKET_URL"`
	Token       string `help:"Bearer token; left out, that of the import account in the data folder." env:"DOCKET_TOKEN"`
	Concurrency int    `help:"Cases carried in at the same time." default:"16"`
	DryRun      bool   `help:"Plan and count, send nothing."`
	State       string `help:"File that remembers finished cases." type:"path"`
	Journal     string `help:"File that every acknowledged command is appended to." type:"path"`
	Ledger      string `help:"File that gets one line per row: what became of it." type:"path"`
	Report      string `help:"File that gets the report as JSON." type:"path"`
	Quiet       bool   `help:"Draw no progress bar."`
}

var errRefusedRows = errors.New("some rows were refused; the report says which and why")

// Run imports and prints the report; refused rows make it fail.
func (c *importCmd) Run(ctx context.Context, settings *Settings) error {
	o := importer.Options{
		File: c.File, Mapping: c.Map, URL: c.URL, Token: c.Token, Concurrency: c.Concurrency, DryRun: c.DryRun,
		State: c.State, Journal: c.Journal, Ledger: c.Ledger, Report: c.Report,
	}
	if !c.Quiet {
		o.Progress = os.Stderr
	}
	if !c.DryRun {
		var err error
		if o.URL, o.Token, err = settings.reach(c.URL, c.Token, importAccount); err != nil {
			return err
		}
	}
	report, err := importer.Run(ctx, o)
	if report.Rows > 0 {
		fmt.Println(report)
	}
	if err == nil && !report.Complete() {
		err = errRefusedRows
	}
	return err
}

// reach fills in address and token of the service on this data folder where they are not given.
func (s *Settings) reach(url, token, account string) (string, string, error) {
	if url == "" {
		url = "http://127.0.0.1:8080"
		if r, ok := findRunning(s.Data); ok {
			url = r.URL
		}
	}
	if token == "" {
		content, err := os.ReadFile(tokenFile(s.Data, account))
		if err != nil {
			return "", "", fmt.Errorf("no --token, and none in the data folder: %w", err)
		}
		token = strings.TrimSpace(string(content))
	}
	return url, token, nil
}
