package connector

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"docket/commands"
	"docket/domain"
	"docket/domain/quarantine"
	"docket/domain/ticket"
	"docket/internal/attachment"
)

// envelope is what the SMTP dialogue said of a message, and its bytes.
type envelope struct {
	from, to string // addresses; from is empty for what must not be answered
	raw      []byte
	size     int64 // received, more than len(raw) when it was cut
}

// verdict is why a message is in quarantine; none when its ticket is open with everything that came along.
type verdict struct {
	cause     quarantine.Cause
	detail    string
	ticket    string
	automatic bool // nobody would read an answer
}

// original is the name under which a ticket keeps the message that opened it, as it came.
const original = "message.eml"

// Longest texts of a ticket.
const (
	maxTitle = 200
	maxName  = 200
	maxText  = 10_000
	maxLine  = 998
)

// take makes a ticket of a message, or an entry in quarantine; either is durable when it returns no error.
func (r *Receiver) take(ctx context.Context, in envelope) (verdict, error) {
	route, err := r.resolve(r.Routes[in.to])
	if err != nil {
		return verdict{}, err
	}
	if in.size > int64(len(in.raw)) {
		m := beginning(in.raw)
		return r.set(ctx, route, in, m, verdict{cause: quarantine.Oversized, detail: fmt.Sprintf("more than %d bytes", r.Largest)})
	}
	m, err := parse(in.raw)
	if err != nil {
		return r.set(ctx, route, in, m, verdict{cause: quarantine.Unparseable, detail: err.Error()})
	}
	if m.Automatic || in.from == "" || r.ours(in.from) {
		return r.set(ctx, route, in, m, verdict{cause: quarantine.Automatic, automatic: true})
	}
	v, err := r.open(ctx, route, in, m)
	if err != nil || v.cause == "" {
		return v, err
	}
	return r.set(ctx, route, in, m, v)
}

// ours reports whether an address is one that mail is taken at: answering it would answer ourselves.
func (r *Receiver) ours(address string) bool {
	_, ok := r.Routes[strings.ToLower(address)]
	return ok
}

// open opens the draft with the message's files, in one decision. Files lie sealed before it; those of a delivery that was
// cut off are swept after a day.
func (r *Receiver) open(ctx context.Context, route Route, in envelope, m message) (verdict, error) {
	id := m.ID
	if id == "" {
		sum, err := r.Digest(ctx, in.raw)
		if err != nil {
			return verdict{}, err
		}
		id = "without-id-" + sum
	}
	c := &ticket.BringIn{
		Template: route.Template, Unit: route.Unit, Channel: ticket.Mail, Message: cut(clean(id), maxLine),
		Title: cut(cmp.Or(m.Subject, "(no subject)"), maxTitle), Description: cut(m.Text, maxText), CustomerName: cut(m.Sender, maxName),
	}
	e, ok := commands.Lookup("ticket.bring_in")
	if !ok {
		return verdict{}, errors.New("connector: no command ticket.bring_in")
	}
	key := e.CreatedID(Account, "", c)
	stream := domain.Stream(ticket.Decider.Category, key)
	if there, same, err := r.known(ctx, stream, c); there || err != nil {
		return reused(there && !same), err
	}
	missing, err := r.upload(ctx, stream, in, m, c)
	if err != nil {
		return verdict{}, err
	}
	_, err = r.Commands.Do(ctx, e, commands.Request{Actor: actor, Command: c})
	if errors.Is(err, commands.ErrKeyReused) { // another delivery of it was faster
		if there, same, lookup := r.known(ctx, stream, c); there || lookup != nil {
			return reused(there && !same), lookup
		}
	}
	if v, refused := judge(err); refused || err != nil {
		if refused {
			err = nil
		}
		return v, err
	}
	if missing != "" {
		return verdict{cause: quarantine.Attachment, detail: missing, ticket: key}, nil
	}
	return verdict{}, nil
}

func reused(other bool) verdict {
	if other {
		return verdict{cause: quarantine.Reused, detail: "another message has opened a ticket under this id"}
	}
	return verdict{}
}

// known reports whether a message of this id has opened its ticket already, and whether it said the same.
func (r *Receiver) known(ctx context.Context, stream domain.StreamID, c *ticket.BringIn) (there, same bool, err error) {
	history, revision, err := r.Streams.Load(ctx, stream)
	if err != nil || revision == domain.NoStream {
		return false, false, err
	}
	first, ok := history[0].Event.(ticket.Opened)
	return true, ok && first.Title == c.Title && first.Description == c.Description && first.CustomerName == c.CustomerName, nil
}

// upload seals the message and its files for the ticket that will be, and tells which of them are not taken.
func (r *Receiver) upload(ctx context.Context, stream domain.StreamID, in envelope, m message, c *ticket.BringIn) (missing string, err error) {
	add := func(name string, kind ticket.FileKind, u attachment.Upload, err error) error {
		var refused *domain.Error
		switch {
		case err == nil && u.Scan == attachment.Infected:
			missing += name + ": " + attachment.ErrMalware.Rule + "\n"
		case err == nil:
			c.Files = append(c.Files, ticket.BroughtFile{Digest: u.Digest, Name: name, Kind: kind})
		case errors.As(err, &refused) && refused.Code != domain.Unavailable:
			missing += name + ": " + refused.Rule + "\n"
		default:
			return err
		}
		return nil
	}
	u, err := r.Files.Keep(ctx, stream, Account, "message/rfc822", bytes.NewReader(in.raw))
	if err := add(original, ticket.FileOther, u, err); err != nil {
		return "", err
	}
	for _, f := range m.Files {
		u, err := r.Files.Put(ctx, stream, Account, bytes.NewReader(f.Content))
		if err := add(f.Name, ticket.FileMaterial, u, err); err != nil {
			return "", err
		}
	}
	return missing, nil
}

// set puts the message into quarantine, once: its bytes first, sealed under the entry's own key, then the entry.
func (r *Receiver) set(ctx context.Context, route Route, in envelope, m message, v verdict) (verdict, error) {
	v.automatic = v.automatic || m.Automatic || in.from == "" || r.ours(in.from)
	sum, err := r.Digest(ctx, append([]byte(in.to+"\x00"), in.raw...))
	if err != nil {
		return verdict{}, err
	}
	key := "mail:" + sum
	e, ok := commands.Lookup("quarantine.enter")
	if !ok {
		return verdict{}, errors.New("connector: no command quarantine.enter")
	}
	stream := domain.Stream(quarantine.Decider.Category, e.CreatedID(Account, key, nil))
	_, revision, err := r.Streams.Load(ctx, stream)
	if err != nil || revision != domain.NoStream {
		return v, err // it is there already: the message was delivered before
	}
	u, err := r.Files.Keep(ctx, stream, Account, "message/rfc822", bytes.NewReader(in.raw))
	if err != nil {
		return verdict{}, err
	}
	_, err = r.Commands.Do(ctx, e, commands.Request{Actor: actor, Key: key, Command: &quarantine.Enter{
		Channel: string(ticket.Mail), Unit: route.Unit, Cause: v.cause, Size: in.size, Digest: u.Digest,
		Truncated: in.size > int64(len(in.raw)), Ticket: v.ticket, Message: cut(clean(m.ID), maxLine), Subject: cut(m.Subject, maxLine),
		Sender: cut(clean(cmp.Or(in.from, m.Sender)), 320), Recipient: cut(in.to, 320), Detail: cut(plain(clean(v.detail)), maxText),
	}})
	if errors.Is(err, commands.ErrKeyReused) || errors.Is(err, quarantine.ErrExists) {
		err = nil // another delivery of it was faster
	}
	return v, err
}

// judge tells a refusal that stays one from what may be different a moment later.
func judge(err error) (verdict, bool) {
	var refused *domain.Error
	if !errors.As(err, &refused) || refused.Code == domain.Unavailable || refused.Rule == commands.ErrContended.Rule {
		return verdict{}, false
	}
	detail := refused.Rule
	for _, f := range refused.Fields {
		detail += "\n" + f.Field + " " + f.Code
	}
	return verdict{cause: quarantine.NoTemplate, detail: detail}, true
}
