package kpi

var volumeFormulas = []Formula{
	described(Formula{
		Definition: Definition{
			Name: "volume", Version: 1, Title: "Volume", Chinese: "業務處理數量", Unit: "times",
			Formula: "Tickets registered, accepted, not accepted and delivered, plain and weighted by the difficulty that the template " +
				"version states. A ticket that is delivered again after a reopening is told apart.",
			Numerator: "acts in the window", Cohort: "Acts in the window; registrations attributed to who registered, all else to the holder then.",
			Window: "the time of each act lies in it", Grain: "act",
		},
		source: `
		SELECT ticket, fact, at_ms, unit, grp, CASE WHEN kind = 'registered' THEN to_id ELSE person END AS person, template, urgency, kind, code,
			round, n, m, late, from_id, to_id
		FROM (` + happened(actRegistered, actAccepted, actDeclined) + `) a
		UNION ALL` + likeActs(deliveredIn, "weight"),
		sums: &sums{replaced: likeActs(undelivered, "weight")},
		measures: []measure{
			count("registered", "Registered", "tickets registered", "kind = 'registered'"),
			weighted("registered_weighted", "Registered, weighted, in hundredths", "registered", "kind = 'registered'"),
			count("accepted", "Accepted", "applications accepted", "kind = 'accepted'"),
			count("declined", "Not accepted", "applications declined or lapsed", "kind = 'declined'"),
			count("delivered", "Delivered", "tickets delivered the first time", "kind = 'delivery' AND round = 1"),
			weighted("delivered_weighted", "Delivered, weighted, in hundredths", "delivered the first time", "kind = 'delivery' AND round = 1"),
			count("delivered_again", "Delivered again", "deliveries after a reopening", "kind = 'delivery' AND round > 1"),
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "handoffs", Version: 1, Title: "Hand-offs and refusals", Chinese: "流轉次數與拒收", Unit: "times",
			Formula:   "Handovers accepted over tickets delivered; handovers refused over handovers offered.",
			Numerator: "handovers accepted in the window", Denominator: "delivered in the window",
			Cohort: "Acts in the window, attributed to the holder then.", Window: "the time of each act lies in it", Grain: "act",
		},
		source: happened(actHandedOver, actOffered, actRefused) + ` UNION ALL ` + likeActs(deliveredIn, "weight"),
		sums:   &sums{replaced: likeActs(undelivered, "weight")},
		measures: []measure{
			{
				Measured:  Measured{Title: "Hand-offs per delivery", Unit: Mean, Numerator: "handovers accepted", Denominator: "delivered"},
				numerator: "(kind = 'handed_over')::int", denominator: "(kind = 'delivery')::int",
			},
			rate("refused", "Refused", "handovers refused", "handovers offered", "kind = 'refused'", "kind = 'offered'"),
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "effort", Version: 1, Title: "Reassignments, touches and time worked", Chinese: "改派、經手次數與工時", Unit: "times",
			Formula:   "Per ticket delivered: how often a leader gave it to somebody else, how many commands people issued on it, and the time that work records tell.",
			Numerator: "touches", Denominator: "delivered in the window",
			Cohort: "Deliveries in the window, with what was counted since the delivery before.", Window: "the delivery lies in it", Grain: "delivery",
		},
		source: deliveredIn,
		measures: []measure{
			mean("reassigned", "Reassignments", "reassigned"), mean("touches", "Touches", "touches"),
			mean("contacts", "Contacts with the customer", "contacts"),
			{
				Measured:  Measured{Part: "worked", Title: "Time worked", Unit: MeanMS, Numerator: "time that work records tell", Denominator: "delivered"},
				numerator: "worked_ms", denominator: "1",
			},
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "first-contact-resolution", Version: 1, Title: "Settled at the first contact", Chinese: "即辦率", Unit: "deliveries",
			Formula:   "Delivered with at most one contact with the customer, over delivered, of templates marked instant.",
			Numerator: "delivered with at most one contact", Denominator: "delivered in the window, of instant templates", Sample: smallSample,
			Cohort: "Deliveries in the window, attributed to the holder then.", Window: "the delivery lies in it", Grain: "delivery",
		},
		source:   deliveredIn,
		measures: []measure{rate("", "First contact", "with at most one contact", "of instant templates", "instant AND contacts <= 1", "instant")},
	}),
	described(Formula{
		Definition: Definition{
			Name: "extensions", Version: 1, Title: "Extensions", Chinese: "延期", Unit: "tickets",
			Formula:   "Tickets delivered with at least one extension, over delivered; told to the customer before the old deadline, over told; mean time added.",
			Numerator: "delivered with an extension", Denominator: "delivered in the window", Sample: smallSample,
			Cohort: "Deliveries, grants and notices in the window.", Window: "the time of each lies in it", Grain: "delivery or extension",
		},
		source: happened(actGranted, actTold) + ` UNION ALL ` + likeActs(deliveredIn, "extensions"),
		measures: []measure{
			rate("", "Extended", "delivered with an extension", "delivered", "kind = 'delivery' AND n > 0", "kind = 'delivery'"),
			{
				Measured: Measured{
					Part: "told", Title: "Told before the old deadline", Unit: Percent,
					Numerator: "told before the old deadline", Denominator: "extensions granted in the window; must be 100 %",
				},
				numerator: "(kind = 'extension_told' AND m = 1)::int", denominator: "(kind = 'extension_granted')::int",
			},
			{
				Measured:  Measured{Part: "added", Title: "Time added", Unit: MeanMS, Numerator: "elapsed time by which deadlines moved", Denominator: "extensions granted"},
				numerator: "CASE WHEN kind = 'extension_granted' THEN m ELSE 0 END", denominator: "(kind = 'extension_granted')::int",
			},
		},
	}),
	described(Formula{
		Definition: Definition{
			Name: "limit-compression", Version: 1, Title: "Limit compression", Chinese: "時限壓縮比", Unit: "tickets",
			Formula:   "Mean of 1 − committed over statutory limit, of tickets registered whose two limits are in one unit.",
			Numerator: "ten-thousandths of the statutory limit that are saved", Denominator: "ten thousand for each ticket",
			Cohort: "Registrations in the window of templates that state what the law allows.", Window: "the registration lies in it", Grain: "ticket",
		},
		source: happened(actCommitted),
		measures: []measure{{
			Measured:  Measured{Title: "Compression", Unit: Percent, Numerator: "ten-thousandths saved", Denominator: "ten thousand for each ticket"},
			numerator: "10000 * (m - n) / m", denominator: "10000",
		}},
	}),
	described(Formula{
		Definition: Definition{
			Name: "evidence-gap", Version: 1, Title: "Evidence gap", Chinese: "補錄比例", Unit: "acts",
			Formula:   "Acts recorded more than a minute after they happened, over acts.",
			Numerator: "acts keyed in later", Denominator: "acts in the window", Sample: smallSample,
			Cohort: "Acts in the window, attributed to the holder then.", Window: "the time of the act lies in it", Grain: "act",
		},
		source: happened(actRegistered, actAccepted, actTaken, actAssigned, actHandedOver, actCompleted, actPassed, actReturned, actDelivered, actClosed,
			actHeard, actContacted, actDispatched, actReceipt),
		sums:     &sums{},
		measures: []measure{rate("", "Keyed in later", "acts keyed in later", "acts", "late", "true")},
	}),
}

func mean(part, title, column string) measure {
	return measure{
		Measured:  Measured{Part: part, Title: title, Unit: Mean, Numerator: "times", Denominator: "delivered"},
		numerator: column, denominator: "1",
	}
}

// weighted sums the weights of the facts for which a condition holds.
func weighted(part, title, words, condition string) measure {
	return measure{
		Measured:  Measured{Part: part, Title: title, Unit: Count, Numerator: "weights of the tickets " + words},
		numerator: "CASE WHEN " + condition + " THEN n ELSE 0 END",
	}
}
