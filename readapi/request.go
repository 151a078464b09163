package readapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"docket/domain"
	"docket/internal/httpapi"
)

// Request is what every query takes beside its own parameters, and what is checked of all of them alike.
type Request struct {
	Position string `header:"Docket-After" doc:"the answer must stand at or after this position of the log" example:"184467"`
}

// Resolve refuses texts that no database takes, repeated parameters and a malformed position.
func (r *Request) Resolve(ctx huma.Context) []error {
	var v domain.Checks
	if r.Position != "" {
		if _, err := strconv.ParseUint(r.Position, 10, 63); err != nil {
			v.Fail("header.Docket-After", "not_a_position", "must be a position: a whole number")
		}
	}
	address := ctx.URL()
	parameters, err := url.ParseQuery(address.RawQuery)
	if err != nil {
		v.Fail("query", "wrong_form", "must be well-formed")
	}
	for name, values := range parameters {
		field := "query." + plain(name)
		if len(values) > 1 {
			v.Fail(field, "repeated", "must be given once")
		}
		if len(values) > 0 && !clean(values[0]) {
			v.Fail(field, "control_character", "must be valid UTF-8 without control characters")
		}
	}
	if err := v.Err(); err != nil {
		return []error{err}
	}
	return nil
}

// Paging asks for a page of a list.
type Paging struct {
	After string `query:"after" maxLength:"512" doc:"the field next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"rows of a page"`
}

// Purposed is a query whose purpose is recorded with the read.
type Purposed struct {
	Purpose string `query:"purpose" maxLength:"200" doc:"what the answer is wanted for; recorded with the read" example:"quarterly inspection"`
}

// TicketPath names a ticket.
type TicketPath struct {
	ID string `path:"id" doc:"key of the ticket" example:"7c9e6679-7425-40de-944b-e07fc1f90ae7"`
}

// check reads parameters that huma leaves as texts, and collects what fails.
type check struct{ v domain.Checks }

// id brings an identifier to the form that streams are named by.
func (c *check) id(field string, value *string) {
	if *value == "" {
		return
	}
	id, ok := httpapi.ParseID(*value)
	if !ok {
		c.v.Fail(field, "not_an_id", "must be an id: a UUID of 36 characters")
		return
	}
	*value = id
}

// person is id for a parameter that may say me.
func (c *check) person(field string, value *string, me string) {
	switch {
	case *value != "me":
		c.id(field, value)
	case me == "":
		c.v.Fail(field, "no_person", "this account is not a person's")
	default:
		*value = me
	}
}

// instant checks a time that was given.
func (c *check) instant(field string, value time.Time) *time.Time {
	if value.IsZero() {
		return nil
	}
	if !sensible(value) {
		c.v.Fail(field, "out_of_range", "must be a time from 1900 to 2999")
	}
	u := value.UTC()
	return &u
}

// revision reads the number of one of a stream's events.
func (c *check) revision(field, value string) (uint64, bool) {
	if value == "" {
		return 0, false
	}
	revision, err := strconv.ParseUint(value, 10, 63)
	if err != nil {
		c.v.Fail(field, "wrong_type", "must be a whole number")
	}
	return revision, true
}

// keyed is the place of a row in a list in the order of its rows' keys.
type keyed struct{ Key string }

// cut sorts the keys of a list that is at hand as a whole, and gives those of the page asked for.
func (p Paging) cut(keys []string) (page []string, next string, err error) {
	slices.Sort(keys)
	if p.After != "" {
		var last keyed
		if !decodeCursor(p.After, &last) {
			return nil, "", errCursor
		}
		at, found := slices.BinarySearch(keys, last.Key)
		if found {
			at++
		}
		keys = keys[at:]
	}
	if len(keys) > p.Limit {
		keys = keys[:p.Limit]
		next = encodeCursor(keyed{keys[p.Limit-1]})
	}
	return keys, next, nil
}

// encodeCursor makes an opaque text of a list's key.
func encodeCursor(key any) string {
	text, err := json.Marshal(key)
	if err != nil {
		panic(err) // keys are plain structs
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// decodeCursor reads what encodeCursor made. Anybody can forge one, so the caller checks what it says.
func decodeCursor(cursor string, key any) bool {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(key) == nil && !d.More()
}

// isID reports whether a text is an id in the form that streams are named by.
func isID(text string) bool {
	id, ok := httpapi.ParseID(text)
	return ok && id == text
}

// errCursor tells that the parameter after does not come from this list.
var errCursor = domain.ErrInvalid.With(domain.FieldError{
	Field: "query.after", Code: "wrong_form", Msg: "must be the field next of a page of the same list",
})

// clean reports whether a text can be stored and compared by every part of the service.
func clean(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r >= 0x7f && r <= 0x9f })
}

// plain repeats a parameter's name only when it is short and plain, for it comes from the client.
func plain(name string) string {
	if len(name) > 64 || strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
	}) {
		return "(unnamed)"
	}
	return name
}

// Bounds of instants, as everywhere in the service.
var (
	earliest = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)
)

func sensible(t time.Time) bool { return !t.Before(earliest) && t.Before(latest) }
