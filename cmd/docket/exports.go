package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"docket/commands/processes"
	"docket/domain"
	asked "docket/domain/export"
	"docket/internal/export"
	"docket/internal/httpapi"
	"docket/projections/directory"
	"docket/readapi"
)

// lists lets a process write the lists that the API answers.
type lists struct{ *readapi.Exporter }

// Write writes a list as a file. What the list refuses is final, unless it is only not there yet.
func (l lists) Write(ctx context.Context, actor domain.Actor, mark string, what asked.Requested, w io.Writer) (processes.Written, error) {
	made, err := l.Exporter.Write(ctx, actor, readapi.Question{
		Mark: mark, What: what.What, Filter: what.Filter, Purpose: what.Purpose, Format: export.Format(what.Format),
	}, w)
	var refused *readapi.RefusedError
	var wrong *domain.Error
	switch {
	case errors.As(err, &refused) && refused.Status < http.StatusInternalServerError:
		err = &processes.ExportRefusedError{Code: refused.Code, Detail: refused.Detail}
	case errors.As(err, &wrong) && wrong.Code == domain.Invalid:
		err = &processes.ExportRefusedError{Code: wrong.Rule, Detail: wrong.Error()}
	}
	return processes.Written{Rows: made.Rows, Position: made.Position, AsOf: made.At}, err
}

// exports makes files of lists: short ones at once, others by a process.
func (s *service) exports(api *httpapi.API, view *directory.View) *processes.Exports {
	exporter := readapi.NewExporter(api, s.runner, view, time.Now)
	readapi.MountExports(api, exporter)
	x := &processes.Exports{
		Pool: s.pool, Streams: s.events, Commands: s.pipeline, People: view, Lists: lists{exporter}, Files: s.files, Logger: s.Log,
	}
	x.Mount(api)
	return x
}
