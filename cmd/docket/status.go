package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// statusCmd tells how the service on this data folder stands.
type statusCmd struct {
	URL string `help:"The service to ask (default: the one running on the data folder)."`
}

// Run asks the service and prints what it says, a read model a line. A service that is not ready is a failure.
func (c *statusCmd) Run(ctx context.Context, settings *Settings) error {
	if c.URL == "" {
		r, ok := findRunning(settings.Data)
		if !ok {
			return fmt.Errorf("no service is running on %s; name one with --url", settings.Data)
		}
		c.URL = r.URL
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL+"/readyz", http.NoBody)
	if err != nil {
		return fmt.Errorf("status: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("status: %w", err)
	}
	defer response.Body.Close()
	var answer readiness
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return fmt.Errorf("status: %w", err)
	}
	fmt.Printf("event store: %s\npostgres: %s\n", answer.EventStore, answer.Postgres)
	for _, m := range answer.Projections {
		fmt.Println(m)
	}
	if !answer.Ready {
		return errors.New("the service is not ready")
	}
	return nil
}

// String is the line of a read model.
func (m modelReadiness) String() string {
	text := fmt.Sprintf("%-12s %-10s position %d, %s behind", m.Model, m.State, m.Position, time.Duration(m.LagMS)*time.Millisecond)
	if m.Error != "" {
		text += ": " + m.Error
	}
	if b := m.Rebuild; b != nil {
		text += fmt.Sprintf("; rebuild: %s, %d events, position %d of %d", b.Phase, b.Events, b.Position, b.Head)
		if b.EndsAt != nil {
			text += ", all done about " + b.EndsAt.Local().Format(time.TimeOnly)
		}
	}
	return text
}
