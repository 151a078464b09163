package processes

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"docket/domain"
	"docket/internal/httpapi"
)

// Refusals of the inbox.
var (
	errNoInbox = domain.Refusal(domain.Forbidden, "inbox.no_person", "only a person has an inbox, not a service")
	errNoLine  = domain.Refusal(domain.NotFound, "inbox.no_line", "there is no such line in your inbox")
)

type listInput struct {
	Unread bool  `query:"unread" doc:"only what has not been read"`
	Before int64 `query:"before" doc:"id of the last line seen; 0: from the newest" minimum:"0"`
	Limit  int   `query:"limit" default:"50" minimum:"1" maximum:"200"`

	Language string `header:"Accept-Language" doc:"of the texts: en, zh-Hans or zh-Hant"`
}

type listOutput struct {
	Body struct {
		Items []Line `json:"items"`
		Next  int64  `json:"next,omitempty" doc:"send it as before for what is older; left out at the end"`
	}
}

type readInput struct {
	ID int64 `path:"id" minimum:"1"`
}

// Mount adds GET /v1/inbox and POST /v1/inbox/{id}/read, each to one's own lines alone.
func (b *Inbox) Mount(api *httpapi.API) {
	huma.Register(api.Huma, huma.Operation{
		OperationID: "list-inbox", Method: http.MethodGet, Path: "/v1/inbox", Summary: "What the reader is told about", Tags: []string{"Inbox"},
		RejectUnknownQueryParameters: true,
		Errors:                       []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *listInput) (*listOutput, error) {
		person := httpapi.ActorFrom(ctx).Staff
		if person == "" {
			return nil, httpapi.Problem(errNoInbox)
		}
		lines, err := b.List(ctx, person, in.Unread, in.Before, in.Limit)
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		wanted := httpapi.Wanted(in.Language)
		for i := range lines {
			lines[i].Text, _ = httpapi.Message(wanted, "inbox."+lines[i].Kind)
		}
		out := &listOutput{}
		out.Body.Items = lines
		if lines == nil {
			out.Body.Items = []Line{}
		}
		if len(lines) == in.Limit {
			out.Body.Next = lines[len(lines)-1].ID
		}
		return out, nil
	})
	huma.Register(api.Huma, huma.Operation{
		OperationID: "read-inbox-line", Method: http.MethodPost, Path: "/v1/inbox/{id}/read", Summary: "Marks a line as read", Tags: []string{"Inbox"},
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *readInput) (*struct{}, error) {
		marked, err := b.MarkRead(ctx, httpapi.ActorFrom(ctx).Staff, in.ID, time.Now())
		if err == nil && !marked {
			err = errNoLine
		}
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		return nil, nil //nolint:nilnil // huma answers 204 to it
	})
}
