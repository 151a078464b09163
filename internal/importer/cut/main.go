// Command cut chooses about a thousand cases of the full process log, the same ones every time: some of every kind that is
// hard to carry in, and for the rest those whose digests are lowest, which is as good as chance.
//
//	go run ./internal/importer/cut servicenow.csv.gz servicenow-cut.csv.gz
//
// Rows are written as they are, whole cases in the order of the log.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
)

// size is how many cases the cut has.
const size = 1000

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: cut LOG.csv.gz CUT.csv.gz")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "cut:", err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	lines, err := read(from)
	if err != nil {
		return err
	}
	header, lines := lines[0], lines[1:]
	cases := group(lines)
	chosen := choose(cases)
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := csv.NewWriter(zip)
	if err := w.Write(header); err != nil {
		return err
	}
	for _, c := range cases {
		if !chosen[c.name] {
			continue
		}
		if err := w.WriteAll(c.rows); err != nil {
			return err
		}
	}
	w.Flush()
	if err := zip.Close(); err != nil {
		return err
	}
	return os.WriteFile(to, out.Bytes(), 0o644)
}

func read(path string) ([][]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	return csv.NewReader(unzipped).ReadAll()
}

// choose takes some cases of every trap, then fills up; in each step those with the lowest digest first.
func choose(cases []aCase) map[string]bool {
	order := slices.Clone(cases)
	slices.SortFunc(order, func(a, b aCase) int { return bytes.Compare(a.digest[:], b.digest[:]) })
	chosen := map[string]bool{}
	for _, t := range traps {
		n := 0
		for _, c := range order {
			if n < t.take && t.is(c.rows) {
				chosen[c.name] = true
				n++
			}
		}
	}
	for _, c := range order {
		if len(chosen) >= size {
			break
		}
		chosen[c.name] = true
	}
	return chosen
}

// group collects the rows of each case, cases in the order of their first rows.
func group(lines [][]string) []aCase {
	var cases []aCase
	at := map[string]int{}
	for _, line := range lines {
		i, known := at[line[caseName]]
		if !known {
			i = len(cases)
			at[line[caseName]] = i
			cases = append(cases, aCase{name: line[caseName], digest: sha256.Sum256([]byte(line[caseName]))})
		}
		cases[i].rows = append(cases[i].rows, line)
	}
	return cases
}
