package flow

import "context"

// Begin and the two that follow stand for what is before a ticket's first act and after its newest one.
const (
	Begin  = "begin"  // from: the first act
	End    = "end"    // to: over, and nothing came after
	Stands = "stands" // to: not over, and nothing came after yet
)

// Passage is one step of a ticket behind an edge of the map; of a newest act, the act itself.
type Passage struct {
	Pos    uint64 `db:"pos"`
	Ticket string `db:"ticket"`
	Unit   string `db:"unit"`
	Group  string `db:"grp"`
	FromMS int64  `db:"from_ms"`
	AtMS   int64  `db:"at_ms"`
}

// Key is the place of a passage in its list, which is sorted by time.
type Key struct {
	AtMS int64
	Pos  uint64
}

// Passages lists the steps behind an edge, from one activity (or [Begin]) to another (or [End], or [Stands]), at most limit
// of them after a key. Next is the key of the last one when more follow.
func (s Snapshot) Passages(ctx context.Context, q Question, from, to string, after *Key, limit int) (page []Passage, next *Key, err error) {
	var src source
	columns := "s.pos, p.ticket, p.unit, p.grp, s.at_ms"
	if to == End || to == Stands {
		src = s.in(q, lastThen, true)
		columns += ", s.at_ms AS from_ms"
		src.where.If(true, "s.activity = @activity", "activity", from)
		src.where.If(true, "s.over = @over", "over", to == End)
	} else {
		src = s.in(q, "steps", true)
		columns += ", s.from_ms"
		src.where.If(true, "s.activity = @activity", "activity", to)
		if from == Begin {
			from = ""
		}
		src.where.If(true, "s.from_activity = @from_activity", "from_activity", from)
	}
	if after != nil {
		src.where.And("(s.at_ms, s.pos) > (@after_ms, @after_pos)")
		src.where.Args["after_ms"], src.where.Args["after_pos"] = after.AtMS, int64(after.Pos) //nolint:gosec // checked by the caller
	}
	src.where.Args["limit"] = limit + 1
	page, err = collect[Passage](ctx, s.tx, `
	SELECT `+columns+` FROM `+src.from+` WHERE `+src.where.String()+` ORDER BY s.at_ms, s.pos LIMIT @limit`, src)
	if err != nil || len(page) <= limit {
		return page, nil, err
	}
	page = page[:limit]
	return page, &Key{page[limit-1].AtMS, page[limit-1].Pos}, nil
}
