package kpi

// spread is a mean of times with its percentiles.
func spread(part, title, words, over, value string) measure {
	return measure{
		Measured:  Measured{Part: part, Title: title, Unit: MeanMS, Numerator: words, Denominator: over},
		numerator: "coalesce(" + value + ", 0)", denominator: "(" + value + " IS NOT NULL)::int", value: value,
	}
}

var timeFormulas = []Formula{
	described(Formula{
		Definition: Definition{
			Name: "efficiency", Version: 1, Title: "Efficiency", Chinese: "工作效率", Unit: "tickets",
			Formula: "Working time used of the handling limit at delivery, with percentiles; delivered with at most half of the limit " +
				"used, over delivered with a limit; weighted deliveries.",
			Numerator: "working time used", Denominator: "delivered in the window, with a handling limit", Sample: smallSample,
			Cohort: "Deliveries in the window, attributed to the holder then.", Window: "the delivery lies in it", Grain: "delivery",
		},
		source: deliveredIn,
		measures: []measure{
			spread("", "Working time used", "working time used at delivery", "delivered with a limit", "used_ms"),
			rate("early", "Early", "delivered with at most half of the limit used", "delivered with a limit", "allowed_ms > 0 AND 2 * used_ms <= allowed_ms", "allowed_ms > 0"),
			{Measured: Measured{Part: "weighted", Title: "Weighted deliveries, in hundredths", Unit: Count, Numerator: "weights of the tickets delivered"}, numerator: "weight"},
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "first-response", Version: 1, Title: "First response time", Chinese: "首次響應時間", Unit: "ms",
			Formula:   "Working time to the first personal answer, of those answered in the window; and how many have none although their limit is used up.",
			Numerator: "working time to the answer", Denominator: "first answers in the window",
			Cohort: "First answers in the window; of the others, limits that were used up in it.", Window: "the answer, or the deadline, lies in it", Grain: "first response clock",
		},
		source: response("round = 1"), measures: responses,
	}),
	described(Formula{
		Definition: Definition{
			Name: "next-response", Version: 1, Title: "Next response time", Chinese: "後續響應時間", Unit: "ms",
			Formula:   "Working time from a message of the customer to the next personal answer; further messages meanwhile do not start it anew.",
			Numerator: "working time to the answer", Denominator: "next answers in the window",
			Cohort: "Next answers in the window; of the others, limits that were used up in it.", Window: "the answer, or the deadline, lies in it", Grain: "response clock after the first",
		},
		source: response("round > 1"), measures: responses,
	}),
	described(Formula{
		Definition: Definition{
			Name: "resolution-time", Version: 1, Title: "Resolution time", Chinese: "辦結時長", Unit: "ms",
			Formula:   "From registration, or the last reopening, to delivery: working time used of the limit, and elapsed time.",
			Numerator: "time taken", Denominator: "delivered in the window",
			Cohort: "Deliveries in the window, attributed to the holder then.", Window: "the delivery lies in it", Grain: "delivery",
		},
		source: deliveredIn,
		measures: []measure{
			spread("business", "Working time", "working time used at delivery", "delivered with a limit", "used_ms"),
			spread("wall", "Elapsed time", "elapsed time to delivery", "delivered", "wall_ms"),
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "wait-share", Version: 1, Title: "Share of time by party", Chinese: "各方佔用時間", Unit: "ms",
			Formula: "Time for which a person, a group, a unit's desk, the customer or a body outside had the tickets, over all time; " +
				"the shares sum to 100 %. Working time where the ticket has a calendar, else elapsed time.",
			Numerator: "time held by the party", Denominator: "time from registration or reopening to delivery",
			Cohort: "Tickets delivered in the window, with all the time up to then.", Window: "the delivery lies in it", Grain: "holding by one party",
		},
		source: held,
		measures: []measure{
			party("person", "People"), party("group", "Groups' queues"), party("unit", "Units' desks"),
			party("customer", "The customer"), party("external", "Bodies outside"),
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "promise-kept", Version: 1, Title: "Promise kept", Chinese: "承諾兌現率", Unit: "deliveries",
			Formula:   "Delivered by the first date that was promised, whatever was granted later, over deliveries with a promised date.",
			Numerator: "delivered by the first promised date", Denominator: "delivered in the window, with a promised date", Sample: smallSample,
			Cohort: "Deliveries in the window, attributed to the holder then.", Window: "the delivery lies in it", Grain: "delivery",
		},
		source:   deliveredIn,
		measures: []measure{rate("", "Kept", "delivered by the first promised date", "with a promised date", "promised_ms > 0 AND at_ms <= promised_ms", "promised_ms > 0")},
	}),
	described(Formula{
		Definition: Definition{
			Name: "silence", Version: 1, Title: "Silence", Chinese: "最長未告知時間", Unit: "ms",
			Formula:   "Longest elapsed time without news to the customer between registration and delivery.",
			Numerator: "longest time without news", Denominator: "delivered in the window",
			Cohort: "Deliveries in the window, attributed to the holder then.", Window: "the delivery lies in it", Grain: "delivery",
		},
		source: deliveredIn, measures: []measure{spread("", "Longest silence", "longest time without news", "delivered", "silence_ms")},
	}),
	described(Formula{
		Definition: Definition{
			Name: "customer-side-time", Version: 1, Title: "Customer-side time", Chinese: "客戶準備時間", Unit: "ms",
			Formula:   "Elapsed time from the first contact to complete materials, which is registration.",
			Numerator: "time from first contact to registration", Denominator: "tickets registered in the window",
			Cohort: "Registrations in the window, attributed to where the ticket lay then.", Window: "the registration lies in it", Grain: "ticket",
		},
		source: happened(actRegistered), measures: []measure{spread("", "To complete materials", "time from first contact", "registered", "m")},
	}),
}

// response are the response clocks of some rounds: at their answer, or unanswered at their deadline. Those never answered and
// those answered later are asked for apart, so that one index finds either.
func response(rounds string) string {
	return `
	SELECT * FROM (` + settled("stopped_ms", "response") + `) answered WHERE NOT cancelled AND stopped_ms <= @as_of AND ` + rounds + `
	UNION ALL
	SELECT * FROM (` + standing("due_ms", "response") + `) silent WHERE stopped_ms = 0 AND due_ms < @as_of AND ` + rounds + `
	UNION ALL
	SELECT * FROM (` + settled("due_ms", "response") + `) later WHERE stopped_ms > @as_of AND due_ms < @as_of AND ` + rounds
}

var responses = []measure{
	{
		Measured:  Measured{Title: "Time to answer", Unit: MeanMS, Numerator: "working time to the answer", Denominator: "answers"},
		numerator: "CASE WHEN at_ms = stopped_ms AND used_ms >= 0 THEN used_ms ELSE 0 END", denominator: "(at_ms = stopped_ms AND used_ms >= 0)::int",
		value: "CASE WHEN at_ms = stopped_ms AND used_ms >= 0 THEN used_ms END",
	},
	rate("unanswered", "Unanswered past the limit", "without an answer although the limit is used up", "answers, and those without",
		"stopped_ms = 0 OR stopped_ms > @as_of", "true"),
}

// party is the share of time of one kind of holder.
func party(kind, title string) measure {
	return measure{
		Measured:  Measured{Part: kind, Title: title, Unit: Percent, Numerator: "time held", Denominator: "all time"},
		numerator: "CASE WHEN party = '" + kind + "' THEN held_ms ELSE 0 END", denominator: "held_ms",
	}
}
