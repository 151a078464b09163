package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// lagAt asks the service how old the oldest event is that a read model has not taken in yet; that of the model furthest behind.
func lagAt(ctx context.Context, client *http.Client, url string) (time.Duration, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
	if err != nil {
		return 0, err
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	var answer struct {
		Projections []struct {
			LagMS int64 `json:"lag_ms"`
		}
	}
	err = json.NewDecoder(response.Body).Decode(&answer)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return 0, fmt.Errorf("/readyz: %w", err)
	}
	if len(answer.Projections) == 0 {
		return 0, errors.New("/readyz tells of no read model")
	}
	worst := int64(0)
	for _, p := range answer.Projections {
		worst = max(worst, p.LagMS)
	}
	return time.Duration(worst) * time.Millisecond, nil
}

// lagEvery is how often the lag is looked at.
const lagEvery = 50 * time.Millisecond

// lags are what was seen while something else went on.
type lags struct{ middle, most time.Duration }

// watchLag looks at the lag until work is done, and a last time.
func watchLag(ctx context.Context, client *http.Client, url string, work func(context.Context) error) (lags, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- work(ctx) }()
	var seen []time.Duration
	tick := time.NewTicker(lagEvery)
	defer tick.Stop()
	for working := true; working; {
		select {
		case err := <-done:
			if err != nil {
				return lags{}, err
			}
			working = false
		case <-tick.C:
		}
		lag, err := lagAt(ctx, client, url)
		if err != nil {
			if working {
				cancel()
				err = errors.Join(err, <-done)
			}
			return lags{}, err
		}
		seen = append(seen, lag)
	}
	slices.Sort(seen)
	return lags{quantile(seen, 50), seen[len(seen)-1]}, nil
}
