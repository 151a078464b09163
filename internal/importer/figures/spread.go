package main

import (
	"math"
	"slices"
)

// durations describes how long the cases took, in seconds and days.
type durations struct {
	N          int     `json:"n"`
	Mean       float64 `json:"mean_s"`
	Median     float64 `json:"median_s"`
	P75        float64 `json:"p75_s"`
	P90        float64 `json:"p90_s"`
	P95        float64 `json:"p95_s"`
	P50Nearest float64 `json:"p50_nr_s"`
	P90Nearest float64 `json:"p90_nr_s"`
	P95Nearest float64 `json:"p95_nr_s"`
	Min        float64 `json:"min_s"`
	Max        float64 `json:"max_s"`
	Sum        float64 `json:"sum_s"`
	MeanDays   float64 `json:"mean_days"`
	MedianDays float64 `json:"median_days"`
	P90Days    float64 `json:"p90_days"`
}

// counts describes a number per case.
type counts struct {
	Sum    int     `json:"sum"`
	Mean   float64 `json:"mean"`
	Median float64 `json:"median"`
	P90    float64 `json:"p90"`
	Max    int     `json:"max"`
	Any    int     `json:"cases_with_any"`
}

func spread(values []int) durations {
	slices.Sort(values)
	sum := total(values)
	n := len(values)
	mean := float64(sum) / float64(n)
	const day = 86_400
	return durations{
		N: n, Mean: round(mean, 3), Sum: float64(sum), Min: float64(values[0]), Max: float64(values[n-1]),
		Median: interpolated(values, 50), P75: interpolated(values, 75), P90: interpolated(values, 90), P95: interpolated(values, 95),
		P50Nearest: nearest(values, 50), P90Nearest: nearest(values, 90), P95Nearest: nearest(values, 95),
		MeanDays: round(mean/day, 3), MedianDays: round(interpolated(values, 50)/day, 3), P90Days: round(interpolated(values, 90)/day, 3),
	}
}

func distribution(values []int) counts {
	slices.Sort(values)
	c := counts{
		Sum: total(values), Median: interpolated(values, 50), P90: interpolated(values, 90), Max: values[len(values)-1],
	}
	c.Mean = round(float64(c.Sum)/float64(len(values)), 4)
	for _, v := range values {
		c.Any += one(v > 0)
	}
	return c
}

// interpolated is the percentile between the two nearest ranks, of sorted values.
func interpolated(sorted []int, percent int) float64 {
	at := float64(percent) / 100 * float64(len(sorted)-1)
	below := int(math.Floor(at))
	above := min(below+1, len(sorted)-1)
	share := at - float64(below)
	return round(float64(sorted[below])+share*float64(sorted[above]-sorted[below]), 3)
}

// nearest is the percentile by nearest rank, the ⌈p·n⌉th of the sorted values.
func nearest(sorted []int, percent int) float64 {
	return float64(sorted[(percent*len(sorted)+99)/100-1])
}

func total(values []int) int {
	sum := 0
	for _, v := range values {
		sum += v
	}
	return sum
}

func round(v float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(v*scale) / scale
}
