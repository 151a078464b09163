package processes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"docket/commands"
	"docket/domain"
	"docket/domain/ticket"
	"docket/internal/delivery"
)

// NoticeOptions are what sending notices needs. A channel without a carrier fails as not configured, and the next is tried.
type NoticeOptions struct {
	Pool     *pgxpool.Pool
	Streams  Streams
	Commands Commands
	Carriers map[ticket.Channel]delivery.Carrier
	Attempts int                             // at each channel; 0: 5
	Retry    func(attempt int) time.Duration // nil: 30 s, doubling
	Logger   *slog.Logger
}

// Notices carries notices to customers: a job for every channel that is tried, as many attempts as allowed, and a command
// that records what became of it (mission rows F1, I5, R7). Deliveries are at least once, under a message id that repeats.
type Notices struct {
	o      NoticeOptions
	client *river.Client[pgx.Tx]
}

// jobs is the schema of River's tables.
const jobs = "jobs"

// NewNotices brings River's tables up to date and prepares the worker; Run runs it.
func NewNotices(ctx context.Context, o NoticeOptions) (*Notices, error) {
	if o.Attempts == 0 {
		o.Attempts = 5
	}
	if o.Retry == nil {
		o.Retry = func(attempt int) time.Duration { return 30 * time.Second << min(attempt, 10) }
	}
	driver := riverpgxv5.New(o.Pool)
	if err := migrateJobs(ctx, o.Pool, driver, o.Logger); err != nil {
		return nil, err
	}
	n := &Notices{o: o}
	workers := river.NewWorkers()
	river.AddWorker(workers, &noticeWorker{n: n})
	client, err := river.NewClient(driver, &river.Config{
		Schema: jobs, Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		Logger: o.Logger, JobTimeout: time.Minute, MaxAttempts: o.Attempts,
	})
	if err != nil {
		return nil, fmt.Errorf("notices: %w", err)
	}
	n.client = client
	return n, nil
}

// migrateJobs makes River's tables, one instance at a time.
func migrateJobs(ctx context.Context, pool *pgxpool.Pool, driver *riverpgxv5.Driver, log *slog.Logger) error {
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Schema: jobs, Logger: log})
	if err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	defer conn.Release()
	// River's steps cannot share a transaction, so the lock is the session's.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(lock+1)); err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	_, unlocked := conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(lock+1))
	if err := errors.Join(err, unlocked); err != nil {
		return fmt.Errorf("notices: tables of jobs: %w", err)
	}
	return nil
}

// Run works on jobs until ctx ends. A database that cannot be reached is tried again.
func (n *Notices) Run(ctx context.Context) error {
	for err := n.client.Start(ctx); err != nil; err = n.client.Start(ctx) {
		n.o.Logger.WarnContext(ctx, "notices are not sent yet", "error", err)
		if !wait(ctx, standby) {
			return ctx.Err()
		}
	}
	<-ctx.Done()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = n.client.StopAndCancel(ending) // what was under way is tried again
	return ctx.Err()
}

// Process enqueues a job when a notice is asked for and whenever a channel has given up.
func (n *Notices) Process() Process {
	return Process{
		Name:  "notices",
		Types: map[string]bool{"TicketNoticeRequested": true, "TicketNoticeFailed": true},
		Keep: func(ctx context.Context, tx pgx.Tx, events []domain.Envelope) error {
			for _, e := range events {
				args := noticeJob{Ticket: e.Stream.Key(), Cause: e.ID}
				switch event := e.Event.(type) {
				case ticket.NoticeRequested:
					args.Notice = event.Notice
				case ticket.NoticeFailed:
					args.Notice = event.Notice
				}
				if _, err := n.client.InsertTx(ctx, tx, args, nil); err != nil {
					return fmt.Errorf("enqueue a notice: %w", err)
				}
			}
			return nil
		},
	}
}

// noticeJob tries the next channel of a notice; it holds no address and no text.
type noticeJob struct {
	Ticket string `json:"ticket"`
	Notice int    `json:"notice"`
	Cause  string `json:"cause" river:"unique"` // event
}

// Kind names the job's type; it is stored.
func (noticeJob) Kind() string { return "notice" }

// InsertOpts makes one job of one event.
func (noticeJob) InsertOpts() river.InsertOpts {
	return river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}}
}

type noticeWorker struct {
	river.WorkerDefaults[noticeJob]
	n *Notices
}

// NextRetry is when a failed attempt is tried again.
func (w *noticeWorker) NextRetry(job *river.Job[noticeJob]) time.Time {
	return time.Now().Add(w.n.o.Retry(job.Attempt))
}

// errGone: the notice of a job is not in its ticket; nothing can be sent.
var errGone = errors.New("the ticket has no such notice")

// Work tries the next channel once.
func (w *noticeWorker) Work(ctx context.Context, job *river.Job[noticeJob]) error {
	o := &w.n.o
	stream := domain.Stream(ticket.Decider.Category, job.Args.Ticket)
	history, _, err := o.Streams.Load(ctx, stream)
	if err != nil {
		return err
	}
	asked, state := find(history, job.Args.Notice)
	if asked == nil {
		return river.JobCancel(errGone)
	}
	notice := state.Result.Notices[asked.Notice]
	next := slices.IndexFunc(notice.Channels, func(c ticket.Channel) bool { return !slices.Contains(notice.Failed, c) })
	if notice.Settled || next < 0 {
		return nil
	}
	channel := notice.Channels[next]
	result := ticket.RecordNotice{Notice: asked.Notice, Channel: channel, Attempts: job.Attempt}
	result.Message, err = w.carry(ctx, channel, asked, job.Args.Ticket)
	var permanent *delivery.Permanent
	switch {
	case err == nil:
		result.Delivered = true
	case !errors.As(err, &permanent) && job.Attempt < job.MaxAttempts:
		return err
	default:
		result.Code = delivery.Code(err)
	}
	if err := w.record(ctx, job.Args, result); err != nil {
		o.Logger.WarnContext(ctx, "what became of a notice could not be recorded yet", "ticket", job.Args.Ticket, "error", err)
		return river.JobSnooze(o.Retry(1))
	}
	return nil
}

// carry hands the message to the channel's carrier. What is online lies ready for the customer by itself.
func (w *noticeWorker) carry(ctx context.Context, channel ticket.Channel, asked *ticket.NoticeRequested, id string) (string, error) {
	if channel == ticket.Online {
		return "", nil
	}
	carrier := w.n.o.Carriers[channel]
	if carrier == nil {
		return "", delivery.NotConfigured(string(channel))
	}
	return carrier.Carry(ctx, delivery.Message{
		ID: fmt.Sprintf("%s.%d.%s", id, asked.Notice, channel), To: asked.To[string(channel)],
		Subject: asked.Subject, Text: asked.Text, Language: asked.Language,
	})
}

// record issues the command, once for each channel of a notice.
func (w *noticeWorker) record(ctx context.Context, job noticeJob, result ticket.RecordNotice) error {
	e, _ := commands.Lookup("ticket.record_notice")
	_, err := w.n.o.Commands.Do(ctx, e, commands.Request{
		ID: job.Ticket, Actor: actor, Command: &result, Causation: job.Cause,
		Key: fmt.Sprintf("notice:%d:%s", result.Notice, result.Channel),
	})
	return err
}

// find folds the ticket and gives the request of one of its notices.
func find(history []domain.Envelope, number int) (asked *ticket.NoticeRequested, s ticket.State) {
	for _, e := range history {
		if r, is := e.Event.(ticket.NoticeRequested); is && r.Notice == number {
			asked = &r
		}
	}
	return asked, fold(history)
}
