package kpi

// Definition says what one KPI means. Its version rises with every change of meaning, and every figure names it.
type Definition struct {
	Name       string `json:"name"`
	Title      string `json:"title"`
	Chinese    string `json:"title_zh" doc:"in Traditional Chinese"`
	Simplified string `json:"title_zh_hans" doc:"in Simplified Chinese"`
	Formula    string `json:"formula" doc:"in words"`
	Window     string `json:"window" doc:"what a window selects"`
	Unit       string `json:"unit" doc:"ms, tickets or times"`
	Version    int    `json:"version"`

	Numerator   string     `json:"numerator,omitempty" doc:"in words"`
	Denominator string     `json:"denominator,omitempty" doc:"in words"`
	Cohort      string     `json:"cohort,omitempty" doc:"which facts a window selects, and to whom they are attributed"`
	Grain       string     `json:"grain,omitempty" doc:"what one fact is: a clock, a ticket, a leg"`
	Observation int        `json:"observation_days,omitempty" doc:"for so many days a figure is provisional"`
	Sample      int64      `json:"minimum_sample,omitempty"`
	Parts       []Measured `json:"parts,omitempty" doc:"what is told beside the main figure"`
}

// The KPIs that are computed.
var (
	DefinedVolumes = named(Definition{
		Name: "volumes", Title: "Volumes", Chinese: "業務處理數量", Unit: "tickets", Version: 1,
		Formula: "Tickets registered, accepted, completed, delivered, reopened, closed and cancelled. A reopened ticket counts " +
			"once (tickets); its rounds are told apart (times).",
		Window: "the time of each act lies in it",
	})
	DefinedThroughput = named(Definition{
		Name: "throughput", Title: "Throughput, first to last event", Chinese: "辦理周期", Unit: "ms", Version: 1,
		Formula: "Effective time of a ticket's last event, in the order of its events, less that of its first; never below zero. " +
			"Elapsed time, no calendar. Percentiles by nearest rank, the ⌈p·n⌉th value; the median is the mean of the two middle values.",
		Window: "the ticket's first event lies in it",
	})
	DefinedHandovers = named(Definition{
		Name: "handovers", Title: "Handovers", Chinese: "流轉、交接次數", Unit: "times", Version: 1,
		Formula: "By person: handovers accepted by somebody else than the sender. By group: assignments to another group than " +
			"before. The first person and the first group of a ticket are no handover. Means are over all tickets open in the window.",
		Window: "the time of the acceptance or assignment lies in it",
	})
	DefinedReopens = named(Definition{
		Name: "reopens", Title: "Reopens", Chinese: "重新辦理", Unit: "times", Version: 1,
		Formula: "Tickets taken up again after completion, delivery or closing. Rate: tickets reopened over tickets completed.",
		Window:  "the time of the reopening, and of the completion, lies in it",
	})
	DefinedWaiting = named(Definition{
		Name: "waiting", Title: "Waiting time", Chinese: "暫停時間", Unit: "ms", Version: 1,
		Formula: "Union of a ticket's pauses: from pausing to resuming, reopening or the end of the ticket. Elapsed time, no " +
			"calendar. A pause that still runs counts up to the as-of time. Attributed to the group that had the ticket when it began.",
		Window: "pauses are cut to it",
	})
	DefinedBacklog = named(Definition{
		Name: "backlog", Title: "Backlog at an instant", Chinese: "未辦結業務", Unit: "tickets", Version: 1,
		Formula: "Tickets registered before the instant and not closed or cancelled before it; a closed ticket counts again " +
			"from its reopening. Midnights are those of the zone.",
		Window: "none: any instant can be asked for",
	})
)

// Definitions lists them all: those of the plain figures, and those of [Formulas], each version apart.
func Definitions() []Definition {
	all := []Definition{
		DefinedVolumes, DefinedThroughput, DefinedHandovers, DefinedReopens, DefinedWaiting, DefinedBacklog,
	}
	for _, f := range formulas {
		all = append(all, f.Definition)
	}
	return all
}
