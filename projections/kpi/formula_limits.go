package kpi

import (
	"strings"

	"docket/domain/ticket"
)

// onTime are the parts that every figure of decided clocks has.
func onTime(sample int64) []measure {
	return []measure{
		{
			Measured: Measured{
				Title: "On time", Unit: Percent, Sample: sample,
				Numerator: "clocks stopped at or before their deadline", Denominator: "clocks decided in the window",
			},
			numerator: "met::int", denominator: "1",
		}, {
			Measured: Measured{
				Part: "late_reported", Title: "Late, reported in advance", Unit: Percent, Sample: sample,
				Numerator: "missed clocks whose lateness was reported before their deadline", Denominator: "clocks decided in the window",
			},
			numerator: "(NOT met AND reported)::int", denominator: "1",
		}, {
			Measured:  Measured{Part: "missed", Title: "Missed", Unit: Count, Numerator: "clocks whose deadline passed before they stopped"},
			numerator: "(NOT met)::int",
		},
	}
}

const (
	decidedCohort = "Clocks decided in the window: at the earlier of stop and deadline, as of the as-of instant. Open overdue clocks " +
		"count at once; clocks cancelled before their deadline never. Attributed to who was responsible at that moment."
	decidedWindow = "the deciding moment lies in it"
)

var limitFormulas = []Formula{
	described(Formula{
		Definition: Definition{
			Name: "circulation-timeliness", Version: 1, Title: "Circulation timeliness", Chinese: "流轉及時率", Unit: "legs",
			Formula:   "Legs accepted by the next holder at or before their deadline, over legs decided.",
			Numerator: "legs accepted in time", Denominator: "legs decided in the window", Sample: smallSample,
			Cohort: decidedCohort + " A leg is the receiver's to answer; one refused in time is none, unless an arbiter found that " +
				"it was the receiver's: then it is missed. The way outside is told apart.",
			Window: decidedWindow, Grain: "handover from one person to the next",
		},
		source: `
		SELECT ` + place + `, met, answer, lag_ms, nullif(used_ms, -1) AS used_ms, sender, 'leg' AS way, 0::bigint AS took_ms
		FROM (` + decided("handover") + `) legs WHERE NOT (met AND answer IN ('refused', 'withdrawn', ''))
		UNION ALL
		SELECT ` + place + `, false, '', 0, NULL, '', kind, m FROM (` + happened(actDispatched, actReceipt) + `) outside`,
		measures: []measure{
			{
				Measured:  Measured{Title: "On time", Unit: Percent, Sample: smallSample, Numerator: "legs accepted in time", Denominator: "legs decided"},
				numerator: "(way = 'leg' AND met)::int", denominator: "(way = 'leg')::int",
			}, {
				Measured: Measured{
					Part: "handover_lag", Title: "From ready to handed over", Unit: MeanMS,
					Numerator: "working time from the sender's last work on it to the offer", Denominator: "legs decided",
				},
				numerator: "CASE WHEN way = 'leg' THEN lag_ms ELSE 0 END", denominator: "(way = 'leg')::int",
				value: "CASE WHEN way = 'leg' THEN lag_ms END",
			}, {
				Measured: Measured{
					Part: "receipt_lag", Title: "From handed over to accepted", Unit: MeanMS,
					Numerator: "working time from the offer to the receiver's acceptance", Denominator: "legs accepted",
				},
				numerator:   "CASE WHEN answer = 'accepted' THEN used_ms ELSE 0 END",
				denominator: "(answer = 'accepted' AND used_ms IS NOT NULL)::int", value: "CASE WHEN answer = 'accepted' THEN used_ms END",
			}, {
				Measured: Measured{
					Part: "refused_unjustly", Title: "Refused without cause", Unit: Percent, Sample: smallSample,
					Numerator: "legs refused where an arbiter found for the sender", Denominator: "legs decided",
				},
				numerator: "(answer = 'unjust')::int", denominator: "(way = 'leg')::int",
			}, {
				Measured: Measured{
					Part: "external", Title: "External circulation: receipts attached", Unit: Percent, Sample: smallSample,
					Numerator: "receipts of bodies outside attached in the window", Denominator: "dispatches to bodies outside in the window",
				},
				numerator: "(way = 'receipt')::int", denominator: "(way = 'dispatched')::int",
			}, {
				Measured: Measured{
					Part: "external_lag", Title: "External circulation: dispatch to receipt", Unit: MeanMS,
					Numerator: "elapsed time from dispatch to receipt", Denominator: "receipts attached",
				},
				numerator: "took_ms", denominator: "(way = 'receipt')::int", value: "CASE WHEN way = 'receipt' THEN took_ms END",
			},
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "stage-timeliness", Version: 1, Title: "Stage timeliness", Chinese: "環節及時率", Unit: "clocks",
			Formula:   "Stages decided at or before their deadline, over stage clocks decided. Late ones that were reported in advance are late, and told apart.",
			Numerator: "stage clocks met", Denominator: "stage clocks decided in the window", Sample: smallSample,
			Cohort: decidedCohort, Window: decidedWindow, Grain: "clock of one stage in one round",
		},
		source: decided("stage"), measures: onTime(smallSample),
	}),
	described(Formula{
		Definition: Definition{
			Name: "completion", Version: 1, Title: "Completion", Chinese: "業務完成率", Unit: "tickets",
			Formula: "Tickets whose deadline lies in the window and that were completed by its end, over tickets whose deadline " +
				"lies in it. One that was late and still completed in the window counts here.",
			Numerator: "of these, delivered before the window ended", Denominator: "tickets whose handling deadline, extensions included, lies in the window",
			Cohort: "Handling deadlines in the window, but for tickets cancelled before them. Attributed to the holder at the deadline, or at the delivery before it.",
			Window: "the deadline lies in it", Grain: "handling clock", Sample: smallSample,
		},
		source: `SELECT * FROM (` + standing("due_ms", "handling") + `) due WHERE NOT (cancelled AND stopped_ms <= due_ms)`,
		measures: []measure{{
			Measured: Measured{
				Title: "Completed", Unit: Percent, Sample: smallSample, Numerator: "delivered before the window ended",
				Denominator: "due in the window",
			},
			numerator:   "(stopped_ms > 0 AND NOT cancelled AND stopped_ms < @to AND stopped_ms <= @as_of)::int",
			denominator: "1", provisional: "@as_of < @to",
		}},
	}),
	described(Formula{
		Definition: Definition{
			Name: "on-time-completion", Version: 1, Title: "On-time completion, by delivery", Chinese: "按時辦結率", Unit: "tickets",
			Formula: "Results delivered at or before the handling deadline, over results delivered. Work that is overdue and not " +
				"delivered does not count until it is.",
			Numerator: "delivered by the deadline", Denominator: "delivered in the window, with a handling limit", Sample: smallSample,
			Cohort: "Deliveries in the window, attributed to the holder at the delivery.", Window: "the delivery lies in it", Grain: "delivery",
		},
		source: deliveredIn,
		measures: []measure{{
			Measured: Measured{
				Title: "On time", Unit: Percent, Sample: smallSample, Numerator: "delivered by the deadline",
				Denominator: "delivered in the window, with a handling limit",
			},
			numerator: "(allowed_ms > 0 AND (due_ms = 0 OR at_ms <= due_ms))::int", denominator: "(allowed_ms > 0)::int",
		}},
	}),
	described(Formula{
		Definition: Definition{
			Name: "on-time-completion", Version: 2, Title: "On-time completion", Chinese: "按時辦結率", Unit: "tickets",
			Formula:   "Handling clocks met, over handling clocks decided.",
			Numerator: "handling clocks met", Denominator: "handling clocks decided in the window", Sample: smallSample,
			Cohort: decidedCohort + " A ticket reopened after it had been met is decided anew.", Window: decidedWindow, Grain: "handling clock",
		},
		source: decided("handling"), measures: onTime(smallSample),
	}),
	described(Formula{
		Definition: Definition{
			Name: "response-timeliness", Version: 1, Title: "Response timeliness", Chinese: "及時響應率", Unit: "clocks",
			Formula:   "Response clocks met, over response clocks decided; ask by urgency.",
			Numerator: "response clocks met", Denominator: "response clocks decided in the window", Sample: smallSample,
			Cohort: decidedCohort, Window: decidedWindow, Grain: "response clock: the first answer, and each next one",
		},
		source: decided("response"), measures: onTime(smallSample),
	}),
	described(Formula{
		Definition: Definition{
			Name: "sla-compliance", Version: 1, Title: "Compliance with limits", Chinese: "時限達標率", Unit: "clocks",
			Formula:   "Clocks of all kinds met, over clocks decided, but for those that the customer has to keep.",
			Numerator: "clocks met", Denominator: "clocks decided in the window", Sample: smallSample,
			Cohort: decidedCohort, Window: decidedWindow, Grain: "clock",
		},
		source:   decided("response", "handling", "stage", "acknowledge", "raise", "objection"),
		measures: onTime(smallSample),
	}),
	described(Formula{
		Definition: Definition{
			Name: "breaches", Version: 1, Title: "Breaches and escalations", Chinese: "逾期與升級原因", Unit: "clocks",
			Formula:   "Missed clocks by whether and how they came to their end, and escalations by cause.",
			Numerator: "missed clocks", Denominator: "clocks decided in the window",
			Cohort: decidedCohort, Window: decidedWindow + "; for escalations, their time", Grain: "clock, or escalation",
		},
		source: `
		SELECT ` + place + `, met, reported, stopped_ms > 0 AND NOT cancelled AND stopped_ms <= @as_of AS done, cancelled, '' AS code
		FROM (` + decided("response", "handling", "stage", "acknowledge", "raise", "objection", "handover") + `) clocks
		UNION ALL
		SELECT ` + place + `, NULL, NULL, NULL, NULL, code FROM (` + happened(actEscalated) + `) calls`,
		measures: []measure{
			count("missed", "Missed", "clocks missed", "NOT met"),
			count("missed_reported", "Missed, reported in advance", "clocks missed whose lateness was reported before the deadline", "NOT met AND reported"),
			count("missed_done", "Missed, done since", "clocks missed that have stopped since", "NOT met AND done"),
			count("missed_open", "Missed, still open", "clocks missed that have not stopped", "NOT met AND NOT done"),
			count("raised", "Problems put to a superior", "problems raised", "code = 'raised'"),
			count("passed_up", "Passed up", "problems put to the next superior", "code = 'passed_up'"),
			count("paged", "Called", "calls because nobody had taken an urgent ticket", "code = 'paged'"),
			count("limit_used_up", "Overdue reminders", "reminders that a limit is used up", "code = 'limit_used_up'"),
			count("handover_overdue", "Handovers not answered in time", "handovers that superiors were told of", "code = 'handover_overdue'"),
			count("disputed", "Put to an arbiter", "tickets that nobody would take", "code = 'disputed'"),
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "breaches", Version: 2, Title: "Breaches by cause", Chinese: "逾期原因", Unit: "clocks", Sample: smallSample,
			Formula: "Missed clocks by the cause that a superior found, as of what was found by then; how many have none yet. Only faults of " +
				"staff count against people; a cause that is undetermined is one that was looked for.",
			Numerator: "missed clocks whose cause was found", Denominator: "clocks missed in the window",
			Cohort: decidedCohort, Window: decidedWindow, Grain: "clock",
		},
		source: `SELECT * FROM (` + decided("response", "handling", "stage", "acknowledge", "raise", "objection", "handover") + `) clocks WHERE NOT met`,
		measures: append([]measure{
			undetermined(rate("", "Explained", "missed clocks whose cause was found", "clocks missed", "cause <> ''", "true"), "cause = 'undetermined'"),
			count("unexplained", "Unexplained", "clocks missed whose cause nobody has found", "cause = ''"),
			count("unreported", "Unreported", "clocks missed whose lateness was not reported in advance", "NOT reported"),
		}, causes()...),
	}),
}

// causes are the shares of missed clocks by each cause.
func causes() []measure {
	all := make([]measure, len(ticket.Faults))
	for i, cause := range ticket.Faults {
		c := string(cause)
		all[i] = rate("cause_"+c, "Caused by: "+strings.ReplaceAll(c, "_", " "), "missed by this cause", "clocks missed", "cause = '"+c+"'", "true")
	}
	return all
}

// undetermined counts the facts with a fault that nobody could determine beside a measure.
func undetermined(m measure, condition string) measure {
	m.undetermined = condition
	return m
}

// count is a plain count of the facts for which a condition holds.
func count(part, title, words, condition string) measure {
	return measure{Measured: Measured{Part: part, Title: title, Unit: Count, Numerator: words}, numerator: "(" + condition + ")::int"}
}

// rate is a share of facts in percent.
func rate(part, title, of, over, condition, base string) measure {
	return measure{
		Measured:  Measured{Part: part, Title: title, Unit: Percent, Sample: smallSample, Numerator: of, Denominator: over},
		numerator: "(" + condition + ")::int", denominator: "(" + base + ")::int",
	}
}
