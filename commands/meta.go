package commands

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"docket/domain/authz"
	"docket/internal/httpapi"
)

// Described is what GET /v1/meta/commands tells about one command.
type Described struct {
	Name       string    `json:"name"`
	Method     string    `json:"method"`
	Route      string    `json:"route"`
	Doc        string    `json:"doc"`
	Permission string    `json:"permission"`
	Roles      []Granted `json:"roles" doc:"roles whose posts allow it, and how far"`
	Creates    bool      `json:"creates"`
	IfMatch    string    `json:"if_match" enum:"optional,required"`
	Refusals   []Refused `json:"refusals" doc:"beside failing fields"`
	Example    any       `json:"example"`
}

// Granted tells a role and the reaches of its grant.
type Granted struct {
	Role  string   `json:"role"`
	Reach []string `json:"reach" enum:"held,own,group,unit,all"`
}

// Refused tells a rule that may refuse a command.
type Refused struct {
	Code   string `json:"code"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

type described struct {
	Body struct {
		Items []Described `json:"items"`
	}
}

func mountMeta(api *httpapi.API) {
	huma.Register(api.Huma, huma.Operation{
		OperationID: "meta.commands", Method: http.MethodGet, Path: "/v1/meta/commands", Tags: []string{"meta"},
		Summary: "Lists every command with its route, permission, refusals and an example.",
	}, func(context.Context, *struct{}) (*described, error) {
		var d described
		d.Body.Items = describe()
		return &d, nil
	})
}

func describe() []Described {
	list := make([]Described, 0, len(catalogue))
	for i := range catalogue {
		e := &catalogue[i]
		d := Described{
			Name: e.Name, Method: http.MethodPost, Route: e.Route, Doc: e.Doc, Permission: string(e.Allow), Creates: e.Creates,
			IfMatch: string(e.Match), Example: e.Example, Roles: granted(e.Allow), Refusals: []Refused{},
		}
		for _, r := range e.Refuses {
			d.Refusals = append(d.Refusals, Refused{Code: r.Rule, Status: httpapi.Problem(r).GetStatus(), Detail: r.Msg})
		}
		list = append(list, d)
	}
	return list
}

// granted lists the roles that grant a permission, sorted by name.
func granted(p authz.Permission) []Granted {
	roles := []Granted{}
	for _, role := range authz.Roles() {
		var reach []string
		for _, g := range authz.Grants(role) {
			if g.Permission == p {
				reach = append(reach, string(g.Reach))
			}
		}
		if reach != nil {
			roles = append(roles, Granted{Role: role, Reach: reach})
		}
	}
	return roles
}

// AuthorisationMatrix is a page (Markdown) that shows which role may issue which command and how far, and what each
// command may be refused for.
func AuthorisationMatrix() []byte {
	var b bytes.Buffer
	b.WriteString("# Who may issue which command\n\nGenerated from the catalogue of commands and the roles; do not edit.\n\n")
	b.WriteString("`held`: what the person is responsible for. `own`: that, and what they are offered. `group`: what lies with a group " +
		"of theirs or of the post. `unit`: what lies with the unit or group of the post. `all`: everything.\n\n")
	roles := authz.Roles()
	b.WriteString("| Command | Permission | " + strings.Join(roles, " | ") + " |\n")
	b.WriteString("|---|---|" + strings.Repeat("---|", len(roles)) + "\n")
	for i := range catalogue {
		e := &catalogue[i]
		reach := map[string]string{}
		for _, g := range granted(e.Allow) {
			reach[g.Role] = strings.Join(g.Reach, ", ")
		}
		fmt.Fprintf(&b, "| `%s` | `%s` |", e.Name, e.Allow)
		for _, role := range roles {
			b.WriteString(" " + reach[role] + " |")
		}
		b.WriteByte('\n')
	}
	b.WriteString("\nBack-dating beyond the limit, or before what a stream holds already, also needs `" + string(authz.Backdate) +
		"`; issuing a command on behalf of somebody needs `" + string(authz.ActFor) + "`.\n")
	b.WriteString("\n# What commands may be refused for\n\nBeside failing fields (422). Every command may also be refused by the " +
		"rules of the pipeline.\n\n| Command | Refusal | Status |\n|---|---|---|\n")
	for i := range catalogue {
		e := &catalogue[i]
		for _, r := range e.Refuses {
			fmt.Fprintf(&b, "| `%s` | `%s`: %s | %d |\n", e.Name, r.Rule, r.Msg, httpapi.Problem(r).GetStatus())
		}
	}
	return b.Bytes()
}
