package httpapi

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path"
	"reflect"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"docket/domain"
)

// huma keeps how errors look and how names are compared in package variables; they are set once for the program.
func init() {
	huma.ValidateStrictCasing = true
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return humaProblem(status, msg, errs)
	}
	huma.NewErrorWithContext = func(_ huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return humaProblem(status, msg, errs)
	}
}

// humaConfig is the API's frame: OpenAPI 3.1, JSON only and read strictly, problems in the language asked for.
func humaConfig(version string) huma.Config {
	c := huma.DefaultConfig("Docket", version)
	c.Info.Description = "Commands and queries of business tickets. Every refusal is a problem (RFC 9457) with a stable code."
	c.Components = &huma.Components{
		Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
		SecuritySchemes: map[string]*huma.SecurityScheme{
			"bearer": {Type: "http", Scheme: "bearer", Description: "a token of an account"},
		},
	}
	c.Security = []map[string][]string{{"bearer": {}}}
	c.CreateHooks = nil // no $schema links in bodies
	c.DocsPath = ""     // see serveDocs
	strict := huma.Format{Marshal: WriteJSON, Unmarshal: unmarshalStrict}
	c.Formats = map[string]huma.Format{"application/json": strict, "json": strict}
	c.Transformers = []huma.Transformer{localizeProblem}
	return c
}

// WriteJSON writes what encoding/json writes, without HTML escapes, in two thirds of its time.
func WriteJSON(w io.Writer, value any) error {
	e := jsonv1.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(value)
}

// schemaName is package and type, so that ticket.Close and unit.Close are two schemas.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if t.PkgPath() == "" {
		return name
	}
	pkg := path.Base(t.PkgPath())
	return strings.ToUpper(pkg[:1]) + pkg[1:] + name
}

// unmarshalStrict reads bodies of operations that were registered with huma itself.
func unmarshalStrict(data []byte, into any) error {
	parsed, failures, err := parseJSON(data)
	if err != nil {
		return err
	}
	if len(failures) > 0 {
		return domain.ErrInvalid.With(failures...)
	}
	if tree, ok := into.(*any); ok {
		*tree = parsed
		return nil
	}
	return json.Unmarshal(data, into)
}

// humaProblem turns what huma refuses into our problem: its values are dropped, its messages become codes.
func humaProblem(status int, msg string, errs []error) *ProblemDetails {
	if status == http.StatusInternalServerError {
		return problem(errors.Join(errs...))
	}
	p := fail(status, humaCode(status), strings.ToLower(http.StatusText(status)))
	if status == http.StatusUnprocessableEntity || status == http.StatusBadRequest {
		p = problem(domain.ErrInvalid)
		p.Status, p.Title = status, http.StatusText(status)
		if status == http.StatusBadRequest && len(errs) == 0 && msg != "" {
			p.Code, p.Detail = "body.required", "a body is required"
		}
	}
	p.Errors = fieldErrors("", errs)
	return p
}

func humaCode(status int) string {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return "body.too_large"
	case http.StatusUnsupportedMediaType:
		return "body.not_json"
	case http.StatusNotAcceptable:
		return "not_acceptable"
	case http.StatusNotFound:
		return "not_found"
	}
	return "request.refused"
}

// localizeProblem puts problems that huma writes into the language asked for and logs what is our own fault.
func localizeProblem(ctx huma.Context, _ string, v any) (any, error) {
	p, ok := v.(*ProblemDetails)
	if !ok {
		return v, nil
	}
	u := ctx.URL()
	logCause(ctx.Context(), p, ctx.Method(), u.Path)
	p, language := localized(p, ctx.Header("Accept-Language"))
	ctx.SetHeader("Content-Language", language)
	ctx.SetHeader("Cache-Control", "no-store")
	return p, nil
}

var requiredProperty = regexp.MustCompile(`^expected required property (\S+) to be present$`)

// codes tells the code of a message of huma's by how it begins; the first that fits counts.
var codes = []struct{ begins, code string }{
	{validation.MsgUnexpectedProperty, "unknown_field"},
	{"unknown query parameter", "unknown_parameter"},
	{"required query parameter is missing", "required"},
	{"required header parameter is missing", "required"},
	{"expected value to be one of", "not_allowed"},
	{"expected length >= 1", "required"},
	{"expected length >=", "too_short"},
	{"expected length <=", "too_long"},
	{"expected array length >=", "too_few"},
	{"expected array length <=", "too_many"},
	{"expected number >", "out_of_range"},
	{"expected number <", "out_of_range"},
	{"expected string to match pattern", "wrong_form"},
	{"expected string to be RFC 3339 date-time", "not_a_time"},
	{"expected string to be RFC 4122 uuid", "not_an_id"},
	{"expected string to be", "wrong_form"},
	{"invalid date/time", "not_a_time"},
	{"expected ", "wrong_type"},
	{"invalid ", "wrong_type"},
}

// bounded are the codes whose message from huma says more than ours: the limit, the values, the pattern. None of these
// messages holds a submitted value.
var bounded = map[string]bool{
	"not_allowed": true, "too_short": true, "too_long": true, "too_few": true, "too_many": true, "out_of_range": true,
}

// fieldErrors turns huma's details into ours. Paths lose the part of the request they lie in when that is the body.
func fieldErrors(prefix string, errs []error) []domain.FieldError {
	var found []domain.FieldError
	for _, err := range errs {
		var refused *domain.Error
		if errors.As(err, &refused) {
			found = append(found, refused.Fields...)
			continue
		}
		f := domain.FieldError{Field: prefix, Code: "wrong_form"}
		message := ""
		var detailer huma.ErrorDetailer
		if errors.As(err, &detailer) {
			detail := detailer.ErrorDetail()
			f.Field, message = safePath(strings.TrimPrefix(strings.TrimPrefix(detail.Location, "body"), ".")), detail.Message
		}
		if m := requiredProperty.FindStringSubmatch(message); m != nil {
			f.Code = "required"
			if f.Field != "" {
				f.Field += "."
			}
			f.Field += m[1]
		} else {
			for _, c := range codes {
				if strings.HasPrefix(message, c.begins) {
					f.Code = c.code
					break
				}
			}
		}
		if f.Code == "unknown_field" && f.Field == "" {
			f.Field = "(unnamed)" // the key is empty
		}
		f.Msg = english(f.Code)
		if bounded[f.Code] && message != "" {
			f.Msg = strings.ReplaceAll(message, `"`, "")
		}
		found = append(found, f)
	}
	return found
}

// safePath repeats a path only if all its segments are short and plain, for keys come from the client.
func safePath(location string) string {
	run := 0
	for i := range len(location) {
		switch c := location[i]; {
		case c == '.' || c == '[' || c == ']':
			run = 0
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-', c == '$':
			run++
		default:
			return "(unnamed)"
		}
		if run > maxName {
			return "(unnamed)"
		}
	}
	return location
}
