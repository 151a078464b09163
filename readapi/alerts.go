package readapi

import (
	"context"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/projections/alerts"
)

// AlertsRequest narrows the list of alerts.
type AlertsRequest struct {
	Request
	Paging
	Open string `query:"open" enum:"true" doc:"only those that nobody has looked into"`
}

// AlertView is an alert over reads that were refused to one account (mission row U2).
type AlertView struct {
	ID             string     `json:"id"`
	Kind           string     `json:"kind" enum:"refused_reads"`
	Account        *Ref       `json:"account"`
	Person         *Ref       `json:"person" doc:"null when the account is a service's"`
	Count          int        `json:"count" doc:"reads that were refused"`
	Targets        int        `json:"targets" doc:"of how many different things"`
	Since          time.Time  `json:"since"`
	Until          time.Time  `json:"until"`
	RaisedAt       time.Time  `json:"raised_at"`
	AcknowledgedAt *time.Time `json:"acknowledged_at" doc:"null while nobody has looked into it"`
	By             *Ref       `json:"by"`
	Conclusion     string     `json:"conclusion,omitempty" enum:"mistake,abuse,technical"`
	Text           string     `json:"text,omitempty" doc:"what was found"`
}

func (s *service) alerts(ctx context.Context, in *AlertsRequest) (*ListResponse[AlertView], error) {
	if err := s.api.Allow(ctx, "alert.list", authz.SecurityAnswer, domain.Scope{}); err != nil {
		return nil, err
	}
	f := alerts.Filter{Open: in.Open == "true", Limit: in.Limit}
	if in.After != "" {
		f.After = &alerts.Key{}
		if !decodeCursor(in.After, f.After) || !sensible(f.After.RaisedAt) || !isID(f.After.Alert) {
			return nil, errCursor
		}
	}
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	l, err := alerts.List(ctx, s.Reader, after, f)
	if err != nil {
		return nil, err
	}
	out := &ListResponse[AlertView]{Position: l.Position, Body: List[AlertView]{Items: make([]AlertView, len(l.Rows))}}
	for i, r := range l.Rows {
		out.Body.Items[i] = AlertView{
			ID: r.Alert, Kind: r.Kind, Account: s.names.account(r.Principal, r.RaisedAt), Person: s.names.staff(r.Person, r.RaisedAt),
			Count: r.Count, Targets: r.Targets, Since: r.Since.UTC(), Until: r.Until.UTC(), RaisedAt: r.RaisedAt.UTC(),
			AcknowledgedAt: utc(r.AcknowledgedAt), By: s.names.staff(r.By, r.RaisedAt), Conclusion: r.Conclusion, Text: r.Text,
		}
	}
	if l.Next != nil {
		out.Body.Next = encodeCursor(l.Next)
	}
	return out, nil
}
