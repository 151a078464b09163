package kpi

import "fmt"

var qualityFormulas = []Formula{
	described(Formula{
		Definition: Definition{
			Name: "fill-accuracy", Version: 1, Title: "Fill accuracy", Chinese: "填寫準確率", Unit: "tickets",
			Formula: "1 − tickets with a form field found at fault of staff within 60 days of registration, over tickets registered. " +
				"Found by a correction or a review's return that names the field. What is changed before registration is no fault, " +
				"nor is what the customer, a body outside, the system or a change of rules caused.",
			Numerator: "tickets without such a field", Denominator: "tickets of a template registered in the window", Sample: smallSample,
			Cohort: "Tickets of templates registered in the window, attributed to the clerk who registered them.",
			Window: "the registration lies in it", Grain: "ticket", Observation: 60,
		},
		source: filledIn,
		measures: []measure{
			young(rate("", "Tickets without fault", "tickets without a field at fault of staff", "tickets registered", "flawed = 0", "true"), observed, "unsure > 0"),
			young(measure{
				Measured: Measured{
					Part: "fields", Title: "Fields without fault", Unit: Percent, Sample: smallSample,
					Numerator: "filled fields not at fault of staff", Denominator: "fields filled in at registration",
				},
				numerator: "greatest(filled - flawed, 0)", denominator: "filled",
			}, observed, "unsure > 0"),
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "accuracy", Version: 1, Title: "Accuracy and errors", Chinese: "業務準確率、差錯率", Unit: "tickets",
			Formula: "1 − tickets with an error of staff over tickets whose result was delivered. An error is a return at the review " +
				"of the result, a correction after delivery or an objection upheld in whole or part, found within 60 days of the " +
				"first delivery. One that escaped to the customer is not also internal.",
			Numerator: "tickets without an error of staff", Denominator: "tickets first delivered in the window", Sample: smallSample,
			Cohort: "Tickets first delivered in the window, attributed to the holder then.", Window: "the first delivery lies in it", Grain: "ticket",
			Observation: 60,
		},
		source: `SELECT * FROM (` + deliveredIn + `) r WHERE delivery = 1`,
		measures: []measure{
			young(rate("", "Accurate", "tickets without an error", "tickets delivered", "error = ''", "true"), observed, "unsure"),
			young(rate("error", "Errors", "tickets with an error", "tickets delivered", "error <> ''", "true"), observed, "unsure"),
			young(rate("internal", "Errors caught before delivery", "tickets with errors that reviews caught", "tickets delivered", "error = 'internal'", "true"), observed, "unsure"),
			young(rate("escaped", "Errors that escaped", "tickets with errors found after delivery", "tickets delivered", "error = 'escaped'", "true"), observed, "unsure"),
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "first-pass", Version: 1, Title: "First-pass yield", Chinese: "一次通過率", Unit: "tickets",
			Formula:   "Tickets that passed the review of their result in the first round, over tickets that finished it.",
			Numerator: "passed in round 1", Denominator: "reviews of results passed in the window", Sample: smallSample,
			Cohort: "Reviews of results finished in the window, attributed to the holder.", Window: "the last pass of the round lies in it", Grain: "finished review",
		},
		source: happened(actPassed),
		measures: []measure{
			rate("", "First pass", "passed in round 1", "reviews finished", "round = 1", "true"),
			rate("rework", "Rework", "passed in a later round", "reviews finished", "round > 1", "true"),
			{
				Measured:  Measured{Part: "rounds", Title: "Mean rounds", Unit: Mean, Numerator: "rounds", Denominator: "reviews finished"},
				numerator: "round", denominator: "1",
			},
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "reopen-rate", Version: 1, Title: "Re-open rate", Chinese: "重開率", Unit: "deliveries",
			Formula:   "Deliveries after which the ticket was reopened within 30 days, over deliveries in the window.",
			Numerator: "reopened within 30 days", Denominator: "delivered in the window", Sample: smallSample,
			Cohort: "Deliveries in the window, attributed to the holder then.", Window: "the delivery lies in it", Grain: "delivery", Observation: 30,
		},
		source: deliveredIn,
		measures: []measure{
			young(rate("", "Reopened", "reopened within 30 days", "delivered", again("true"), "true"), reopening, again("fault = 'undetermined'")),
			young(rate("staff", "Reopened by fault of staff", "reopened within 30 days by fault of staff", "delivered", again("fault = 'staff'"), "true"), reopening, ""),
			young(rate("customer", "Reopened for the customer", "reopened within 30 days because of the customer", "delivered", again("fault = 'customer'"), "true"), reopening, ""),
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "objections", Version: 1, Title: "Objections", Chinese: "異議", Unit: "objections",
			Formula:   "Objections filed over results delivered; upheld over concluded; settled to the customer's confirmation over closed.",
			Numerator: "objections filed in the window", Denominator: "results delivered in the window", Sample: smallSample,
			Cohort: "Acts in the window, attributed to who had the ticket then.", Window: "the time of each act lies in it", Grain: "objection",
		},
		source: happened(actObjected, actConcluded, actSettled) + ` UNION ALL ` + likeActs(deliveredIn, "weight"),
		measures: []measure{
			rate("", "Filed", "objections filed", "results delivered", "kind = 'objected'", "kind = 'delivery'"),
			rate("upheld", "Upheld", "objections upheld in whole or part", "objections concluded",
				"kind = 'objection_decided' AND code <> 'not_upheld'", "kind = 'objection_decided'"),
			rate("settled", "Settled to the customer's confirmation", "closed because the customer confirmed", "objections closed",
				"kind = 'objection_closed' AND code = 'confirmed'", "kind = 'objection_closed'"),
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "one-time-notice", Version: 1, Title: "One-time notice", Chinese: "一次性告知", Unit: "applications",
			Formula:   "Applications with exactly one notice of defects, over applications that needed one and whose material stage ended.",
			Numerator: "with exactly one notice", Denominator: "applications with defects whose material stage ended in the window", Sample: smallSample,
			Cohort: "Registered, declined or lapsed in the window after a notice of defects.", Window: "the end of the material stage lies in it", Grain: "application",
		},
		source: happened(actSupplemented, actNotified),
		measures: []measure{
			rate("", "Told once", "with exactly one notice", "applications with defects", "kind = 'supplemented' AND n = 1", "kind = 'supplemented'"),
			count("overrides", "Told again by override", "further notices that a supervisor allowed", "kind = 'notified' AND code = 'override'"),
		},
	}),
}

// young marks what a measure says of facts that are still under observation as provisional, and counts undetermined faults.
func young(m measure, window int64, unsure string) measure {
	m.provisional = fmt.Sprintf("at_ms + %d > @as_of", window)
	m.undetermined = unsure
	return m
}

// again is a condition on deliveries that were reopened in time.
func again(condition string) string {
	return fmt.Sprintf("reopened_ms > 0 AND reopened_ms <= at_ms + %d AND %s", reopening, condition)
}
