package kpi

import "context"

// Reopens describes how often finished tickets had to be taken up again.
type Reopens struct {
	Reopens int64            `json:"reopens"`
	Tickets int64            `json:"tickets" doc:"tickets reopened at least once"`
	Rate    Ratio            `json:"rate" doc:"tickets reopened over tickets completed, both in the window"`
	ByFault map[string]int64 `json:"by_fault" doc:"reopens by whose fault it was; only staff counts against people"`
}

// Reopens counts those whose time lies in the window.
func (s Snapshot) Reopens(ctx context.Context, q Question) (Reopens, error) {
	v := volumes{}
	if err := s.addedUp(ctx, q, Overall, v); err != nil {
		return Reopens{}, err
	}
	all := v.of("")
	r := Reopens{Reopens: all.Reopened.Times, Tickets: all.Reopened.Tickets, ByFault: map[string]int64{}}
	r.Rate = Ratio{all.Reopened.Tickets, all.Completed.Tickets}
	type line struct {
		Code string
		N    int64
	}
	const byFault = `SELECT code, count(*) AS n FROM ` + actsThen + ` a WHERE kind = 'reopened' GROUP BY code`
	lines, err := collect[line](ctx, s.tx, byFault, q.args())
	for _, l := range lines {
		r.ByFault[l.Code] = l.N
	}
	return r, err
}
