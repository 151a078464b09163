package queue

import (
	"maps"
	"slices"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/domain/view"
	"docket/projections/internal/narrow"
)

// Filter narrows a list for somebody at an instant. What is asked for is [view.Filter]; its zero value does not narrow. Reach is
// what the asker may see; its zero value reaches nothing.
type Filter struct {
	view.Filter
	Reach authz.Reaches
	Asker domain.Actor // who is "me", and whose posts sign
	AsOf  time.Time    // what shares of limits are compared with
}

// expressions say what each column of a sort compares; those of the indexes are alike.
var expressions = map[string]string{
	"due":        "coalesce(due_at, 'infinity'::timestamptz)",
	"deadline":   "coalesce(deadline_at, 'infinity'::timestamptz)",
	"paused":     "coalesce(paused_at, 'infinity'::timestamptz)",
	"offered":    "coalesce(offered_at, 'infinity'::timestamptz)",
	"registered": "registered_at",
	"changed":    "changed_at",
	"number":     "number",
	"urgency":    "rank",
	"status":     "status",
	"stage":      "stage",
	"group":      "grp",
	"handler":    "handler",
	"title":      "title",
}

// bands say when a ticket is in a band at the instant @as_of. The instants come one after the other, and a clock at rest keeps
// those that had passed.
var bands = map[view.Band]string{
	view.NoLimit:   noLimit,
	view.BelowHalf: "NOT " + noLimit + " AND NOT " + reached("half_at") + " AND NOT " + reached("most_at") + " AND NOT " + reached("over_at"),
	view.FromHalf:  reached("half_at") + " AND NOT " + reached("most_at") + " AND NOT " + reached("over_at"),
	view.FromMost:  reached("most_at") + " AND NOT " + reached("over_at"),
	view.Over:      reached("over_at"),
}

// noLimit holds for a ticket that no limit has been set for.
const noLimit = "(NOT limited)"

func reached(column string) string { return "coalesce(" + column + " <= @as_of, false)" }

// late holds for a ticket whose limit is used up.
func late(r *Row, at time.Time) bool { return r.OverAt != nil && !r.OverAt.After(at) }

// Band is the share of its limit that a ticket has used up at an instant.
func (r *Row) Band(at time.Time) view.Band {
	passed := func(instant *time.Time) bool { return instant != nil && !instant.After(at) }
	switch {
	case late(r, at):
		return view.Over
	case passed(r.MostAt):
		return view.FromMost
	case passed(r.HalfAt):
		return view.FromHalf
	case !r.Limited:
		return view.NoLimit
	}
	return view.BelowHalf
}

// where lists the conditions and fills in their arguments.
func (f Filter) where() *narrow.Where {
	which := "open"
	if f.Finished() {
		which = "NOT open"
	}
	where := narrow.New(which)
	where.Args["as_of"], where.Args["me"] = f.AsOf, f.Asker.Staff
	where.If(f.Unit != "", "unit = @unit", "unit", f.Unit)
	where.If(f.Group != "", "grp = @group", "group", f.Group)
	f.whose(where)
	where.If(len(f.Exact()) > 0, "status = ANY(@statuses)", "statuses", f.Exact())
	where.If(len(f.Urgencies) > 0, "rank = ANY(@ranks)", "ranks", ranks(f.Urgencies))
	where.If(f.Type != "", "type = @type", "type", f.Type)
	where.If(f.Template != "", "template = @template", "template", f.Template)
	where.If(f.Customer != "", "customer = @customer AND customer <> ''", "customer", f.Customer)
	where.If(len(f.Channels) > 0, "channel = ANY(@channels)", "channels", f.Channels)
	where.If(f.Reference != "", "reference = @reference", "reference", f.Reference)
	where.If(f.DueAfter != nil, expressions["due"]+" >= @due_after AND due_at IS NOT NULL", "due_after", f.DueAfter)
	where.If(f.DueBefore != nil, expressions["due"]+" < @due_before", "due_before", f.DueBefore)
	where.If(f.DueWithin > 0, expressions["due"]+" < @due_within", "due_within", f.AsOf.Add(time.Duration(f.DueWithin)*time.Hour))
	where.If(f.Paused != nil, "(paused <> '') = @paused", "paused", f.Paused)
	where.If(len(f.Pauses) > 0, "paused = ANY(@pauses)", "pauses", f.Pauses)
	where.If(f.Fallback != nil, "fallback = @fallback", "fallback", f.Fallback)
	where.If(f.Reported != nil, "(reported_at IS NOT NULL) = @reported", "reported", f.Reported)
	where.If(f.Unanswered != nil, "(handler = '' AND rank <= 2) = @unanswered", "unanswered", f.Unanswered)
	f.signable(where)
	var within []string
	for _, b := range f.Bands {
		within = append(within, "("+bands[b]+")")
	}
	where.AnyOf(within...)
	if !f.within() {
		f.reachable(where)
	}
	return where
}

// placed are the columns that place a ticket in the organisation.
var placed = narrow.Columns{Unit: "unit", Group: "grp", Handler: "handler", Receiver: "receiver", Helping: "helping"}

// reachable narrows to what the asker may see. Of stages to decide that is nearly all, and nothing to choose an index by.
func (f Filter) reachable(where *narrow.Where) {
	columns := placed
	if f.Stage != view.Mine {
		where.Reach(f.Reach, columns)
		return
	}
	reach := narrow.New("true")
	reach.Reach(f.Reach, columns)
	where.And(opaque(reach.String()))
	maps.Copy(where.Args, reach.Args)
}

// within reports whether what is asked for lies in reach as a whole. Asking the table for both would mislead its planner: it takes
// them for independent, and finds far more than it expects.
func (f Filter) within() bool {
	r, me := f.Reach, f.Asker.Staff
	mine := func(asked string) bool { return asked == view.Me && me != "" || asked != "" && asked == me }
	return r.All || f.Unit != "" && slices.Contains(r.Units, f.Unit) ||
		f.Group != "" && (slices.Contains(r.Units, f.Group) || slices.Contains(r.Groups, f.Group)) ||
		mine(f.Handler) && (r.Own == me || r.Held == me) || mine(f.Handover) && r.Own == me || mine(f.Helping) && r.Own == me
}

// whose narrows by who holds a ticket, who is asked to take it over and who helps with it. "Me" of an account that is no person's finds nothing.
func (f Filter) whose(where *narrow.Where) {
	switch f.Handler {
	case "":
	case view.None:
		where.And("handler = ''")
	case view.Me:
		where.And("handler = @me AND handler <> ''")
	default:
		where.If(true, "handler = @handler AND handler <> ''", "handler", f.Handler)
	}
	switch f.Handover {
	case "":
	case view.Any:
		where.And("receiver <> ''")
	case view.Me:
		where.And("receiver = @me AND receiver <> ''")
	default:
		where.If(true, "receiver = @receiver AND receiver <> ''", "receiver", f.Handover)
	}
	switch f.Helping {
	case "":
	case view.Me:
		where.And("@me <> '' AND " + narrow.Helps("helping", "me"))
	default:
		where.If(true, narrow.Helps("helping", "helps"), "helps", f.Helping)
	}
}

// signable narrows by the open stage: one by its key, or those that a post of the asker's decides and nothing bars the asker from.
func (f Filter) signable(where *narrow.Where) {
	if f.Stage != view.Mine {
		where.If(f.Stage != "", "stage = @stage AND stage <> ''", "stage", f.Stage)
		return
	}
	var roles, places []string
	everywhere := false
	for _, p := range f.Asker.Posts {
		roles, places = append(roles, p.Role), append(places, p.Unit)
		everywhere = everywhere || p.Unit == ""
	}
	where.Args["seat_roles"], where.Args["seat_places"] = roles, places
	where.And("stage <> ''")
	if !everywhere {
		where.And("(unit = ANY(@seat_places::text[]) OR grp = ANY(@seat_places::text[]))")
	}
	const seats = "(SELECT * FROM unnest(@seat_roles::text[], @seat_places::text[]))"
	where.And(opaque(`@me <> '' AND NOT coalesce(barred ? @me, false) AND
		((stage_role, '') IN ` + seats + ` OR (stage_role, unit) IN ` + seats + ` OR (stage_role, grp) IN ` + seats + `)`))
}

// opaque is a condition that the planner cannot take apart. Taking what goes together for independent, it would expect next to
// nothing, and sort all that is found instead of reading in the order asked for until a page is full.
func opaque(condition string) string { return "coalesce(" + condition + ", false)" }

func ranks(urgencies []string) []int {
	list := make([]int, len(urgencies))
	for i, u := range urgencies {
		list[i] = rank(ticket.Urgency(u))
	}
	return list
}

// Holds reports whether a ticket is in the filtered list: what the query asks the table, asked of one row in memory.
func (f Filter) Holds(r *Row) bool {
	return r.Open != f.Finished() && f.Sees(r) && f.holdsPlace(r) && f.holdsKind(r) && f.holdsTime(r) && f.holdsStage(r)
}

func (f Filter) holdsPlace(r *Row) bool {
	me := f.Asker.Staff
	switch {
	case f.Unit != "" && f.Unit != r.Unit, f.Group != "" && f.Group != r.Group, f.Fallback != nil && *f.Fallback != r.Fallback,
		f.Handler == view.None && r.Handler != "",
		f.Handler == view.Me && (me == "" || r.Handler != me),
		f.Handler != "" && f.Handler != view.None && f.Handler != view.Me && r.Handler != f.Handler,
		f.Handover == view.Any && r.Receiver == "",
		f.Handover == view.Me && (me == "" || r.Receiver != me),
		f.Handover != "" && f.Handover != view.Any && f.Handover != view.Me && r.Receiver != f.Handover,
		f.Helping == view.Me && !r.helps(me),
		f.Helping != "" && f.Helping != view.Me && !r.helps(f.Helping):
		return false
	}
	return true
}

func (f Filter) holdsKind(r *Row) bool {
	one := func(wanted []string, value string) bool { return len(wanted) == 0 || slices.Contains(wanted, value) }
	return one(f.Exact(), string(r.Status)) && one(f.Urgencies, string(r.Urgency)) && one(f.Channels, string(r.Channel)) &&
		(f.Type == "" || f.Type == r.Type) && (f.Template == "" || f.Template == r.Template) &&
		(f.Customer == "" || f.Customer == r.Customer) && (f.Reference == "" || f.Reference == r.Reference)
}

func (f Filter) holdsTime(r *Row) bool {
	before := func(limit time.Time) bool { return r.DueAt != nil && r.DueAt.Before(limit) }
	switch {
	case f.DueAfter != nil && (r.DueAt == nil || r.DueAt.Before(*f.DueAfter)),
		f.DueBefore != nil && !before(*f.DueBefore),
		f.DueWithin > 0 && !before(f.AsOf.Add(time.Duration(f.DueWithin)*time.Hour)),
		f.Paused != nil && *f.Paused != (r.Paused != ""),
		len(f.Pauses) > 0 && !slices.Contains(f.Pauses, string(r.Paused)),
		f.Reported != nil && *f.Reported != (r.ReportedAt != nil),
		f.Unanswered != nil && *f.Unanswered != (r.Handler == "" && r.Rank <= rank(ticket.Urgent)),
		len(f.Bands) > 0 && !slices.Contains(f.Bands, r.Band(f.AsOf)):
		return false
	}
	return true
}

func (f Filter) holdsStage(r *Row) bool {
	switch f.Stage {
	case "":
		return true
	case view.Mine:
		seated := slices.ContainsFunc(f.Asker.Posts, func(p domain.Post) bool {
			return p.Role == r.StageRole && (p.Unit == "" || p.Unit == r.Unit || p.Unit == r.Group)
		})
		return r.Stage != "" && f.Asker.Staff != "" && seated && !slices.Contains(r.Barred, f.Asker.Staff)
	}
	return r.Stage == f.Stage
}

// Sees reports whether a ticket lies within reach: what [narrow.Where.Reach] asks, of one row.
func (f Filter) Sees(r *Row) bool {
	reach := f.Reach
	own := func(who, person string) bool { return who != "" && who == person }
	return reach.All || slices.Contains(reach.Units, r.Unit) || slices.Contains(reach.Units, r.Group) || slices.Contains(reach.Groups, r.Group) ||
		own(reach.Own, r.Handler) || own(reach.Own, r.Receiver) || r.helps(reach.Own) ||
		own(reach.Held, r.Handler)
}
