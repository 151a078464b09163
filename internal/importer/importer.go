// Package importer carries the process log of another system into the service, through its HTTP commands alone: whatever
// the service refuses to a clerk it refuses to an import. Every command has the log's own time as its effective time and a
// key derived from the log, so that an import that broke off is simply run again. What is read and how is package mapping's
// business, what becomes of each row package plan's.
package importer

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"docket/internal/importer/caselog"
	"docket/internal/importer/mapping"
	"docket/internal/importer/plan"
)

// Options say what is imported, where to, and what is written down about it. File and Mapping are required, URL and Token
// unless it is a dry run.
type Options struct {
	File    string // CSV, zipped or not
	Mapping string // name of a built-in mapping, or path of one
	URL     string // of the service, for example http://127.0.0.1:8080
	Token   string // bearer token of an account with the role importer

	Concurrency int           // cases carried in at the same time; 0: 16
	Patience    time.Duration // how long a service that does not answer is waited for; 0: two minutes
	DryRun      bool          // plan and count, send nothing
	ID          string        // tells this import from others; empty: derived from the log and the mapping

	Progress io.Writer // where a progress bar is drawn; nil: nowhere
	State    string    // file that remembers finished cases, to be passed over next time; empty: none
	Journal  string    // file to which every acknowledged command is appended, as JSON lines; empty: none
	Ledger   string    // file that gets one JSON line per row of the log; empty: none
	Report   string    // file that gets the report as JSON; empty: none
}

// Run carries a log in. Refused rows are part of the report, not an error: see [Report.Complete]. The report tells how far
// the import came when there is an error.
func Run(ctx context.Context, o Options) (Report, error) {
	if o.Concurrency <= 0 {
		o.Concurrency = 16
	}
	if o.Patience <= 0 {
		o.Patience = 2 * time.Minute
	}
	m, err := mapping.Load(o.Mapping)
	if err != nil {
		return Report{}, err
	}
	log, err := caselog.Open(o.File, m)
	if err != nil {
		return Report{}, err
	}
	r := &run{o: o, mapping: m, log: log, report: newReport(o, m, log)}
	if r.o.ID == "" {
		digest := sha256.Sum256(append([]byte(log.Digest+"\x00"), m.Source()...))
		r.o.ID = fmt.Sprintf("%x", digest[:8])
	}
	r.report.Import = r.o.ID
	err = errors.Join(r.all(ctx), log.Close())
	r.report.EndedAt = time.Now().UTC()
	if o.Report != "" {
		err = errors.Join(err, r.report.save(o.Report))
	}
	return *r.report, err
}

// run is one import under way.
type run struct {
	o            Options
	mapping      *mapping.Mapping
	log          *caselog.Log
	organisation plan.Organisation
	keys         *identities
	client       *client
	journal      *journal
	ledger       *ledger
	finished     *finished
	bar          *progressbar.ProgressBar

	mu     sync.Mutex // guards report
	report *Report
}

// all plans the whole log once to learn what organisation it presupposes, creates that, then carries the cases in.
func (r *run) all(ctx context.Context) error {
	r.account(homeless(r.log.Homeless))
	for c, err := range r.log.All() {
		if err != nil {
			return err
		}
		steps := plan.Steps(r.mapping, c)
		r.organisation.Add(steps)
		if r.o.DryRun {
			r.account(planned(steps))
		}
	}
	r.report.Organisation = countOrganisation(&r.organisation)
	if r.o.DryRun {
		return nil
	}
	if err := r.open(); err != nil {
		return errors.Join(err, r.close())
	}
	defer r.client.Close()
	if err := r.ledger.write(homeless(r.log.Homeless)); err != nil {
		return errors.Join(err, r.close())
	}
	if err := r.organise(ctx); err != nil {
		return errors.Join(fmt.Errorf("create the organisation of the log: %w", err), r.close())
	}
	return errors.Join(r.carryAll(ctx), r.close())
}

// open opens what is written beside the import.
func (r *run) open() error {
	var errs [3]error
	r.journal, errs[0] = openJournal(r.o.Journal)
	r.ledger, errs[1] = openLedger(r.o.Ledger)
	r.finished, errs[2] = openFinished(r.o.State, r.o.ID+" to "+r.o.URL)
	r.client = newClient(r.o, r.journal)
	if r.o.Progress != nil {
		r.bar = progressbar.NewOptions(r.log.Rows, progressbar.OptionSetWriter(r.o.Progress),
			progressbar.OptionSetDescription("rows"), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
			progressbar.OptionThrottle(200*time.Millisecond), progressbar.OptionSetPredictTime(true),
			progressbar.OptionOnCompletion(func() { _, _ = fmt.Fprintln(r.o.Progress) }))
	}
	return errors.Join(errs[:]...)
}

func (r *run) close() error {
	return errors.Join(r.journal.close(), r.ledger.close(), r.finished.close())
}

// carryAll hands the cases out in the order of their first rows. Cases run side by side, the commands of one case one after
// the other.
func (r *run) carryAll(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	cases := make(chan caselog.Case)
	var workers sync.WaitGroup
	for range r.o.Concurrency {
		workers.Go(func() {
			for c := range cases {
				if err := r.carry(ctx, c); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	err := r.handOut(ctx, cases)
	close(cases)
	workers.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

func (r *run) handOut(ctx context.Context, to chan<- caselog.Case) error {
	for c, err := range r.log.All() {
		if err != nil {
			return err
		}
		select {
		case to <- c:
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// account adds the outcome of some rows to the report.
func (r *run) account(o outcomes) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.add(o)
	if r.bar != nil {
		_ = r.bar.Add(len(o)) // a bar that cannot be drawn stops nothing
	}
}
