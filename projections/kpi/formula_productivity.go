package kpi

// fewDays is the least number of available days, in hundredths, for which tickets per day are told: five, as the least sample of a rate.
const fewDays = smallSample * wholeDay

var productivityFormulas = []Formula{
	described(Formula{
		Definition: Definition{
			Name: "productivity", Version: 1, Title: "Tickets per available working day", Chinese: "人均日辦理量", Unit: "tickets",
			Formula: "Weights of the tickets delivered for the first time, over the available working days of the people: days of the calendar " +
				"of their unit on which they belonged to a group, less their absences, a day counting by the share of its working time. " +
				"Both are told in hundredths. Days belong to a person, group and unit, not to a template or an urgency.",
			Numerator:   "weights of the tickets delivered, in hundredths",
			Denominator: "available working days, in hundredths", Sample: fewDays,
			Cohort: "Deliveries in the window, attributed to the holder then; days that open in it and have begun at the as-of instant, " +
				"attributed to the person's group then, shared evenly among several.",
			Window: "the delivery, or the opening of the day, lies in it", Grain: "delivery or day",
		},
		days: true,
		source: `
		SELECT ticket, fact, at_ms, unit, grp, person, template, urgency, weight, 0::bigint AS n FROM (` + deliveredIn + `) d WHERE delivery = 1
		UNION ALL
		SELECT '', fact, at_ms, unit, grp, person, '', '', 0, n FROM (` + availableDays + `) a`,
		measures: []measure{{
			Measured: Measured{
				Title: "Weighted tickets a day", Unit: Mean, Sample: fewDays,
				Numerator: "weights of the tickets delivered, in hundredths", Denominator: "available working days, in hundredths",
			},
			numerator: "weight", denominator: "n",
		}},
	}),
}
