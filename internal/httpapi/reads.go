package httpapi

import (
	"context"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"docket/domain"
	"docket/domain/security"
)

// Reads remembers reads of sensitive data. A read that cannot be remembered is an error, and its data are not to be shown.
type Reads interface {
	Record(ctx context.Context, a domain.Actor, reads ...security.SensitiveRead) error
}

// Note records what the actor of the request is about to be shown: audit trails, evidence bundles, exports, customers found,
// customers' files, attached files. It is called once the answer's rows are counted and before any of them leaves; on an
// error nothing may leave. Reads of one request go together.
func (a *API) Note(ctx context.Context, reads ...security.SensitiveRead) error {
	if a.o.Reads == nil {
		return nil
	}
	return a.o.Reads.Record(ctx, ActorFrom(ctx), reads...)
}

// MaxPurpose is how many characters the purpose of a read may have.
const MaxPurpose = 200

// Purpose is the query parameter purpose of a request, for routes that huma does not read.
func Purpose(r *http.Request) (string, error) {
	purpose := r.URL.Query().Get("purpose")
	if !utf8.ValidString(purpose) || utf8.RuneCountInString(purpose) > MaxPurpose || strings.ContainsFunc(purpose, unicode.IsControl) {
		return "", domain.ErrInvalid.With(domain.FieldError{
			Field: "query.purpose", Code: "wrong_form", Msg: "must be at most 200 characters of UTF-8 without control characters",
		})
	}
	return purpose, nil
}
