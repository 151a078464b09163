// Command figures computes, from a process log alone, what the service's KPIs must say after the log has been carried in.
// It is the independent side of that comparison: it reads the CSV and nothing else, and imports nothing of docket, so that
// a mistake in the service's model cannot repeat itself here.
//
//	go run ./internal/importer/figures LOG.csv.gz > LOG.expected.json
//
// The rules, in words, are part of what it prints.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: figures LOG.csv[.gz]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

func run(path string, out io.Writer) error {
	cases, err := read(path)
	if err != nil {
		return err
	}
	f, err := compute(cases)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", " ")
	return encoder.Encode(f)
}
