// Package alerts is the read model of alerts over refused reads: when each was raised over whom, and what came of it (mission
// row U2). The refusals are in the audit trail.
package alerts

import (
	"time"

	"docket/domain"
	"docket/domain/alert"
	"docket/migrations/readmodels"
	"docket/projections"
)

// Row is one alert.
type Row struct {
	Alert          string     `db:"alert,key"`
	Kind           string     `db:"kind"`
	Principal      string     `db:"principal"`
	Person         string     `db:"person"`
	Count          int        `db:"refusals"`
	Targets        int        `db:"targets"`
	Since          time.Time  `db:"since"`
	Until          time.Time  `db:"until"`
	RaisedAt       time.Time  `db:"raised_at"`
	AcknowledgedAt *time.Time `db:"acknowledged_at"`
	By             string     `db:"acknowledged_by"`
	Conclusion     string     `db:"conclusion"`
	Text           string     `db:"text"`
}

var rows = projections.NewTable[Row]("alerts")

// Model folds alerts.
var Model = projections.Model{
	Name:    "alerts",
	Version: 1,
	SQL:     readmodels.SQL("alerts"),
	Tables:  []projections.AnyTable{rows},
	Types:   map[string]bool{"SecurityAlertRaised": true, "SecurityAlertAcknowledged": true},
	Need:    func(e domain.Envelope, n *projections.Need) { rows.Need(n, e.Stream.Key()) },
	Fold:    fold,
}

func fold(e domain.Envelope, r *projections.Rows) {
	switch event := e.Event.(type) {
	case alert.Raised:
		rows.Put(r, Row{
			Alert: e.Stream.Key(), Kind: string(event.Kind), Principal: event.Principal, Person: event.Person, Count: event.Count,
			Targets: event.Targets, Since: event.Since, Until: event.Until, RaisedAt: e.Meta.Decided,
		})
	case alert.Acknowledged:
		if known, ok := rows.Get(r, e.Stream.Key()); ok {
			row, at := *known, e.Meta.Decided
			row.AcknowledgedAt, row.By, row.Conclusion, row.Text = &at, event.By, string(event.Conclusion), event.Text
			rows.Put(r, row)
		}
	}
}
