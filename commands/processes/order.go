package processes

import (
	"context"
	"errors"
	"fmt"

	"docket/commands"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
)

// Account is the service's own account, which issues the commands of processes.
const Account = "service-timer"

// actor issues what follows by itself.
var actor = domain.Actor{Principal: Account, Channel: "process", Posts: []domain.Post{{Role: authz.Timer}}}

// carryOut issues a command under a key that makes it happen once. What the rules refuse is over; what may be different a
// moment later is an error.
func (r *Runner) carryOut(ctx context.Context, o Order, key string, cause domain.Envelope) error {
	e, ok := commands.Lookup(o.Name)
	if !ok {
		return fmt.Errorf("no command %s", o.Name)
	}
	_, err := r.Commands.Do(ctx, e, commands.Request{
		ID: o.ID, Actor: actor, Command: o.Payload, Key: key, After: cause.Position,
		Correlation: cause.Meta.Correlation, Causation: cause.ID,
	})
	var refused *domain.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &refused), refused.Code == domain.Unavailable, refused == commands.ErrContended, refused.Rule == ticket.ErrNotDue.Rule:
		return err
	case refused.Code == domain.Forbidden:
		r.Logger.ErrorContext(ctx, "a process may not issue its command", "command", o.Name, "stream", o.ID, "rule", refused.Rule)
	case refused.Code == domain.Invalid:
		r.Logger.ErrorContext(ctx, "a process issued a command that is not valid", "command", o.Name, "stream", o.ID, "fields", refused.Fields)
	default:
		r.Logger.InfoContext(ctx, "what was due no longer holds", "command", o.Name, "stream", o.ID, "rule", refused.Rule)
	}
	return nil
}
