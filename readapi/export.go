package readapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"

	"docket/domain"
	"docket/internal/export"
	"docket/internal/httpapi"
)

// Exporter makes files of lists by asking the lists' own questions, page after page, as whoever wants the file: what they may see,
// what is masked and what is refused is the list's own affair.
type Exporter struct {
	api   *httpapi.API
	holds Holder
	names names
	clock func() time.Time
}

// Holder keeps one snapshot of the read models for all questions that are asked under a context; *projections.Runner is one.
type Holder interface {
	Hold(ctx context.Context) (held context.Context, release func())
}

// NewExporter makes files of the lists that are mounted on an API.
func NewExporter(api *httpapi.API, holds Holder, lookups Lookups, clock func() time.Time) *Exporter {
	if clock == nil {
		clock = time.Now
	}
	return &Exporter{api, holds, names{lookups: lookups, clock: clock}, clock}
}

// Question is what a file is made of.
type Question struct {
	Mark, What, Filter, Purpose string
	Format                      export.Format
	Limit                       int // rows beyond which the file is not made; 0: none
}

// Made is what was written.
type Made struct {
	Rows     int
	Position uint64    // that all rows stand at
	At       time.Time // when that was read
}

// Refusals of exports.
var (
	ErrTooLarge = domain.Refusal(domain.Invalid, "export.too_large", "the list has more rows than are answered at once; ask for it with POST /v1/exports")
	errNoList   = domain.ErrInvalid.With(domain.FieldError{Field: "what", Code: "unknown", Msg: "is no list of this service"})
)

// RefusedError is a list's own no to a question.
type RefusedError struct {
	Status int
	Code   string
	Detail string
	Body   []byte // the problem as it was told
}

// Error is the refusal's text.
func (e *RefusedError) Error() string { return e.Detail }

// rowsOfPage is how many rows are asked for at once.
const rowsOfPage = 200

// Write writes the rows of a list as an actor sees them. All pages are read in one snapshot, so that no row is missed or comes twice
// because it moved meanwhile; the file says so. Rights are those of the moment each page is read.
//
// Errors: *[RefusedError] when the list refuses; [ErrTooLarge]; whatever writing gives.
func (e *Exporter) Write(ctx context.Context, actor domain.Actor, q Question, w io.Writer) (Made, error) {
	ctx, release := e.holds.Hold(ctx)
	defer release()
	path := "/v1/" + q.What
	item, most, ok := e.itemOf(path)
	if !ok {
		return Made{}, errNoList
	}
	cols := columnsOf(item, "", nil)
	if strings.HasPrefix(q.What, "kpis/") {
		cols = append(cols, column{versionColumn, []string{versionColumn}})
	}
	var made Made
	var out export.Writer
	query, err := url.ParseQuery(q.Filter)
	if err != nil {
		return Made{}, domain.ErrInvalid.With(domain.FieldError{Field: "filter", Code: "wrong_form", Msg: "is no query"})
	}
	if most > 0 {
		query.Set("limit", fmt.Sprint(min(rowsOfPage, most)))
	}
	if q.What == "audit" {
		query.Set("purpose", q.Purpose)
	}
	for {
		p, err := e.page(ctx, actor, path, query, made.Position)
		if err != nil {
			return made, err
		}
		if out == nil {
			made.Position, made.At = p.position, e.clock().UTC()
			if out, err = export.New(q.Format, w, e.trace(actor, q, made), headings(cols)); err != nil {
				return made, err
			}
		}
		for _, row := range p.rows {
			if made.Rows++; q.Limit > 0 && made.Rows > q.Limit {
				return made, ErrTooLarge
			}
			if err := out.Row(valuesOf(row, cols)); err != nil {
				return made, err
			}
		}
		if p.next == "" {
			return made, out.Close()
		}
		query.Set("after", p.next)
	}
}

func (e *Exporter) trace(actor domain.Actor, q Question, made Made) export.Trace {
	by := actor.Principal
	if who := e.names.staff(actor.Staff, e.clock()); who != nil && who.Name != "" {
		by += " (" + who.Name + ")"
	}
	return export.Trace{
		Mark: q.Mark, What: q.What, Filter: q.Filter, By: by, Purpose: q.Purpose, At: made.At, Position: made.Position, Snapshot: true,
	}
}

// answerPage is one page of a list.
type answerPage struct {
	rows     []map[string]any
	next     string
	position uint64
}

func (e *Exporter) page(ctx context.Context, actor domain.Actor, path string, query url.Values, after uint64) (answerPage, error) {
	reply, err := e.api.Ask(ctx, actor, path, query.Encode(), after)
	switch {
	case err != nil:
		return answerPage{}, err
	case reply.Status != http.StatusOK:
		var problem struct{ Code, Detail string }
		if err := json.Unmarshal(reply.Body, &problem); err != nil || problem.Code == "" {
			problem.Code, problem.Detail = "internal", http.StatusText(reply.Status)
		}
		return answerPage{}, &RefusedError{reply.Status, problem.Code, problem.Detail, reply.Body}
	}
	var body map[string]any
	d := json.NewDecoder(bytes.NewReader(reply.Body))
	d.UseNumber() // positions must not pass through float64
	if err := d.Decode(&body); err != nil {
		return answerPage{}, fmt.Errorf("%s: %w", path, err)
	}
	p := answerPage{position: reply.Position}
	p.next, _ = body["next"].(string)
	if p.rows = rowsOf(body); p.rows == nil {
		return answerPage{}, errors.New(path + ": the answer holds no list")
	}
	return p, nil
}

// rowsOf finds the rows of an answer: a list's own, a figure's, or those of each version of a figure's definition.
func rowsOf(body map[string]any) []map[string]any {
	for _, name := range listFields {
		if list, ok := body[name].([]any); ok {
			rows := []map[string]any{}
			for _, r := range list {
				if row, ok := r.(map[string]any); ok {
					rows = append(rows, row)
				}
			}
			return rows
		}
	}
	if figures, ok := body[figuresField].(map[string]any); ok {
		return rowsOf(figures)
	}
	versions, ok := body[versionsField].([]any)
	if !ok {
		return nil
	}
	rows := []map[string]any{}
	for _, v := range versions {
		version, _ := v.(map[string]any)
		definition, _ := version["definition"].(map[string]any)
		for _, row := range rowsOf(version) {
			row[versionColumn] = definition["version"]
			rows = append(rows, row)
		}
	}
	return rows
}

// Where figures hold their rows, and the column that tells by which version of the definition they are.
const (
	figuresField  = "figures"
	versionsField = "versions"
	versionColumn = "definition_version"
)

// listFields are the names under which answers hold their rows: lists and figures.
var listFields = []string{"items", "rows", "values", "tickets", "edges"}

// itemOf is the type of a list's rows, as its route declares its answer, and how many of them a page may have; 0 when it has none.
func (e *Exporter) itemOf(path string) (item reflect.Type, most int, ok bool) {
	api := e.api.Huma.OpenAPI()
	for pattern, at := range api.Paths {
		if at.Get == nil || !fits(pattern, path) {
			continue
		}
		response := at.Get.Responses["200"]
		if response == nil || response.Content["application/json"] == nil {
			continue
		}
		body := api.Components.Schemas.TypeFromRef(response.Content["application/json"].Schema.Ref)
		for _, p := range at.Get.Parameters {
			if p.Name == "limit" && p.Schema != nil && p.Schema.Maximum != nil {
				most = int(*p.Schema.Maximum)
			}
		}
		if item, ok = rowsType(body); ok {
			return item, most, true
		}
	}
	return nil, 0, false
}

func fits(pattern, path string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if !strings.HasPrefix(want[i], "{") && want[i] != have[i] {
			return false
		}
	}
	return true
}

// rowsType finds the list within an answer.
func rowsType(body reflect.Type) (reflect.Type, bool) {
	if body == nil {
		return nil, false
	}
	for body.Kind() == reflect.Pointer {
		body = body.Elem()
	}
	if body.Kind() != reflect.Struct {
		return nil, false
	}
	for _, name := range listFields {
		for _, f := range reflect.VisibleFields(body) {
			if jsonName(f) != name || f.Type.Kind() != reflect.Slice {
				continue
			}
			item := f.Type.Elem()
			for item.Kind() == reflect.Pointer {
				item = item.Elem()
			}
			if item.Kind() == reflect.Struct {
				return item, true
			}
		}
	}
	for _, f := range reflect.VisibleFields(body) {
		within := f.Type
		if name := jsonName(f); name == versionsField && within.Kind() == reflect.Slice {
			within = within.Elem()
		} else if name != figuresField {
			continue
		}
		if item, ok := rowsType(within); ok {
			return item, true
		}
	}
	return nil, false
}
