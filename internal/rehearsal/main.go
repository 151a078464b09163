// Command rehearsal carries a whole process log through the real program, from nothing, as its users would: it starts
// docket serve as a process, runs docket import against it, and holds the figures read over HTTP against a file that
// somebody else computed from the log. With -kills it ends the service with SIGKILL in the middle of the import that many
// times, repeats the import each time, and then looks for every acknowledged event in $all with the official client.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"docket/internal/eventstore/rawlog"
	"docket/internal/importer"
	"docket/internal/pglocal"
	"docket/internal/realdata"
)

// options of a rehearsal.
type options struct {
	docket   string // path of the program
	file     string // process log
	expected string // figures computed from it
	mapping  string
	data     string // folder for data; empty: a temporary one, removed afterwards
	kills    int
	seed     uint64
}

func main() {
	var o options
	flag.StringVar(&o.docket, "docket", "bin/docket", "the program")
	flag.StringVar(&o.file, "file", "", "process log (.csv or .csv.gz)")
	flag.StringVar(&o.expected, "expected", "", "figures (default: the log's name with .expected.json)")
	flag.StringVar(&o.mapping, "map", "servicenow", "mapping of the log")
	flag.StringVar(&o.data, "data", "", "folder for the service's data (default: a temporary one)")
	flag.IntVar(&o.kills, "kills", 0, "how often the service is killed during the import")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "of the moments of the kills")
	flag.Parse()
	if o.file == "" {
		flag.Usage()
		os.Exit(2)
	}
	if o.expected == "" {
		o.expected = strings.TrimSuffix(strings.TrimSuffix(o.file, ".gz"), ".csv") + ".expected.json"
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "rehearsal:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	if o.data == "" {
		dir, err := os.MkdirTemp("", "docket-rehearsal-")
		if err != nil {
			return err
		}
		defer func() {
			err = errors.Join(err, pglocal.Remove(context.WithoutCancel(ctx), filepath.Join(dir, "postgres")), os.RemoveAll(dir))
		}()
		if err := os.Chmod(dir, 0o711); err != nil { // as root, the database's own account has to pass through
			return err
		}
		o.data = dir
	}
	h := &house{options: o, journal: filepath.Join(o.data, "journal.jsonl")}
	if err := h.importThroughKills(ctx); err != nil {
		return err
	}
	service, err := h.serve(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, service.interrupt()) }()
	start := time.Now()
	report, err := h.importAll(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%s\nthe import took %.1f s; resident memory of the service: %d MB at most\n", report, time.Since(start).Seconds(), service.peakMB())
	if err := h.compare(ctx, service); err != nil {
		return err
	}
	found, err := h.checkJournal(ctx, service)
	if err != nil {
		return err
	}
	fmt.Printf("killed %d times: all %d acknowledged commands found, each of their %d events exactly once in $all of %d events; figures as expected\n",
		o.kills, found.commands, found.events, found.log)
	return nil
}

// importAll runs the import to its end and gives its report.
func (h *house) importAll(ctx context.Context) (importer.Report, error) {
	token, err := h.token("import")
	if err != nil {
		return importer.Report{}, err
	}
	report, err := importer.Run(ctx, importer.Options{
		File: h.file, Mapping: h.mapping, URL: h.url, Token: token, Progress: os.Stderr,
		Journal: h.journal, Report: h.reportFile(),
	})
	if err == nil && !report.Complete() {
		err = fmt.Errorf("rows were refused:\n%s", report)
	}
	return report, err
}

func (h *house) reportFile() string { return filepath.Join(h.data, "import-report.json") }

// compare holds the figures against the expected ones.
func (h *house) compare(ctx context.Context, s *process) error {
	token, err := h.token("report")
	if err != nil {
		return err
	}
	_, err = realdata.Compare(ctx, realdata.Options{
		URL: h.url, Token: token, Expected: h.expected, Report: h.reportFile(), Out: os.Stdout,
	})
	return err
}

// tally is what a check of the journal found.
type tally struct{ commands, events, log int }

// checkJournal finds every acknowledged event exactly once in the log: the same type and id at the same revision of its
// stream.
func (h *house) checkJournal(ctx context.Context, s *process) (tally, error) {
	acknowledged, t, err := readJournal(h.journal)
	if err != nil {
		return t, err
	}
	var problems []error
	note := func(format string, args ...any) {
		if len(problems) < 20 {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	found := make(map[place]bool, len(acknowledged))
	ids := make(map[string]place, len(acknowledged))
	err = rawlog.Each(ctx, s.eventStore, func(e rawlog.Event) error {
		t.log++
		at := place{e.Stream, e.Revision}
		want, ok := acknowledged[at]
		if !ok {
			return nil
		}
		if earlier, twice := ids[e.ID]; found[at] || twice {
			note("event %s stands twice: at %v and %v", e.ID, earlier, at)
		}
		if want.Type != e.Type || want.ID != e.ID {
			note("at %v stands %s %s, acknowledged was %s %s", at, e.Type, e.ID, want.Type, want.ID)
		}
		found[at], ids[e.ID] = true, at
		return nil
	})
	for at, want := range acknowledged {
		if !found[at] {
			note("acknowledged %s at %v is not in the log", want.Type, at)
		}
	}
	return t, errors.Join(append(problems, err)...)
}
