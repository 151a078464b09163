package readapi

import (
	"context"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/worktime"
	"docket/internal/httpapi"
	"docket/projections/handover"
)

// Shift narrows a list to what happened within the working time of one day.
type Shift struct {
	Day      string `query:"shift" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"from the opening to the closing of this day; with calendar" example:"2026-03-02"`
	Calendar string `query:"calendar" maxLength:"64" doc:"whose opening and closing"`
}

// HandoverTotalsRequest asks for counts of the handover log.
type HandoverTotalsRequest struct {
	HandoversRequest
	By string `query:"by" enum:"all,sender,receiver,unit,group,kind" default:"all" doc:"what the counts are told apart by"`
}

// HandoverTotals are counts and lags of one sender, receiver, unit or group, or of all.
type HandoverTotals struct {
	Of              *Ref   `json:"of,omitempty"`
	Kind            string `json:"kind,omitempty" doc:"where counts are told apart by kind"`
	Offered         int    `json:"offered"`
	Accepted        int    `json:"accepted"`
	Refused         int    `json:"refused"`
	Superseded      int    `json:"superseded" doc:"withdrawn, or overtaken before they were answered"`
	Unaccepted      int    `json:"unaccepted" doc:"waiting for an answer now"`
	TimedOut        int    `json:"timed_out"`
	Disputed        int    `json:"disputed"`
	Arbitrated      int    `json:"arbitrated"`
	SendLagMS       int64  `json:"send_lag_ms" doc:"mean, from ready to offered"`
	SendLagMostMS   int64  `json:"send_lag_most_ms"`
	AnswerLagMS     int64  `json:"answer_lag_ms" doc:"mean, from offered to accepted or refused"`
	AnswerLagMostMS int64  `json:"answer_lag_most_ms"`
}

func (s *service) handoverTotals(ctx context.Context, in *HandoverTotalsRequest) (*ListResponse[HandoverTotals], error) {
	reach, err := s.reaches(ctx, "handover.totals", authz.TicketRead)
	if err != nil {
		return nil, err
	}
	f, err := s.handoverFilter(ctx, &in.HandoversRequest, reach)
	if err != nil {
		return nil, err
	}
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	totals, position, err := handover.Sum(ctx, s.Reader, after, f, handover.By(in.By))
	if err != nil {
		return nil, err
	}
	out := &ListResponse[HandoverTotals]{Position: position, Body: List[HandoverTotals]{Items: make([]HandoverTotals, len(totals))}}
	now := s.Clock()
	for i, t := range totals {
		of := s.names.staff(t.Key, now)
		if in.By == "unit" || in.By == "group" {
			of = s.names.unit(t.Key, now)
		}
		kind := ""
		if in.By == "kind" {
			of, kind = nil, t.Key
		}
		out.Body.Items[i] = HandoverTotals{
			Of: of, Kind: kind, Offered: t.Offered, Accepted: t.Accepted, Refused: t.Refused, Superseded: t.Superseded, Unaccepted: t.Unaccepted,
			TimedOut: t.TimedOut, Disputed: t.Disputed, Arbitrated: t.Arbitrated, SendLagMS: t.SendLag, SendLagMostMS: t.SendLagMost,
			AnswerLagMS: t.AnswerLag, AnswerLagMostMS: t.AnswerLagMost,
		}
	}
	return out, nil
}

// handoverFilter reads the filter with its shift, within the reader's reach.
func (s *service) handoverFilter(ctx context.Context, in *HandoversRequest, reach authz.Reaches) (handover.Filter, error) {
	f, err := in.filter(httpapi.ActorFrom(ctx).Staff)
	if err != nil {
		return f, err
	}
	f.Reach = reach
	if in.Day == "" {
		return f, nil
	}
	if _, err := s.passed(ctx); err != nil {
		return f, err
	}
	from, to, err := s.shift(in.Shift)
	if err != nil {
		return f, err
	}
	if f.Since == nil || f.Since.Before(from) {
		f.Since = &from
	}
	if f.Until == nil || f.Until.After(to) {
		f.Until = &to
	}
	return f, nil
}

// shift is the stretch from the opening to the closing of a working day, by the calendar as it was published by then.
func (s *service) shift(in Shift) (from, to time.Time, err error) {
	refused := func(field, code, msg string) error {
		return domain.ErrInvalid.With(domain.FieldError{Field: field, Code: code, Msg: msg})
	}
	var c *worktime.Calendar
	for _, f := range s.Calendars.Calendars(s.Clock()) {
		if f.ID == in.Calendar && len(f.Versions) > 0 {
			c, _ = s.Calendars.CalendarVersion(f.ID, f.Versions[len(f.Versions)-1].Version)
		}
	}
	if c == nil {
		return from, to, refused("query.calendar", "unknown", "no calendar has this key")
	}
	day, err := time.ParseInLocation(time.DateOnly, in.Day, c.Zone())
	if err != nil {
		return from, to, refused("query.shift", "wrong_form", "must be a date")
	}
	next := day.AddDate(0, 0, 1)
	from, err = c.NextOpen(day)
	if err != nil || !from.Before(next) {
		return from, to, refused("query.shift", "not_a_working_day", "must be a working day of the calendar")
	}
	worked, err := c.W(from, next)
	if err == nil {
		to, err = c.Add(from, worked)
	}
	if err != nil {
		return from, to, refused("query.shift", "out_of_range", "the calendar does not know this day")
	}
	return from, to, nil
}
