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

// mayRead refuses a ticket that the reader may not see as if there were none, and records the attempt.
func (s *service) mayRead(ctx context.Context, operation, id string, on domain.Scope) error {
	if _, ok := authz.Allowed(httpapi.ActorFrom(ctx), authz.TicketRead, on); ok {
		return nil
	}
	s.api.Deny(ctx, operation, authz.TicketRead, domain.Stream(ticket.Decider.Category, id))
	return ticketpage.ErrUnknown
}

// mayRecall lets the reader into a ticket's past. Who may see the ticket but not its past is told so; to others there is no
// such ticket.
func (s *service) mayRecall(ctx context.Context, operation, id string, on domain.Scope) error {
	actor := httpapi.ActorFrom(ctx)
	if _, ok := authz.Allowed(actor, authz.TicketHistory, on); ok {
		return nil
	}
	s.api.Deny(ctx, operation, authz.TicketHistory, domain.Stream(ticket.Decider.Category, id))
	if _, ok := authz.Allowed(actor, authz.TicketRead, on); ok {
		return httpapi.ErrNotAllowed
	}
	return ticketpage.ErrUnknown
}
