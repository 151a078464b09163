package readapi

import (
	"context"
	"slices"
	"strconv"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/series"
	"docket/domain/ticket"
	"docket/internal/httpapi"
	"docket/projections/ticketpage"
)

// GapsRequest asks for the numbers of a series that no ticket has.
type GapsRequest struct {
	Request
	Paging
	Unit string `path:"unit" pattern:"^[A-Z0-9]{1,8}$" doc:"code of the unit, as it stands in numbers" example:"CS"`
	Type string `path:"type" pattern:"^[A-Z0-9]{2,8}$" doc:"business type" example:"INC"`
	Year int    `path:"year" minimum:"1900" maximum:"2999"`
}

// Cause says why a number that was given out is no ticket's.
type Cause string

// The causes of gaps.
const (
	CauseUnderWay      Cause = "under_way"        // taken a moment ago: the registration may still come
	CauseNotRegistered Cause = "not_registered"   // there is no ticket: it was refused, or broke off, after its number was taken
	CauseDraftOpen     Cause = "draft_still_open" // the draft may be submitted yet, and will have this number then
	CauseDraftEnded    Cause = "draft_ended"      // the draft was declined, lapsed or withdrawn
	CauseOtherNumber   Cause = "other_number"     // the ticket was registered under another number
)

// GapView is a number that was taken and is no ticket's.
type GapView struct {
	Serial        uint64    `json:"serial"`
	Number        string    `json:"number"`
	Ticket        string    `json:"ticket" doc:"key of the ticket that it was taken for"`
	Cause         Cause     `json:"cause" enum:"under_way,not_registered,draft_still_open,draft_ended,other_number"`
	Other         string    `json:"other_number,omitempty" doc:"the number that the ticket has"`
	TakenAt       time.Time `json:"taken_at" doc:"when it was decided to take it"`
	Actor         *Ref      `json:"actor" doc:"who was registering"`
	Principal     *Ref      `json:"principal" doc:"the account that acted"`
	Command       string    `json:"command" doc:"that took it"`
	Key           string    `json:"idempotency_key,omitempty" doc:"under which the command, repeated, gets the same number"`
	TakenPosition uint64    `json:"position" doc:"place in the log"`
}

// Gaps is a page of the gaps of a series.
type Gaps struct {
	List[GapView]
	Last uint64 `json:"last" doc:"highest serial given out; 0 when none was"`
}

// GapsResponse is a page of gaps with the position that it stands at.
type GapsResponse struct {
	Position uint64 `header:"Docket-Position"`
	Body     Gaps
}

// grace is how long a number may have been taken before its ticket counts as missing; no command lasts that long.
const grace = time.Minute

// gaps explains every number that was taken and never became a ticket's (mission row I7). The lists tell quickly which
// numbers are tickets'; of the others, the ticket's own stream says what became of it.
func (s *service) gaps(ctx context.Context, in *GapsRequest) (*GapsResponse, error) {
	name := series.Name{Unit: in.Unit, Type: in.Type, Year: in.Year}
	if err := s.mayExplain(ctx, name); err != nil {
		return nil, err
	}
	from := uint64(0)
	if in.After != "" {
		serial, err := strconv.ParseUint(in.After, 10, 62)
		if err != nil {
			return nil, errCursor
		}
		from = serial
	}
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	taken, _, err := s.History.LoadMasked(ctx, name.Stream())
	if err != nil {
		return nil, err
	}
	out := &GapsResponse{Body: Gaps{List: List[GapView]{Items: []GapView{}}, Last: uint64(len(taken))}}
	rest := taken[min(from, uint64(len(taken))):]
	const atOnce = 1000
	for chunk := range slices.Chunk(rest, atOnce) {
		numbers := make([]string, len(chunk))
		for i := range chunk {
			numbers[i] = name.Number(chunk[i].Revision + 1)
		}
		holders, position, err := ticketpage.Holders(ctx, s.Reader, after, numbers)
		if err != nil {
			return nil, err
		}
		out.Position = position
		for i := range chunk {
			if slices.Contains(holders[numbers[i]], takenFor(&chunk[i])) {
				continue
			}
			gap, is, err := s.gap(ctx, &chunk[i], numbers[i])
			switch {
			case err != nil:
				return nil, err
			case !is:
			case len(out.Body.Items) == in.Limit:
				out.Body.Next = strconv.FormatUint(out.Body.Items[in.Limit-1].Serial, 10)
				return out, nil
			default:
				out.Body.Items = append(out.Body.Items, gap)
			}
		}
	}
	if out.Position == 0 {
		out.Position = max(after, s.Lookups.Position())
	}
	return out, nil
}

// takenFor is the ticket that a number was taken for.
func takenFor(e *domain.Envelope) string {
	taken, _ := e.Event.(series.Taken)
	return taken.Ticket
}

// gap tells why a number is no ticket's; not when it is one's after all, which the lists had not read yet.
func (s *service) gap(ctx context.Context, e *domain.Envelope, number string) (GapView, bool, error) {
	key, at := takenFor(e), e.Meta.Decided
	g := GapView{
		Serial: e.Revision + 1, Number: number, Ticket: key, TakenAt: at.UTC(), Actor: s.names.staff(e.Meta.Actor, at),
		Principal: s.names.account(e.Meta.Principal, at), Command: e.Meta.Command, Key: e.Meta.Key, TakenPosition: e.Position,
	}
	history, _, err := s.History.LoadMasked(ctx, domain.Stream(ticket.Decider.Category, key))
	if err != nil {
		return g, false, err
	}
	var state ticket.State
	for i := range history {
		if event, ok := history[i].Event.(ticket.Event); ok {
			state = ticket.Decider.Evolve(state, event)
		}
	}
	switch {
	case state.Number == number:
		return g, false, nil
	case state.Number != "":
		g.Cause, g.Other = CauseOtherNumber, state.Number
	case s.Clock().Sub(at) < grace:
		g.Cause = CauseUnderWay
	case !state.Exists():
		g.Cause = CauseNotRegistered
	case state.Status == ticket.StatusDraft:
		g.Cause = CauseDraftOpen
	default:
		g.Cause = CauseDraftEnded
	}
	return g, true, nil
}

// mayExplain lets in whoever answers for the numbers of the unit; of a code that is no unit's now, of all units.
func (s *service) mayExplain(ctx context.Context, name series.Name) error {
	actor := httpapi.ActorFrom(ctx)
	scope := domain.Scope{}
	for _, u := range s.Organisation.Units(s.Clock()) {
		if u.Code == name.Unit {
			scope.Unit = u.ID
		}
	}
	if _, ok := authz.Allowed(actor, authz.SeriesExplain, scope); !ok {
		s.api.Deny(ctx, "series.gaps", authz.SeriesExplain, name.Stream())
		return httpapi.ErrNotAllowed
	}
	return nil
}
