package kpi

import "strings"

// The facts as of @position, each as a select of the columns of place and its own. A fact holds from from_pos on until
// to_pos, or until it is struck. Sources of which sums are kept also take @since, and give those alone which became true after that
// position.

// happened are the acts of these kinds in the window.
func happened(kinds ...string) string {
	return `
	SELECT ticket, kind || ' ' || from_pos AS fact, at_ms, unit, grp, person, template, urgency, kind, code, round, n, m, late,
		from_id, to_id
	FROM acts WHERE from_pos > @since AND from_pos <= @position AND at_ms >= @from AND at_ms < @to AND at_ms <= @as_of AND kind IN (` + quoted(kinds) + `)`
}

func quoted(words []string) string { return "'" + strings.Join(words, "', '") + "'" }

// standing are clocks of these kinds as they were known, where a condition on one column of an index holds. The condition is
// written for that column as @instant.
func standing(at string, kinds ...string) string {
	in := strings.ReplaceAll(within(at, kinds), "decided_ms", "due_ms") // of a clock that runs they are the same, and one index serves both
	return settled(at, kinds...) + `
	UNION ALL
	SELECT ` + clockColumns(at) + ` FROM running WHERE` + in
}

// settled are those of standing that do not run now: all that have stopped, and what was known of the others before.
func settled(at string, kinds ...string) string {
	return `
	SELECT ` + clockColumns(at) + ` FROM clocks c
	WHERE` + within(at, kinds) + ` AND @position < to_pos AND NOT EXISTS (
		SELECT FROM struck x
		WHERE x.fact = 'clock' AND x.ticket = c.ticket AND x.from_pos = c.from_pos AND x.to_pos <= @position)`
}

func clockColumns(at string) string {
	return `ticket, clock || ' ' || round || '.' || run AS fact, ` + at + ` AS at_ms, unit, grp, person, template, urgency, kind,
		clock, round, run, since_ms, due_ms, promised_ms, stopped_ms, decided_ms, met, cancelled, reported, cause, used_ms, allowed_ms,
		lag_ms, answer, sender, from_pos`
}

func within(at string, kinds []string) string {
	return ` kind IN (` + quoted(kinds) + `) AND ` + at + ` > 0 AND ` + at + ` >= @from AND ` + at + ` < @to AND from_pos <= @position`
}

// decided are the clocks of these kinds that were decided in the window, as of @as_of: met at their stop, or missed once the
// deadline had passed (kpis §1.9).
func decided(kinds ...string) string {
	return `SELECT * FROM (` + standing("decided_ms", kinds...) + `) d
	WHERE CASE WHEN met THEN decided_ms <= @as_of ELSE decided_ms < @as_of END`
}

// filledIn are the forms of tickets registered in the window.
const filledIn = `
	SELECT ticket, 'form' AS fact, at_ms, unit, grp, person, template, urgency, filled, flawed, unsure
	FROM fills f
	WHERE at_ms >= @from AND at_ms < @to AND at_ms <= @as_of AND from_pos <= @position AND NOT EXISTS (
		SELECT FROM struck x WHERE x.fact = 'fill' AND x.ticket = f.ticket AND x.from_pos = f.from_pos AND x.to_pos <= @position)`

// deliveredIn are the results delivered in the window, and the closings of tickets where nothing has to be delivered.
const deliveredIn = delivered + `from_pos > @since AND from_pos <= @position AND NOT EXISTS (
		SELECT FROM struck x
		WHERE x.fact = 'delivery' AND x.ticket = r.ticket AND x.from_pos = r.from_pos AND x.to_pos <= @position)`

// undelivered are those of deliveredIn that held as of @since and have been replaced.
const undelivered = delivered + `from_pos <= @since AND EXISTS (
		SELECT FROM struck x
		WHERE x.fact = 'delivery' AND x.ticket = r.ticket AND x.from_pos = r.from_pos AND x.to_pos > @since AND x.to_pos <= @position)`

const delivered = `
	SELECT ticket, 'delivery ' || delivery AS fact, at_ms, unit, grp, person, template, urgency, delivery, weight, instant,
		nullif(used_ms, -1) AS used_ms, allowed_ms, wall_ms, due_ms, promised_ms, extensions, contacts, touches, reassigned,
		worked_ms, silence_ms, error, unsure, CASE WHEN reopened_ms <= @as_of THEN reopened_ms ELSE 0 END AS reopened_ms, fault
	FROM results r
	WHERE at_ms >= @from AND at_ms < @to AND at_ms <= @as_of AND `

// likeActs are deliveries in the columns of acts, to be counted beside them; n is what of a delivery stands in their n.
func likeActs(deliveries, n string) string {
	return `
	SELECT ticket, fact, at_ms, unit, grp, person, template, urgency, 'delivery' AS kind, '' AS code, delivery AS round, ` + n + ` AS n, 0::bigint AS m,
		false AS late, '' AS from_id, '' AS to_id
	FROM (` + deliveries + `) r`
}

// held is how long each party held the tickets that were delivered in the window.
const held = `
	SELECT ticket, party || ' ' || n AS fact, at_ms, unit, grp, person, template, urgency, party, held_ms
	FROM holdings WHERE at_ms >= @from AND at_ms < @to AND at_ms <= @as_of AND from_pos <= @position`

// stayColumns are those of a stay whether it has ended or not.
const stayColumns = `ticket, unit, grp, person, template, urgency, paused, entry, registered_ms, half_ms, most_ms, due_ms`
