// Package commands names what may be asked of the aggregates and carries it out. The catalogue declares every command once
// ([Define]): its name, route, permission and documentation; everything that lists commands derives from there (routes,
// validation, OpenAPI, the authorisation matrix, offers, metrics). The [Pipeline] is the one path that a command takes, from
// loading the stream to the append. Rules live in package domain; this package knows no SQL and no store but its [Journal].
package commands

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"docket/domain"
	"docket/domain/authz"
)

// Match says whether a command must name the revision it was decided on.
type Match string

// The two answers.
const (
	MatchOptional Match = "optional"
	MatchRequired Match = "required" // If-Match, else 428
)

// Spec declares one command of an aggregate with state S and payload C.
type Spec[S, C any] struct {
	Name    string           // "ticket.assign_group": category, dot, imperative
	Route   string           // of POST; {id} is the key of the stream
	Doc     string           // one sentence
	Allow   authz.Permission // needed on the aggregate's scope
	Creates bool             // starts a stream
	Match   Match            // optional when empty
	Refuses []*domain.Error  // refusals that May and Decide may give, beside failing fields
	Example C                // passes validation
	Enrich  func(f Facts, s S, c *C)
	// Key decides, of a command that creates, the stream and what counts as a repetition, instead of the key of the request;
	// an empty one leaves that.
	Key    func(c C) string
	Serial *Serial[C]
	Guard  *Guard[C]

	// Stream gives a creating command's stream the key that what it is about has for everybody, so that it is created once;
	// "" and nil: a key of the request's own.
	Stream func(c C) string

	// Reveal gives the marked value that an accepted command is answered with, by its field; it is never stored.
	Reveal func(s S, c C) (field, value string)
	// Confidential commands open customers' data: people need a live confidentiality agreement (保密協議, mission row O4).
	Confidential bool
}

// Serial makes a command take a serial number before it is decided for good.
type Serial[C any] struct {
	Series func(c C, year int) string          // stream of the series, once the command is known to be accepted
	Number func(c *C, serial uint64, year int) // puts the number into the command
	Of     func(event any) string              // the number that an event gave, "" for none
}

// Entry is a declared command with its types erased.
type Entry struct {
	Name     string
	Route    string
	Doc      string
	Category string
	Allow    authz.Permission
	Read     authz.Permission // the right to know that a stream of this category exists
	Creates  bool
	Match    Match
	Refuses  []*domain.Error
	Payload  reflect.Type // struct
	Example  any
	Reveals  bool // answers with a marked value

	confidential bool

	enriches bool
	named    func(command any) string    // key of the stream that a creating command is about; "": one of the request's own
	begin    func(command any) execution // command is a pointer to the payload, as New gives
	existing func(state any) domain.Scope
	typeOf   func(event any) string
	offer    func(state any, m domain.Meta) error
	number   func(event any) string   // nil where no number is given
	key      func(command any) string // nil where the request's own key counts
}

// keyOf is the key that the payload itself gives the command; empty where the request's counts.
func (e *Entry) keyOf(command any) string {
	if e.key == nil {
		return ""
	}
	return e.key(command)
}

// CreatedID is the key of the stream that a creating command gets when an account issues it; of a command whose payload
// decides its key the idempotency key is left out of account. What has to be kept for the stream, such as a file, can be kept
// before the command is issued.
func (e *Entry) CreatedID(principal, key string, command any) string {
	return createdID(principal, e.Name, cmp.Or(e.keyOf(command), key))
}

// New is a pointer to a zero payload.
func (e *Entry) New() any { return reflect.New(e.Payload).Interface() }

// Verb is the last part of the name, in words.
func (e *Entry) Verb() string {
	_, verb, _ := strings.Cut(e.Name, ".")
	return strings.ReplaceAll(verb, "_", " ")
}

// place is where the streams of the command's category are found. A creating command is posted there, or below it under its
// verb where the category has several.
func (e *Entry) place() string {
	return strings.TrimSuffix(e.Route, "/"+strings.ReplaceAll(e.Verb(), " ", "-"))
}

// reads tells the right that shows a stream of a category to exist.
var reads = map[string]authz.Permission{
	"ticket":   authz.TicketRead,
	"unit":     authz.OrganisationRead,
	"staff":    authz.OrganisationRead,
	"customer": authz.CustomerRead,
	"calendar": authz.OrganisationRead,
	"template": authz.TemplateRead,

	"procedure": authz.TemplateRead,

	"quarantine": authz.QuarantineManage,

	"authority": authz.OrganisationRead,
	"batch":     authz.TicketBulk,
	"view":      authz.ViewSave,
	"alert":     authz.SecurityAnswer,
	"closing":   authz.KPIAppeal,
	"scorecard": authz.KPIAppeal,
	"export":    authz.Export,
}

// Define declares a command. It panics on a declaration that is incomplete, since that is a bug.
func Define[S, E any, C domain.Command[S, E]](d domain.Decider[S, E], spec Spec[S, C]) Entry {
	if spec.Name == "" || spec.Route == "" || spec.Doc == "" || spec.Allow == "" || reads[d.Category] == "" {
		panic("commands: incomplete declaration of " + spec.Name)
	}
	if spec.Match == "" {
		spec.Match = MatchOptional
	}
	e := Entry{
		Name: spec.Name, Route: spec.Route, Doc: spec.Doc, Category: d.Category, Allow: spec.Allow, Read: reads[d.Category],
		Creates: spec.Creates, Match: spec.Match, Refuses: spec.Refuses, Payload: reflect.TypeFor[C](), Example: spec.Example,
		Reveals: spec.Reveal != nil, confidential: spec.Confidential,
		enriches: spec.Enrich != nil,
		begin: func(command any) execution {
			return &typed[S, E, C]{decider: &d, spec: &spec, command: command.(*C), keeps: remembers[d.Category]}
		},
		existing: func(state any) domain.Scope { return d.Scope(state.(S)) },
		typeOf:   func(event any) string { return d.Events.Name(event.(E)) },
		offer: func(state any, m domain.Meta) error {
			var c C
			return c.May(state.(S), m)
		},
	}
	if spec.Key != nil {
		e.key = func(command any) string { return spec.Key(*command.(*C)) }
	}
	if spec.Serial != nil {
		e.number = spec.Serial.Of
	}
	if spec.Stream != nil {
		e.named = func(command any) string { return spec.Stream(*command.(*C)) }
	}
	return e
}

var catalogue = slices.Concat(
	ticketCommands, intakeCommands, joinCommands, routeCommands, dutyCommands, clockCommands, resultCommands,
	unitCommands, staffCommands, calendarCommands, privacyCommands, customerCommands,
	templateCommands, procedureCommands, authorityCommands, alertCommands, batchCommands, exportCommands, closingCommands, scorecardCommands, viewCommands, quarantineCommands,
)

// Catalogue lists every command, in the order of the declarations.
func Catalogue() []Entry { return slices.Clone(catalogue) }

// Lookup finds a command by its name.
func Lookup(name string) (*Entry, bool) {
	i := slices.IndexFunc(catalogue, func(e Entry) bool { return e.Name == name })
	if i < 0 {
		return nil, false
	}
	return &catalogue[i], true
}
