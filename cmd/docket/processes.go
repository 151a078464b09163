package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"

	"docket/commands/processes"
	"docket/domain/ticket"
	"docket/internal/delivery"
	"docket/internal/httpapi"
	"docket/projections/directory"
)

// carriers are the ways to customers that are configured.
func (s *Settings) carriers() (map[ticket.Channel]delivery.Carrier, error) {
	carriers := map[ticket.Channel]delivery.Carrier{}
	for channel, address := range map[ticket.Channel]string{ticket.Mail: s.Mail, ticket.SMS: s.SMS} {
		if address == "" {
			continue
		}
		carrier, err := delivery.Open(address)
		if err != nil {
			return nil, fmt.Errorf("--%s: %w", channel, err)
		}
		carriers[channel] = carrier
	}
	return carriers, nil
}

// startProcesses runs what follows from events by itself: timers, notices to customers, people's inboxes.
func (s *service) startProcesses(ctx, background context.Context, api *httpapi.API, view *directory.View) error {
	carriers, err := s.Settings.carriers()
	if err != nil {
		return err
	}
	quiet := slog.New(atLeast{s.Log.Handler(), slog.LevelWarn}) // jobs tell much of themselves
	notices, err := processes.NewNotices(ctx, processes.NoticeOptions{
		Pool: s.pool, Streams: s.events, Commands: s.pipeline, Carriers: carriers, Logger: quiet,
	})
	if err != nil {
		return err
	}
	inbox := &processes.Inbox{Pool: s.pool, Streams: s.events, Organisation: view}
	inbox.Mount(api)
	timers, releases := &processes.Timers{Streams: s.events}, &processes.Releases{Pool: s.pool}
	batches := &processes.Batches{Streams: s.events, Commands: s.pipeline, People: view}
	exports := s.exports(api, view)
	expansions := timers.Expansions()
	maps.Copy(expansions, releases.Expansions())
	runner, err := processes.New(processes.Options{
		Pool: s.pool, Log: s.runner, Commands: s.pipeline, Logger: s.Log, Expansions: expansions,
		Processes: []processes.Process{timers.Process(), releases.Process(), notices.Process(), processes.Advices{Streams: s.events, Templates: view, Language: s.Settings.NoticeLanguage}.Process(), inbox.Process(), batches.Process(), exports.Process(), processes.Certificates(),
			processes.Reviews{Months: s.Settings.ReviewMonths}.Process(),
			processes.Alerts{Refusals: s.Settings.AlertRefusals, Window: s.Settings.AlertWindow}.Process()},
	})
	if err != nil {
		return err
	}
	s.keep(background, "notices", notices.Run)
	s.keep(background, "exports", exports.Run)
	s.keep(background, "processes", runner.Run)
	return nil
}

// atLeast lets only records of a level and above through.
type atLeast struct {
	slog.Handler
	level slog.Level
}

// Enabled asks the level first.
func (a atLeast) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= a.level && a.Handler.Enabled(ctx, level)
}

// WithAttrs keeps the level.
func (a atLeast) WithAttrs(attrs []slog.Attr) slog.Handler {
	return atLeast{a.Handler.WithAttrs(attrs), a.level}
}

// WithGroup keeps the level.
func (a atLeast) WithGroup(name string) slog.Handler {
	return atLeast{a.Handler.WithGroup(name), a.level}
}
