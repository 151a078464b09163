package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"docket/internal/importer/caselog"
	"docket/internal/importer/plan"
	"docket/internal/sender"
)

// codeUnregistered tells of a row whose case could not be registered.
const codeUnregistered = "import.case_not_registered"

// carry issues the commands of one case. A refused command does not keep the rest of the case out; its row counts as
// refused. An error means that the service cannot be reached or does not let the import in.
func (r *run) carry(ctx context.Context, c caselog.Case) error {
	steps := plan.Steps(r.mapping, c)
	if r.finished.has(c.Name) {
		done := planned(steps)
		for i := range done {
			done[i].Earlier = true
		}
		r.account(done)
		return r.ledger.write(done)
	}
	ticket := ""
	done := make(outcomes, 0, len(steps))
	clean := true
	for i, s := range steps {
		o, err := r.row(ctx, &ticket, i, s)
		if err != nil {
			return fmt.Errorf("case %s row %d: %w", c.Name, s.Row.Order, err)
		}
		clean = clean && o.Refusal == nil
		done = append(done, o)
	}
	r.account(done)
	if err := r.ledger.write(done); err != nil {
		return err
	}
	if clean {
		return r.finished.add(c.Name)
	}
	return nil
}

// row issues the commands of one row.
func (r *run) row(ctx context.Context, ticket *string, place int, s plan.Step) (outcome, error) {
	o := outcomeOf(s)
	o.Commands = nil // only those that are accepted
	for i, c := range s.Commands {
		if c.Verb != plan.Register && *ticket == "" {
			o.refuse(c.Verb, codeUnregistered, "the ticket could not be registered")
			continue
		}
		body := c.Body
		path := "/v1/tickets/" + *ticket + "/" + string(c.Verb)
		if c.Verb == plan.Register {
			path, body.Unit = "/v1/tickets", r.keys.unit
		}
		body.Group, body.To = r.keys.groups[body.Group], r.keys.people[body.To]
		a, err := r.client.send(ctx, sender.Command{
			Path: path, Key: r.key(s.Row.Case, place, i), By: r.keys.people[c.By], At: s.At(), Body: body,
		})
		var refused *sender.Refusal
		switch {
		case errors.As(err, &refused):
			o.refuse(c.Verb, refused.Code, refused.Error())
			continue
		case err != nil:
			return o, err
		case c.Verb == plan.Register:
			*ticket = a.ID
			o.Ticket, o.Number = a.ID, a.Number
		}
		o.Commands = append(o.Commands, c.Verb)
		o.Events += len(a.Events)
		o.position = max(o.position, a.Position)
		if a.Repeated {
			o.Repeated++
		}
	}
	return o, nil
}

// key is the idempotency key of one command: the same whenever the same log is imported.
func (r *run) key(name string, row, command int) string {
	digest := sha256.Sum256([]byte(r.o.ID + "\x00" + name + "\x00" + strconv.Itoa(row) + "\x00" + strconv.Itoa(command)))
	return hex.EncodeToString(digest[:20])
}
