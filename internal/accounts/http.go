package accounts

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"time"

	"docket/domain"
	"docket/internal/httpapi"

	"github.com/danielgtaylor/huma/v2"
)

// LoginPath is the one path below /v1/ that needs no token.
const LoginPath = "/v1/login"

// Credentials is the body of a login.
type Credentials struct {
	Login    string `json:"login" minLength:"1" maxLength:"64"`
	Password string `json:"password" minLength:"1" maxLength:"256"`
}

// Session is the answer to a login.
type Session struct {
	Token     string    `json:"token" doc:"bearer token"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Mount adds POST /v1/login and POST /v1/logout to the API.
func Mount(api *httpapi.API, s *Store) {
	shape := api.Shape(reflect.TypeFor[Credentials]())
	api.Router.Post(LoginPath, func(w http.ResponseWriter, r *http.Request) {
		session, err := s.login(r, shape)
		if err != nil {
			httpapi.WriteProblem(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_ = json.NewEncoder(w).Encode(session) // a client that has gone away needs no answer
	})
	api.Router.Post("/v1/logout", func(w http.ResponseWriter, r *http.Request) {
		_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if err := s.Revoke(r.Context(), token); err != nil {
			httpapi.WriteProblem(w, r, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	document(api, shape)
}

func (s *Store) login(r *http.Request, shape *httpapi.Shape) (Session, error) {
	body, err := httpapi.Body(r)
	if err != nil {
		return Session{}, err
	}
	var c Credentials
	_, failures, err := shape.Decode(body, &c)
	switch {
	case err != nil:
		return Session{}, err
	case len(failures) > 0:
		return Session{}, domain.ErrInvalid.With(failures...)
	}
	token, expires, err := s.Login(r.Context(), c.Login, c.Password)
	return Session{Token: token, ExpiresAt: expires}, err
}

// document describes both operations in the OpenAPI document.
func document(api *httpapi.API, shape *httpapi.Shape) {
	doc := api.Huma.OpenAPI()
	answer := doc.Components.Schemas.Schema(reflect.TypeFor[Session](), true, "Session")
	doc.AddOperation(&huma.Operation{
		OperationID: "login", Method: http.MethodPost, Path: LoginPath, Tags: []string{"accounts"},
		Summary:     "Sign in",
		Description: "Checks a password and gives a bearer token. Wrong credentials are answered 401, too many of them 429.",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: shape.Schema}}},
		Responses: map[string]*huma.Response{
			"200": {Description: "A token", Content: map[string]*huma.MediaType{"application/json": {Schema: answer}}},
		},
	})
	doc.AddOperation(&huma.Operation{
		OperationID: "logout", Method: http.MethodPost, Path: "/v1/logout", Tags: []string{"accounts"},
		Summary: "Sign out", Description: "Revokes the token of the request.",
		Responses: map[string]*huma.Response{"204": {Description: "The token is no longer good"}},
	})
}
