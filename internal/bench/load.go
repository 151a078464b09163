package bench

import (
	"context"
	"slices"
	"sync"
	"time"
)

// operation is done again and again by several workers at once; n counts within one worker and one span.
type operation func(ctx context.Context, worker, n int) error

// sample is what one span of an operation gave.
type sample struct {
	rate     float64 // operations a second
	p50, p99 time.Duration
	count    int
}

// load has workers repeat an operation for a span, at least once each. The first error ends it.
func load(ctx context.Context, workers int, span time.Duration, op operation) (sample, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	each := make([][]time.Duration, workers)
	var running sync.WaitGroup
	began := time.Now()
	for w := range workers {
		running.Go(func() {
			for n := 0; n == 0 || time.Since(began) < span; n++ {
				start := time.Now()
				if err := op(ctx, w, n); err != nil {
					cancel(err)
					return
				}
				each[w] = append(each[w], time.Since(start))
			}
		})
	}
	running.Wait()
	took := time.Since(began)
	if err := context.Cause(ctx); err != nil {
		return sample{}, err
	}
	all := slices.Concat(each...)
	slices.Sort(all)
	return sample{
		rate: float64(len(all)) / took.Seconds(), p50: quantile(all, 50), p99: quantile(all, 99), count: len(all),
	}, nil
}

// quantile is by nearest rank, of sorted values.
func quantile(sorted []time.Duration, percent int) time.Duration {
	return sorted[max(0, (len(sorted)*percent+99)/100-1)]
}

// middle is the median of each figure over several samples.
func middle(samples []sample) sample {
	m := sample{
		rate: median(samples, func(s sample) float64 { return s.rate }),
		p50:  median(samples, func(s sample) time.Duration { return s.p50 }),
		p99:  median(samples, func(s sample) time.Duration { return s.p99 }),
	}
	for _, s := range samples {
		m.count += s.count
	}
	return m
}

// median of an even number is the lower of the two in the middle.
func median[S any, T int | float64 | time.Duration](of []S, value func(S) T) T {
	values := make([]T, len(of))
	for i, s := range of {
		values[i] = value(s)
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}

// inTurns measures several operations one after the other, a warm-up before each, and repeats that round by round: what else
// the machine does then touches all of them alike. It gives the medians over the rounds.
func (b *bench) inTurns(ctx context.Context, workers int, operations ...operation) ([]sample, error) {
	samples := make([][]sample, len(operations))
	for range b.rounds {
		for i, op := range operations {
			if _, err := load(ctx, workers, b.span/10, op); err != nil {
				return nil, err
			}
			s, err := load(ctx, workers, b.span, op)
			if err != nil {
				return nil, err
			}
			samples[i] = append(samples[i], s)
		}
	}
	medians := make([]sample, len(operations))
	for i := range samples {
		medians[i] = middle(samples[i])
	}
	return medians, nil
}

// repeat runs something that gives a rate once per round and gives the median; several are taken in turns.
func (b *bench) repeat(ctx context.Context, measures ...func(context.Context) (float64, error)) ([]float64, error) {
	rates := make([][]float64, len(measures))
	for range b.rounds {
		for i, measure := range measures {
			rate, err := measure(ctx)
			if err != nil {
				return nil, err
			}
			rates[i] = append(rates[i], rate)
		}
	}
	medians := make([]float64, len(measures))
	for i := range rates {
		medians[i] = median(rates[i], func(r float64) float64 { return r })
	}
	return medians, nil
}
