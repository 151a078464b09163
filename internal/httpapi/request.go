package httpapi

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"docket/domain"
)

// Headers of the service's own.
const (
	HeaderAfter       = "Docket-After"        // the position that what is read must have passed
	HeaderPosition    = "Docket-Position"     // the position of what was just written
	HeaderEffectiveAt = "Docket-Effective-At" // when it happened in the world
	HeaderOnBehalfOf  = "Docket-On-Behalf-Of" // for whom the account acts
	HeaderKey         = "Idempotency-Key"
)

type afterKey struct{}

// withAfter notes the position that the request names, if it is one.
func withAfter(ctx context.Context, h http.Header) context.Context {
	if values := h[HeaderAfter]; len(values) == 1 {
		if position, err := strconv.ParseUint(values[0], 10, 63); err == nil {
			return context.WithValue(ctx, afterKey{}, position)
		}
	}
	return ctx
}

// After is the position in the header Docket-After, false when it is absent or not a position; [Header.Position] tells the
// two apart.
func After(ctx context.Context) (uint64, bool) {
	position, ok := ctx.Value(afterKey{}).(uint64)
	return position, ok
}

// Body reads a JSON body within the limit. It refuses another media type with 415 and a longer body with 413.
func Body(r *http.Request) ([]byte, error) {
	if values := r.Header["Content-Type"]; len(values) > 0 && !isJSON(values[0]) {
		return nil, fail(http.StatusUnsupportedMediaType, "body.not_json", "the body must be application/json in UTF-8")
	}
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	size := r.ContentLength
	if size < 0 {
		size = 512
	}
	body := make([]byte, 0, min(size, MaxBody)+1) // room for the read that finds the end
	for {
		n, err := r.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case err == io.EOF:
			return body, nil
		case isTooLarge(err):
			return nil, errTooLarge()
		case err != nil:
			return nil, fail(http.StatusBadRequest, "body.unreadable", "the body could not be read to its end")
		}
		if len(body) == cap(body) {
			body = append(body, 0)[:len(body)]
		}
	}
}

func isJSON(contentType string) bool {
	if contentType == "application/json" {
		return true
	}
	media, params, err := mime.ParseMediaType(contentType)
	charset, given := params["charset"]
	return err == nil && media == "application/json" && (!given || strings.EqualFold(charset, "utf-8"))
}

// visible reports whether a text has printable ASCII characters only.
func visible(s string) bool {
	for i := range len(s) {
		if s[i] < 0x21 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// earliest and latest bound every instant that is accepted: what every part of the service can store and show.
var (
	earliest = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)
)

// instant reads an RFC 3339 time to the microsecond, in UTC; otherwise it tells the failure's code.
func instant(text string) (time.Time, string) {
	t, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		return time.Time{}, "not_a_time"
	case t.Before(earliest) || !t.Before(latest):
		return time.Time{}, "out_of_range"
	}
	return t.UTC().Truncate(time.Microsecond), ""
}

// Header reads headers and path parameters and collects what is wrong with them, to be told together with the failing
// fields of the body.
type Header struct {
	Values   http.Header
	Failures []domain.FieldError
}

// Fail notes one failing value; field is for example "header.If-Match".
func (h *Header) Fail(field, code string) {
	h.Failures = append(h.Failures, domain.FieldError{Field: field, Code: code, Msg: english(code)})
}

// One is the single value of a header; false when it is absent. A repeated header fails.
func (h *Header) One(name string) (string, bool) {
	values := h.Values[name]
	if len(values) > 1 {
		h.Fail("header."+name, "repeated")
		return "", false
	}
	if len(values) == 0 {
		return "", false
	}
	return values[0], true
}

// Token is a header of 1 to limit printable ASCII characters.
func (h *Header) Token(name string, limit int) string {
	value, given := h.One(name)
	switch {
	case !given:
		return ""
	case value == "" || !visible(value):
		h.Fail("header."+name, "not_printable")
	case len(value) > limit:
		h.Fail("header."+name, "too_long")
	default:
		return value
	}
	return ""
}

// Instant is a header that holds an RFC 3339 time; the zero time when it is absent or fails.
func (h *Header) Instant(name string) time.Time {
	value, given := h.One(name)
	if !given {
		return time.Time{}
	}
	t, code := instant(value)
	if code != "" {
		h.Fail("header."+name, code)
	}
	return t
}

// Position is a header that holds a place in the log.
func (h *Header) Position(name string) (uint64, bool) {
	value, given := h.One(name)
	if !given {
		return 0, false
	}
	position, err := strconv.ParseUint(value, 10, 63)
	if err != nil {
		h.Fail("header."+name, "not_a_position")
		return 0, false
	}
	return position, true
}

// Revision is a header that holds an entity tag `"<revision>"`, as If-Match does.
func (h *Header) Revision(name string) (domain.Revision, bool) {
	value, given := h.One(name)
	if !given {
		return 0, false
	}
	if n := len(value); n > 2 && value[0] == '"' && value[n-1] == '"' {
		if revision, err := strconv.ParseUint(value[1:n-1], 10, 63); err == nil {
			return domain.Revision(revision), true
		}
	}
	h.Fail("header."+name, "not_a_revision")
	return 0, false
}

// ID checks an identifier from the path or a header and gives it in the form that streams are named by.
func (h *Header) ID(field, value string) string {
	id, ok := ParseID(value)
	if !ok {
		h.Fail(field, "not_an_id")
	}
	return id
}

// ParseID accepts a UUID of 36 characters and gives it in lower case.
func ParseID(text string) (string, bool) {
	if len(text) != 36 {
		return "", false
	}
	for i := range len(text) {
		c := text[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return "", false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
				return "", false
			}
		}
	}
	return strings.ToLower(text), true
}

func isTooLarge(err error) bool {
	var tooLarge *http.MaxBytesError
	return errors.As(err, &tooLarge)
}
