package kpi

import (
	"context"
	"fmt"
	"strings"
)

// Volume counts tickets that came to one point in the window, and how often they came there: a reopened ticket counts once,
// its rounds apart.
type Volume struct {
	Tickets int64 `json:"tickets"`
	Times   int64 `json:"times"`
}

// Volumes are the volumes of one value of the dimension asked for.
type Volumes struct {
	Key        string `json:"key,omitempty" doc:"value of the dimension; left out where none was asked for"`
	Registered Volume `json:"registered"`
	Accepted   Volume `json:"accepted"`
	Completed  Volume `json:"completed"`
	Delivered  Volume `json:"delivered"`
	Reopened   Volume `json:"reopened"`
	Closed     Volume `json:"closed"`
	Cancelled  Volume `json:"cancelled"`
}

// Dimension is what volumes are told apart by.
type Dimension string

// Dimensions. Unit and group are those that had the ticket after the act; of a registration, those that have it as of the
// position asked for.
const (
	Overall   Dimension = ""
	ByUnit    Dimension = "unit"
	ByGroup   Dimension = "group"
	ByChannel Dimension = "channel"
	ByType    Dimension = "type"
	ByUrgency Dimension = "urgency"

	ByPerson   Dimension = "person"
	ByTemplate Dimension = "template"
	ByMonth    Dimension = "month"
)

var dimensionColumns = map[Dimension]string{
	Overall: "''", ByUnit: "a.unit", ByGroup: "a.grp", ByChannel: "c.channel", ByType: "c.type", ByUrgency: "c.urgency",
}

// Volumes counts by dimension, sorted by key. The registrations are those whose time lies in the window.
func (s Snapshot) Volumes(ctx context.Context, q Question, by Dimension) ([]Volumes, error) {
	column, known := dimensionColumns[by]
	if !known {
		return nil, fmt.Errorf("kpi: no dimension %q", by)
	}
	beside := ""
	if strings.HasPrefix(column, "c.") {
		beside = " JOIN cases c USING (ticket)"
	}
	// A ticket's acts are counted first, since counting different tickets would sort them; it is registered once.
	query := `
	SELECT key, kind, count(*) AS tickets, sum(times)::bigint AS times FROM (
		SELECT ` + column + ` AS key, a.kind, a.ticket, count(*) AS times
		FROM ` + actsThen + ` a` + beside + `
		WHERE a.kind IN ('accepted', 'completed', 'delivered', 'reopened', 'closed', 'cancelled') GROUP BY 1, 2, 3
	) happened GROUP BY key, kind
	UNION ALL
	SELECT ` + column + `, 'registered', count(*), count(*)
	FROM ` + spansThen + ` a` + beside + ` WHERE a.first_ms >= $4 AND a.first_ms < $5 GROUP BY 1
	ORDER BY 1`
	type line struct {
		Key, Kind      string
		Tickets, Times int64
	}
	lines, err := collect[line](ctx, s.tx, query, q.args())
	if err != nil {
		return nil, err
	}
	var all []Volumes
	if by == Overall {
		all = append(all, Volumes{})
	}
	for _, l := range lines {
		if len(all) == 0 || all[len(all)-1].Key != l.Key {
			all = append(all, Volumes{Key: l.Key})
		}
		*all[len(all)-1].of(l.Kind) = Volume{l.Tickets, l.Times}
	}
	return all, nil
}

func (v *Volumes) of(kind string) *Volume {
	switch kind {
	case "registered":
		return &v.Registered
	case actAccepted:
		return &v.Accepted
	case actCompleted:
		return &v.Completed
	case actDelivered:
		return &v.Delivered
	case actReopened:
		return &v.Reopened
	case actClosed:
		return &v.Closed
	case actCancelled:
		return &v.Cancelled
	}
	panic("kpi: no volume of " + kind)
}
