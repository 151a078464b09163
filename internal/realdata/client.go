package realdata

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// client asks for figures after a position.
type client struct {
	url, token string
	after      uint64
}

// patience is how long read models may take to catch up.
const patience = 2 * time.Minute

// figures reads the figures of one KPI. It waits for the read model to have caught up with the position.
func (c *client) figures(ctx context.Context, kpi string, query url.Values, into any) error {
	deadline := time.Now().Add(patience)
	for {
		status, body, err := c.get(ctx, "/v1/kpis/"+kpi+"?"+query.Encode())
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", kpi, err)
		case status == http.StatusServiceUnavailable && time.Now().Before(deadline):
			select {
			case <-time.After(100 * time.Millisecond):
				continue
			case <-ctx.Done():
				return ctx.Err()
			}
		case status != http.StatusOK:
			return fmt.Errorf("%s: the service answers %d: %s", kpi, status, body)
		}
		answer := struct{ Figures any }{into}
		if err := json.Unmarshal(body, &answer); err != nil {
			return fmt.Errorf("%s: %w", kpi, err)
		}
		return nil
	}
}

func (c *client) get(ctx context.Context, path string) (int, []byte, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+path, nil)
	if err != nil {
		return 0, nil, err
	}
	q.Header.Set("Authorization", "Bearer "+c.token)
	if c.after > 0 {
		q.Header.Set("Docket-After", strconv.FormatUint(c.after, 10))
	}
	response, err := http.DefaultClient.Do(q)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 16<<20))
	return response.StatusCode, body, err
}
