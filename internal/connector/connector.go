// Package connector brings in applications that arrive by mail (電子郵件, mission rows I1 and X12): it listens for SMTP, reads
// each message and opens a draft from it by the command of every connector. The Message-ID decides the ticket, so that a
// message which is delivered twice opens one. The sending server is told 250 only after a ticket or an entry in quarantine is
// durable; until then it keeps the message and tries again. It decides nothing about tickets itself, and what it cannot read
// it puts where a person sees it.
package connector

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/mail"
	"strings"
	"time"

	"docket/commands"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/template"
	"docket/domain/unit"
	"docket/internal/attachment"
	"docket/internal/delivery"
)

// Account is the service's own account that issues the commands for mail.
const Account = "service-mail"

var actor = domain.Actor{Principal: Account, Channel: "mail", Posts: []domain.Post{{Role: authz.Connector}}}

// Commands carries commands out; commands.Pipeline is one.
type Commands interface {
	Do(ctx context.Context, e *commands.Entry, r commands.Request) (commands.Answer, error)
}

// Streams reads what has happened; internal/eventstore is one.
type Streams interface {
	Load(ctx context.Context, id domain.StreamID) ([]domain.Envelope, domain.Revision, error)
}

// Files keeps files sealed; internal/attachment is one.
type Files interface {
	Put(ctx context.Context, stream domain.StreamID, principal string, file io.Reader) (attachment.Upload, error)
	Keep(ctx context.Context, stream domain.StreamID, principal, mediaType string, raw io.Reader) (attachment.Upload, error)
}

// Directory tells what a route's words stand for; projections/directory does.
type Directory interface {
	Template(id string) (template.Facts, bool)
	Templates() []template.Facts
	Unit(id string, at time.Time) (unit.Facts, bool)
	Units(at time.Time) []unit.Facts
}

// Options say what a receiver works with; all but TLS, Replies, Clock and Logger are required.
type Options struct {
	Commands  Commands
	Streams   Streams
	Files     Files
	Directory Directory
	Digest    func(ctx context.Context, data []byte) (string, error) // keyed: nobody without the key can tell what it is of
	Routes    map[string]Route                                       // by recipient address, lower case
	Largest   int64                                                  // bytes of a message
	TLS       *tls.Config                                            // for STARTTLS; nil: none is offered
	Replies   delivery.Carrier                                       // nil: senders are told in the SMTP dialogue alone
	Clock     func() time.Time                                       // nil: time.Now
	Logger    *slog.Logger                                           // nil: none
}

// Receiver takes mail in. It is safe for concurrent use.
type Receiver struct {
	Options
	turns chan struct{} // bounds the messages that are in memory
}

// atOnce is how many messages are taken in at the same time; others wait for their turn.
const atOnce = 4

// New checks the options.
func New(o Options) (*Receiver, error) {
	if o.Commands == nil || o.Streams == nil || o.Files == nil || o.Directory == nil || o.Digest == nil {
		return nil, errors.New("connector: commands, streams, files, directory and digest are needed")
	}
	if len(o.Routes) == 0 || o.Largest <= 0 {
		return nil, errors.New("connector: at least one route and a largest size are needed")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Receiver{o, make(chan struct{}, atOnce)}, nil
}

// Route says what mail to an address opens: a template by its key or the business type of its tickets, at a unit by its key or
// its code.
type Route struct{ Template, Unit string }

// ParseRoutes reads routes as they are configured: address=template:unit.
func ParseRoutes(list []string) (map[string]Route, error) {
	routes := map[string]Route{}
	for _, text := range list {
		address, target, ok := strings.Cut(text, "=")
		of, at, split := strings.Cut(target, ":")
		parsed, err := mail.ParseAddress(address)
		if !ok || !split || err != nil || of == "" || at == "" {
			return nil, fmt.Errorf("%q is not address=template:unit", text)
		}
		key := strings.ToLower(parsed.Address)
		if _, twice := routes[key]; twice {
			return nil, fmt.Errorf("%s has two routes", key)
		}
		routes[key] = Route{of, at}
	}
	return routes, nil
}

// errNoUnit: a message that nobody has to look after cannot even be put into quarantine.
var errNoUnit = errors.New("connector: no unit has the key or code that the route names")

// resolve gives a route with keys. A business type that no template in force has, or several, stays as it is, and the message
// will be refused; a unit must be there.
func (r *Receiver) resolve(route Route) (Route, error) {
	now := r.Clock()
	if _, ok := r.Directory.Template(route.Template); !ok {
		var found []string
		for _, t := range r.Directory.Templates() {
			if _, in := t.InForce(now); in && t.Type == route.Template {
				found = append(found, t.ID)
			}
		}
		if len(found) == 1 {
			route.Template = found[0]
		}
	}
	if _, ok := r.Directory.Unit(route.Unit, now); ok {
		return route, nil
	}
	for _, u := range r.Directory.Units(now) {
		if u.Kind == unit.Department && u.Active && u.Code == route.Unit {
			route.Unit = u.ID
			return route, nil
		}
	}
	return route, errNoUnit
}
