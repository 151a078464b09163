package readapi

import (
	"context"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/internal/httpapi"
	"docket/projections/ticketpage"
)

// reaches tells how far the reader's right over tickets goes, for lists. Who has none at all is refused, and that is
// recorded.
func (s *service) reaches(ctx context.Context, operation string, p authz.Permission) (authz.Reaches, error) {
	actor := httpapi.ActorFrom(ctx)
	if !authz.Anywhere(actor, p) {
		s.api.Deny(ctx, operation, p, "")
		return authz.Reaches{}, httpapi.ErrNotAllowed
	}
	return authz.Reached(actor, p), nil
}

// canRead reports whether the reader may see what lies there.
func canRead(ctx context.Context, on domain.Scope) bool {
	_, ok := authz.Allowed(httpapi.ActorFrom(ctx), authz.TicketRead, on)
	return ok
}

// mayRecall lets the reader into a ticket's past. Who may see the ticket but not its past is told so; to others there is no
// such ticket.
func (s *service) mayRecall(ctx context.Context, operation, id string, on domain.Scope) error {
	if _, ok := authz.Allowed(httpapi.ActorFrom(ctx), authz.TicketHistory, on); ok {
		return nil
	}
	s.api.Deny(ctx, operation, authz.TicketHistory, domain.Stream(ticket.Decider.Category, id))
	if canRead(ctx, on) {
		return httpapi.ErrNotAllowed
	}
	return ticketpage.ErrUnknown
}
