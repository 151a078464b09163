package main

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

// row is one line of the log. Person and group are empty when unknown.
type row struct {
	seq                           int
	at                            time.Time
	activity, person, group, kind string
}

// read gathers the rows of each case in the order of seq.
func read(path string) (map[string][]row, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	var in io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		unzipped, err := gzip.NewReader(file)
		if err != nil {
			return nil, err
		}
		in = unzipped
	}
	lines := csv.NewReader(in)
	header, err := lines.Read()
	if err != nil {
		return nil, err
	}
	column := map[string]int{}
	for i, name := range header {
		column[name] = i
	}
	cases := map[string][]row{}
	for {
		line, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		seq, err := strconv.Atoi(line[column["seq"]])
		if err != nil {
			return nil, fmt.Errorf("seq: %w", err)
		}
		at, err := time.Parse(time.RFC3339, line[column["time"]])
		if err != nil {
			return nil, fmt.Errorf("time: %w", err)
		}
		name := line[column["case"]]
		cases[name] = append(cases[name], row{
			seq: seq, at: at, activity: line[column["activity"]], person: line[column["resource"]],
			group: line[column["group"]], kind: line[column["op"]],
		})
	}
	for _, rows := range cases {
		sort.SliceStable(rows, func(i, j int) bool { return rows[i].seq < rows[j].seq })
	}
	return cases, nil
}
