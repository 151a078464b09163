package kpi

import "context"

// Handovers describes how often tickets changed hands. A person's handover is one that the receiver accepted; a group's is
// an assignment to another group than before. First takings and first assignments are none.
type Handovers struct {
	Persons    PerTicket `json:"persons" doc:"handovers accepted by another person"`
	Groups     PerTicket `json:"groups" doc:"assignments to another group"`
	Reassigned PerTicket `json:"reassigned" doc:"taken from a person by a leader and given to another"`
	Handlers   PerTicket `json:"handlers" doc:"different people who were responsible"`
	Teams      PerTicket `json:"teams" doc:"different groups that were responsible"`
	People     int64     `json:"people" doc:"different people over all tickets"`
	AllTeams   int64     `json:"all_teams" doc:"different groups over all tickets"`
}

// PerTicket describes a number per ticket over all tickets that were open at some time in the window. The percentiles are by
// nearest rank and, with the maximum, left out when there is no ticket.
type PerTicket struct {
	Sum     int64  `json:"sum"`
	WithAny int64  `json:"tickets_with_any"`
	Mean    Ratio  `json:"mean" doc:"sum over tickets"`
	P50     *int64 `json:"p50,omitempty" doc:"nearest rank"`
	P90     *int64 `json:"p90,omitempty" doc:"nearest rank"`
	Max     *int64 `json:"max,omitempty"`
}

// byHolder is who came to hold each ticket in the window, with how often it came to them in each way. What is counted by ticket
// is counted of it by hashes, where counting different holders would sort the acts.
const byHolder = `
	WITH holding AS MATERIALIZED (
		SELECT ticket, kind = 'grouped' AS team, to_id,
			count(*) FILTER (WHERE kind = 'handed_over' AND passed)::int AS persons,
			count(*) FILTER (WHERE kind = 'grouped' AND passed)::int AS groups,
			count(*) FILTER (WHERE kind = 'assigned' AND passed)::int AS reassigned
		FROM (
			SELECT ticket, kind, to_id, from_id <> '' AND from_id <> to_id AS passed FROM ` + actsThen + ` a
			WHERE kind IN ('taken', 'assigned', 'handed_over', 'grouped')
		) acts GROUP BY ticket, team, to_id
	), counted AS (
		SELECT sum(persons) AS persons, sum(groups) AS groups, sum(reassigned) AS reassigned,
			count(*) FILTER (WHERE NOT team) AS handlers, count(*) FILTER (WHERE team) AS teams
		FROM holding GROUP BY ticket
	)`

// countedActs gives, for each measure and number, how many tickets have that number of it; and how many different people and groups
// there are.
const countedActs = byHolder + `
	SELECT measure, n, count(*) AS tickets
	FROM counted, LATERAL (VALUES
		('persons', persons), ('groups', groups), ('reassigned', reassigned), ('handlers', handlers), ('teams', teams)
	) v (measure, n)
	WHERE n > 0 GROUP BY measure, n
	UNION ALL
	SELECT CASE WHEN team THEN 'all teams' ELSE 'people' END, count(*), 0 FROM (SELECT DISTINCT team, to_id FROM holding) known GROUP BY team`

// Handovers counts those whose time lies in the window. With a filter it counts those after which the ticket lay there.
func (s Snapshot) Handovers(ctx context.Context, q Question) (Handovers, error) {
	type line struct {
		Measure    string
		N, Tickets int64
	}
	lines, err := collect[line](ctx, s.tx, countedActs, q.args())
	if err != nil {
		return Handovers{}, err
	}
	var tickets int64
	if err := s.tx.QueryRow(ctx, `SELECT count(*) FROM `+openWithin+` o`, q.args()...).Scan(&tickets); err != nil {
		return Handovers{}, err
	}
	histograms := map[string]map[int64]int64{}
	var h Handovers
	for _, l := range lines {
		switch l.Measure {
		case "people":
			h.People = l.N
			continue
		case "all teams":
			h.AllTeams = l.N
			continue
		}
		if histograms[l.Measure] == nil {
			histograms[l.Measure] = map[int64]int64{}
		}
		histograms[l.Measure][l.N] = l.Tickets
	}
	h.Persons, h.Groups = perTicket(histograms["persons"], tickets), perTicket(histograms["groups"], tickets)
	h.Reassigned = perTicket(histograms["reassigned"], tickets)
	h.Handlers, h.Teams = perTicket(histograms["handlers"], tickets), perTicket(histograms["teams"], tickets)
	return h, nil
}

// perTicket describes how many tickets have each number; those that the histogram lacks have none.
func perTicket(histogram map[int64]int64, tickets int64) PerTicket {
	var p PerTicket
	highest := int64(0)
	for n, count := range histogram {
		p.Sum += n * count
		p.WithAny += count
		highest = max(highest, n)
	}
	// A ticket that closed just before the window may still have been handed over in it.
	tickets = max(tickets, p.WithAny)
	p.Mean = Ratio{p.Sum, tickets}
	if tickets == 0 {
		return p
	}
	rank := func(percent int64) *int64 {
		place := (percent*tickets + 99) / 100
		below := tickets - p.WithAny
		n := int64(0)
		for below < place {
			n++
			below += histogram[n]
		}
		return &n
	}
	p.P50, p.P90, p.Max = rank(50), rank(90), &highest
	return p
}
