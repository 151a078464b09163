package importer

import (
	"context"

	"docket/internal/importer/plan"
	"docket/internal/sender"
)

// client sends commands and writes down which were acknowledged.
type client struct {
	*sender.Client
	journal *journal
}

func newClient(o Options, j *journal) *client {
	return &client{sender.New(sender.Options{URL: o.URL, Token: o.Token, Patience: o.Patience, Connections: o.Concurrency}), j}
}

// send issues a command until it is answered. Errors: a *sender.Refusal, or that the service has not answered within the
// patience.
func (c *client) send(ctx context.Context, r sender.Command) (sender.Answer, error) {
	a, err := c.Send(ctx, r)
	if err != nil {
		return a, err
	}
	return a, c.journal.write(r, a)
}

// identities are the ids that the service has given to what the log calls by keys of its own.
type identities struct {
	unit           string
	groups, people map[string]string
}

func newIdentities(o *plan.Organisation) *identities {
	return &identities{
		groups: make(map[string]string, len(o.Groups())), people: make(map[string]string, len(o.People())),
	}
}
