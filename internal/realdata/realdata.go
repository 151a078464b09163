// Package realdata holds the service's figures, read over HTTP, against a file of expected ones that was computed from the
// imported log by somebody else. The file is taken as it is; whatever in it the service does not tell is named.
package realdata

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"strconv"
)

// Options say what is compared. URL, Token and Expected are required.
type Options struct {
	URL      string
	Token    string    // of an account that may read KPIs of the whole organisation
	Expected string    // path of the file
	Report   string    // path of the import's report; with it, counts of rows are compared and its events waited for
	Out      io.Writer // gets a line per figure; nil: nowhere
}

// ErrDiffers: some figures are not what was expected, or none could be compared.
var ErrDiffers = errors.New("figures differ from what was expected")

// Result counts the figures of the file.
type Result struct{ Same, Different, NotTold int }

// Compare reads the figures and compares them. It fails with [ErrDiffers] when one differs.
func Compare(ctx context.Context, o Options) (Result, error) {
	text, err := os.ReadFile(o.Expected)
	if err != nil {
		return Result{}, err
	}
	expected, err := flatten(text)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", o.Expected, err)
	}
	told, err := read(ctx, o, expected)
	if err != nil {
		return Result{}, err
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	var r Result
	for _, f := range expected {
		got, known := told[f.path]
		verdict := "ok"
		switch {
		case !known:
			verdict = "not told: " + reason(f.path)
			r.NotTold++
		case equal(got, f.value):
			r.Same++
		default:
			verdict = "DIFFERS"
			r.Different++
		}
		if _, err := fmt.Fprintf(o.Out, "%-58s expected %-24s got %-24s %s\n", f.path, f.value, got, verdict); err != nil {
			return r, err
		}
	}
	if _, err := fmt.Fprintf(o.Out, "%d figures as expected, %d differ, %d are not told by the service\n", r.Same, r.Different, r.NotTold); err != nil {
		return r, err
	}
	if r.Different > 0 || r.Same == 0 {
		return r, ErrDiffers
	}
	return r, nil
}

// figure is one value of the file with its path, "a.b.c".
type figure struct{ path, value string }

// flatten lists the values of a JSON object in the order of the file, but for the rules, which are text.
func flatten(text []byte) ([]figure, error) {
	var all []figure
	var walk func(path string, raw json.RawMessage) error
	walk = func(path string, raw json.RawMessage) error {
		if raw[0] != '{' {
			var s string
			if json.Unmarshal(raw, &s) != nil {
				s = string(raw)
			}
			all = append(all, figure{path, s})
			return nil
		}
		return members(raw, func(name string, value json.RawMessage) error {
			if path != "" {
				name = path + "." + name
			}
			if name == "rules" {
				return nil
			}
			return walk(name, value)
		})
	}
	var whole json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, err
	}
	return all, walk("", whole)
}

// members goes through an object in its own order.
func members(raw json.RawMessage, f func(string, json.RawMessage) error) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		if err := f(fmt.Sprint(name), value); err != nil {
			return err
		}
	}
	return nil
}

// equal compares numbers exactly, whatever their notation, and other values as text.
func equal(a, b string) bool {
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	if okX && okY {
		return x.Cmp(y) == 0
	}
	return a == b
}

func seconds(ms int64) string { return decimal(ms, 1000, 3) }

// decimal is numerator/denominator, rounded half up to so many digits.
func decimal(numerator, denominator int64, digits int) string {
	if denominator == 0 {
		return "no data"
	}
	return big.NewRat(numerator, denominator).FloatString(digits)
}

func whole[T ~int | ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }
