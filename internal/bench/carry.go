package bench

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"docket/internal/bench/process"
	"docket/internal/bench/report"
	"docket/internal/importer"
)

// measureImport carries a process log into a service of its own: how fast, how far the read models fall behind, how much
// memory that takes, how long everything takes to rebuild and to come back afterwards.
func measureImport(ctx context.Context, b *bench) (err error) {
	data, drop, err := b.folder("import")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	options := process.Options{Program: b.o.Program, Data: data, Stderr: b.o.Progress}
	service, err := process.Serve(ctx, options)
	if err != nil {
		return err
	}
	running := true
	defer func() {
		if running {
			err = errors.Join(err, service.Stop())
		}
	}()
	if err := b.carry(ctx, service); err != nil {
		return err
	}
	if err := b.rebuildImported(ctx, data); err != nil {
		return err
	}
	if err := b.noteMemory(service, "docket's resident memory, most until after the rebuild"); err != nil {
		return err
	}
	running = false
	if err := service.Kill(); err != nil {
		return err
	}
	if service, err = process.Serve(ctx, options); err != nil {
		return err
	}
	running = true
	return b.note(report.Millis("start after a kill, with the imported log", service.ReadyAfter).Aiming("< 5000 ms"))
}

// carry imports the log and notes what it took.
func (b *bench) carry(ctx context.Context, service *process.Process) error {
	token, err := service.Token("import")
	if err != nil {
		return err
	}
	o := importer.Options{File: b.o.File, Mapping: b.o.Mapping, URL: service.URL, Token: token}
	if o.File == "" {
		o.File = ShippedLog
	} else {
		o.Progress = b.o.Progress // it takes minutes
	}
	if b.o.Quick {
		if o.File, err = beginning(o.File, b.dir); err != nil {
			return err
		}
	}
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	var done importer.Report
	began := time.Now()
	seen, err := watchLag(ctx, client, service.URL, func(ctx context.Context) (err error) {
		done, err = importer.Run(ctx, o)
		return err
	})
	took := time.Since(began)
	if err != nil {
		return err
	}
	if !done.Complete() {
		return fmt.Errorf("rows were refused:\n%s", done)
	}
	commands := done.Total() + done.Organisation.Groups + done.Organisation.People + done.Organisation.Memberships
	name := fmt.Sprintf("commands, %d for %d rows of %d cases", commands, done.Rows, done.Cases)
	err = b.noteAll(
		report.Figure{Name: "import of the log", Value: took.Seconds(), Unit: "s"},
		report.Rate(name, float64(commands)/took.Seconds(), "/s").Aiming("≥ 1 040"), // 250,000 in 240 s
		report.Millis("lag of the model furthest behind, median", seen.middle),
		report.Millis("lag of the model furthest behind, most", seen.most).Aiming("< 1000 ms"))
	if err != nil {
		return err
	}
	return b.noteMemory(service, "docket's resident memory, most during the import")
}

// quickRows is how much of a log a quick run imports.
const quickRows = 100

// beginning writes the first rows of a log to a file of their own.
func beginning(log, dir string) (string, error) {
	file, err := os.Open(log)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }() // only read
	var text io.Reader = file
	if strings.HasSuffix(log, ".gz") {
		if text, err = gzip.NewReader(file); err != nil {
			return "", fmt.Errorf("%s: %w", log, err)
		}
	}
	var rows bytes.Buffer
	lines := bufio.NewScanner(text)
	for n := 0; n <= quickRows && lines.Scan(); n++ { // and the line of titles
		rows.Write(append(lines.Bytes(), '\n'))
	}
	if err := lines.Err(); err != nil {
		return "", fmt.Errorf("%s: %w", log, err)
	}
	path := filepath.Join(dir, "beginning.csv")
	return path, os.WriteFile(path, rows.Bytes(), 0o600)
}

func (b *bench) noteMemory(service *process.Process, name string) error {
	peak, err := service.PeakMB()
	if err != nil {
		return err
	}
	return b.note(report.Figure{Name: name, Value: peak, Unit: "MB", Aim: "< 400 MB"})
}

// rebuildImported makes all read models anew beside the running service.
func (b *bench) rebuildImported(ctx context.Context, data string) (err error) {
	stores, err := b.o.Beside(ctx, data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stores.Close()) }()
	events, err := follow(ctx, stores)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := stores.Runner.Rebuild(ctx); err != nil {
		return err
	}
	took := time.Since(began).Seconds()
	return b.noteAll(
		report.Figure{Name: "rebuild of all read models from it", Value: took, Unit: "s"},
		report.Rate(fmt.Sprintf("the same, of %d events", events), float64(events)/took, "events/s").Aiming("≥ 18 000")) // 270,000 in 15 s
}
