package kpi

// happened are the acts of tickets, with whom they are attributed to.
const happened = `
	SELECT a.ticket, a.kind || ':' || a.from_pos AS fact, a.at_ms, a.unit, a.grp, a.to_id AS person, '' AS template, c.urgency, a.kind, a.code
	FROM acts a JOIN cases c USING (ticket)
	WHERE a.from_pos <= @position AND a.at_ms >= @from AND a.at_ms < @to`

var volumeFormulas = []Formula{
	described(Formula{
		Definition: Definition{
			Name: "volume", Version: 1, Title: "Volume", Chinese: "業務處理數量", Unit: "times",
			Formula:   "Acts by which tickets went on, counted in the window.",
			Window:    "the time of each act lies in it",
			Numerator: "acts", Cohort: "acts in the window, where the ticket lay after them", Grain: "act",
		},
		source: happened + ` AND a.kind IN ('accepted', 'completed', 'delivered', 'closed')`,
		measures: []measure{
			{Measured: Measured{Part: "completed", Title: "Completed", Numerator: "times that a ticket was completed", Unit: Count}, numerator: "(kind = 'completed')::int"},
			{Measured: Measured{Part: "delivered", Title: "Delivered", Numerator: "times that a result was delivered", Unit: Count}, numerator: "(kind = 'delivered')::int"},
		},
	}),
}
