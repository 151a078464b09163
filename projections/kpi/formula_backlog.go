package kpi

// instants are those at which each stretch between two bounds ends, or the as-of instant where that is earlier.
const instants = `(SELECT least(b, @as_of::bigint + 1) AS t, n FROM unnest((@bounds::bigint[])[2:]) WITH ORDINALITY AS u (b, n)
	WHERE (@bounds::bigint[])[n] <= @as_of) i`

var backlogFormulas = []Formula{
	described(Formula{
		Definition: Definition{
			Name: "backlog-ageing", Version: 1, Title: "Backlog and its age", Chinese: "未辦結業務與賬齡", Unit: "tickets",
			Formula: "Tickets inside at the end of the window: registered, and neither delivered nor ended. Told apart by the share of " +
				"the handling limit used and by age since registration; paused ones apart.",
			Numerator: "tickets inside", Cohort: "Inside at the end of the window, or at the as-of instant if that is earlier, attributed to who had them then.",
			Window: "its end is the instant; by month, each month's end", Grain: "ticket",
		},
		source: `
		SELECT ticket, 'inside' AS fact, t - 1 AS at_ms, unit, grp, person, template, urgency, t, paused, registered_ms, half_ms, most_ms, due_ms
		FROM ` + instants + `, LATERAL (
			SELECT ` + stayColumns + ` FROM stays
			WHERE from_pos <= @position AND entered_ms < t AND left_ms >= t AND left_ms >= @first
			UNION ALL
			SELECT ` + stayColumns + ` FROM stays
			WHERE from_pos <= @position AND to_pos > @position AND entered_ms < t AND left_ms < t
			UNION ALL
			SELECT ` + stayColumns + ` FROM lives WHERE stay_pos <= @position AND stay_ms < t) s`,
		measures: []measure{
			count("", "Inside", "tickets inside", "true"),
			count("paused", "Paused", "of these, paused", "paused <> ''"),
			count("under_50", "Less than half of the limit used", "of these, not paused", band+" AND t <= half_ms"),
			count("from_50", "Half of the limit used", "of these, not paused", band+" AND t > half_ms AND t <= most_ms"),
			count("from_80", "Four fifths of the limit used", "of these, not paused", band+" AND t > most_ms AND t <= due_ms"),
			count("overdue", "Overdue", "of these, not paused, past the deadline", band+" AND t > due_ms"),
			count("no_limit", "Without a limit", "of these, not paused", "paused = '' AND due_ms = 0"),
			count("under_7_days", "Younger than 7 days", "of these", "t - registered_ms < 7 * 86400000::bigint"),
			count("under_30_days", "7 to 30 days old", "of these", "t - registered_ms >= 7 * 86400000::bigint AND t - registered_ms < 30 * 86400000::bigint"),
			count("under_90_days", "30 to 90 days old", "of these", "t - registered_ms >= 30 * 86400000::bigint AND t - registered_ms < 90 * 86400000::bigint"),
			count("older", "90 days and older", "of these", "t - registered_ms >= 90 * 86400000::bigint"),
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "flow", Version: 1, Title: "Inflow and outflow", Chinese: "流入流出", Unit: "tickets",
			Formula: "Registered, reopened and put back, less delivered, cancelled and otherwise ended. The net change of a window is the " +
				"backlog at its end less the backlog at its beginning; by unit, group or person, with what was moved between them.",
			Numerator: "net change of the backlog", Cohort: "Tickets that came inside or left in the window, attributed to who had them then.",
			Window: "the time of coming or leaving lies in it", Grain: "coming or leaving",
		},
		source: `
		SELECT ticket, 'in ' || from_pos AS fact, entered_ms AS at_ms, unit, grp, person, template, urgency, 1 AS way, entry AS how
		FROM stays WHERE from_pos > @since AND from_pos <= @position AND entered_ms >= @from AND entered_ms < @to AND entered_ms <= @as_of
		UNION ALL
		SELECT ticket, 'in ' || stay_pos, stay_ms, unit, grp, person, template, urgency, 1, entry
		FROM lives WHERE stay_pos > @since AND stay_pos <= @position AND stay_ms >= @from AND stay_ms < @to AND stay_ms <= @as_of
		UNION ALL
		SELECT ticket, 'out ' || from_pos, left_ms, unit, grp, person, template, urgency, -1, exit
		FROM stays WHERE to_pos > @since AND to_pos <= @position AND left_ms >= @from AND left_ms < @to AND left_ms <= @as_of`,
		sums: &sums{},
		measures: []measure{
			{Measured: Measured{Part: "net", Title: "Net change", Unit: Count, Numerator: "came inside less left"}, numerator: "way"},
			count("registered", "Registered", "tickets registered", "way = 1 AND how = 'registered'"),
			count("reopened", "Reopened or put back", "tickets that came inside again", "way = 1 AND how NOT IN ('registered', 'moved')"),
			count("delivered", "Delivered", "tickets delivered, or closed where nothing has to be delivered", "way = -1 AND how IN ('delivered', 'closed')"),
			count("cancelled", "Cancelled", "tickets cancelled, joined or not accepted", "way = -1 AND how NOT IN ('delivered', 'closed', 'moved')"),
			{Measured: Measured{Part: "moved", Title: "Moved here, net", Unit: Count, Numerator: "moved here less moved away; 0 over all"}, numerator: "CASE WHEN how = 'moved' THEN way ELSE 0 END"},
		},
	}),
}

// band is the condition under which a ticket is told by the share of its limit used.
const band = "paused = '' AND due_ms > 0"
